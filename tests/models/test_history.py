"""Each way in which Django writes a row leaves exactly the history rows that it should."""

from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Count, F, Value
from django.db.models.deletion import ProtectedError
from django.db.models.functions import Concat, Upper
from django.db.utils import NotSupportedError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customer_admin.errors import NotRecording
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    ChangeSet,
    Customer,
    CustomerClass,
    Order,
    OrderLine,
    TrackedQuerySet,
    history,
    recording,
    tracked_models,
)
from customer_admin.selectors.drift import drift
from tests.factories import make_address, make_class, make_customer, make_note, make_order, make_user

pytestmark = pytest.mark.django_db


def written(model: Any, change_set: ChangeSet | None = None, *columns: str) -> list[tuple]:
    """The history rows of a change set as (type, key, columns…), oldest first."""
    rows = model.history.filter(change_set=change_set) if change_set else model.history.all()
    return list(rows.order_by("history_id").values_list("history_type", "id", *columns))


def test_a_new_row_is_recorded_with_its_change_set() -> None:
    with recording(actor=SYSTEM, kind="create", reason="First day") as current:
        customer_class = CustomerClass(name="Retail", code="retail")
        customer_class.save()
    row = CustomerClass.history.get()
    assert (row.history_type, row.id, row.name, row.code) == ("+", customer_class.pk, "Retail", "retail")
    assert row.change_set == current.change_set
    assert (row.history_user, row.history_change_reason) == (None, "First day")


def test_a_changed_row_is_recorded_as_it_is_now() -> None:
    customer = make_customer(first_name="Ada")
    with recording(actor=SYSTEM) as current:
        customer.first_name = "Grace"
        customer.save()
    assert written(Customer, current.change_set, "first_name") == [("~", customer.pk, "Grace")]


def test_an_unchanged_save_leaves_nothing() -> None:
    customer = make_customer()
    before = ChangeSet.objects.count()
    with recording(actor=SYSTEM) as current:
        customer.save()
        Customer.objects.filter(pk=customer.pk).update(first_name=customer.first_name)
        Customer.objects.bulk_update([customer], ["last_name"])
    assert current.change_set is None
    assert ChangeSet.objects.count() == before
    assert Customer.history.count() == 1


def test_a_change_of_untracked_columns_alone_leaves_nothing() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=customer.pk).update(search_text="something else")
        customer.save()
    assert Customer.history.count() == 1


def test_save_with_update_fields_does_not_record_other_attributes() -> None:
    customer = make_customer(first_name="Ada", last_name="Stone")
    with recording(actor=SYSTEM) as current:
        customer.first_name, customer.last_name = "Grace", "not saved"
        customer.save(update_fields=["first_name"])
    assert written(Customer, current.change_set, "first_name", "last_name") == [("~", customer.pk, "Grace", "Stone")]


def test_save_with_no_update_fields_leaves_nothing() -> None:
    customer = make_customer()
    customer.first_name = "not saved"
    with recording(actor=SYSTEM) as current:
        customer.save(update_fields=[])
    assert current.change_set is None


def test_a_deferred_column_is_recorded_with_its_value() -> None:
    customer = make_customer(first_name="Ada", company="Acme", phone="12345")
    with recording(actor=SYSTEM) as current:
        partial = Customer.objects.only("first_name").get(pk=customer.pk)
        partial.first_name = "Grace"
        partial.save()
    assert written(Customer, current.change_set, "first_name", "company") == [("~", customer.pk, "Grace", "Acme")]
    assert "acme" in Customer.objects.get(pk=customer.pk).search_text


def test_expressions_are_recorded_by_what_they_became() -> None:
    customer_class = make_class(free_tastings=2)
    with recording(actor=SYSTEM) as current:
        customer_class.free_tastings = F("free_tastings") + 3
        customer_class.save()
        CustomerClass.objects.update(free_tastings=F("free_tastings") * 2)
    assert written(CustomerClass, current.change_set, "free_tastings") == [
        ("~", customer_class.pk, 5),
        ("~", customer_class.pk, 10),
    ]


