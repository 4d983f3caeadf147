"""What belongs to which change set, and what is left of one when things go wrong."""

import asyncio
import contextvars
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from customer_admin.errors import NotRecording
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Actor,
    ActorKind,
    Address,
    ChangeSet,
    ChangeSetCustomer,
    ChangeSetKind,
    Customer,
    CustomerClass,
    Order,
    OrderLine,
    Source,
    acting_from,
    recording,
)
from customer_admin.operations.portal_users import create_portal_user
from tests.factories import make_address, make_class, make_customer, make_order, make_staff, make_user
from tests.threads import on_postgresql, run_together

pytestmark = pytest.mark.django_db


def change_class(row: CustomerClass, name: str) -> None:
    row.name = name
    row.save()


@contextmanager
def undone(inner: AbstractContextManager[Any]) -> Iterator[None]:
    """Run the block inside of `inner`, and then let it fail."""
    with suppress(LookupError), inner:
        yield
        raise LookupError


def touched(change_set: ChangeSet | None) -> set[int]:
    assert change_set is not None
    return set(ChangeSetCustomer.objects.filter(change_set=change_set).values_list("customer_id", flat=True))


def test_a_change_set_says_who_acting_as_what_why_and_from_where() -> None:
    staff = make_staff("ann", first_name="Ann", last_name="Field")
    with acting_from(Source.API), recording(actor=staff, kind="create", reason="By phone") as current:
        CustomerClass(name="A", code="a").save()
    change_set = ChangeSet.objects.get()
    assert change_set == current.change_set
    assert (change_set.actor, change_set.actor_kind, change_set.actor_label) == (staff, ActorKind.STAFF, "Ann Field")
    assert (change_set.kind, change_set.reason, change_set.source) == ("create", "By phone", "api")
    assert change_set.closed is not None


def test_without_kind_reason_and_source_it_is_an_edit_from_a_command() -> None:
    with recording(actor=SYSTEM):
        CustomerClass(name="A", code="a").save()
    change_set = ChangeSet.objects.get()
    assert (change_set.kind, change_set.reason, change_set.source) == ("edit", "", "command")
    assert (change_set.actor, change_set.actor_kind, change_set.actor_label) == (None, "system", "System")


def test_the_system_is_never_a_person() -> None:
    system = Actor(kind=ActorKind.SYSTEM, user=make_user(), label="Nightly job")
    with recording(actor=system):
        CustomerClass(name="A", code="a").save()
    assert (ChangeSet.objects.get().actor, ChangeSet.objects.get().actor_label) == (None, "Nightly job")


def test_the_name_at_the_time_outlives_the_person() -> None:
    staff = make_staff(first_name="Ann", last_name="Field")
    with recording(actor=staff):
        CustomerClass(name="A", code="a").save()
    staff.delete()
    change_set = ChangeSet.objects.get()
    assert (change_set.actor, change_set.actor_label) == (None, "Ann Field")


def test_a_person_without_a_name_is_known_by_the_username() -> None:
    staff = make_user("ann")
    assert Actor.of(staff).label == staff.get_username()


def test_a_user_model_without_full_names_can_act() -> None:
    class Minimal:
        is_authenticated = True

        def get_username(self) -> str:
            return "min"

    assert Actor.of(Minimal()).label == "min"


@pytest.mark.parametrize("nobody", [None, "ann", object()])
def test_only_signed_in_users_and_actors_act(nobody: Any) -> None:
    with pytest.raises(TypeError, match="An actor is"), recording(actor=nobody):
        raise AssertionError("not reached")


def test_anonymous_users_do_not_act() -> None:
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(TypeError, match="AnonymousUser"):
        Actor.of(AnonymousUser())


def test_very_long_and_unstorable_reasons_and_names_are_cut_to_what_fits() -> None:
    actor = Actor(kind=ActorKind.INTEGRATION, label="x\0" * 300)
    with recording(actor=actor, reason="why\0 " + "w" * 600 + "\ud800"):
        CustomerClass(name="A", code="a").save()
    change_set = ChangeSet.objects.get()
    assert change_set.actor_label == "x" * 255
    assert change_set.reason == "why " + "w" * 496


def test_an_empty_recording_leaves_nothing_and_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as queries, recording(actor=SYSTEM) as current:
        pass
    assert current.change_set is None
    assert ChangeSet.objects.count() == 0
    assert all("SAVEPOINT" in query["sql"] for query in queries)


