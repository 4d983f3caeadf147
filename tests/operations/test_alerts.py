"""Opening an order by its number with its alerts, and acknowledging them."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from customer_admin.errors import NoteRefused, OrderRefused, PermissionRefused
from customer_admin.models import (
    SYSTEM,
    Actor,
    ActorKind,
    ChangeSet,
    ChangeSetCustomer,
    Customer,
    NoteAcknowledgement,
    Order,
    recording,
)
from customer_admin.operations import (
    acknowledge_note,
    delete_customer,
    delete_note,
    delete_notes,
    open_order,
    restore,
    revert_change_set,
)
from tests.factories import (
    make_auditor,
    make_customer,
    make_manager,
    make_note,
    make_order,
    make_portal_user,
    make_staff,
    make_user,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def make_alert(customer: Customer, level: str = "warning", **fields: Any) -> Any:
    return make_note(customer, alert_clerk=True, alert_level=level, **fields)


def newest_change() -> ChangeSet:
    return ChangeSet.objects.order_by("-closed")[0]


def test_an_order_opens_with_its_alerts_the_gravest_first_and_nothing_is_written() -> None:
    customer, staff = make_customer(), make_staff()
    order = make_order(customer)
    info, stop, warning = (make_alert(customer, level) for level in ("info", "stop", "warning"))
    make_note(customer), make_alert(make_customer(), "stop")
    with nothing_changes():
        opened = open_order(actor=staff, number=order.number)
    assert (opened.order, opened.alerts) == (order, (stop, warning, info))


def test_an_order_without_a_customer_has_no_alerts() -> None:
    order = make_order()
    make_alert(make_customer(), "stop")
    assert open_order(actor=SYSTEM, number=order.number).alerts == ()


@pytest.mark.parametrize("typed", ["AV-17b", " AV-17b\n", "av-17B", "\tAV-17B "])
def test_space_around_a_number_and_capital_letters_do_not_matter(typed: str) -> None:
    order = make_order(number="AV-17b")
    make_order(number="AV-17")
    assert open_order(actor=SYSTEM, number=typed).order == order


def test_numbers_that_differ_in_capital_letters_open_as_they_are_written_and_no_other_way() -> None:
    lower, upper = make_order(number="a-1"), make_order(number="A-1")
    assert open_order(actor=SYSTEM, number="a-1").order == lower
    assert open_order(actor=SYSTEM, number="A-1").order == upper
    make_order(number="ab-1"), make_order(number="AB-1")
    with pytest.raises(OrderRefused, match="AB-1, ab-1") as caught:
        open_order(actor=SYSTEM, number="Ab-1")
    assert (list(caught.value.fields), caught.value.code) == (["number"], "ambiguous")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("AV-2", "not_found"),
        ("%", "not_found"),
        ("AV\x00-1", "not_found"),
        ("AV-1\ud800", "not_found"),
        ("🍷", "not_found"),
        ("9" * 10_000, "not_found"),
        ("", "empty"),
        (" \n", "empty"),
        ("\x00", "empty"),
    ],
)
def test_a_wrong_number_is_refused_with_what_to_do(typed: str, code: str) -> None:
    make_order(number="AV-1")
    with nothing_changes(), pytest.raises(OrderRefused) as caught:
        open_order(actor=SYSTEM, number=typed)
    assert caught.value.code == code
    assert list(caught.value.fields) == ["number"]
    assert len(caught.value.message.encode()) < 300


def test_orders_open_for_who_may_see_orders_and_never_for_customers() -> None:
    customer = make_customer()
    order = make_order(customer)
    for actor in (make_staff(), make_auditor(), make_manager(), make_user(permissions=("view_order",)), SYSTEM):
        assert open_order(actor=actor, number=order.number).order == order
    for actor in (make_portal_user(customer), make_user(permissions=("view_customer",))):
        with nothing_changes(), pytest.raises(PermissionRefused):
            open_order(actor=actor, number=order.number)


def test_opening_asks_as_many_questions_for_twenty_alerts_as_for_one(django_assert_max_num_queries: Any) -> None:
    customer = make_customer()
    order = make_order(customer)
    for _each in range(20):
        make_alert(customer)
    with django_assert_max_num_queries(2):
        assert len(open_order(actor=SYSTEM, number=order.number).alerts) == 20


@pytest.mark.parametrize(
    ("moment", "in_force"),
    [
        ("2026-05-09T21:59:59Z", False),
        ("2026-05-09T22:00:00Z", True),
        ("2026-05-11T21:59:59Z", True),
        ("2026-05-11T22:00:00Z", False),
    ],
)
def test_an_alert_begins_and_ends_with_the_days_of_the_time_zone(
    moment: str, in_force: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_order(make_customer())
    note = make_alert(order.customer, alert_from=datetime.date(2026, 5, 10), alert_until=datetime.date(2026, 5, 11))
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime.fromisoformat(moment))
    with timezone.override("Europe/Berlin"):
        assert bool(open_order(actor=SYSTEM, number=order.number).alerts) == in_force
        assert note.is_in_force() == in_force


def test_an_acknowledgement_says_who_when_and_for_which_order() -> None:
    ann, order = make_staff("ann", first_name="Ann", last_name="Field"), make_order(make_customer())
    note = make_alert(order.customer, "stop")
    before = timezone.now()
    assert acknowledge_note(actor=ann, note=note, order=order, reason="Office called") == note
    (kept,) = note.acknowledgements.all()
    assert (kept.order, kept.acknowledged_by, kept.acknowledged_by_label) == (order, ann, "Ann Field")
    assert before <= kept.acknowledged_at <= timezone.now()
    told = newest_change()
    assert (told.kind, told.actor, told.reason) == ("edit", ann, "Office called")
    assert list(ChangeSetCustomer.objects.filter(change_set=told).values_list("customer_id", flat=True)) == [
        order.customer_id
    ]


def test_a_second_acknowledgement_does_nothing() -> None:
    ann, order = make_staff(), make_order(make_customer())
    note = make_alert(order.customer)
    acknowledge_note(actor=ann, note=note, order=order)
    acknowledge_note(actor=ann, note=note)
    acknowledge_note(actor=SYSTEM, note=note)
    with nothing_changes():
        for again in ({"actor": ann, "order": order}, {"actor": ann}, {"actor": SYSTEM}):
            assert acknowledge_note(note=note, **again) == note


def test_each_person_and_each_order_is_acknowledged_for_itself() -> None:
    customer = make_customer()
    note, first, second = make_alert(customer), make_order(customer), make_order(customer)
    till = Actor(kind=ActorKind.INTEGRATION, user=make_staff("till"), label="Till")
    for actor in (make_staff(), make_manager(), till, SYSTEM):
        for order in (first, second, None):
            acknowledge_note(actor=actor, note=note, order=order)
    assert note.acknowledgements.count() == 12


def test_staff_and_managers_acknowledge_and_nobody_else() -> None:
    customer = make_customer()
    note = make_alert(customer)
    others = make_auditor(), make_user(permissions=("change_accountnote",)), make_portal_user(customer)
    with nothing_changes():
        for actor in others:
            with pytest.raises(PermissionRefused):
                acknowledge_note(actor=actor, note=note)
    for actor in (make_staff(), make_manager(), make_user(permissions=("acknowledge_accountnote",))):
        acknowledge_note(actor=actor, note=note)
    assert note.acknowledgements.count() == 3


def test_a_note_that_alerts_nobody_today_is_refused() -> None:
    customer, today = make_customer(), timezone.localdate()
    day = datetime.timedelta(days=1)
    for note in (
        make_note(customer),
        make_alert(customer, alert_until=today - day),
        make_alert(customer, alert_from=today + day),
    ):
        with nothing_changes(), pytest.raises(NoteRefused, match="does not alert anybody today") as caught:
            acknowledge_note(actor=SYSTEM, note=note)
        assert caught.value.code == "not_in_force"
    assert acknowledge_note(actor=SYSTEM, note=make_alert(customer, alert_from=today, alert_until=today))


def test_what_counts_is_the_note_as_it_is_now() -> None:
    note = make_alert(make_customer())
    with recording(actor=SYSTEM):
        type(note).objects.update(alert_clerk=False)
    with nothing_changes(), pytest.raises(NoteRefused, match="does not alert anybody"):
        acknowledge_note(actor=SYSTEM, note=note)
    with recording(actor=SYSTEM):
        type(note).objects.all().delete()
    with nothing_changes(), pytest.raises(NoteRefused, match="deleted meanwhile") as caught:
        acknowledge_note(actor=SYSTEM, note=note)
    assert caught.value.code == "gone"


def test_an_order_of_another_customer_or_of_none_is_refused() -> None:
    note = make_alert(make_customer())
    gone = make_order(note.customer)
    with recording(actor=SYSTEM):
        Order.objects.filter(pk=gone.pk).delete()
    for order in (make_order(make_customer()), make_order(), gone):
        with nothing_changes(), pytest.raises(NoteRefused) as caught:
            acknowledge_note(actor=SYSTEM, note=note, order=order)
        assert (list(caught.value.fields), caught.value.code) == (["order"], "other_customer")


def test_an_acknowledgement_that_is_taken_back_is_gone_and_can_be_made_anew() -> None:
    ann, auditor, order = make_staff(), make_auditor(), make_order(make_customer())
    note = make_alert(order.customer, "stop")
    acknowledge_note(actor=ann, note=note, order=order)
    report = revert_change_set(actor=auditor, change_set=newest_change(), reason="Not read")
    assert (len(report.rows), report.clashes) == (1, ())
    assert not note.acknowledgements.exists()
    acknowledge_note(actor=ann, note=note, order=order)
    assert note.acknowledgements.count() == 1


def test_acknowledgements_come_back_with_their_customer_and_stay_with_their_person_gone() -> None:
    ann, order = make_staff("ann", first_name="Ann", last_name="Field"), make_order(make_customer())
    note = make_alert(order.customer)
    acknowledge_note(actor=ann, note=note, order=order)
    gone = delete_customer(actor=SYSTEM, customer=order.customer)
    assert not NoteAcknowledgement.objects.exists()
    restore(actor=SYSTEM, change_set=gone)
    with recording(actor=SYSTEM):
        ann.delete()
    kept = NoteAcknowledgement.objects.get()
    assert (kept.note, kept.order, kept.acknowledged_by, kept.acknowledged_by_label) == (note, order, None, "Ann Field")


def test_orders_that_go_leave_the_acknowledgements_and_come_back_to_them() -> None:
    customer, ann = make_customer(), make_staff()
    note, orders = make_alert(customer), [make_order(customer), make_order(customer)]
    for order in orders:
        acknowledge_note(actor=ann, note=note, order=order)
    with recording(actor=SYSTEM, kind="delete") as current:
        Order.objects.all().delete()
    assert list(note.acknowledgements.values_list("order", flat=True)) == [None, None]
    revert_change_set(actor=SYSTEM, change_set=current.change_set)
    assert {kept.order for kept in note.acknowledgements.all()} == set(orders)


@on_postgresql
@pytest.mark.parametrize(
    "delete",
    [
        lambda note: delete_note(actor=SYSTEM, note=note),
        lambda note: delete_notes(actor=SYSTEM, notes=[note.pk]),
        lambda note: delete_customer(actor=SYSTEM, customer=note.customer),
    ],
    ids=["alone", "among several", "with its customer"],
)
def test_a_note_that_is_deleted_while_somebody_acknowledges_it_is_refused_in_words(delete: Any) -> None:
    ann, ben = make_staff(), make_staff()
    for _round in range(4):
        note = make_alert(make_customer())
        works = [lambda who=who, note=note: acknowledge_note(actor=who, note=note) for who in (ann, ben)]
        *answers, deleted = run_together(*works, lambda note=note: delete(note))
        assert not isinstance(deleted, Exception)
        assert all(answer == note or getattr(answer, "code", "") == "gone" for answer in answers)
    assert not NoteAcknowledgement.objects.exists()


@on_postgresql
def test_two_acknowledgements_at_once_are_one() -> None:
    ann, order = make_staff(), make_order(make_customer())
    note = make_alert(order.customer, "stop")
    for for_order in (order, None):
        answers = run_together(*[lambda which=for_order: acknowledge_note(actor=ann, note=note, order=which)] * 4)
        assert answers == [note] * 4
        assert note.acknowledgements.filter(order=for_order).count() == 1