def test_an_expression_in_a_name_is_found_by_the_search() -> None:
    customer = make_customer(first_name="Ada")
    with recording(actor=SYSTEM):
        customer.first_name = Concat(F("first_name"), Value(" Augusta"))
        customer.save()
    assert customer.search_text.split() == [customer.number.lower(), "ada", "augusta", "stone"]
    assert list(Customer.objects.search("augusta")) == [customer]


def test_deleting_a_stale_instance_records_what_was_in_the_table() -> None:
    note = make_note(make_customer(), body="old")
    stale = AccountNote.objects.get(pk=note.pk)
    with recording(actor=SYSTEM):
        note.body = "new"
        note.save()
    with recording(actor=SYSTEM) as current:
        stale.delete()
    assert written(AccountNote, current.change_set, "body") == [("-", note.pk, "new")]


def test_an_unsaved_instance_cannot_be_deleted() -> None:
    with recording(actor=SYSTEM), pytest.raises(ValueError, match="never saved"):
        AccountNote(body="x").delete()


def test_bulk_create_records_each_row_in_one_statement() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        with CaptureQueriesContext(connection) as queries:
            notes = AccountNote.objects.bulk_create(AccountNote(customer=customer, body=str(n)) for n in range(20))
    assert written(AccountNote, current.change_set, "body") == [("+", note.pk, note.body) for note in notes]
    assert sum("historicalaccountnote" in query["sql"] for query in queries) == 1


def test_bulk_create_in_batches_records_each_row() -> None:
    with recording(actor=SYSTEM) as current:
        classes = CustomerClass.objects.bulk_create(
            [CustomerClass(name=str(n), code=f"c{n}") for n in range(5)], batch_size=2
        )
    assert written(CustomerClass, current.change_set) == [("+", each.pk) for each in classes]


def test_bulk_create_fills_stored_keys() -> None:
    template = make_customer()
    with recording(actor=SYSTEM):
        Customer.objects.bulk_create([Customer(number="B1", site=template.site, company="Łąka Öl", phone="+1 (2) 3")])
    assert Customer.objects.get(number="B1").search_text.split() == ["b1", "laka", "ol", "123"]


@pytest.mark.parametrize(
    ("args", "options"),
    [
        ((), {"ignore_conflicts": True}),
        ((None, True), {}),
        ((), {"update_conflicts": True, "update_fields": ["name"], "unique_fields": ["code"]}),
        ((None, False, True, ["name"], ["code"]), {}),
    ],
)
def test_bulk_create_that_may_skip_rows_is_refused(args: tuple, options: dict) -> None:
    with recording(actor=SYSTEM), pytest.raises(TypeError, match="can't tell which rows"):
        CustomerClass.objects.bulk_create([CustomerClass(name="A", code="a")], *args, **options)
    assert CustomerClass.objects.count() == 0


def test_bulk_update_records_what_changed_and_only_that() -> None:
    first, second, third = make_class(name="A"), make_class(name="B"), make_class(name="C")
    first.name, second.name = "A2", "B2"
    with recording(actor=SYSTEM) as current:
        assert CustomerClass.objects.bulk_update([first, second, third], ["name"]) == 3
    assert written(CustomerClass, current.change_set, "name") == [("~", first.pk, "A2"), ("~", second.pk, "B2")]


def test_update_records_only_rows_that_changed() -> None:
    changed, same = make_class(name="A"), make_class(name="B")
    with recording(actor=SYSTEM) as current:
        assert CustomerClass.objects.update(name="B") == 2
    assert written(CustomerClass, current.change_set, "name") == [("~", changed.pk, "B")]
    assert same.name == "B"


def test_update_of_many_rows_takes_a_fixed_number_of_statements() -> None:
    for _each in range(30):
        make_class()
    with recording(actor=SYSTEM), CaptureQueriesContext(connection) as queries:
        CustomerClass.objects.update(kind="club")
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 4  # lock, update, change set, history


