"""What the demo's customers are given for their loyalty, what stands in their credit, and the clubs they joined."""

import datetime
from contextlib import suppress
from decimal import Decimal
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from customer_admin.errors import LoyaltyRefused
from customer_admin.models import Actor, ClubMembership, Customer
from customer_admin.operations import (
    add_credit_entry,
    add_loyalty_entry,
    cancel_membership,
    create_club,
    hold_membership,
    join_club,
    update_club,
)

if TYPE_CHECKING:
    from .seeding import Shop

CLUBS: tuple[dict[str, Any], ...] = (
    {
        "name": "Cellar Circle",
        "description": "Six bottles each spring and autumn, chosen by the cellar.",
        "tiers": "Silver\nGold\nLibrary",
    },
    {"name": "Riesling Society", "description": "The late harvests, before anybody else gets them.", "tiers": ""},
    {"name": "Pickers’ Table", "description": "Dinner among the vines at the end of each harvest.", "tiers": ""},
    {"name": "Founders 2021", "description": "Those who were there at the first vintage.", "is_active": False},
)
GIVEN = (
    ("free_tasting", -1, "Tasting flight", "Used at the bar"),
    ("free_tasting", -1, "Reserve flight", "Used at the bar"),
    ("free_tasting", 2, "", "Waited long on a busy Saturday"),
    ("sample", 1, "Gamay Nouveau 2022", "Asked before ordering a case"),
    ("sample", 2, "Rosé of Pinot 2024", "Trade sample"),
    ("donation", 1, "River meadow trust", "Bottle auction"),
    ("donation", 1, "Village fire brigade", "Summer fair"),
    ("points", 120, "", "Spring order"),
    ("points", 80, "", "Brought a friend"),
)
LEFT = ("Moving abroad", "Drinks less wine than planned", "Gives the membership to a daughter")
MEMBERS = 55


def plan_books(shop: "Shop") -> None:
    """Plan all of it, with chances of its own, so that it changes nothing else in the shop."""
    Books(shop).plan()


class Books:
    def __init__(self, shop: "Shop") -> None:
        self.shop = shop
        self.random = Random("books")  # noqa: S311 (The same data every time is what is wanted.)
        self.days = (timezone.now() - shop.start).days

    def plan(self) -> None:
        others = range(3, len(self.shop.known_since))
        manager = self.shop.staff["manager"]
        opened = self.shop.start + datetime.timedelta(days=20)
        self.shop.timeline.add(opened, self._found_clubs, manager, kind="create", reason="Clubs of the first season")
        for number, position in enumerate([0, *self.random.sample(others, MEMBERS)]):
            self._add(position, self.days - 90, self._join, number)
        for position in self.random.sample(others, 70):
            for _each in range(self.random.randint(1, 3)):
                self._add(position, self.days - 1, self._give, self.random.choice(GIVEN))
        for position in self.random.sample(others, 14):
            self._add(position, self.days - 1, self._deposit, self.random.choice((25, 50, 100)))
        day = self.shop.start + datetime.timedelta(days=self.days - 21)
        staff = self.shop.staff["staff"]
        self.shop.timeline.add(day.replace(hour=11), partial(self._books_of_clara, staff), staff, kind="create")

    def _add(self, position: int, last: int, happen: Any, what: Any) -> None:
        first = max(self.shop.known_since[position] + 1, 21)
        day = self.shop.start + datetime.timedelta(days=self.random.randint(first, max(first, last)))
        when = day.replace(hour=self.random.randint(10, 17), minute=self.random.randrange(60), second=0, microsecond=0)
        clerk = self.random.choice(self.shop.clerks)
        self.shop.timeline.add(when, partial(happen, position, what, clerk), clerk, kind="create")

    def _customer(self, position: int) -> Customer:
        return Customer.objects.get(pk=self.shop.customers[position].pk)

    def _found_clubs(self, when: datetime.datetime) -> None:
        actor = self.shop.staff["manager"]
        self.clubs = [create_club(actor=actor, **{**club, "is_active": True}) for club in CLUBS]
        for club, fields in zip(self.clubs, CLUBS, strict=True):
            update_club(actor=actor, club=club, is_active=fields.get("is_active", True))

    def _join(self, position: int, number: int, clerk: Any, when: datetime.datetime) -> None:
        club = self.clubs[number % 3]
        membership = join_club(
            actor=clerk,
            customer=self._customer(position),
            club=club,
            since=when.date(),
            tier=club.tier_names[number // 3 % 3] if club.tier_names else "",
            delivery_method=("ship", "pickup", "")[number % 3],
        )
        if number and number % 7 == 0:
            left = min(when + datetime.timedelta(days=200), timezone.now()).date()
            cancel_membership(actor=clerk, membership=membership, reason=LEFT[number // 7 % 3])
            ClubMembership.objects.filter(pk=membership.pk).update(cancelled_on=left)
        elif number % 11 == 5:
            until = timezone.localdate() + datetime.timedelta(days=30 * (number % 3))
            hold_membership(actor=clerk, membership=membership, until=until if number % 2 else None)

    def _give(self, position: int, given: tuple[str, int, str, str], clerk: Any, when: datetime.datetime) -> None:
        kind, quantity, what, reason = given
        with suppress(LoyaltyRefused):  # Some have used what their class gives.
            add_loyalty_entry(
                actor=clerk, customer=self._customer(position), kind=kind, quantity=quantity, product_or_cause=what,
                reason=reason, on=when.date(),
            )  # fmt: skip

    def _deposit(self, position: int, amount: int, clerk: Any, when: datetime.datetime) -> None:
        self._book(self._customer(position), clerk, when, "deposit", amount, "Gift card from the shop")

    def _book(self, customer: Customer, clerk: Any, when: datetime.datetime, kind: str, amount: Any, why: str) -> None:
        add_credit_entry(
            actor=clerk, customer=customer, kind=kind, amount=Decimal(amount), currency="USD", reason=why,
            on=when.date(),
        )  # fmt: skip

    def _books_of_clara(self, clerk: Any, when: datetime.datetime) -> None:
        """She has some of everything, a mistake among it."""
        clara = self._customer(0)
        for position, given in enumerate(GIVEN):
            self._give(0, given, clerk, when - datetime.timedelta(days=9 - position))
        wrong = add_loyalty_entry(
            actor=clerk, customer=clara, kind="points", quantity=1200, reason="Spring order", on=when.date()
        )
        author = Actor.of(clerk)
        countering = wrong.counter_entry(reason="A zero too many", author=author.user_id, author_label=author.label)
        countering.on = when.date()
        countering.save()
        self._book(clara, clerk, when, "deposit", 100, "Gift card from the shop")
        self._book(clara, clerk, when, "redemption", "37.50", "Two bottles at the bar")
        self._book(clara, clerk, when, "hold", 30, "Reserved for the autumn shipment")
