"""What else has to hold after rows were taken back: rules between rows, and what stands outside the history."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from django.contrib.auth import get_user_model
from django.db import router

from customer_admin.models import Address, CreditEntry, LoyaltyEntry, PortalLogin
from customer_admin.models.bulk import in_chunks

from ..mail import queue_email
from .chains import chains_of
from .report import Action, RowEffect

FollowUp = Callable[[Sequence[RowEffect]], Callable[[], None]]
"""Called with the rows of one model before they are written; answers what to call when they are."""

_follow_ups: dict[Any, list[FollowUp]] = {}


def follows_reverts_of(model: Any) -> Callable[[FollowUp], FollowUp]:
    """Register a function that keeps what belongs to `model` in order when its rows are taken back. Hosts may, too."""

    def register(function: FollowUp) -> FollowUp:
        _follow_ups.setdefault(model, []).append(function)
        return function

    return register


def follow_ups_of(model: Any, rows: Sequence[RowEffect]) -> list[Callable[[], None]]:
    """What to call once `rows` are written."""
    return [function(rows) for function in _follow_ups.get(model, [])] if rows else []


@follows_reverts_of(Address)
def keep_one_primary(rows: Sequence[RowEffect]) -> Callable[[], None]:
    """Of each kind of address that a customer has, one stays primary: the oldest, when the primary one went."""

    def choose() -> None:
        customers: set[Any] = set()
        for chunk in in_chunks(sorted({row.key for row in rows}), router.db_for_write(Address)):
            customers |= set(Address.history.filter(id__in=chunk).values_list("customer_id", flat=True))
        choose_primaries(customers - {None})

    return choose


def choose_primaries(customers: Iterable[Any]) -> None:
    """Make the oldest address of each kind the primary one where these customers have none. Inside a recording."""
    lacking = []
    for chunk in in_chunks(sorted(customers), router.db_for_write(Address)):
        addresses = Address.objects.filter(customer_id__in=chunk).order_by("customer_id", "kind", "pk")
        columns = addresses.values_list("customer_id", "kind", "is_primary", "pk")
        for _owner, group in groupby(columns, key=lambda row: row[:2]):
            same = list(group)
            if not any(is_primary for _customer, _kind, is_primary, _pk in same):
                lacking.append(same[0][3])
    if lacking:
        Address.objects.filter(pk__in=lacking).update(is_primary=True)


@follows_reverts_of(PortalLogin)
def let_users_follow_their_logins(rows: Sequence[RowEffect]) -> Callable[[], None]:
    """The user row behind a login may sign in when the login is enabled; a former address is told of a change."""
    keys = [row.key for row in rows]
    users = dict(PortalLogin.history.filter(id__in=keys).order_by("history_id").values_list("user_id", "id"))
    changing = [row.key for row in rows if row.action == Action.CHANGE and "email" in row.fields]
    former = dict(PortalLogin.objects.filter(pk__in=changing).values_list("pk", "email"))

    def follow() -> None:
        logins = PortalLogin.objects.filter(pk__in=keys).select_related("customer__site")
        enabled = {login.user_id for login in logins if login.is_enabled}
        User = get_user_model()
        User._default_manager.filter(pk__in=enabled).update(is_active=True)
        User._default_manager.filter(pk__in=set(users) - enabled).update(is_active=False)
        for login in logins:
            if login.email != former.get(login.pk, login.email):
                queue_email(kind="email_changed", login=login, to_address=former[login.pk])

    return follow


def let_counter_entries_follow(rows: Sequence[RowEffect]) -> Callable[[], None]:
    """A counter-entry belongs to whom its entry belongs: when that goes back to another customer, it goes along."""
    moving = [row for row in rows if row.action == Action.CHANGE and "customer" in row.fields]

    def follow() -> None:
        model: Any = moving[0].model if moving else None
        chains = chains_of(model, [row.key for row in moving]) if moving else []
        keys = {key for chain in chains for key in chain}
        owners = {
            key: owner
            for chunk in in_chunks(keys, router.db_for_write(LoyaltyEntry))
            for key, owner in model._base_manager.filter(pk__in=chunk).values_list("pk", "customer")
        }
        lagging: dict[Any, list[Any]] = {}
        for first, *others in chains:
            lagging.setdefault(owners[first], []).extend(key for key in others if owners[key] != owners[first])
        for owner, entries in lagging.items():
            model._base_manager.filter(pk__in=entries).update(customer=owner)

    return follow


for books in (LoyaltyEntry, CreditEntry):
    follows_reverts_of(books)(let_counter_entries_follow)
