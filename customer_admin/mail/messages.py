"""Makes the message of an outbox row from the templates of its kind.

Each kind is a folder `customer_admin/emails/<kind>/` with `subject.txt`, `body.txt` and `body.html`; a host overrides
any of them by a template of the same name.
"""

from email.utils import formataddr
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from customer_admin.conf import app_settings
from customer_admin.models import CustomerAdminSettings, OutgoingEmail

from .links import set_password_link

LINK_KINDS = frozenset({"set_password", "password_reset"})
"""Kinds whose mail carries a link that opens something; it is made when the mail is, and shown to nobody else."""


def build_message(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The message to hand over now, in the customer's language."""
    with translation.override(email.language or app_settings.host("LANGUAGE_CODE")):
        context = message_context(email)
        subject = " ".join(render(email.kind, "subject.txt", context).split())
        message = EmailMultiAlternatives(
            subject=subject,
            body=render(email.kind, "body.txt", context),
            from_email=email.from_address,
            to=[email.to_address],
            headers={
                "Message-ID": f"<{email.message_id}@{email.from_address.rpartition('@')[2].strip('> ')}>",
                "Auto-Submitted": "auto-generated",  # RFC 3834: asks out-of-office replies to stay quiet.
            },
        )
        message.attach_alternative(render(email.kind, "body.html", context), "text/html")
    return message


def message_context(email: OutgoingEmail) -> dict[str, Any]:
    """What the templates of this mail may use."""
    context: dict[str, Any] = {**email.context, "customer": email.customer, "login": email.login, "email": email}
    if email.login is not None:
        addresses = app_settings.PORTAL_ADDRESSES
        site = email.login.customer.site
        context["site_name"] = site.site_name or site.hostname
        context["sign_in_url"] = addresses(site).sign_in() if addresses else ""
        context["lifetime"] = app_settings.SET_PASSWORD_LINK_LIFETIME
        if email.kind in LINK_KINDS:
            context["link"] = set_password_link(email.login)
    return context


def render(kind: str, part: str, context: dict[str, Any]) -> str:
    return render_to_string(f"customer_admin/emails/{kind}/{part}", context)


def sender_of(settings: CustomerAdminSettings | None) -> str:
    """From whom mails of a site come, in the form of a From header."""
    if settings is None or not settings.sender_email:
        return app_settings.host("DEFAULT_FROM_EMAIL")
    return formataddr((settings.sender_name, settings.sender_email)) if settings.sender_name else settings.sender_email
