"""Writing, changing and removing account notes."""

import datetime
from typing import Any

import pytest

from customer_admin.errors import NoteRefused, PermissionRefused
from customer_admin.models import SYSTEM, AccountNote, ChangeSet, Customer
from customer_admin.operations import add_note, delete_customer, delete_note, update_note
from tests.factories import make_auditor, make_customer, make_manager, make_note, make_portal_user, make_staff
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def test_a_note_keeps_its_author_whoever_changes_it() -> None:
    ann, bob = make_staff("ann", first_name="Ann", last_name="Field"), make_manager("bob")
    note = add_note(actor=ann, customer=make_customer(), body="Call first", kind="call", reason="Phone")
    note = update_note(actor=bob, note=note, is_pinned=True)
    note.refresh_from_db()
    assert (note.author, note.author_label, note.body, note.kind, note.is_pinned) == (
        ann,
        "Ann Field",
        "Call first",
        "call",
        True,
    )
    told = ChangeSet.objects.exclude(reason="Test data").order_by("closed").values_list("kind", "actor", "reason")
    assert list(told) == [("create", ann.pk, "Phone"), ("edit", bob.pk, "")]


def test_a_note_of_the_system_has_no_person() -> None:
    note = add_note(actor=SYSTEM, customer=make_customer(), body="Imported")
    assert (note.author, note.author_label) == (None, "System")


def test_a_note_is_removed_once() -> None:
    note = make_note(make_customer())
    manager = make_manager()
    change_set = delete_note(actor=manager, note=AccountNote.objects.get(), reason="Wrong customer")
    assert change_set is not None
    assert (change_set.kind, change_set.actor, change_set.reason) == ("delete", manager, "Wrong customer")
    with nothing_changes():
        assert delete_note(actor=manager, note=note) is None


def test_staff_write_and_remove_notes_and_auditors_do_not() -> None:
    staff, auditor, note = make_staff(), make_auditor(), make_note(make_customer())
    with nothing_changes():
        with pytest.raises(PermissionRefused):
            add_note(actor=auditor, customer=note.customer, body="x")
        with pytest.raises(PermissionRefused):
            update_note(actor=auditor, note=note, body="x")
        with pytest.raises(PermissionRefused):
            delete_note(actor=auditor, note=note)
    delete_note(actor=staff, note=note)
    assert AccountNote.objects.count() == 0


def test_customers_neither_write_nor_remove_notes_about_themselves() -> None:
    customer = make_customer()
    user, note = make_portal_user(customer), make_note(customer)
    with nothing_changes():
        with pytest.raises(PermissionRefused):
            add_note(actor=user, customer=customer, body="x")
        with pytest.raises(PermissionRefused):
            update_note(actor=user, note=note, body="x")
        with pytest.raises(PermissionRefused):
            delete_note(actor=user, note=note)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": None}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"body": "x", "kind": "other"}, "kind"),
        ({"body": "x", "alert_level": "panic"}, "alert_level"),
        ({"body": "x", "alert_from": "soon"}, "alert_from"),
        (
            {"body": "x", "alert_from": datetime.date(2026, 2, 2), "alert_until": datetime.date(2026, 2, 1)},
            "alert_until",
        ),
    ],
)
def test_a_note_that_cannot_be_saved_is_refused(fields: dict[str, Any], field: str) -> None:
    customer = make_customer()
    note = make_note(customer)
    with nothing_changes(), pytest.raises(NoteRefused) as caught:
        add_note(actor=SYSTEM, customer=customer, **fields)
    assert list(caught.value.fields) == [field]
    with nothing_changes(), pytest.raises(NoteRefused) as caught:
        update_note(actor=SYSTEM, note=note, **fields)
    assert list(caught.value.fields) == [field]


def test_the_author_and_the_customer_cannot_be_given() -> None:
    note = make_note(make_customer())
    for field in ("author", "customer", "created_at", "author_label"):
        with nothing_changes(), pytest.raises(TypeError, match=f"AccountNote has no field {field}"):
            update_note(actor=SYSTEM, note=note, **{field: None})


def test_a_note_or_customer_that_is_gone_is_refused_in_words() -> None:
    customer = make_customer()
    note = make_note(customer)
    stale = Customer.objects.get(), AccountNote.objects.get()
    delete_note(actor=SYSTEM, note=note)
    with nothing_changes(), pytest.raises(NoteRefused, match="note was deleted meanwhile"):
        update_note(actor=SYSTEM, note=stale[1], body="x")
    delete_customer(actor=SYSTEM, customer=customer)
    with nothing_changes(), pytest.raises(NoteRefused, match="customer was deleted meanwhile"):
        add_note(actor=SYSTEM, customer=stale[0], body="x")


def test_alerts_are_in_force_on_both_of_their_days() -> None:
    customer = make_customer()
    day = datetime.date(2026, 5, 10)
    make_note(customer, body="always", alert_clerk=True)
    make_note(customer, body="never", alert_clerk=False)
    make_note(customer, body="one day", alert_clerk=True, alert_from=day, alert_until=day)
    make_note(customer, body="from", alert_clerk=True, alert_from=day)
    make_note(customer, body="until", alert_clerk=True, alert_until=day)

    def on(days: int) -> set[str]:
        notes = AccountNote.objects.in_force(day + datetime.timedelta(days=days))
        return set(notes.values_list("body", flat=True))

    assert on(-1) == {"always", "until"}
    assert on(0) == {"always", "one day", "from", "until"}
    assert on(1) == {"always", "from"}
