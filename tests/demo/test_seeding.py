"""The demo's shop: believable, whole, the same every time, and not written twice."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from demo.doubles import AGAIN
from demo.logins import DISABLED, LOGINS
from demo.orders import ORDERS, STRAYS
from demo.people import make_people
from demo.shop import CUSTOMERS, HELD_ORDER, PASSWORD, STAFF
from django.apps import apps
from django.contrib.auth import authenticate, get_user_model
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from wagtail.models import Site

from customer_admin.models import (
    AccountNote,
    Address,
    ChangeSet,
    ChangeSetKind,
    Customer,
    DuplicatePair,
    Order,
    OutgoingEmail,
    PortalLogin,
)
from customer_admin.operations import check_credentials, open_order
from customer_admin.selectors.duplicates.certain import certain_groups
from customer_admin.selectors.site_settings import settings_of
from customer_admin.selectors.suggestions import suggestions_for
from tests.demo.command import run_demo

KEPT_FREE = r"^$|555.01|496 0|7946 0|66969|99998|4710|23125|99 00|65 71|39 98|628 04 4|390 06 4"
"""What a telephone number that belongs to nobody has in it, in one country or another."""

pytestmark = pytest.mark.skipif(not apps.is_installed("demo"), reason="This host has no demo.")


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A filled shop for all tests here, in a transaction that is rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield run_demo("--no-serve", "--port", "8123")
        transaction.set_rollback(True)


@pytest.fixture
def told(filled: str, db: None) -> str:
    """What the command said."""
    return filled


def test_the_shop_is_filled_once(told: str) -> None:
    counts = [
        model.objects.count() for model in (Customer, Order, PortalLogin, AccountNote, ChangeSet, get_user_model())
    ]
    assert counts[:3] == [CUSTOMERS + len(AGAIN), ORDERS + STRAYS, LOGINS]
    assert PortalLogin.objects.filter(is_enabled=False).count() == DISABLED
    assert run_demo("--no-serve", "--port", "8124").count("Filling") == 0
    assert counts == [
        model.objects.count() for model in (Customer, Order, PortalLogin, AccountNote, ChangeSet, get_user_model())
    ]
    assert Site.objects.get().port == 8124


def test_the_accounts_that_are_told_open_their_doors(told: str) -> None:
    for member in STAFF:
        assert f"  {member.username:10}{member.role}" in told
    assert PASSWORD in told
    assert "http://localhost:8123/admin/" in told
    assert "http://localhost:8123/mailbox/" in told
    staff = authenticate(username="staff", password=PASSWORD)
    assert staff.has_perm("customer_admin.change_customer")
    assert not staff.has_perm("customer_admin.delete_customer")
    clara = check_credentials(identifier="clara", password=PASSWORD).customer
    assert clara.orders.count() >= 5
    assert settings_of(clara.site).portal_enabled


def test_the_history_looks_lived_in(told: str) -> None:
    changes = ChangeSet.objects.order_by("closed")
    assert changes.values("actor_label").distinct().count() > 20
    assert set(changes.values_list("kind", flat=True)) >= {
        ChangeSetKind.CREATE,
        ChangeSetKind.EDIT,
        ChangeSetKind.IMPORT,
    }
    times = changes.aggregate(first=Min("created_at"), last=Max("created_at"))
    assert (timezone.now() - times["first"]).days > 1000
    assert (timezone.now() - times["last"]).days < 60
    assert times["last"] <= timezone.now()
    in_order = list(changes.values_list("created_at", flat=True))
    assert in_order == sorted(in_order)
    assert not Customer.history.exclude(history_date=F("change_set__created_at")).exists()


def test_an_open_order_is_held_back_by_a_stop(told: str) -> None:
    opened = open_order(actor=get_user_model().objects.get(username="staff"), number=HELD_ORDER)
    assert opened.order.status == Order.Status.OPEN
    assert {note.alert_level for note in opened.alerts} >= {"stop", "warning"}


def test_one_certificate_counts_and_has_a_document_and_one_has_run_out(told: str) -> None:
    valid, expired = Customer.objects.exclude(tax_exempt_number="").order_by("-tax_exempt_until")
    assert (valid.is_tax_exempt_today, expired.is_tax_exempt_today) == (True, False)
    content = valid.tax_exempt_document.open().read()
    assert content.startswith(b"%PDF-1.4")
    assert int(content.split(b"startxref\n")[1].split(b"\n")[0]) == content.index(b"xref")


def test_totals_are_the_sums_of_the_lines(told: str) -> None:
    for order in Order.objects.prefetch_related("lines")[:50]:
        assert order.total == sum(line.amount for line in order.lines.all()) + order.shipping


def test_some_customers_are_there_twice_and_the_report_has_them(told: str) -> None:
    levels = set(DuplicatePair.objects.values_list("level", flat=True))
    assert levels >= {"certain", "likely"}
    assert len(certain_groups()) >= 2


def test_orders_of_guests_wait_for_a_customer_and_most_have_a_suggestion(told: str) -> None:
    strays = list(Order.objects.filter(customer=None))
    found = suggestions_for(strays)
    assert (len(strays), len([order for order in strays if found.get(order.pk)])) == (STRAYS, STRAYS)


def test_nothing_waits_in_the_outbox(told: str) -> None:
    statuses = set(OutgoingEmail.objects.values_list("status", flat=True))
    assert statuses == {OutgoingEmail.Status.SENT, OutgoingEmail.Status.FAILED}


def test_each_kind_of_address_has_one_primary(told: str) -> None:
    groups = Address.objects.values("customer", "kind").annotate(
        primaries=Count("pk", filter=Q(is_primary=True)), n=Count("pk")
    )
    assert {group["primaries"] for group in groups} <= {1}
    assert any(group["n"] > 1 for group in groups)


def test_nobody_real_can_be_written_to_or_called() -> None:
    people = make_people(300, Random(3))
    assert len({person.email for person in people}) == 300
    for person in people:
        assert re.fullmatch(r"[a-z0-9.+-]+@example\.(com|net|org)", person.email)
        assert re.search(KEPT_FREE, person.phone)
    assert {address["country"] for person in people for address in person.addresses} >= {"US", "DE", "FR", "PL"}


def test_the_same_seed_makes_the_same_people() -> None:
    assert make_people(50, Random(5)) == make_people(50, Random(5))