def test_update_with_joins_annotations_and_distinct_is_recorded() -> None:
    busy, idle = make_customer(), make_customer()
    make_order(busy), make_order(busy)
    with recording(actor=SYSTEM) as current:
        counted = Customer.objects.annotate(n=Count("orders"))
        assert counted.filter(n__gt=1).update(company="Busy") == 1
        assert Customer.objects.filter(orders__total__gt=0).distinct().update(language="de") == 1
        assert Customer.objects.annotate(big=Upper("last_name")).update(last_name=F("big")) == 2
        assert Customer.objects.select_for_update().order_by("-pk").filter(company="Busy").update(language="fr") == 1
    assert written(Customer, current.change_set, "company", "language", "last_name") == [
        ("~", busy.pk, "Busy", "", "Stone"),
        ("~", busy.pk, "Busy", "de", "Stone"),
        ("~", busy.pk, "Busy", "de", "STONE"),
        ("~", idle.pk, "", "", "STONE"),
        ("~", busy.pk, "Busy", "fr", "STONE"),
    ]


def test_update_counts_rows_and_says_nothing_for_none() -> None:
    make_class()
    with recording(actor=SYSTEM) as current:
        assert CustomerClass.objects.none().update(name="A") == 0
        assert CustomerClass.objects.filter(code="no such").update(name="A") == 0
    assert current.change_set is None


def test_update_of_a_slice_or_a_union_is_refused() -> None:
    make_class(name="A")
    with recording(actor=SYSTEM):
        with pytest.raises(TypeError, match="slice"):
            CustomerClass.objects.all()[:1].update(name="B")
        with pytest.raises(NotSupportedError):
            CustomerClass.objects.all().union(CustomerClass.objects.all()).update(name="B")
    assert CustomerClass.objects.get().name == "A"


@pytest.mark.parametrize("name", ["id", "pk"])
def test_update_of_the_key_is_refused(name: str) -> None:
    kept = make_class()
    with recording(actor=SYSTEM), pytest.raises(TypeError, match="key of a tracked row"):
        CustomerClass.objects.update(**{name: kept.pk + 1000})
    assert CustomerClass.objects.get().pk == kept.pk


def test_update_moves_updated_at() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        Customer.objects.update(company="Acme")
    assert Customer.objects.get().updated_at > customer.updated_at


def test_each_way_of_saving_moves_updated_at() -> None:
    customer = make_customer(first_name="Ada")
    moments = [customer.updated_at]

    def moved(write: Callable[[], object]) -> bool:
        with recording(actor=SYSTEM):
            write()
        moments.append(Customer.objects.values_list("updated_at", flat=True).get())
        return moments[-1] > moments[-2]

    customer.first_name = "Grace"
    assert moved(lambda: customer.save(update_fields=["first_name"]))
    assert customer.updated_at == moments[-1]
    customer.first_name = "Edith"
    assert moved(customer.save)
    assert moved(lambda: Customer.objects.only("last_name").get().save())
    assert moved(lambda: Customer.objects.bulk_update([customer], ["last_name"]))
    assert moved(lambda: Customer.objects.update_or_create(number=customer.number, defaults={"last_name": "Hill"}))
    assert not moved(lambda: customer.save(update_fields=[]))


def test_rows_in_several_pieces_are_chosen_before_the_first_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "in_chunks", lambda keys, using: iter([keys[:2], keys[2:]]) if keys else iter([]))
    busy, other = make_customer(), make_customer()
    orders = [make_order(busy) for _each in range(4)]
    many = Customer.objects.annotate(n=Count("orders")).filter(n__gt=2).values("pk")
    with recording(actor=SYSTEM) as current:
        wanted = Order.objects.filter(customer__in=many).annotate(shown=Concat(F("number"), Value("!")))
        assert wanted.update(customer=other, channel=F("shown")) == 4
    assert written(Order, current.change_set, "customer_id", "channel") == [
        ("~", order.pk, other.pk, f"{order.number}!") for order in orders
    ]


