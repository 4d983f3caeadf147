"""Deleting many rows at once: one change set, all of them or none, and a few statements however many they are."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Model, ProtectedError, QuerySet, RestrictedError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customer_admin.errors import DeleteRefused
from customer_admin.models import AccountNote, ChangeSetKind, Club, Customer, CustomerClass, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.classes import obstacles_to_delete_classes
from customer_admin.selectors.clubs import obstacles_to_delete_clubs
from customer_admin.selectors.obstacles import obstacles_to_delete_many

from .bulk import BulkChange, keys_of, locked_in_chunks
from .logins import switch_logins_off
from .refusals import needed_by

MOST_TO_DELETE = 5000
"""Deleting reads all that goes along into memory, so it is not done to more rows than these at once."""

TOLD = 5
"""Of so many rows the message says what stands against their deletion."""

Obstacles = Mapping[Any, list[Any]]


def delete_customers(*, actor: AnyActor, customers: Iterable[Any], reason: str = "") -> BulkChange:
    """Delete customers, or those with the given keys, as `delete_customer` does: all of them or none.

    Those that are gone already are left out. Raises PermissionRefused, and DeleteRefused with what stands against it.
    """
    require(actor, "delete_customer")
    rows = Customer.objects.all()
    return _delete(actor, rows, customers, reason, obstacles_to_delete_many, before=switch_logins_off)


def delete_classes(*, actor: AnyActor, classes: Iterable[Any], reason: str = "") -> BulkChange:
    """Delete classes, or those with the given keys, as `delete_class` does: all of them or none.

    Those that are gone already are left out. Raises PermissionRefused, and DeleteRefused with what stands against it.
    """
    require(actor, "delete_customerclass")
    return _delete(actor, CustomerClass.objects.all(), classes, reason, obstacles_to_delete_classes)


def delete_clubs(*, actor: AnyActor, clubs: Iterable[Any], reason: str = "") -> BulkChange:
    """Delete clubs, or those with the given keys, as `delete_club` does: all of them or none.

    Those that are gone already are left out. Raises PermissionRefused, and DeleteRefused with what stands against it.
    """
    require(actor, "delete_club")
    return _delete(actor, Club.objects.all(), clubs, reason, obstacles_to_delete_clubs)


def delete_notes(*, actor: AnyActor, notes: Iterable[Any], reason: str = "") -> BulkChange:
    """Delete notes, or those with the given keys. Those that are gone already are left out.

    Raises PermissionRefused, and DeleteRefused for too many at once.
    """
    require(actor, "delete_accountnote")
    return _delete(actor, AccountNote.objects.all(), notes, reason, lambda found: {}, owned=True)


def _delete(
    actor: AnyActor,
    rows: QuerySet[Any],
    wanted: Iterable[Any],
    reason: str,
    obstacles_of: Callable[[list[Any]], Obstacles],
    *,
    before: Callable[[list[Any]], None] | None = None,
    owned: bool = False,
) -> BulkChange:
    """Delete those of `rows`, after `before` was done to them. `owned` are rows whose customers are locked first."""
    keys = keys_of(wanted)
    _refuse_too_many(keys)
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        if owned:
            owners = keys_of(rows.filter(pk__in=keys).order_by().values_list("customer", flat=True))
            list(locked_in_chunks(owners, Customer.all_objects.all()))
        found = [row for chunk in locked_in_chunks(keys, rows) for row in chunk]
        obstacles = obstacles_of(found)
        if hindered := [row for row in found if obstacles.get(row.pk)]:
            raise DeleteRefused(_in_words(hindered, obstacles))
        if before is not None:
            before(found)
        try:
            rows.filter(pk__in=[row.pk for row in found]).delete()
        except (ProtectedError, RestrictedError) as error:
            told = _("Some of these are still needed by: %(what)s. Move or remove those first.")
            raise DeleteRefused(told % {"what": needed_by(error)}) from error
        return BulkChange(current.change_set if found else None, changed=len(found), gone=len(keys) - len(found))


def _refuse_too_many(keys: list[Any]) -> None:
    if len(keys) > MOST_TO_DELETE:
        told = _("No more than %(most)s can be deleted at once. Narrow the list first.")
        raise DeleteRefused(told % {"most": number_format(MOST_TO_DELETE, force_grouping=True)}, code="too_many")


def _in_words(hindered: list[Model], obstacles: Obstacles) -> str:
    told = [f"{row}: {' '.join(map(str, obstacles[row.pk]))}" for row in hindered[:TOLD]]
    if len(hindered) > TOLD:
        told.append(
            _("The same holds for %(count)s more.")
            % {"count": number_format(len(hindered) - TOLD, force_grouping=True)}
        )
    return " ".join(told)
