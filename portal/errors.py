"""Refusals of the portal's own."""

from customer_admin.errors import CustomerAdminError


class PageMissing(CustomerAdminError):
    """An address was asked for, but the site has no live page of that kind."""


class PortalRefused(CustomerAdminError):
    """A page tree can't be made like this."""
