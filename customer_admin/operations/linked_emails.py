"""Linked e-mails: further addresses of a customer, and the mail by which each is verified."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.conf import app_settings
from customer_admin.errors import LinkedEmailRefused
from customer_admin.mail.messages import VERIFY_KIND
from customer_admin.mail.verification import linked_email_of_token
from customer_admin.models import (
    Actor,
    ActorKind,
    ChangeSet,
    ChangeSetKind,
    Customer,
    LinkedEmail,
    OutgoingEmail,
    recording,
)
from customer_admin.models.acknowledgements import kept_label
from customer_admin.models.actors import AnyActor
from customer_admin.models.keys import email_key, storable
from customer_admin.models.linked_emails import ALREADY_LINKED
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen

from .accounts import locked_account, locked_row
from .mail import just_queued, queue_email
from .meanwhile import Meanwhile
from .refusals import assign, check
from .sent_twice import twin_of

LINKED_EMAIL_FIELDS = frozenset({"email", "label", "gets_account", "gets_orders", "gets_clubs"})
AN_HOUR = timedelta(hours=1)


def link_email(*, actor: AnyActor, customer: Customer, email: str, reason: str = "", **fields: Any) -> LinkedEmail:
    """One more address of a customer, to which a mail goes that verifies it; until then it gets nothing else.

    `fields` are those of `LINKED_EMAIL_FIELDS`. The same one that is linked already is the answer when it is linked
    again, without another mail. Raises PermissionRefused, and LinkedEmailRefused, also for too many mails.
    """
    actor = require(actor, "add_linkedemail")
    linked = LinkedEmail(customer=customer)
    assign(linked, _stripped({"email": email, **fields}), LINKED_EMAIL_FIELDS)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        linked.customer = locked_account(customer, LinkedEmailRefused)
        if twin := _twin_of(linked):
            return twin
        _check(linked)
        linked.save()
        _queue_verification(linked, actor)
    return linked


def update_linked_email(
    *, actor: AnyActor, linked: LinkedEmail, reason: str = "", seen: Seen | str | None = None, **fields: Any
) -> LinkedEmail:
    """The linked e-mail with the given fields changed. Another address has to be verified anew, and is sent the mail.

    `seen` is the `version_of` it when the person began: what others changed since then stays, unless the person changed
    the same. Raises PermissionRefused, LinkedEmailRefused, ChangedMeanwhile.
    """
    actor = require(actor, "change_linkedemail")
    meanwhile = Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        linked = _locked(linked)
        fields = meanwhile.settle(linked, _stripped(fields), Seen.of(seen))
        meanwhile.refuse()
        former = linked.email
        assign(linked, fields, LINKED_EMAIL_FIELDS)
        _check(linked)
        is_another = email_key(linked.email) != email_key(former)
        if is_another:
            linked.verified_at, linked.verified_key = None, ""
        linked.save()
        if is_another:
            _queue_verification(linked, actor)
    return linked


def unlink_email(*, actor: AnyActor, linked: LinkedEmail, reason: str = "") -> ChangeSet | None:
    """Remove a linked e-mail. Answers the change set. A second call does nothing. Raises PermissionRefused."""
    actor = require(actor, "delete_linkedemail")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        if found := _found(linked):
            found.delete()
    return current.change_set


def resend_verification(*, actor: AnyActor, linked: LinkedEmail) -> OutgoingEmail:
    """Mail the link that verifies the address once more.

    The mail of a moment ago that is still on its way is the answer to a second click. Raises PermissionRefused, and
    LinkedEmailRefused when the address is verified, or was sent too many.
    """
    actor = require(actor, "change_linkedemail")
    with transaction.atomic():
        linked = _locked(linked)
        if linked.is_verified:
            raise LinkedEmailRefused(_("This address is verified already."), code="verified")
        return _just_queued(linked) or _queue_verification(linked, actor)


def verify_linked_email(*, token: str) -> LinkedEmail:
    """The linked e-mail, verified by whoever has the link that went to it. A second time changes nothing.

    Needs no login: the token is the proof. The change is that of whoever reads the address. Raises LinkedEmailRefused
    with code "link" when the link is too old, or is not for the address that stands there now.
    """
    linked = linked_email_of_token(token)
    if linked is None:
        raise _dead_link()
    reader = Actor(kind=ActorKind.CUSTOMER, label=linked.email)
    reason = _("Opened the link that was sent to %(email)s") % {"email": linked.email}
    with recording(actor=reader, kind=ChangeSetKind.EDIT, reason=reason):
        _found(linked)
        linked = linked_email_of_token(token)
        if linked is None:  # The address was changed while this one waited.
            raise _dead_link()
        if not linked.is_verified:
            linked.verified_at, linked.verified_key = timezone.now(), email_key(linked.email)
            linked.save()
    return linked


def refuse_too_many(address: str) -> None:
    """Raise LinkedEmailRefused when this address was sent as many mails to verify it as go to one within an hour."""
    most = app_settings.VERIFY_MAILS_PER_HOUR
    recent = OutgoingEmail.objects.filter(kind=VERIFY_KIND, created_at__gt=timezone.now() - AN_HOUR)
    # By the address as well, which a mail keeps when the linked e-mail is removed.
    same = Q(linked_email__email_key=email_key(address)) | Q(to_address__iexact=address)
    if recent.filter(same).count() < most:
        return
    message = ngettext(
        "This address was sent %(count)d mail within the last hour. Wait a while, then try again.",
        "This address was sent %(count)d mails within the last hour. Wait a while, then try again.",
        most,
    )
    raise LinkedEmailRefused(fields={"email": message % {"count": most}}, code="too_many")


def _check(linked: LinkedEmail) -> None:
    check(linked, LinkedEmailRefused, exclude=["email_key"], validate_constraints=False)
    others = LinkedEmail.objects.filter(customer=linked.customer_id, email_key=linked.email_key)
    if others.exclude(pk=linked.pk).exists():
        raise LinkedEmailRefused(fields={"email": str(ALREADY_LINKED)}, code="exists")


def _queue_verification(linked: LinkedEmail, actor: Actor) -> OutgoingEmail:
    refuse_too_many(linked.email)
    return queue_email(
        kind=VERIFY_KIND,
        customer=linked.customer,
        linked_email=linked,
        to_address=linked.email,
        asked_by=kept_label(actor),
    )


def _just_queued(linked: LinkedEmail) -> OutgoingEmail | None:
    return just_queued(OutgoingEmail.objects.filter(linked_email=linked, kind=VERIFY_KIND), linked.email)


def _locked(linked: LinkedEmail) -> LinkedEmail:
    found = _found(linked)
    if found is None:
        raise LinkedEmailRefused(_("This linked e-mail was removed meanwhile."), code="gone")
    return found


def _found(linked: LinkedEmail) -> LinkedEmail | None:
    return locked_row(LinkedEmail.objects.select_related("customer__site"), linked, LinkedEmailRefused, or_merged=True)


def _twin_of(linked: LinkedEmail) -> LinkedEmail | None:
    """The same one, linked before."""
    if storable(linked.email) != linked.email:
        return None
    linked.fill_stored_keys()
    others = LinkedEmail.objects.filter(customer=linked.customer, email_key=linked.email_key)
    return twin_of(linked, others, LINKED_EMAIL_FIELDS)


def _stripped(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}


def _dead_link() -> LinkedEmailRefused:
    message = _(
        "This link has expired, or the address was changed or removed since it was sent. Ask for a new mail, and use "
        "the link in that one."
    )
    return LinkedEmailRefused(message, code="link")
