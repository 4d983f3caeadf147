"""Makes the message of an outbox row from the templates of its kind.

Each kind is a folder `customer_admin/emails/<kind>/` with `subject.txt`, `body.txt` and `body.html`; a host overrides
any of them by a template of the same name.
"""

import unicodedata
from datetime import timedelta
from email.utils import quote
from typing import Any, TypeVar

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.conf import app_settings
from customer_admin.errors import MailRefused
from customer_admin.models import CustomerAdminSettings, OutgoingEmail
from customer_admin.models.keys import email_key

from .links import set_password_link
from .verification import verification_link

LINK_KINDS = frozenset({"set_password", "password_reset"})
"""Kinds whose mail carries a link that opens a login; it is made when the mail is, and shown to nobody else."""
VERIFY_KIND = "verify_linked_email"
SECRET_KINDS = LINK_KINDS | {VERIFY_KIND}
"""All kinds with a link that proves that somebody reads the mail at this address; such a mail goes to no other."""
LOGIN_KINDS = LINK_KINDS | {"account_created"}
"""Kinds that only make sense while the login can be used; they go to the address that the login has at delivery."""

T = TypeVar("T")


def build_message(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The message to hand over now, in the customer's language. Raises MailRefused for an address that can't get it."""
    if not email.to_address.rpartition("@")[0].isascii():
        # Django would encode such a name into another one, and the mail would count as sent.
        raise MailRefused(
            _("Letters beyond ASCII before the @ of an address can't be sent to from here. Use another address.")
        )
    with translation.override(language_of(email)):
        context = message_context(email)
        message = EmailMultiAlternatives(
            subject=render_subject(email.kind, context),
            body=render(email.kind, "body.txt", context),
            from_email=email.from_address,
            to=[email.to_address],
            headers={
                "Message-ID": f"<{email.message_id}@{_domain(email.from_address)}>",
                "Auto-Submitted": "auto-generated",  # RFC 3834: asks out-of-office replies to stay quiet.
            },
        )
        message.attach_alternative(render(email.kind, "body.html", context), "text/html")
    return message


def message_context(email: OutgoingEmail) -> dict[str, Any]:
    """What the templates of this mail may use."""
    customer, login = email.customer, email.login
    context: dict[str, Any] = {**email.context, "customer": customer, "login": login, "email": email}
    site = customer.site if customer else login.customer.site if login else None
    context["site_name"] = (site and (site.site_name or site.hostname)) or app_settings.host("WAGTAIL_SITE_NAME", "")
    if login is not None:
        addresses = app_settings.PORTAL_ADDRESSES
        context["sign_in_url"] = addresses(login.customer.site).sign_in() if addresses else ""
        context["lifetime"] = in_words(app_settings.SET_PASSWORD_LINK_LIFETIME)
        if email.kind in LINK_KINDS:
            context["link"] = set_password_link(login)
    if email.kind == VERIFY_KIND and email.linked_email is not None:
        context["linked_email"] = email.linked_email
        context["link"] = verification_link(email.linked_email)
        context["lifetime"] = in_words(app_settings.VERIFY_LINK_LIFETIME)
    return context


def render(kind: str, part: str, context: dict[str, Any]) -> str:
    return without_nul(render_to_string(f"customer_admin/emails/{kind}/{part}", context))


def render_subject(kind: str, context: dict[str, Any]) -> str:
    return _one_line(render(kind, "subject.txt", context))


def sender_of(settings: CustomerAdminSettings | None) -> str:
    """From whom mails of a site come, in the form of a From header."""
    if settings is None or not settings.sender_email:
        return app_settings.host("DEFAULT_FROM_EMAIL")
    sender = f'"{quote(_one_line(settings.sender_name))}" <{settings.sender_email}>'
    longest = OutgoingEmail._meta.get_field("from_address").max_length
    fits = longest is None or len(sender) <= longest
    return sender if settings.sender_name and fits else settings.sender_email


def in_words(lifetime: timedelta) -> str:
    """A length of time in its largest whole unit: "3 days", "1 hour", "20 minutes"."""
    minutes = int(lifetime.total_seconds() // 60)
    if minutes >= 24 * 60:
        return ngettext("%(count)d day", "%(count)d days", minutes // (24 * 60)) % {"count": minutes // (24 * 60)}
    if minutes >= 60:
        return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def without_nul(value: T) -> T:
    """`value` without the one character that PostgreSQL can't store and mail servers refuse, at any depth."""
    if isinstance(value, str):
        return value.replace("\0", "")  # type: ignore[return-value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(item) for key, item in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return [without_nul(item) for item in value]  # type: ignore[return-value]
    return value


def _one_line(text: str) -> str:
    """`text` as a header may hold it: a line break or another control character could begin a header of its own."""
    return " ".join("".join(" " if unicodedata.category(char) == "Cc" else char for char in text).split())


def language_of(email: OutgoingEmail) -> str:
    """The nearest language to the mail's that this installation has."""
    try:
        return translation.get_supported_language_variant(email.language)
    except LookupError:
        return app_settings.host("LANGUAGE_CODE")


def _domain(address: str) -> str:
    """The domain of a From header in its ASCII form."""
    return email_key(address.strip("> ")).rpartition("@")[2]
