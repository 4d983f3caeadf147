"""Sending a mail once more: made anew with today's data, and chained to the first one."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customer_admin.errors import MailRefused
from customer_admin.mail.messages import LOGIN_KINDS, SECRET_KINDS, VERIFY_KIND
from customer_admin.models import OutgoingEmail
from customer_admin.models.acknowledgements import kept_label
from customer_admin.models.actors import AnyActor
from customer_admin.models.keys import email_key, storable
from customer_admin.permissions import may, require

from .linked_emails import refuse_too_many
from .mail import WITH_SUBJECTS, just_queued, queue_email


def resend_email(*, actor: AnyActor, email: OutgoingEmail, to_address: str = "") -> OutgoingEmail:
    """A new mail of the same kind about the same, to `to_address`, else to where the first one would go today.

    A mail with a link that opens something goes to nobody but whom it is for. Of two clicks within a minute the second
    one answers the mail of the first. Raises PermissionRefused, MailRefused, LinkedEmailRefused.
    """
    actor = require(actor, permission_to_resend(email))
    with transaction.atomic():
        found = _locked(email)
        if obstacle := obstacle_to_resend(found):
            raise MailRefused(obstacle, code="not_again")
        usual = usual_address(found)
        address = _checked(to_address.strip()) if to_address.strip() else usual
        is_usual = email_key(address) == email_key(usual)
        if found.kind in SECRET_KINDS and not is_usual:
            raise MailRefused(
                fields={
                    "to_address": _("This mail has a link in it that is for nobody else. It only goes to %(email)s.")
                    % {"email": usual}
                },
                code="secret",
            )
        if twin := just_queued(found.resends.all(), address):
            return twin
        if found.kind == VERIFY_KIND:
            refuse_too_many(address)
        return queue_email(
            kind=found.kind,
            login=found.login,
            customer=found.customer,
            linked_email=found.linked_email,
            to_address=address,
            context=found.context,
            section=found.section,
            resend_of=found,
            asked_by=kept_label(actor),
            keeps_address=not is_usual,
        )


def permission_to_resend(email: OutgoingEmail) -> str:
    """The codename of the permission that sending this mail again asks for; one about a login is the login's matter."""
    return "change_portallogin" if _is_about_login(email) else "resend_outgoingemail"


def may_resend(actor: AnyActor, email: OutgoingEmail) -> bool:
    return may(actor, permission_to_resend(email))


def usual_address(email: OutgoingEmail) -> str:
    """Where the mail would go if it were sent again now, as the first one was."""
    if email.kind in LOGIN_KINDS and email.login is not None:
        return email.login.email
    if email.kind == VERIFY_KIND and email.linked_email is not None:
        return email.linked_email.email
    return email.to_address


def obstacle_to_resend(email: OutgoingEmail) -> str:
    """Why the mail can't be sent again, in a sentence; "" when it can."""
    if email.is_on_its_way:
        return _("This e-mail is still on its way. Wait until it is sent or has failed.")
    if email.customer is None:
        return _("The customer whom this e-mail was about was deleted, so it can't be made anew.")
    if _is_about_login(email) and email.login is None:
        return _("The login that this e-mail was about was deleted. Make a new login, which sends a new e-mail.")
    if email.kind in LOGIN_KINDS and email.login is not None and not email.login.is_enabled:
        return _("The login that this e-mail is about is disabled. Enable it first.")
    if email.kind == VERIFY_KIND and email.linked_email is None:
        return _("The linked e-mail that this was to verify was removed. Link it again, which sends a new e-mail.")
    if email.kind == VERIFY_KIND and email.linked_email is not None and email.linked_email.is_verified:
        return _("The address is verified already.")
    return ""


def _is_about_login(email: OutgoingEmail) -> bool:
    return email.kind in LOGIN_KINDS or email.login_id is not None


def _locked(email: OutgoingEmail) -> OutgoingEmail:
    rows = OutgoingEmail.objects.select_for_update(of=("self",)).select_related(*WITH_SUBJECTS)
    found = rows.filter(pk=email.pk).first()
    if found is None:
        raise MailRefused(_("This e-mail is not in the log any more."), code="gone")
    return found


def _checked(address: str) -> str:
    try:
        if storable(address) != address:
            raise ValidationError(_("This has a character in it that can't be stored. Type it anew."))
        field = OutgoingEmail._meta.get_field("to_address")
        return str(field.clean(address, None))
    except ValidationError as error:
        raise MailRefused(fields={"to_address": error.messages}) from error