def test_a_query_set_that_locks_and_groups_is_deleted() -> None:
    idle, busy = make_customer(), make_customer()
    make_order(busy)
    with recording(actor=SYSTEM) as current:
        Customer.objects.annotate(n=Count("orders")).filter(n=0).select_for_update().delete()
    assert written(Customer, current.change_set) == [("-", idle.pk)]


def test_distinct_on_a_column_is_no_way_to_choose_what_is_written() -> None:
    make_class(name="A")
    with recording(actor=SYSTEM):
        for write in (lambda rows: rows.update(name="B"), lambda rows: rows.delete()):
            with pytest.raises(TypeError, match="distinct"):
                write(CustomerClass.objects.distinct("name"))
    assert CustomerClass.objects.get().name == "A"


def test_a_savepoint_of_ones_own_takes_the_change_set_along_loudly_or_not_at_all() -> None:
    row = make_class(name="A")

    def rolled_back(write: Callable[[], object]) -> None:
        savepoint = transaction.savepoint()
        write()
        transaction.savepoint_rollback(savepoint)

    with recording(actor=SYSTEM) as current:
        rolled_back(lambda: CustomerClass.objects.update(name="B"))
        CustomerClass.objects.update(name="C")
    assert written(CustomerClass, current.change_set, "name") == [("~", row.pk, "C")]
    row.name = "D"
    with pytest.raises(DatabaseError), recording(actor=SYSTEM):
        rolled_back(row.save), row.save()
    assert CustomerClass.objects.get().name == "C"


def test_a_query_set_is_read_anew_after_an_update() -> None:
    make_class(name="A")
    everything = CustomerClass.objects.all()
    assert [each.name for each in everything] == ["A"]
    with recording(actor=SYSTEM):
        everything.update(name="B")
    assert [each.name for each in everything] == ["B"]


def test_delete_of_a_query_set_records_each_row() -> None:
    customer = make_customer()
    first, second = make_note(customer, body="1"), make_note(customer, body="2")
    with recording(actor=SYSTEM) as current:
        assert AccountNote.objects.all().delete() == (2, {"customer_admin.AccountNote": 2})
    assert written(AccountNote, current.change_set, "body") == [("-", first.pk, "1"), ("-", second.pk, "2")]


def test_delete_of_distinct_and_joined_query_sets_is_recorded() -> None:
    customer = make_customer()
    make_order(customer), make_order(customer)
    note = make_note(customer)
    with recording(actor=SYSTEM) as current:
        AccountNote.objects.filter(customer__orders__total__gt=0).distinct().delete()
    assert written(AccountNote, current.change_set) == [("-", note.pk)]


def test_delete_of_slices_values_and_unions_is_refused() -> None:
    make_class()
    with recording(actor=SYSTEM):
        with pytest.raises(TypeError):
            CustomerClass.objects.all()[:1].delete()
        with pytest.raises(TypeError):
            CustomerClass.objects.values("name").delete()
        with pytest.raises(NotSupportedError):
            CustomerClass.objects.all().union(CustomerClass.objects.all()).delete()
    assert CustomerClass.objects.count() == 1


def test_a_cascade_is_recorded_with_one_statement_for_each_model() -> None:
    customer = make_customer()
    addresses = [make_address(customer, kind=kind) for kind in ("billing", "shipping")]
    notes = [make_note(customer) for _each in range(10)]
    order = make_order(customer, lines=1)
    with recording(actor=SYSTEM) as current, CaptureQueriesContext(connection) as queries:
        Customer.objects.get(pk=customer.pk).delete()
    assert written(Customer, current.change_set) == [("-", customer.pk)]
    assert written(Address, current.change_set) == [("-", each.pk) for each in addresses]
    assert written(AccountNote, current.change_set) == [("-", each.pk) for each in notes]
    # Orders stay: the column that is set to null is recorded as a change.
    assert written(Order, current.change_set, "customer_id") == [("~", order.pk, None)]
    assert written(OrderLine, current.change_set) == []
    inserts = [
        query["sql"] for query in queries if query["sql"].startswith("INSERT INTO") and "_historical" in query["sql"]
    ]
    assert len(inserts) == 4