def test_nested_recordings_join_the_outer_one() -> None:
    with recording(actor=SYSTEM) as outer:
        with recording(actor=SYSTEM) as inner:
            CustomerClass(name="A", code="a").save()
        CustomerClass(name="B", code="b").save()
    assert inner is outer
    assert CustomerClass.history.filter(change_set=ChangeSet.objects.get()).count() == 2


def test_the_first_explicit_kind_and_reason_count() -> None:
    with recording(actor=SYSTEM):
        CustomerClass(name="A", code="a").save()
        with recording(actor=SYSTEM, reason="first"), recording(actor=SYSTEM, kind=ChangeSetKind.CREATE):
            CustomerClass(name="B", code="b").save()
        with recording(actor=SYSTEM, kind=ChangeSetKind.DELETE, reason="second"):
            CustomerClass(name="C", code="c").save()
    change_set = ChangeSet.objects.get()
    assert (change_set.kind, change_set.reason) == ("create", "first")


def test_what_was_undone_is_not_what_the_change_set_is_about() -> None:
    with recording(actor=SYSTEM) as current:
        CustomerClass(name="A", code="a").save()
        with undone(recording(actor=SYSTEM, kind="delete", reason="never happened")):
            CustomerClass(name="B", code="b").save()
        with recording(actor=SYSTEM, kind="create", reason="what happened"):
            CustomerClass(name="C", code="c").save()
        assert current.change_set is not None
        assert (current.change_set.kind, current.change_set.reason) == ("create", "what happened")
    change_set = ChangeSet.objects.get()
    assert (change_set.kind, change_set.reason) == ("create", "what happened")
    assert {each.code for each in CustomerClass.objects.all()} == {"a", "c"}


def test_another_actor_inside_is_an_error() -> None:
    staff = make_staff()
    with recording(actor=staff):
        for other in (SYSTEM, make_staff()):
            with pytest.raises(ValueError, match="can't write inside a change set of"), recording(actor=other):
                raise AssertionError("not reached")
        CustomerClass(name="A", code="a").save()
    assert ChangeSet.objects.get().actor == staff


def test_separate_opens_a_change_set_of_its_own() -> None:
    with recording(actor=make_staff()) as outer:
        CustomerClass(name="A", code="a").save()
        with recording(actor=SYSTEM, separate=True, reason="own") as own:
            CustomerClass(name="B", code="b").save()
        CustomerClass(name="C", code="c").save()
    assert outer.change_set is not None
    assert own.change_set is not None
    assert set(CustomerClass.history.filter(change_set=outer.change_set).values_list("code", flat=True)) == {"a", "c"}
    assert set(CustomerClass.history.filter(change_set=own.change_set).values_list("code", flat=True)) == {"b"}
    assert own.change_set.closed < outer.change_set.closed


def test_an_error_undoes_all_of_it() -> None:
    with undone(recording(actor=SYSTEM)):
        CustomerClass(name="A", code="a").save()
    assert (ChangeSet.objects.count(), CustomerClass.objects.count(), CustomerClass.history.count()) == (0, 0, 0)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_the_end_of_the_process_undoes_all_of_it(error: type[BaseException]) -> None:
    def work() -> None:
        with recording(actor=SYSTEM):
            CustomerClass(name="A", code="a").save()
            raise error

    with pytest.raises(error):
        work()
    assert (ChangeSet.objects.count(), CustomerClass.objects.count()) == (0, 0)
    with pytest.raises(NotRecording):
        CustomerClass(name="B", code="b").save()


def test_a_transaction_marked_for_rollback_ends_without_an_error_of_its_own() -> None:
    with recording(actor=SYSTEM) as current:
        CustomerClass(name="A", code="a").save()
        transaction.set_rollback(True)
    assert current.change_set is None
    assert (ChangeSet.objects.count(), CustomerClass.objects.count()) == (0, 0)


def test_a_savepoint_that_took_the_change_set_along_is_survived() -> None:
    with recording(actor=SYSTEM, reason="kept") as current:
        with undone(transaction.atomic()):
            CustomerClass(name="A", code="a").save()
        CustomerClass(name="B", code="b").save()
    assert ChangeSet.objects.get() == current.change_set
    assert ChangeSet.objects.get().reason == "kept"
    assert list(CustomerClass.history.values_list("code", "change_set_id")) == [("b", ChangeSet.objects.get().pk)]


