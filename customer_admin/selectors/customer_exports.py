"""Customers as rows of a table: what an export has of each, for whom, read some at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Case, Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from customer_admin.files.cells import Column, Kind
from customer_admin.models import Address, Customer, CustomerClass, Order
from customer_admin.models.actors import AnyActor
from customer_admin.models.logins import LoginState, states_now
from customer_admin.permissions import may

from .added_columns import added_columns_for
from .one_process import by_one_process

PORTION = 800
"""So many customers are read at once; no database takes this for too many parameters."""

ACCOUNT = [
    "number", "first_name", "last_name", "company", "email", "phone", "customer_class", "birth_date",
    "account_number", "language", "referral_source", "notify_account", "notify_marketing",
]  # fmt: skip
TAX = ["tax_exempt", "tax_exempt_number", "tax_exempt_reason", "tax_exempt_region", "tax_exempt_until"]
ADDRESS = [
    "first_name", "last_name", "company", "line1", "line2", "postal_code", "city", "region", "country", "phone",
]  # fmt: skip
KINDS = {
    "BooleanField": Kind.YES_NO,
    "DateField": Kind.DATE,
    "DateTimeField": Kind.MOMENT,
    "DecimalField": Kind.NUMBER,
    "IntegerField": Kind.NUMBER,
}


@dataclass(frozen=True)
class CustomerColumn(Column):
    """`expression` is what is asked of the database for each customer; `told` makes of its answer what the cell holds.

    Besides the fields of the customer, expressions know `primary_billing` and `primary_shipping`, two addresses.
    """

    expression: Any = None
    told: Callable[[Any], Any] | None = None


def customer_columns(actor: AnyActor) -> list[CustomerColumn]:
    """The columns of an export for `actor`, in their order, named as in the form."""
    columns = [_own(name) for name in ACCOUNT]
    columns += [_own(name, f"{_('Tax exemption')}: ") for name in TAX]
    for kind in Address.Kind:
        columns += [_of_address(kind, name) for name in ADDRESS]
    if may(actor, "view_portallogin"):
        columns += _of_login()
    if may(actor, "view_order"):
        columns += _of_orders()
    site = Coalesce(NullIf("site__site_name", Value("")), "site__hostname")
    columns += [CustomerColumn(_("Site"), expression=site), _own("created_at")]
    added = added_columns_for(actor)
    return [*columns, *(CustomerColumn(str(each.label), each.kind, each.expression) for each in added)]


def rows_of(columns: Iterable[CustomerColumn], keys: Iterable[Any]) -> Iterator[list[Any]]:
    """The cells of the living customers with these keys, in this order. Those that are gone by now are left out.

    Each portion is a question of its own, so nothing stays open in the database however slowly the rows are taken.
    """
    columns, remaining = list(columns), iter(keys)
    asked = _asked(columns)
    told = [(place, column.told) for place, column in enumerate(columns) if column.told is not None]
    while portion := list(islice(remaining, PORTION)):
        with by_one_process(connection):
            found = {key: row for key, *row in asked.filter(pk__in=portion)}
        for key in portion:
            row = found.get(key)
            if row is None:
                continue
            for place, tell in told:
                row[place] = tell(row[place])
            yield row


def _asked(columns: Iterable[CustomerColumn]) -> QuerySet:
    addresses = {
        f"primary_{kind}": FilteredRelation("addresses", condition=Q(addresses__kind=kind, addresses__is_primary=True))
        for kind in Address.Kind.values
    }
    expressions = {f"column_{place}": column.expression for place, column in enumerate(columns)}
    asked = Customer.objects.order_by().annotate(**addresses).annotate(**expressions)
    return asked.values_list("pk", *expressions)


def _own(name: str, prefix: str = "") -> CustomerColumn:
    field: Any = Customer._meta.get_field(name)
    label = f"{prefix}{field.verbose_name}" if prefix else capfirst(str(field.verbose_name))
    if field.related_model is CustomerClass:
        return CustomerColumn(label, expression=F(f"{name}__name"))
    return CustomerColumn(label, KINDS.get(field.get_internal_type(), Kind.TEXT), F(name))


def _of_address(kind: Any, name: str) -> CustomerColumn:
    field: Any = Address._meta.get_field(name)
    return CustomerColumn(f"{kind.label}: {field.verbose_name}", expression=F(f"primary_{kind.value}__{name}"))


def _of_login() -> list[CustomerColumn]:
    state = Case(*(When(condition, then=Value(each)) for each, condition in states_now("portal_login__").items()))
    in_words = {each.value: str(each.label) for each in LoginState}
    label = _("Portal login")
    return [
        CustomerColumn(f"{label}: {_('username')}", expression=F("portal_login__username")),
        CustomerColumn(f"{label}: {_('e-mail')}", expression=F("portal_login__email")),
        CustomerColumn(f"{label}: {_('status')}", expression=state, told=in_words.get),
    ]


def _of_orders() -> list[CustomerColumn]:
    """As the totals on the customer's page: cancelled and refunded ones do not count."""
    orders = Order.objects.filter(customer=OuterRef("pk"), status__in=Order.STATUSES_THAT_COUNT)
    count = Coalesce(Subquery(orders.order_by().values("customer").annotate(n=Count("pk")).values("n")), 0)
    return [
        CustomerColumn(_("Orders"), Kind.NUMBER, count),
        CustomerColumn(_("Last order"), Kind.MOMENT, F("last_order_at")),
    ]
