"""The sweep itself would notice."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from customer_admin.models import SYSTEM, Customer, recording
from tests.factories import make_customer, make_user
from tests.sweep import door as door_module
from tests.sweep.changes import tracked_fields
from tests.sweep.door import Door, Watch

pytestmark = pytest.mark.django_db

ONLY_PHONE = frozenset({"customer_admin.Customer.phone"})


def watch(folder: Path, **options: Any) -> Watch:
    values = {"closed_to": {}, "only": ONLY_PHONE, **options}
    return Watch(Door("test", "changed", "command", lambda watch: None, **values), make_user(), Client(), folder)


def change(sweep: Watch, actor: Any = None) -> None:
    with sweep.going_through(), recording(actor=actor or sweep.person):
        Customer.objects.update(phone="1")


def test_what_is_written_and_said_to_be_is_in_order(tmp_path: Path) -> None:
    make_customer()
    sweep = watch(tmp_path)
    change(sweep)
    assert (sweep.missed, sweep.door.out_of_date(sweep.written)) == ([], [])


def test_a_write_behind_the_history_is_noticed(tmp_path: Path) -> None:
    make_customer()
    sweep = watch(tmp_path)
    raw = "UPDATE customer_admin_customer SET email = 'x'"
    with transaction.atomic():
        with pytest.raises(AssertionError), sweep.going_through(), recording(actor=sweep.person):
            Customer.objects.update(phone="1"), connection.cursor().execute(raw)
        transaction.set_rollback(True)


def test_a_write_in_somebody_elses_name_is_noticed(tmp_path: Path) -> None:
    make_customer()
    with pytest.raises(AssertionError):
        change(watch(tmp_path), actor=SYSTEM)


def test_a_field_that_no_door_knows_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_customer()
    new = SimpleNamespace(name="nickname", primary_key=False)
    monkeypatch.setattr(
        door_module, "tracked_fields", lambda model: [*tracked_fields(model), *([new] if model is Customer else [])]
    )
    sweep = watch(tmp_path, only=frozenset(), closed_to={})
    change(sweep)
    assert "customer_admin.Customer.nickname" in sweep.missed
    assert "customer_admin.Customer.phone" not in sweep.missed


def test_a_reason_for_what_is_written_all_the_same_is_named(tmp_path: Path) -> None:
    make_customer()
    closed_to = {"customer_admin.Customer.phone": "never", "customer_admin.Customer.fax": "not any more"}
    sweep = watch(tmp_path, only=frozenset(), closed_to=closed_to)
    change(sweep)
    assert sweep.door.out_of_date(sweep.written) == ["customer_admin.Customer.fax", "customer_admin.Customer.phone"]
