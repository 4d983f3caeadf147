"""Addresses of the screens below the tabs of the customer page."""

from django.urls import path

from .linked_emails import AddLinkedEmailView, EditLinkedEmailView, RemoveLinkedEmailView, ResendVerificationView
from .payment_methods import AddPaymentMethodView, DeletePaymentMethodView, EditPaymentMethodView

METHODS, METHOD = "<int:pk>/payment-methods", "<int:pk>/payment-methods/<int:row_pk>"
LINKED = "<int:pk>/linked-emails"

below_tabs = [
    path(f"{METHODS}/new/", AddPaymentMethodView.as_view(), name="payment_method_add"),
    path(f"{METHOD}/", EditPaymentMethodView.as_view(), name="payment_method_edit"),
    path(f"{METHOD}/delete/", DeletePaymentMethodView.as_view(), name="payment_method_delete"),
    path(f"{LINKED}/new/", AddLinkedEmailView.as_view(), name="linked_email_add"),
    path(f"{LINKED}/<int:row_pk>/", EditLinkedEmailView.as_view(), name="linked_email_edit"),
    path(f"{LINKED}/<int:row_pk>/remove/", RemoveLinkedEmailView.as_view(), name="linked_email_remove"),
    path(f"{LINKED}/<int:row_pk>/resend/", ResendVerificationView.as_view(), name="linked_email_resend"),
]