def test_a_cascade_of_a_cascade_is_recorded() -> None:
    order = make_order(lines=3)
    with recording(actor=SYSTEM) as current:
        Order.objects.filter(pk=order.pk).delete()
    assert len(written(OrderLine, current.change_set)) == 3


def test_a_protected_row_leaves_no_trace_of_the_attempt() -> None:
    customer_class = make_class()
    make_customer(customer_class=customer_class)
    with pytest.raises(ProtectedError), recording(actor=SYSTEM):
        customer_class.delete()
    assert [kind for kind, *_ in written(CustomerClass)] == ["+"]


def test_deleting_the_author_keeps_the_note_and_records_it() -> None:
    author = make_user("ann")
    note = make_note(make_customer(), author=author, author_label="Ann")
    with recording(actor=SYSTEM) as current:
        author.delete()
    assert written(AccountNote, current.change_set, "author_id", "author_label") == [("~", note.pk, None, "Ann")]


def test_a_user_to_whom_nothing_tracked_points_is_deleted_without_a_recording() -> None:
    make_note(make_customer())
    make_user("ann").delete()
    get_user_model().objects.filter(pk=make_user("bob").pk).delete()


def test_deleting_the_author_outside_of_a_recording_is_refused_whole() -> None:
    author = make_user("ann")
    note = make_note(make_customer(), author=author)
    with pytest.raises(NotRecording), transaction.atomic():
        author.delete()
    assert AccountNote.objects.get(pk=note.pk).author == author


def test_writes_through_relations_are_recorded() -> None:
    first, second = make_customer(), make_customer()
    order, other = make_order(first), make_order()
    with recording(actor=SYSTEM) as current:
        second.orders.add(order, other)
        second.orders.remove(other)
        second.orders.set([other])
        second.orders.clear()
        made = second.orders.create(number="NEW", placed_at=order.placed_at, currency="USD", total=Decimal(1))
    assert written(Order, current.change_set, "customer_id") == [
        ("~", order.pk, second.pk),
        ("~", other.pk, second.pk),
        ("~", other.pk, None),
        ("~", order.pk, None),
        ("~", other.pk, second.pk),
        ("~", other.pk, None),
        ("+", made.pk, second.pk),
    ]


def test_get_or_create_and_update_or_create_are_recorded_once() -> None:
    with recording(actor=SYSTEM) as current:
        made, _new = CustomerClass.objects.get_or_create(code="a", defaults={"name": "A"})
        CustomerClass.objects.get_or_create(code="a", defaults={"name": "other"})
        CustomerClass.objects.update_or_create(code="a", defaults={"name": "B"})
        CustomerClass.objects.update_or_create(code="a", defaults={"name": "B"})
    assert written(CustomerClass, current.change_set, "name") == [("+", made.pk, "A"), ("~", made.pk, "B")]


def test_inline_children_write_history_only_where_they_changed() -> None:
    customer = make_customer()
    kept, changed = make_address(customer, kind="billing"), make_address(customer, kind="shipping")
    fresh = Customer.objects.get(pk=customer.pk)
    fresh.addresses = [kept, changed]
    changed.city = "Elsewhere"
    with recording(actor=SYSTEM) as current:
        fresh.save()
    assert written(Address, current.change_set, "city") == [("~", changed.pk, "Elsewhere")]
    assert written(Customer, current.change_set) == []


