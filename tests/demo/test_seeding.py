"""The demo's shop: believable, whole, the same every time, and not written twice."""

import re
import socket
from io import StringIO
from typing import Any

import pytest
from demo.people import make_people
from demo.seeding import CUSTOMERS, DISABLED, LOGINS, ORDERS
from demo.shop import PASSWORD, STAFF
from django.apps import apps
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Max, Min, Sum
from django.utils import timezone
from wagtail.models import Site

from customer_admin.models import (
    AccountNote,
    ChangeSet,
    ChangeSetKind,
    Customer,
    Order,
    OutgoingEmail,
    PortalLogin,
)
from customer_admin.operations import check_credentials
from customer_admin.selectors.site_settings import settings_of

pytestmark = pytest.mark.skipif(not apps.is_installed("demo"), reason="This host has no demo.")


def run_demo(*arguments: str) -> str:
    output = StringIO()
    call_command("demo", *arguments, stdout=output, no_color=True)
    return output.getvalue()


@pytest.fixture
def told(db: None) -> str:
    return run_demo("--no-serve", "--port", "8123")


def test_the_shop_is_filled_once(told: str) -> None:
    counts = [
        model.objects.count() for model in (Customer, Order, PortalLogin, AccountNote, ChangeSet, get_user_model())
    ]
    assert counts[:3] == [CUSTOMERS, ORDERS, LOGINS]
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
    own = [one.created_at for one in changes.exclude(actor=None).exclude(actor_label="System")]
    assert own == sorted(own)
    assert not Customer.history.exclude(history_date=F("change_set__created_at")).exists()


def test_totals_are_the_sums_of_the_lines(told: str) -> None:
    for order in Order.objects.prefetch_related("lines")[:50]:
        assert order.total == sum(line.amount for line in order.lines.all()) + order.shipping


def test_nothing_waits_in_the_outbox(told: str) -> None:
    assert set(OutgoingEmail.objects.values_list("status", flat=True)) == {OutgoingEmail.Status.SENT}


def test_each_kind_of_address_has_one_primary(told: str) -> None:
    from customer_admin.models import Address

    groups = Address.objects.values("customer", "kind").annotate(primaries=Sum("is_primary"), n=Count("pk"))
    assert {group["primaries"] for group in groups} <= {1}
    assert any(group["n"] > 1 for group in groups)


def test_nobody_real_can_be_written_to_or_called() -> None:
    from random import Random

    people = make_people(300, Random(3))
    assert len({person.email for person in people}) == 300
    for person in people:
        assert re.fullmatch(r"[a-z0-9.+-]+@example\.(com|net|org)", person.email)
        assert re.search(
            r"^$|555.01|496 0|7946 0|66969|99998|4710|23125|99 00|65 71|39 98|628 04 4|390 06 4", person.phone
        )
    assert {address["country"] for person in people for address in person.addresses} >= {"US", "DE", "FR", "PL"}


def test_the_same_seed_makes_the_same_people() -> None:
    from random import Random

    assert make_people(50, Random(5)) == make_people(50, Random(5))


def test_customers_of_ones_own_get_no_made_up_company(db: None) -> None:
    from tests.factories import make_customer

    make_customer()
    assert "customers of its own" in run_demo("--no-serve")
    assert Customer.objects.count() == 1


def test_a_taken_port_is_said_before_anything_is_done(db: None) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Something listens on port {port} already.*PORT={port + 1}"):
            run_demo("--port", str(port))
    assert not Customer.objects.exists()


@pytest.mark.parametrize(("port", "told"), [("99999", "99999 is not a port"), ("-1", "-1 is not a port")])
def test_a_number_that_is_no_port_is_refused(db: Any, port: str, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        run_demo(f"--port={port}")