def test_a_change_set_of_which_nothing_is_left_is_gone() -> None:
    with recording(actor=SYSTEM) as current:
        with undone(transaction.atomic()):
            CustomerClass(name="A", code="a").save()
    assert current.change_set is None
    assert ChangeSet.objects.count() == 0


def test_a_change_set_whose_rows_are_all_undone_is_removed() -> None:
    row = make_class(name="A")
    before = ChangeSet.objects.count()
    with recording(actor=SYSTEM) as current:
        change_class(row, "A")  # Makes the change set, writes no row.
        with undone(transaction.atomic()):
            change_class(row, "B")
    assert current.change_set is None
    assert ChangeSet.objects.count() == before


def test_the_key_of_a_lost_change_set_may_have_been_given_to_another_one() -> None:
    with recording(actor=SYSTEM, reason="outer") as outer:
        with undone(transaction.atomic()):
            CustomerClass(name="A", code="a").save()
        with recording(actor=SYSTEM, reason="own", separate=True) as own:  # SQLite gives it the same key.
            CustomerClass(name="B", code="b").save()
        CustomerClass(name="C", code="c").save()
    assert outer.change_set is not None
    assert outer.change_set != own.change_set
    reasons = dict(CustomerClass.history.values_list("code", "change_set__reason"))
    assert reasons == {"b": "own", "c": "outer"}


def test_a_released_savepoint_is_looked_for_once() -> None:
    first, second = make_class(), make_class()
    with recording(actor=SYSTEM):
        with transaction.atomic():
            change_class(first, "A")
        with transaction.atomic():
            change_class(first, "B")
        with CaptureQueriesContext(connection) as queries:
            change_class(second, "C")
            change_class(second, "D")
    assert not [query["sql"] for query in queries if query["sql"].startswith("SELECT")]


