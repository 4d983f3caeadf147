"""The doors. A module that is imported here adds its own to the sweep."""

from django.apps import apps

from tests.sweep.door import DOORS

from . import admin, code, commands, customer_page, links, operations, wagtail_screens

if apps.is_installed("portal"):
    from . import portal  # noqa: F401

__all__ = ["DOORS", "admin", "code", "commands", "customer_page", "links", "operations", "wagtail_screens"]
