"""The form that asks for a mail with a link."""

from .fields import IdentifierField, PortalForm


class ForgotPasswordForm(PortalForm):
    identifier = IdentifierField()
