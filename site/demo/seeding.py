"""Fills an empty installation with the demo's shop. The same on every machine, but for the dates, which end today."""

import datetime
from functools import cached_property, partial
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Actor,
    Address,
    ChangeSet,
    Customer,
    CustomerClass,
)
from customer_admin.operations import create_class, find_duplicates, update_customer
from customer_admin.operations.customers import new_numbers
from customer_admin.selectors.site_settings import settings_of

from .books import plan_books
from .certificates import enter_certificates
from .contacts import plan_contacts
from .doubles import plan_doubles
from .history import Timeline
from .logins import plan_logins
from .orders import plan_held_order, plan_orders, plan_strays, printed
from .people import CLARA, COUNTRIES, EDGAR, JOAQUIN, Person, make_people
from .shop import ALERTS, CLASSES, CUSTOMERS, DAYS, EDITS, NOTES, PASSWORD

SEED = 1907
FROM_THE_START = 120


def is_seeded() -> bool:
    """Whether the demo's data is there, whole: it is written in one transaction."""
    return Customer.all_objects.filter(email=CLARA.email).exists()


def seed(staff: dict[str, Any]) -> None:
    """Write the demo's data, all of it or nothing. `staff` maps the user names of the demo's staff to their users."""
    with transaction.atomic():
        Shop(staff).open()


