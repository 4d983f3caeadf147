"""What the filters of the list of customers mean: query sets in, query sets out."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from customer_admin.models import AccountNote, ClubMembership, Customer, PortalLogin
from customer_admin.models.logins import LoginState, states_now

ANY, NONE = "any", "none"


def with_login(customers: QuerySet[Customer], states: Collection[str]) -> QuerySet[Customer]:
    """Those whose portal login is in one of these states of `LoginState` now, or who have "none"."""
    logins, conditions = PortalLogin.objects.filter(customer=OuterRef("pk")).order_by(), states_now()
    if NONE not in states:
        return customers.filter(Exists(logins.filter(_any_of(conditions[LoginState(state)] for state in states))))
    others = [condition for state, condition in conditions.items() if state not in states]
    return customers.filter(~Exists(logins.filter(_any_of(others)))) if others else customers


def _any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def with_alert(customers: QuerySet[Customer], level: str) -> QuerySet[Customer]:
    """Those with an alert of this level in force today; of "any" level, or with "none"."""
    alerts = AccountNote.objects.in_force().filter(customer=OuterRef("pk")).order_by()
    if level == NONE:
        return customers.filter(~Exists(alerts))
    return customers.filter(Exists(alerts if level == ANY else alerts.filter(alert_level=level)))


def in_clubs(customers: QuerySet[Customer], clubs: Collection[str]) -> QuerySet[Customer]:
    """Those with a membership in force today in one of these clubs, given by their keys; "none": in no club at all."""
    members = ClubMembership.objects.in_force().filter(customer=OuterRef("pk")).order_by()
    chosen = Exists(members.filter(club__in=[key for key in clubs if key != NONE]))
    return customers.filter(chosen | ~Exists(members) if NONE in clubs else chosen)


def with_tax_exemption(customers: QuerySet[Customer], state: str) -> QuerySet[Customer]:
    """Those who are exempt today ("yes"), whose certificate has run out ("expired"), or who never were ("no")."""
    if state == "no":
        return customers.filter(tax_exempt=False)
    today = timezone.localdate()
    if state == "expired":
        return customers.filter(tax_exempt=True, tax_exempt_until__lt=today)
    return customers.filter(Q(tax_exempt_until=None) | Q(tax_exempt_until__gte=today), tax_exempt=True)
