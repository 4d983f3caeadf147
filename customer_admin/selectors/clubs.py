"""Reads about clubs and their members."""

from collections.abc import Iterable

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from customer_admin.models import Club, ClubMembership, Customer
from customer_admin.models.clubs import is_in_force_on


def clubs_with_counts() -> QuerySet[Club]:
    """The clubs, each with `member_count`: how many memberships count today."""
    members = ClubMembership.objects.in_force().filter(club=OuterRef("pk")).order_by().values("club")
    count = Subquery(members.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Club.objects.annotate(member_count=Coalesce(count, 0))


def obstacles_to_delete_club(club: Club) -> list[str]:
    """What stands against deleting the club, a sentence each that says what to do instead."""
    return obstacles_to_delete_clubs([club])[club.pk]


def obstacles_to_delete_clubs(clubs: Iterable[Club]) -> dict[int, list[str]]:
    """The same by the keys of several clubs. As many questions for many as for one."""
    keys = [club.pk for club in clubs]
    joined = Exists(ClubMembership.objects.filter(club=OuterRef("pk")).order_by())
    used = set(Club.objects.filter(joined, pk__in=keys).values_list("pk", flat=True))
    told = _("Customers are or were members of this club. Untick “active” instead: it takes no new ones then.")
    return {key: [told] if key in used else [] for key in keys}


def memberships_of(customer: Customer) -> QuerySet[ClubMembership]:
    """The customer's memberships with their clubs: those that count first, then those on hold, then what was."""
    place = Case(
        When(is_in_force_on(timezone.localdate()), then=Value(0)),
        When(status=ClubMembership.Status.ON_HOLD, then=Value(1)),
        default=Value(2),
    )
    rows = ClubMembership.objects.filter(customer=customer).select_related("club")
    return rows.order_by(place, "-since", "-pk")


def known_tiers() -> list[str]:
    """The tiers of the clubs that take members, each once."""
    clubs = Club.objects.filter(is_active=True).exclude(tiers="")
    return list(dict.fromkeys(tier for club in clubs for tier in club.tier_names))