class Shop:
    """The state of the shop while its history is played."""

    def __init__(self, staff: dict[str, Any]) -> None:
        self.random = Random(SEED)  # noqa: S311 (The same data every time is what is wanted.)
        self.staff = staff
        self.clerks = [staff["staff"], staff["staff"], staff["manager"], staff["tasting"]]
        self.start = timezone.now() - datetime.timedelta(days=DAYS)
        self.customers: list[Customer] = []
        self.printed: dict[int, dict[str, str]] = {}
        """The addresses of each customer as the till prints them on an order, by their field."""
        self.timeline = Timeline()
        self.next_number = 20401

    def open(self) -> None:
        people = [CLARA, JOAQUIN, EDGAR, *make_people(CUSTOMERS - 3, self.random)]
        self.plan_classes()
        self.plan_customers(people)
        self.plan_notes()
        self.plan_edits()
        self.plan_certificates()
        plan_logins(self)
        plan_orders(self)
        plan_held_order(self)
        plan_books(self)
        plan_contacts(self)
        plan_doubles(self, people)
        plan_strays(self, people)
        # What the commands before this wrote was the opening of the shop.
        ChangeSet.objects.update(created_at=self.start.replace(hour=8, minute=0, second=0, microsecond=0))
        self.timeline.play()
        find_duplicates(actor=SYSTEM)

    @cached_property
    def password(self) -> str:
        """Hashed once for all: hashing is slow on purpose."""
        return make_password(PASSWORD)

    def day(self, first: int = 0, last: int = DAYS - 1) -> datetime.datetime:
        """A moment in the opening hours of some day, counted from the beginning of the three years."""
        day = self.start + datetime.timedelta(days=self.random.randint(first, last))
        return day.replace(hour=self.random.randint(9, 17), minute=self.random.randrange(60), second=0, microsecond=0)

    def day_of(self, day: int, random: Random) -> datetime.datetime:
        """A moment in the opening hours of that day, drawn from other numbers than those of the shop."""
        moment = self.start + datetime.timedelta(days=day)
        return moment.replace(hour=random.randint(9, 17), minute=random.randrange(60), second=0, microsecond=0)

    def plan_classes(self) -> None:
        def happen(when: datetime.datetime) -> None:
            for fields in CLASSES:
                create_class(actor=self.staff["manager"], **fields)

        self.timeline.add(self.day(0, 0), happen, self.staff["manager"], kind="create", reason="Opening of the shop")

    def plan_customers(self, people: list[Person]) -> None:
        def import_list(when: datetime.datetime) -> None:
            self.classes = {customer_class.code: customer_class for customer_class in CustomerClass.objects.all()}
            self.write_customers(people[:FROM_THE_START], when)

        self.known_since = [1] * FROM_THE_START
        self.timeline.add(
            self.day(1, 1),
            import_list,
            self.staff["manager"],
            kind="import",
            reason="Customer list of the old till",
            source="command",
        )
        days = sorted(self.random.randint(5, DAYS - 10) for _ in people[FROM_THE_START:])
        for person, day in zip(people[FROM_THE_START:], days, strict=True):
            self.known_since.append(day)
            self.timeline.add(
                self.day(day, day), partial(self._create, person), self.random.choice(self.clerks), kind="create"
            )

    def _create(self, person: Person, when: datetime.datetime) -> None:
        self.write_customers([person], when)

    def write_customers(self, people: list[Person], when: datetime.datetime) -> None:
        """The customers of whom the plans know by their place."""
        customers = self.enter_customers(people, when)
        self.customers += customers
        for customer, person in zip(customers, people, strict=True):
            self.printed[customer.pk] = {f"{each['kind']}_address": printed(person, each) for each in person.addresses}

    def enter_customers(self, people: list[Person], when: datetime.datetime, class_code: str = "") -> list[Customer]:
        """The customers with their addresses, in two statements."""
        site = Site.objects.get(is_default_site=True)
        customers = [
            Customer(
                number=number,
                site=site,
                customer_class=self.classes[class_code or self._class_of(person)],
                created_at=when,
                **{name: value for name, value in vars(person).items() if name != "addresses"},
            )
            for number, person in zip(new_numbers(settings_of(site), len(people)), people, strict=True)
        ]
        for customer in customers:
            customer.tax_exempt = customer.customer_class.tax_exempt_by_default
        Customer.objects.bulk_create(customers)
        Address.objects.bulk_create(
            Address(customer=customer, is_primary=address["kind"] not in kinds, **address)
            for customer, person in zip(customers, people, strict=True)
            for position, address in enumerate(person.addresses)
            for kinds in [{earlier["kind"] for earlier in person.addresses[:position]}]
        )
        return customers

    def _class_of(self, person: Person) -> str:
        if person.company:
            return self.random.choice(("restaurants", "restaurants", "distributors"))
        return self.random.choices(("retail", "wine-club", "neighbours", "founders"), (60, 25, 12, 3))[0]

    def plan_notes(self) -> None:
        for position in range(110):
            customer = self.random.randrange(CUSTOMERS)
            texts = ALERTS if position < 14 else NOTES
            kind, body = self.random.choice(texts)
            note: dict[str, Any] = {"body": body, "is_pinned": self.random.random() < 0.1}
            if position < 14:
                note |= {"alert_clerk": True, "alert_level": kind}
                if position % 3 == 0:
                    note["alert_until"] = timezone.localdate() + datetime.timedelta(days=20 * position - 60)
            else:
                note["kind"] = kind
            clerk = self.random.choice(self.clerks)
            when = self.day(max(self.known_since[customer] + 1, DAYS - 300 if position < 14 else 0))
            self.timeline.add(when, partial(self.write_note, customer, clerk, note), clerk, kind="create")

    def write_note(self, customer: int, clerk: Any, note: dict[str, Any], when: datetime.datetime) -> None:
        author = Actor.of(clerk)
        AccountNote(
            customer=self.customers[customer], author=author.user, author_label=author.label, created_at=when, **note
        ).save()

    def plan_edits(self) -> None:
        for _ in range(90):
            customer = self.random.randrange(CUSTOMERS)
            what, reason = self.random.choice(EDITS)
            clerk = self.random.choice(self.clerks)
            when = self.day(self.known_since[customer] + 1)
            if customer < 3:
                continue  # Those whom the documentation shows stay as they are.
            self.timeline.add(when, partial(self._edit, customer, what, clerk), clerk, kind="edit", reason=reason)

    def _edit(self, position: int, what: str, clerk: Any, when: datetime.datetime) -> None:
        customer = Customer.objects.get(pk=self.customers[position].pk)
        fields: dict[str, Any] = {}
        if what == "phone" and customer.phone:
            fields = {"phone": f"{customer.phone[:-1]}{self.random.randrange(10)}"}
        elif what == "email":
            fields = {"email": customer.email.replace("@example.net", "@example.org")}
        elif what == "notify_marketing":
            fields = {"notify_marketing": not customer.notify_marketing}
        elif what == "customer_class" and not customer.company:
            fields = {"customer_class": self.classes["wine-club"]}
        elif what == "last_name" and customer.last_name.endswith("y"):
            fields = {"last_name": f"{customer.last_name[:-1]}ie"}
        elif what == "addresses":
            fields = {"addresses": self._moved(customer)}
        update_customer(actor=clerk, customer=customer, **fields)

    def _moved(self, customer: Customer) -> list[dict[str, Any]]:
        country = next(country for country in COUNTRIES if country.code == customer.addresses.first().country)
        street = self.random.choice(country.streets.split("|"))
        number = self.random.randrange(1, 90)
        moved = f"{number} {street}" if country.number_first else f"{street} {number}"
        return [
            {"id": address.pk} | ({"line1": moved} if address.kind == "billing" else {})
            for address in customer.addresses.order_by("pk")
        ]

    def plan_certificates(self) -> None:
        manager = self.staff["manager"]
        when = (timezone.now() - datetime.timedelta(days=75)).replace(hour=10, minute=20)
        reason = "Certificates came by mail"
        self.timeline.add(when, lambda _when: enter_certificates(manager), manager, kind="edit", reason=reason)
