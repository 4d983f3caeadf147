"""Links that verify a linked e-mail. They are made at delivery and never stored.

A link carries the key of the linked e-mail and a fingerprint of its address, signed with the time: it is good for that
one address, and dead once another one stands in its place.
"""

from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from customer_admin.conf import app_settings
from customer_admin.models import LinkedEmail
from customer_admin.models.keys import email_key

SALT = "customer_admin.verify_linked_email"


def verification_token(linked: LinkedEmail) -> str:
    """What proves, for as long as `VERIFY_LINK_LIFETIME`, that somebody read the mail to this address."""
    return signing.dumps([linked.pk, _fingerprint(linked)], salt=SALT)


def verification_link(linked: LinkedEmail) -> str:
    """A fresh address at which whoever reads this mail verifies the e-mail, on the customer's own site."""
    return linked.customer.site.root_url + reverse("customer_admin:verify_email", args=[verification_token(linked)])


def linked_email_of_token(token: str) -> LinkedEmail | None:
    """The linked e-mail that a token is for, or None when it is wrong or too old, or the address is another by now."""
    try:
        key, fingerprint = signing.loads(token, salt=SALT, max_age=app_settings.VERIFY_LINK_LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    linked = LinkedEmail.objects.select_related("customer__site").filter(pk=key).first()
    if linked is None or linked.customer.merged_into_id is not None:
        return None
    return linked if constant_time_compare(fingerprint, _fingerprint(linked)) else None


def _fingerprint(linked: LinkedEmail) -> str:
    return salted_hmac(SALT, email_key(linked.email), algorithm="sha256").hexdigest()[:32]
