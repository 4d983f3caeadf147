"""Random histories: change sets of all that people and machines do to tracked rows, failures among them."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, ProtectedError
from hypothesis import strategies as st
from wagtail.models import Site

from customer_admin.errors import MergeRefused
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    ChangeSet,
    ChangeSetCustomer,
    Club,
    ClubMembership,
    CounteredEntry,
    CreditEntry,
    Customer,
    CustomerClass,
    LoyaltyEntry,
    Order,
    OrderLine,
    OutgoingEmail,
    PortalLogin,
    recording,
    tracked_models,
)
from customer_admin.operations import merge_customers
from customer_admin.operations.portal_users import create_portal_user
from customer_admin.selectors.merges import LEAVE
from tests.factories import make_order
from tests.kept import kept_wrongly

from .rows import pick, swap

Step = tuple[str, int, int, int]
"""What to do, to which rows, and with which value. Few rows and few values, so that they meet."""
State = dict[str, list[tuple[Any, ...]]]


class Abandoned(Exception):
    """Somebody changed their mind half way."""


def create_customer(a: int, b: int, value: int) -> None:
    number = f"H{Customer.history.count() + 1}"
    customer = Customer(
        number=number,
        site=Site.objects.get(is_default_site=True),
        last_name=f"Name {value}",
        email=f"e{value}@x.example",
    )
    customer.customer_class = pick(CustomerClass, a) if b % 2 else None
    customer.save()


def edit_customer(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        customer.last_name = f"Name {value}"
        customer.birth_date = f"199{value}-01-01" if b % 3 else None
        customer.save(update_fields=["last_name"] if b % 2 else None)


def change_many_customers(a: int, b: int, value: int) -> None:
    Customer.objects.filter(pk__gte=a).update(phone=f"0{value}", customer_class=pick(CustomerClass, b))


def delete_customer(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        if value % 2:
            PortalLogin.objects.filter(customer=customer).delete()
        customer.delete() if b % 2 else Customer.objects.filter(pk=customer.pk).delete()


def add_address(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        kind = Address.Kind.values[b % 2]
        same = Address.objects.filter(customer=customer, kind=kind)
        is_primary = not same.exists() or bool(value % 2)
        if is_primary:
            same.update(is_primary=False)
        Address.objects.create(customer=customer, kind=kind, is_primary=is_primary, line1=f"Street {value}")


def move_primary(a: int, b: int, value: int) -> None:
    if address := pick(Address, a):
        same = Address.objects.filter(customer=address.customer_id, kind=address.kind)
        same.update(is_primary=False)
        same.filter(pk=address.pk).update(is_primary=True, city=f"City {value}")


def delete_address(a: int, b: int, value: int) -> None:
    address = pick(Address, a)
    if address and (not address.is_primary or value % 2):
        same = Address.objects.filter(customer=address.customer_id, kind=address.kind).exclude(pk=address.pk)
        was_primary = address.is_primary
        address.delete()
        if was_primary and (heir := same.first()):
            heir.is_primary = True
            heir.save()


def write_note(a: int, b: int, value: int) -> None:
    note, customer = pick(AccountNote, a), pick(Customer, b)
    if customer and (note is None or value % 3 == 0):
        AccountNote.objects.create(customer=customer, body=f"Note {value}")
    elif note and value % 3 == 1:
        note.delete()
    elif note:
        note.body, note.customer = f"Note {value}", customer
        note.save()


def place_order(a: int, b: int, value: int) -> None:
    make_order(pick(Customer, a) if value % 4 else None, lines=b % 3, number=f"O{Order.history.count() + 1}")


def change_orders(a: int, b: int, value: int) -> None:
    orders = Order.objects.filter(pk__gte=a)
    if b % 3 == 0:
        orders.update(total=F("total") + value)
    elif b % 3 == 1:
        orders.update(customer=pick(Customer, value))
    elif customer := pick(Customer, value):
        customer.orders.set(list(orders[:3]))


def delete_order(a: int, b: int, value: int) -> None:
    Order.objects.filter(pk=getattr(pick(Order, a), "pk", None)).delete()


def change_lines(a: int, b: int, value: int) -> None:
    lines = list(OrderLine.objects.order_by("pk")[: b % 4])
    for line in lines:
        line.quantity = value
    OrderLine.objects.bulk_update(lines, ["quantity"])


def make_class(a: int, b: int, value: int) -> None:
    CustomerClass.objects.create(name=f"Class {value}", code=f"c{value}")  # Fails when the code is taken.


def move_default(a: int, b: int, value: int) -> None:
    CustomerClass.objects.filter(is_default=True).update(is_default=False)
    if chosen := pick(CustomerClass, a):
        chosen.is_default = True
        chosen.save()


def delete_class(a: int, b: int, value: int) -> None:
    if found := pick(CustomerClass, a):
        found.delete()  # Fails when customers have it.


def make_login(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        PortalLogin.objects.create(
            customer=customer, user=create_portal_user(), username=f"u{value}", email=f"u{value}@x.example"
        )


def change_login(a: int, b: int, value: int) -> None:
    if login := pick(PortalLogin, a):
        login.is_enabled = not login.is_enabled
        login.username = f"u{value}"
        login.save()
        get_user_model().objects.filter(pk=login.user_id).update(is_active=login.is_enabled)


def make_club(a: int, b: int, value: int) -> None:
    Club.objects.create(name=f"Club {value}")  # Fails when the name is taken.


def join_or_leave_club(a: int, b: int, value: int) -> None:
    customer, club = pick(Customer, a), pick(Club, b)
    if customer and club:
        membership = ClubMembership.objects.filter(customer=customer, club=club).order_by("pk").last()
        if membership is None or value % 3 == 0:
            ClubMembership.objects.create(customer=customer, club=club)  # Fails when there is one already.
        else:
            membership.status = ClubMembership.Status.values[value % 3]
            membership.save()


def delete_club(a: int, b: int, value: int) -> None:
    if found := pick(Club, a):
        found.delete()  # Fails when somebody ever joined it.


def book(a: int, b: int, value: int) -> None:
    if customer := pick(Customer, a):
        if b % 2:
            LoyaltyEntry.objects.create(customer=customer, kind="points", quantity=value + 1, reason="r")
        else:
            CreditEntry.objects.create(customer=customer, kind="deposit", amount=value + 1, currency="USD", reason="r")


def counter(a: int, b: int, value: int) -> None:
    model = LoyaltyEntry if b % 2 else CreditEntry
    if entry := pick(model, a):
        entry.counter_entry(reason="r").save()  # Fails when it was countered.


def move_books(a: int, b: int, value: int) -> None:
    source, target = pick(Customer, a), pick(Customer, b)
    if source and target:
        for model in (LoyaltyEntry, CreditEntry):
            model.objects.filter(customer=source).update(customer=target)


def merge(a: int, b: int, value: int) -> None:
    accounts = list(Customer.objects.order_by("pk"))
    if len(accounts) > 1:
        stays = accounts.pop(a % len(accounts))
        going = [accounts[(b + step) % len(accounts)] for step in range(1 + value % 2)]
        whose = [going[0].pk, stays.pk, LEAVE][value % 3]
        relations = ("address", "portallogin", "order", "loyaltyentry")
        choices = {"email": going[0].pk, **{f"customer_admin.{name}.customer": whose for name in relations}}
        with suppress(MergeRefused):  # Such as for two memberships of one club.
            merge_customers(actor=SYSTEM, survivor=stays, duplicates=going, choices=choices)


STEPS: dict[str, Callable[[int, int, int], None]] = {
    "create customer": create_customer,
    "edit customer": edit_customer,
    "change many customers": change_many_customers,
    "delete customer": delete_customer,
    "add address": add_address,
    "move primary": move_primary,
    "delete address": delete_address,
    "write note": write_note,
    "place order": place_order,
    "change orders": change_orders,
    "delete order": delete_order,
    "change lines": change_lines,
    "swap order numbers": lambda a, b, value: swap(Order, "number", a, b),
    "make class": make_class,
    "swap class codes": lambda a, b, value: swap(CustomerClass, "code", a, b),
    "move default": move_default,
    "delete class": delete_class,
    "make login": make_login,
    "change login": change_login,
    "make club": make_club,
    "join or leave club": join_or_leave_club,
    "delete club": delete_club,
    "book": book,
    "counter": counter,
    "move books": move_books,
    "merge": merge,
    "merge others": merge,
    "merge once more": merge,
    "swap usernames": lambda a, b, value: swap(PortalLogin, "username", a, b),
}

if apps.is_installed("tests.hosts.full.shop"):
    from . import host_steps

    STEPS |= host_steps.STEPS

_numbers = st.integers(0, 5)
steps = st.tuples(st.sampled_from(sorted(STEPS)), _numbers, _numbers, _numbers)
beginnings = st.just([("create customer", 0, 0, n) for n in range(3)] + [("make class", 0, 0, n) for n in range(2)])
"""So that there is something to work with."""
histories = st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=8)


def run(step: Step) -> None:
    """Do one step; what fails is undone to a savepoint, and so is what is given up half way."""
    name, a, b, value = step
    with suppress(IntegrityError, ProtectedError, Abandoned), transaction.atomic():
        STEPS[name](a, b, value)
        if (a, b, value) == (5, 5, 5):
            raise Abandoned


def play(change_sets: list[list[Step]]) -> list[tuple[ChangeSet, State]]:
    """Play a history on an empty base; answers each change set that is left, with the state before it."""
    clear()
    told = []
    for part in change_sets:
        before = state()
        with recording(actor=SYSTEM) as current:
            for step in part:
                run(step)
        if current.change_set is not None:
            told.append((current.change_set, before))
    return told


def state() -> State:
    """Every tracked column of every tracked row, and whether the users behind logins may sign in.

    Of what is only countered it is the sums, since taking back makes an entry more and never one less.
    """
    rows: State = {}
    for model in tracked_models():
        if issubclass(model, CounteredEntry):
            rows[model._meta.label] = sums_of(model)
            continue
        columns = [field.attname for field in model.history.model.tracked_fields]
        rows[model._meta.label] = list(model._base_manager.order_by("pk").values_list(*columns))
    active = PortalLogin.objects.order_by("pk").values_list("pk", "user__is_active")
    return {**rows, "users": list(active)}


def sums_of(model: Any) -> list[tuple[Any, ...]]:
    """By customer, each sum that is not nothing."""
    sums = model.objects.order_by("customer").values_list("customer")
    told = sums.annotate(*(models.Sum(name) for name in model.negated_fields))
    return [row for row in told if any(row[1:])]


def clear() -> None:
    """Empty all tables that a history writes to, without a history of that."""
    for model in (OutgoingEmail, ChangeSetCustomer):
        model.objects.all().delete()
    with transaction.atomic():
        for model in tracked_models():
            models.QuerySet(model.history.model)._raw_delete(using="default")
            models.QuerySet(model)._raw_delete(using="default")
        ChangeSet.objects.update(reverts=None)
        ChangeSet.objects.all()._raw_delete(using="default")
        get_user_model().objects.filter(portal_login=None, is_staff=False).delete()


def everything_is_consistent() -> None:
    """The rules between rows hold, and stored keys are those of the values."""
    assert kept_wrongly() == []
    connection.check_constraints()
    assert not Customer.all_objects.filter(merged_into__merged_into__isnull=False).exists()
    for model in tracked_models():
        for row in model._base_manager.all() if model.stored_keys else ():
            stored = {name: getattr(row, name) for name in model.stored_keys}
            row.fill_stored_keys()
            assert {name: getattr(row, name) for name in model.stored_keys} == stored
    kinds = (
        Address.objects.order_by()
        .values_list("customer_id", "kind")
        .annotate(primaries=models.Sum(models.functions.Cast("is_primary", models.IntegerField())))
    )
    assert all(primaries == 1 for _customer, _kind, primaries in kinds)
    for model in (LoyaltyEntry, CreditEntry):
        for entry in model.objects.exclude(counters=None).select_related("counters"):
            assert entry.customer_id == entry.counters.customer_id
            assert all(getattr(entry, name) == -getattr(entry.counters, name) for name in model.negated_fields)
