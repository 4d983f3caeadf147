"""The commands that find what escaped the history, and take it in."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from customer_admin.models import ChangeSet, CustomerClass, tracked_models
from customer_admin.selectors.drift import drift
from tests.factories import make_class, make_customer, make_note

pytestmark = pytest.mark.django_db


def run(command: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def execute(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.fixture
def drifted() -> list[CustomerClass]:
    rows = [make_class(name="A") for _each in range(25)]
    execute("UPDATE customer_admin_customerclass SET name = 'B'")
    return rows


def test_verify_history_says_that_all_is_well() -> None:
    make_customer()
    assert run("verify_history") == (
        f"All is well: each row of {len(tracked_models())} models is what its history says.\n"
    )


def test_verify_history_lists_what_differs_up_to_a_number_of_keys_and_fails(drifted: list[CustomerClass]) -> None:
    note = make_note(make_customer())
    execute("DELETE FROM customer_admin_accountnote")
    out = StringIO()
    with pytest.raises(CommandError, match="26 rows are not what their history says") as failed:
        call_command("verify_history", stdout=out)
    assert failed.value.returncode == 1
    keys = ", ".join(str(row.pk) for row in drifted[:20])
    assert sorted(out.getvalue().splitlines()) == [
        f"customer_admin.AccountNote, gone without history: {note.pk}",
        f"customer_admin.CustomerClass, changed without history: {keys} and 5 more",
    ]
    run("record_baseline")


def test_record_baseline_says_what_it_took_in(drifted: list[CustomerClass]) -> None:
    out = run("record_baseline")
    change_set = ChangeSet.objects.order_by("closed").last()
    assert out.splitlines() == [
        "customer_admin.CustomerClass: 25 changed rows.",
        f"Change set {change_set.pk}: {change_set.reason}",
    ]
    assert (change_set.kind, change_set.source, change_set.actor_kind) == ("system", "command", "system")
    assert drift() == []
    assert run("record_baseline") == "Nothing to take in: each row is what its history says.\n"


def test_record_baseline_dry_writes_nothing(drifted: list[CustomerClass]) -> None:
    before = ChangeSet.objects.count()
    assert run("record_baseline", dry_run=True).splitlines() == [
        "Dry run: nothing was written.",
        "customer_admin.CustomerClass: 25 changed rows.",
    ]
    assert ChangeSet.objects.count() == before
    run("record_baseline")


def test_record_baseline_takes_one_model(drifted: list[CustomerClass]) -> None:
    assert run("record_baseline", model=["customer_admin.Customer"]).startswith("Nothing to take in")
    assert run("record_baseline", model=["customer_admin.customerclass"]).startswith("customer_admin.CustomerClass: 25")


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("nothing.Here", "There is no model “nothing.Here”."),
        ("Customer", "There is no model “Customer”."),
        ("customer_admin.OutgoingEmail", "customer_admin.OutgoingEmail is not tracked. These are: "),
    ],
)
def test_record_baseline_refuses_what_it_can_not_take(label: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run("record_baseline", model=[label])
