"""Two people who change one record at the same time: what is merged, what is refused, and in which words."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customer_admin.errors import ChangedMeanwhile, NoteRefused
from customer_admin.models import SYSTEM, AccountNote, ChangeSet, Customer, CustomerAdminSettings
from customer_admin.operations import (
    add_note,
    delete_note,
    set_login_enabled,
    update_class,
    update_customer,
    update_login,
    update_note,
    update_settings,
)
from customer_admin.selectors.history import Seen, version_of
from tests.factories import make_class, make_customer, make_login, make_manager, make_note, make_staff
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Any:
    return make_manager("ann", first_name="Ann", last_name="Field")


def differences(caught: Any) -> list[tuple[str, str | None, str, str, str]]:
    return [(d.name, d.before, d.now, d.entered, d.who) for d in caught.value.differences]


def test_what_only_one_of_two_changed_is_merged_at_once(ann: Any) -> None:
    customer = make_customer(first_name="Ada", phone="1")
    seen = version_of(customer)
    shown = {"first_name": "Ada", "last_name": "Stone", "company": "", "phone": "1", "birth_date": None}
    update_customer(actor=ann, customer=customer, seen=seen, **{**shown, "phone": "2"})
    noted = Seen.of(seen)
    update_customer(actor=SYSTEM, customer=customer, seen=noted, **{**shown, "company": "Acme"})
    customer.refresh_from_db()
    assert (customer.phone, customer.company) == ("2", "Acme")
    assert noted is not None
    assert [(d.label, d.now, d.who) for d in noted.all_kept()] == [("Phone", "2", "Ann Field")]


def test_what_both_changed_differently_is_refused_with_the_differences(ann: Any) -> None:
    old, new, own = (make_class(name=name) for name in ("Old", "New", "Own"))
    customer = make_customer(first_name="Ada", customer_class=old)
    seen = version_of(customer)
    update_customer(actor=ann, customer=customer, first_name="Grace", customer_class=new, seen=seen)
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        update_customer(actor=SYSTEM, customer=customer, first_name="", customer_class=own, company="Acme", seen=seen)
    assert sorted(differences(caught)) == [
        ("customer_class", "Old", "New", "Own", "Ann Field"),
        ("first_name", "Ada", "Grace", "", "Ann Field"),
    ]
    (told,) = caught.value.fields["first_name"]
    assert told.startswith("Ann Field changed this from “Ada” to “Grace” at ")
    assert told.endswith("while you were editing. You entered nothing. Save again to put yours in place.")
    assert "changed meanwhile by: Ann Field" in caught.value.message
    customer = update_customer(
        actor=SYSTEM, customer=customer, first_name="Eve", company="Acme", seen=version_of(customer)
    )
    assert (customer.first_name, customer.company, customer.customer_class) == ("Eve", "Acme", new)


def test_the_same_value_from_both_is_no_difference(ann: Any) -> None:
    row = make_class(discount_percent=0)
    seen = version_of(row)
    update_class(actor=ann, customer_class=row, discount_percent="5", free_tastings=3, seen=seen)
    before = ChangeSet.objects.count()
    update_class(actor=SYSTEM, customer_class=row, discount_percent="5.00", free_tastings="3", seen=seen)
    assert ChangeSet.objects.count() == before


def test_a_value_that_was_changed_and_changed_back_is_no_difference(ann: Any) -> None:
    customer = make_customer(first_name="Ada")
    seen = version_of(customer)
    for name in ("Grace", "Ada"):
        update_customer(actor=ann, customer=customer, first_name=name)
    assert update_customer(actor=SYSTEM, customer=customer, first_name="Eve", seen=seen).first_name == "Eve"


def test_the_one_who_made_the_value_is_named_and_not_who_came_later(ann: Any) -> None:
    customer = make_customer(first_name="Ada")
    seen = version_of(customer)
    update_customer(actor=ann, customer=customer, first_name="Grace")
    update_customer(actor=SYSTEM, customer=customer, company="X")
    with pytest.raises(ChangedMeanwhile) as caught:
        update_customer(actor=SYSTEM, customer=customer, first_name="Eve", company="Y", seen=seen)
    assert {d.name: d.who for d in caught.value.differences} == {"first_name": "Ann Field", "company": "System"}


def test_ones_own_change_in_another_window_is_called_that(ann: Any) -> None:
    customer = make_customer(first_name="Ada")
    seen = version_of(customer)
    update_customer(actor=ann, customer=customer, first_name="Grace")
    with nothing_changes(), pytest.raises(ChangedMeanwhile, match="changed meanwhile by: You") as caught:
        update_customer(actor=ann, customer=customer, first_name="Eve", seen=seen)
    assert caught.value.fields["first_name"][0].startswith("You changed this from “Ada” to “Grace” at ")
    assert "in another window" in caught.value.fields["first_name"][0]


def test_when_it_was_is_told_in_local_time_and_with_the_day_if_it_was_another(settings: Any, ann: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    customer = make_customer(first_name="Ada")
    seen = version_of(customer)
    update_customer(actor=ann, customer=customer, first_name="Grace")
    today = timezone.localtime().replace(hour=5, minute=30)
    for when, told in ((today, "“Grace” at 05:30,"), (today - datetime.timedelta(days=400), "“Grace” on ")):
        ChangeSet.objects.update(created_at=when)
        with pytest.raises(ChangedMeanwhile) as caught:
            update_customer(actor=SYSTEM, customer=customer, first_name="Eve", seen=seen)
        assert told in caught.value.fields["first_name"][0]


def test_what_was_seen_and_is_known_no_longer_counts_as_changed() -> None:
    customer = make_customer(first_name="Ada", company="Acme")
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        update_customer(actor=SYSTEM, customer=customer, first_name="Eve", company="Acme", seen="0")
    assert differences(caught) == [("first_name", None, "Ada", "Eve", "System")]
    assert caught.value.fields["first_name"][0].startswith("System changed this to “Ada”")


def test_long_texts_are_told_in_part(ann: Any) -> None:
    note = make_note(make_customer())
    seen = version_of(note)
    update_note(actor=ann, note=note, body="x" * 3000)
    with pytest.raises(ChangedMeanwhile) as caught:
        update_note(actor=SYSTEM, note=note, body="y" * 3000, seen=seen)
    assert len(caught.value.fields["body"][0]) < 1500


def test_a_version_costs_one_question_in_an_update_and_none_costs_nothing() -> None:
    customer = make_customer()
    seen = version_of(customer, "addresses", "account_notes")

    def questions(**given: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            update_customer(actor=SYSTEM, customer=customer, company=f"Acme {given}", **given)
        return len(queries)

    assert questions(seen=seen) == questions() + 1


def test_a_field_that_cannot_be_set_is_still_refused(ann: Any) -> None:
    note = make_note(make_customer())
    seen = version_of(note)
    update_note(actor=ann, note=note, body="x")
    for field in ("author", "nonsense"):
        with nothing_changes(), pytest.raises(TypeError, match=f"no field {field}"):
            update_note(actor=SYSTEM, note=note, seen=seen, **{field: None})


def test_notes_are_merged_and_refused_like_everything(ann: Any) -> None:
    note = make_note(make_customer(), body="One")
    seen = version_of(note)
    update_note(actor=ann, note=note, body="Two", seen=seen)
    assert update_note(actor=SYSTEM, note=note, body="One", is_pinned=True, seen=seen).body == "Two"
    with nothing_changes(), pytest.raises(ChangedMeanwhile):
        update_note(actor=SYSTEM, note=note, body="Three", seen=seen)


def test_a_note_removed_meanwhile_stays_gone_unless_the_other_changed_it(ann: Any) -> None:
    note = make_note(make_customer(), body="One")
    seen, stale = version_of(note), AccountNote.objects.get()
    delete_note(actor=ann, note=note)
    with nothing_changes():
        update_note(actor=SYSTEM, note=stale, body="One", seen=seen)
        with pytest.raises(ChangedMeanwhile, match="changed meanwhile by: Ann Field") as caught:
            update_note(actor=SYSTEM, note=stale, body="Two", seen=seen)
        with pytest.raises(NoteRefused, match="deleted meanwhile"):
            update_note(actor=SYSTEM, note=stale, body="Two")
    assert "Ann Field removed this at" in str(caught.value.fields)


def test_a_note_changed_meanwhile_is_not_removed_unseen(ann: Any) -> None:
    note = make_note(make_customer(), body="One")
    seen = version_of(note)
    update_note(actor=ann, note=note, body="Two")
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        delete_note(actor=SYSTEM, note=note, seen=seen)
    assert "while you were removing it: Note from “One” to “Two”." in str(caught.value.fields)
    delete_note(actor=SYSTEM, note=note, seen=version_of(note))
    with nothing_changes():
        assert delete_note(actor=SYSTEM, note=note, seen=seen) is None


def test_a_note_sent_twice_is_added_once() -> None:
    customer, staff = make_customer(), make_staff()
    make_note(customer, body="Rings twice.", author=staff, author_label="x")
    seen = version_of(customer, "account_notes")
    notes = [add_note(actor=staff, customer=customer, body="Rings twice.", seen=seen) for _time in range(2)]
    assert notes[0] == notes[1]
    add_note(actor=make_staff("other"), customer=customer, body="Rings twice.", seen=seen)
    add_note(actor=staff, customer=customer, body="Rings twice.", kind="call", seen=seen)
    assert AccountNote.objects.count() == 4


def test_a_login_keeps_what_others_changed(ann: Any) -> None:
    login = make_login(username="ada", email="ada@example.com")
    seen = version_of(login)
    update_login(actor=ann, login=login, username="lovelace")
    set_login_enabled(actor=ann, login=login, enabled=False)
    login = update_login(actor=SYSTEM, login=login, username="ada", email="new@example.com", seen=seen)
    login = set_login_enabled(actor=SYSTEM, login=login, enabled=True, seen=seen)
    assert (login.username, login.email, login.is_enabled) == ("lovelace", "new@example.com", False)
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as caught:
        update_login(actor=SYSTEM, login=login, username="countess", seen=seen)
    assert list(caught.value.fields) == ["username"]
    assert set_login_enabled(actor=SYSTEM, login=login, enabled=True, seen=version_of(login)).is_enabled


def test_settings_keep_what_others_changed(ann: Any, portal_on: None) -> None:
    row = CustomerAdminSettings.objects.get()
    seen = version_of(row)
    update_settings(actor=ann, settings=row, number_prefix="W-")
    row = update_settings(actor=SYSTEM, settings=row, number_prefix="C", sender_name="Shop", seen=seen)
    assert (row.number_prefix, row.sender_name) == ("W-", "Shop")
    with nothing_changes(), pytest.raises(ChangedMeanwhile):
        update_settings(actor=SYSTEM, settings=row, number_prefix="X-", seen=seen)


@on_postgresql
def test_of_four_saves_of_one_field_at_once_one_is_saved_and_three_look_again() -> None:
    customer = make_customer()
    seen = version_of(customer)
    answers = run_together(
        *(
            lambda name=name: update_customer(actor=SYSTEM, customer=customer, first_name=name, seen=seen)
            for name in ("A", "B", "C", "D")
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ChangedMeanwhile"] * 3 + ["Customer"]
    assert Customer.history.count() == 2


@on_postgresql
def test_saves_of_different_fields_at_once_all_survive() -> None:
    customer = make_customer()
    seen = version_of(customer)
    fields = {"first_name": "A", "last_name": "B", "company": "C", "phone": "4"}
    shown = {name: getattr(customer, name) for name in fields}
    answers = run_together(
        *(
            lambda name=name: update_customer(
                actor=SYSTEM, customer=customer, seen=seen, **{**shown, name: fields[name]}
            )
            for name in fields
        )
    )
    assert [type(answer) for answer in answers] == [Customer] * 4
    customer.refresh_from_db()
    assert {name: getattr(customer, name) for name in fields} == fields