@pytest.mark.parametrize(
    "write",
    [
        lambda row: row.save(),
        lambda row: CustomerClass(name="B", code="b").save(),
        lambda row: CustomerClass.objects.create(name="B", code="b"),
        lambda row: CustomerClass.objects.bulk_create([CustomerClass(name="B", code="b")]),
        lambda row: CustomerClass.objects.update(name="B"),
        lambda row: CustomerClass.objects.bulk_update([row], ["name"]),
        lambda row: row.delete(),
        lambda row: CustomerClass.objects.all().delete(),
        lambda row: CustomerClass.objects.update_or_create(code=row.code, defaults={"name": "B"}),
        lambda row: CustomerClass._base_manager.filter(pk=row.pk).update(name="B"),
    ],
)
@pytest.mark.parametrize("in_transaction", [True, False])
@pytest.mark.django_db(transaction=True)
def test_a_write_without_a_recording_is_refused_before_anything_is_written(write: Any, in_transaction: bool) -> None:
    row = make_class(name="A")
    row.name = "B"
    with (
        pytest.raises(NotRecording, match="CustomerClass is tracked"),
        transaction.atomic() if in_transaction else nullcontext(),
    ):
        write(row)
    assert [each.name for each in CustomerClass.objects.all()] == ["A"]
    assert CustomerClass.history.count() == 1


def test_a_raw_delete_is_refused() -> None:
    make_class()
    with recording(actor=SYSTEM), pytest.raises(TypeError, match="one way"):
        CustomerClass.objects.all()._raw_delete("default")
    assert CustomerClass.objects.count() == 1


def test_a_fixture_is_loaded_without_a_recording_and_found_by_the_drift_check() -> None:
    customer_class = CustomerClass(pk=9999, name="A", code="a", updated_at=timezone.now())
    with transaction.atomic():
        models.Model.save_base(customer_class, raw=True)
        assert [(found.key, found.kind) for found in drift()] == [(9999, "unrecorded")]
        transaction.set_rollback(True)


def test_a_change_of_an_unrecorded_row_is_recorded() -> None:
    customer_class = CustomerClass(pk=9999, name="A", code="a", updated_at=timezone.now())
    models.Model.save_base(customer_class, raw=True)
    with recording(actor=SYSTEM):
        CustomerClass.objects.update(name="B")
    assert written(CustomerClass, None, "name") == [("~", 9999, "B")]


def test_a_row_that_comes_back_under_its_key_is_recorded_as_new() -> None:
    customer_class = make_class(name="A")
    key = customer_class.pk
    with recording(actor=SYSTEM):
        customer_class.delete()
    with recording(actor=SYSTEM):
        CustomerClass(pk=key, name="A", code="a").save()
    assert [kind for kind, *_ in written(CustomerClass)] == ["+", "-", "+"]


def test_each_tracked_model_records_through_both_of_its_managers() -> None:
    assert {Customer, Address, Order, OrderLine, AccountNote, CustomerClass} <= set(tracked_models())
    for model in tracked_models():
        assert isinstance(model._base_manager.get_queryset(), TrackedQuerySet)
        assert isinstance(model._default_manager.get_queryset(), TrackedQuerySet)


def test_the_base_manager_of_customers_knows_the_merged_ones() -> None:
    survivor = make_customer()
    gone = make_customer(merged_into=survivor)
    assert set(Customer._base_manager.all()) == {survivor, gone}
    assert list(Customer.objects.all()) == [survivor]
    with recording(actor=SYSTEM) as current:
        gone.company = "Still recorded"
        gone.save()
    assert written(Customer, current.change_set, "company") == [("~", gone.pk, "Still recorded")]


def test_history_tables_have_no_permissions_of_their_own() -> None:
    for model in tracked_models():
        assert model.history.model._meta.default_permissions == ()


def test_no_secret_column_is_in_any_history() -> None:
    for model in tracked_models():
        names = {field.name for field in model.history.model._meta.fields}
        assert not {name for name in names if "password" in name and name != "password_set_at"}
        assert not names & set(model.untracked_fields)
