"""Customers of the demo who came a second time and were not found, which is what merging is for."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from .people import Person
from .shop import DAYS

if TYPE_CHECKING:
    from .seeding import Shop

SEED = 44


def _same(person: Person) -> Person:
    return replace(person, referral_source="Web shop")


def _hurried(person: Person) -> Person:
    """At the counter, with a letter too few."""
    return replace(person, last_name=person.last_name[:-2] + person.last_name[-1], phone=person.phone.replace("-", " "))


def _married(person: Person) -> Person:
    return replace(person, last_name="Lindqvist", email="", addresses=[])


def _by_mail(person: Person) -> Person:
    """With nothing but a name and an address to write to."""
    return replace(person, phone="", birth_date=None, addresses=[])


AGAIN: tuple[Callable[[Person], Person], ...] = (_same, _hurried, _married, _by_mail, _same, _hurried)


def plan_doubles(shop: "Shop", people: list[Person]) -> None:
    """Private people who were there from the start, in the last year, one of them for the third time."""
    random = Random(SEED)  # noqa: S311 (The same data every time.)
    known = [person for person in people[3:100] if person.first_name and not person.company and person.birth_date]
    chosen = random.sample(known, len(AGAIN) - 1)
    for number, (again, person) in enumerate(zip(AGAIN, [*chosen, chosen[0]], strict=True)):
        clerk = shop.clerks[number % len(shop.clerks)]
        when = shop.day_of(DAYS - 300 + 45 * number, random)
        shop.timeline.add(when, partial(_enter, shop, again(person)), clerk, kind="create")


def _enter(shop: "Shop", person: Person, when: object) -> None:
    shop.enter_customers([person], when, "retail")  # type: ignore[arg-type]
