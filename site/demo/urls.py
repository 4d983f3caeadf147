"""Addresses of the development mailbox."""

from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<slug:key>/", views.mail, name="mail"),
]
