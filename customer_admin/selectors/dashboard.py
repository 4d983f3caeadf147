"""What the first page of the admin tells about customers: each a question or two, whatever the number of customers."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customer_admin.models import AccountNote, Customer, CustomerClass, OutgoingEmail

from .alerts import GRAVEST_FIRST
from .change_counts import Counts, starts

WEEKS = 12
NEWEST = 5
"""How many rows a panel shows; the lists have all of them."""
MOST_CLASSES = 8


class NewCustomers(models.TextChoices):
    CREATED = "create", _("New customers")


class NewCustomerCounts(Counts):
    @property
    def kinds(self) -> list[NewCustomers]:  # type: ignore[override]
        return list(NewCustomers)


@dataclass(frozen=True)
class Share:
    """How many customers one class has; `percent` of what the largest one has."""

    name: str
    key: int | None
    count: int
    percent: int


def has_customers() -> bool:
    return Customer.all_objects.exists()


def new_customers_by_week(today: date | None = None) -> Counts:
    """Those of this week and the eleven before it."""
    today = today or timezone.localdate()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    rows = (
        Customer.objects.filter(created_at__gte=timezone.make_aware(datetime.combine(first, time.min)))
        .order_by()
        .annotate(start=TruncWeek("created_at"))
        .values_list("start")
        .annotate(n=Count("pk"))
    )
    by_start: dict[date, dict[str, int]] = {start: {} for start in starts("week", first, today)}
    found = {timezone.localtime(start).date(): {NewCustomers.CREATED.value: count} for start, count in rows}
    return NewCustomerCounts("week", first, today, {**by_start, **{day: n for day, n in found.items() if day <= today}})


def alerts_in_force() -> tuple[list[tuple[AccountNote.AlertLevel, int]], list[AccountNote]]:
    """How many there are of each level that occurs, the gravest first; and the newest of all."""
    notes = AccountNote.objects.in_force()
    counted = dict(notes.order_by().values_list("alert_level").annotate(n=Count("pk")))
    newest = notes.select_related("customer").order_by("-created_at", "-pk")[:NEWEST] if counted else []
    return [(level, counted[level]) for level in GRAVEST_FIRST if level in counted], list(newest)


def failed_mails() -> tuple[int, list[OutgoingEmail]]:
    """How many mails failed for good, and the newest of them."""
    failed = OutgoingEmail.objects.filter(status=OutgoingEmail.Status.FAILED)
    count = failed.count()
    return count, list(failed.select_related("customer").order_by("-created_at", "-pk")[:NEWEST]) if count else []


def customers_by_class() -> list[Share]:
    """The classes with most customers, and how many have none; what has no customer is left out."""
    counted = dict(Customer.objects.order_by().values_list("customer_class").annotate(n=Count("*")))
    names = {each.pk: each.name for each in CustomerClass.objects.filter(pk__in=[key for key in counted if key])}
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], names.get(pair[0], "")))
    shown, rest = ordered[:MOST_CLASSES], sum(count for _key, count in ordered[MOST_CLASSES:])
    most = max((rest, *counted.values()), default=0)
    shares = [
        Share(names.get(key, str(_("Without a class"))), key, count, max(1, round(100 * count / most)))
        for key, count in shown
    ]
    if rest:
        shares.append(Share(str(_("All other classes")), None, rest, max(1, round(100 * rest / most))))
    return shares
