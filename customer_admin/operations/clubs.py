"""Creating, changing and removing clubs."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customer_admin.errors import ClubRefused, CustomerAdminError, DeleteRefused
from customer_admin.models import ChangeSet, ChangeSetKind, Club, recording
from customer_admin.models.actors import AnyActor
from customer_admin.permissions import require
from customer_admin.selectors.clubs import obstacles_to_delete_club
from customer_admin.selectors.history import Seen

from .meanwhile import Meanwhile
from .refusals import assign, check

CLUB_FIELDS = frozenset({"name", "description", "tiers", "is_active"})


def create_club(*, actor: AnyActor, name: str, reason: str = "", **fields: Any) -> Club:
    """A new club. `fields` are those of `CLUB_FIELDS`. Raises PermissionRefused, ClubRefused."""
    require(actor, "add_club")
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        return _save(Club(), {"name": name, **fields})


def update_club(
    *, actor: AnyActor, club: Club, reason: str = "", seen: Seen | str | None = None, **fields: Any
) -> Club:
    """The club with the given fields changed. Members keep a tier that the club no longer has.

    `seen` is the `version_of` the club when the person began: what others changed since then stays, unless the person
    changed the same, which raises ChangedMeanwhile. Raises PermissionRefused, ClubRefused.
    """
    actor = require(actor, "change_club")
    meanwhile = Meanwhile(actor)
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        club = _locked(club, ClubRefused)
        fields = meanwhile.settle(club, fields, Seen.of(seen))
        meanwhile.refuse()
        return _save(club, fields)


def delete_club(*, actor: AnyActor, club: Club, reason: str = "") -> ChangeSet:
    """Remove a club that nobody ever joined. Raises PermissionRefused, DeleteRefused."""
    require(actor, "delete_club")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        club = _locked(club, DeleteRefused)
        if obstacles := obstacles_to_delete_club(club):
            raise DeleteRefused(" ".join(obstacles))
        club.delete()
    assert current.change_set is not None
    return current.change_set


def _save(club: Club, fields: dict[str, Any]) -> Club:
    assign(club, fields, CLUB_FIELDS)
    check(club, ClubRefused)
    try:
        with transaction.atomic():
            club.save()
    except IntegrityError:
        check(club, ClubRefused)  # Somebody else took the name between the check and now.
        raise
    return club


def _locked(club: Club, refusal: type[CustomerAdminError]) -> Club:
    found = Club.objects.select_for_update().filter(pk=club.pk).first()
    if found is None:
        raise refusal(_("This club was deleted meanwhile."), code="gone")
    return found
