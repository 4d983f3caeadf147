"""How a customer stands in what is given for loyalty."""

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from customer_admin.models import Customer, LoyaltyEntry

Kind = LoyaltyEntry.Kind


@dataclass(frozen=True)
class Loyalty:
    """`allowance` is what the class gives; `tastings_left` what is left of that and of all entries. It is below zero
    when a grant was countered, or the class changed, after the tastings were used."""

    allowance: int
    tastings_left: int
    samples: int
    donations: int
    points: int


def loyalty_of(customer: Customer) -> Loyalty:
    """The customer's sums; one question, and another for the class when that is not loaded."""
    rows = LoyaltyEntry.objects.filter(customer=customer).order_by().values_list("kind").annotate(Sum("quantity"))
    sums = dict(rows)
    allowance = customer.customer_class.free_tastings if customer.customer_class else 0
    return Loyalty(
        allowance=allowance,
        tastings_left=allowance + sums.get(Kind.FREE_TASTING, 0),
        samples=sums.get(Kind.SAMPLE, 0),
        donations=sums.get(Kind.DONATION, 0),
        points=sums.get(Kind.POINTS, 0),
    )


def loyalty_entries_of(customer: Customer) -> QuerySet[LoyaltyEntry]:
    """The entries, newest first, each with what it counters and what counters it."""
    return LoyaltyEntry.objects.filter(customer=customer).select_related("counters", "countered_by")