def test_savepoints_in_savepoints_keep_one_change_set() -> None:
    row = make_class()
    with recording(actor=SYSTEM) as current:
        with transaction.atomic():
            with transaction.atomic():
                change_class(row, "1")
            with undone(transaction.atomic()):
                change_class(row, "2")
            change_class(row, "3")
        with undone(transaction.atomic()):
            with transaction.atomic():
                change_class(row, "4")
        change_class(row, "5")
    assert list(
        CustomerClass.history.filter(change_set=current.change_set).values_list("name", flat=True).reverse()
    ) == [
        "1",
        "3",
        "5",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_recording_ends_with_its_block() -> None:
    row = make_class(name="A")
    with recording(actor=SYSTEM) as current:
        context = contextvars.copy_context()
    for run in (lambda work: work(), context.run):
        with pytest.raises(NotRecording):
            run(lambda: change_class(row, "B"))
    with pytest.raises(NotRecording, match="closed"):
        _ = current.change_set_id
    # Nothing was written before it was refused.
    assert CustomerClass.objects.get().name == "A"


@pytest.mark.django_db(transaction=True)
def test_a_recording_is_not_taken_into_another_thread() -> None:
    refusals = []

    def work() -> None:
        try:
            CustomerClass._base_manager.create(name="B", code="b")
        except NotRecording as refusal:
            refusals.append(refusal.message)
        finally:
            connection.close()

    with recording(actor=SYSTEM):
        carried = contextvars.copy_context()
        for context in (contextvars.Context(), carried):
            thread = threading.Thread(target=context.run, args=[work])
            thread.start()
            thread.join()
    assert len(refusals) == 2
    assert "no change set is open" in refusals[0]
    assert "opened in another thread" in refusals[1]
    assert CustomerClass.objects.count() == 0


@on_postgresql
def test_a_recording_in_another_thread_is_one_of_its_own() -> None:
    def work() -> None:
        try:
            with recording(actor=SYSTEM, reason="thread"):
                CustomerClass(name="B", code="b").save()
        finally:
            connection.close()

    with recording(actor=SYSTEM, reason="outer"):
        CustomerClass(name="A", code="a").save()
        context = contextvars.copy_context()
        thread = threading.Thread(target=lambda: context.run(work))
        thread.start()
        thread.join()
    assert dict(CustomerClass.history.values_list("code", "change_set__reason")) == {"a": "outer", "b": "thread"}


def test_what_runs_after_the_commit_finds_no_recording(django_capture_on_commit_callbacks: Any) -> None:
    refused = []

    def later() -> None:
        with pytest.raises(NotRecording):
            CustomerClass(name="B", code="b").save()
        refused.append(True)

    with django_capture_on_commit_callbacks(execute=True):
        with recording(actor=SYSTEM):
            CustomerClass(name="A", code="a").save()
            transaction.on_commit(later)
    assert refused == [True]


def test_an_async_block_cannot_record() -> None:
    async def work() -> None:
        with recording(actor=SYSTEM):
            pass

    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(work())


@pytest.mark.django_db(transaction=True)
def test_async_code_records_in_a_synchronous_piece() -> None:
    def piece(code: str) -> int:
        with recording(actor=SYSTEM, reason=code) as current:
            CustomerClass(name=code, code=code).save()
        return current.change_set.pk

    async def work() -> list[int]:
        return await asyncio.gather(*(sync_to_async(piece)(code) for code in "abc"))

    from asgiref.sync import async_to_sync

    assert len(set(async_to_sync(work)())) == 3
    assert all(row.name == row.change_set.reason for row in CustomerClass.history.select_related("change_set"))


def test_a_change_set_is_continued_over_several_transactions() -> None:
    staff = make_staff()
    with recording(actor=staff, kind="import", reason="File") as first:
        make_customer()
    one = first.change_set
    assert one is not None
    closed = one.closed
    with recording(actor=staff):
        make_class()
    with recording(actor=staff, reason="ignored", change_set=one) as second:
        with recording(actor=staff, kind="create", reason="ignored"):
            made = make_customer()
    assert second.change_set == one
    one.refresh_from_db()
    assert (one.kind, one.reason) == ("import", "File")
    assert one.closed > ChangeSet.objects.exclude(pk=one.pk).get().closed > closed
    assert made.pk in touched(one)
    assert len(touched(one)) == 2


def test_a_continuation_looks_only_at_new_rows() -> None:
    first, second = make_customer(), make_customer()
    with recording(actor=SYSTEM) as current:
        make_address(first)
    change_set = current.change_set
    ChangeSetCustomer.objects.filter(change_set=change_set).delete()
    with recording(actor=SYSTEM, change_set=change_set):
        make_address(second)
    assert touched(change_set) == {second.pk}


def test_a_continuation_that_fails_keeps_what_was_there() -> None:
    with recording(actor=SYSTEM, reason="kept") as current:
        CustomerClass(name="A", code="a").save()
    with undone(recording(actor=SYSTEM, change_set=current.change_set)):
        CustomerClass(name="B", code="b").save()
    with recording(actor=SYSTEM, change_set=ChangeSet.objects.get()):
        pass
    assert ChangeSet.objects.get().reason == "kept"
    assert list(CustomerClass.history.values_list("code", flat=True)) == ["a"]


def test_a_change_set_names_each_customer_once() -> None:
    first, second = make_customer(), make_customer()
    with recording(actor=SYSTEM) as current:
        make_address(first, kind="billing"), make_address(first, kind="shipping")
        AccountNote(customer=first, body="x").save()
        make_order(second, lines=2)
        make_class()
    assert touched(current.change_set) == {first.pk, second.pk}
    assert ChangeSetCustomer.objects.filter(change_set=current.change_set).count() == 2


def test_a_row_that_moves_touches_the_former_customer_too() -> None:
    first, second, third = make_customer(), make_customer(), make_customer()
    order = make_order(first)
    with recording(actor=SYSTEM) as current:
        Order.objects.filter(pk=order.pk).update(customer=second)
        Order.objects.filter(pk=order.pk).update(customer=third)
    assert touched(current.change_set) == {first.pk, second.pk, third.pk}


def test_an_order_that_loses_its_customer_touches_that_customer() -> None:
    customer = make_customer()
    order = make_order(customer)
    with recording(actor=SYSTEM) as current:
        Order.objects.filter(pk=order.pk).update(customer=None)
    assert touched(current.change_set) == {customer.pk}


def test_an_order_line_touches_the_customer_of_its_order() -> None:
    customer = make_customer()
    order = make_order(customer, lines=1)
    with recording(actor=SYSTEM) as changed:
        OrderLine.objects.update(quantity=7)
    with recording(actor=SYSTEM) as deleted:
        order.delete()
    assert touched(changed.change_set) == {customer.pk}
    assert touched(deleted.change_set) == {customer.pk}


def test_a_deleted_customer_is_still_named() -> None:
    customer = make_customer()
    key = customer.pk
    with recording(actor=SYSTEM) as current:
        customer.delete()
    assert touched(current.change_set) == {key}


def test_an_order_of_nobody_touches_nobody() -> None:
    with recording(actor=SYSTEM) as current:
        make_order(lines=1)
    assert touched(current.change_set) == set()


def test_a_portal_user_acts_as_the_customer() -> None:
    from customer_admin.models import PortalLogin

    customer = make_customer(first_name="Ada", last_name="Stone")
    with recording(actor=SYSTEM):
        user = create_portal_user()
        PortalLogin.objects.create(customer=customer, user=user, username="ada", email="ada@example.com")
    with recording(actor=user):
        Address.objects.create(customer=customer, line1="1 Main Street", is_primary=True)
    change_set = ChangeSet.objects.order_by("closed").last()
    assert change_set is not None
    assert (change_set.actor, change_set.actor_kind) == (user, "customer")
    assert change_set.actor_label == f"Ada Stone ({customer.number})"


def test_the_source_is_put_back() -> None:
    with acting_from(Source.PORTAL):
        with acting_from(Source.WORKER), recording(actor=SYSTEM):
            make_class()
        with recording(actor=SYSTEM):
            make_class()
    with recording(actor=SYSTEM):
        make_class()
    assert list(ChangeSet.objects.order_by("closed").values_list("source", flat=True)) == [
        "worker",
        "portal",
        "command",
    ]


@on_postgresql
def test_the_stamp_follows_the_order_in_which_rows_were_written() -> None:
    row = make_class(name="0")

    def work(number: int) -> None:
        for step in range(8):
            with recording(actor=SYSTEM, reason=f"{number}.{step}"):
                if step % 2:
                    CustomerClass(name="x", code=f"x-{number}-{step}").save()  # Draws the key before it waits.
                CustomerClass.objects.filter(pk=row.pk).update(name=f"{number}.{step}")

    assert run_together(*(lambda n=n: work(n) for n in range(5))) == [None] * 5
    history = CustomerClass.history.filter(id=row.pk, history_type="~").order_by("history_id")
    by_rows = list(history.values_list("name", flat=True))
    by_stamp = list(ChangeSet.objects.exclude(reason="Test data").order_by("closed").values_list("reason", flat=True))
    assert len(by_rows) == 40
    assert by_rows == by_stamp


@on_postgresql
def test_one_row_deleted_twice_at_once_is_recorded_as_deleted_once() -> None:
    keys = [make_class().pk for _each in range(6)]

    def work() -> None:
        with recording(actor=SYSTEM):
            CustomerClass.objects.filter(pk__in=keys).delete()

    assert run_together(work, work, work) == [None] * 3
    assert CustomerClass.history.filter(history_type="-").count() == 6


@on_postgresql
def test_a_row_changed_while_it_is_deleted_ends_as_deleted() -> None:
    for _round in range(5):
        row = make_class(name="0")

        def delete(row: CustomerClass = row) -> None:
            with recording(actor=SYSTEM):
                CustomerClass.objects.filter(pk=row.pk).delete()

        def change(row: CustomerClass = row) -> None:
            for step in range(5):
                with recording(actor=SYSTEM):
                    CustomerClass.objects.filter(pk=row.pk).update(name=f"{step + 1}")

        assert run_together(delete, change) == [None, None]
        last = CustomerClass.history.filter(id=row.pk).order_by("-history_id").first()
        assert last.history_type == "-"


@on_postgresql
def test_updates_of_the_same_rows_in_any_order_do_not_lock_each_other_up() -> None:
    keys = [make_customer().pk for _each in range(10)]

    def work(number: int) -> None:
        order = "pk" if number % 2 else "-pk"
        for step in range(5):
            with recording(actor=SYSTEM):
                Customer.objects.filter(pk__in=keys).order_by(order).update(company=f"{number}.{step}")

    assert run_together(*(lambda n=n: work(n) for n in range(4))) == [None] * 4
