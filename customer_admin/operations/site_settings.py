"""Changing the settings of a site."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.permission_policies.sites import SitePermissionPolicy

from customer_admin.errors import SettingsRefused
from customer_admin.models import ChangeSetKind, CustomerAdminSettings, CustomerClass, recording
from customer_admin.models.actors import Actor, AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen

from .meanwhile import Meanwhile
from .refusals import assign, check

SETTINGS_FIELDS = frozenset(
    {
        "portal_enabled", "number_prefix", "sender_name", "sender_email", "default_class", "required_for_staff",
        "required_for_customers", "payment_methods_title", "warnings_hold_back", "merges_need_second",
    }
)  # fmt: skip


def update_settings(
    *,
    actor: AnyActor,
    settings: CustomerAdminSettings,
    reason: str = "",
    seen: Seen | str | None = None,
    **fields: Any,
) -> CustomerAdminSettings:
    """The settings with the given fields changed. Raises PermissionRefused, SettingsRefused.

    `seen` is the `version_of` the settings when the person began: what others changed since then stays, unless the
    person changed the same, which raises ChangedMeanwhile.
    """
    actor = _require(actor, settings)
    meanwhile = Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        settings = _locked(settings)
        fields = meanwhile.settle(settings, fields, Seen.of(seen))
        meanwhile.refuse()
        assign(settings, fields, SETTINGS_FIELDS)
        check(settings, SettingsRefused)
        _check_default_class(settings)
        settings.save()
    return settings


def _check_default_class(settings: CustomerAdminSettings) -> None:
    """Locked, so that nobody deactivates it meanwhile."""
    if settings.default_class_id is None:
        return
    found = CustomerClass.objects.select_for_update().filter(pk=settings.default_class_id).first()
    if found is None or not found.is_active:
        raise SettingsRefused(
            fields={"default_class": _("New customers can only get a class that is active. Choose another one.")}
        )


def _locked(settings: CustomerAdminSettings) -> CustomerAdminSettings:
    found = CustomerAdminSettings.objects.select_for_update().filter(pk=settings.pk).first()
    if found is None:
        raise SettingsRefused(_("These settings went with their site meanwhile."), code="gone")
    return found


def _require(actor: AnyActor, settings: CustomerAdminSettings) -> Actor:
    actor = Actor.of(actor)
    policy = SitePermissionPolicy(CustomerAdminSettings)
    # Wagtail's groups can have the permission for single sites, which nobody else's permissions know of.
    if actor.user and policy.user_has_permission_for_instance(actor.user, "change", settings.site):
        return actor
    return require(actor, "change_customeradminsettings")
