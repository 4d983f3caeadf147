"""Entries that are only countered: no door changes or deletes one, and a model that would not hold is named."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import IntegrityError, models, transaction

from customer_admin import checks
from customer_admin.errors import OnlyCountered
from customer_admin.models import SYSTEM, CounteredEntry, CreditEntry, LoyaltyEntry, Tracked, recording
from customer_admin.models.countered import misuse_of
from tests.factories import make_credit, make_customer, make_loyalty, make_staff
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def save_all(entry: Any) -> None:
    entry.quantity = 99
    entry.save()


def save_one(entry: Any) -> None:
    entry.quantity = 99
    entry.save(update_fields=["quantity"])


def bulk_update(entry: Any) -> None:
    entry.quantity = 99
    LoyaltyEntry.objects.bulk_update([entry], ["quantity"])


DOORS: dict[str, Callable[[Any], Any]] = {
    "save": save_all,
    "save some": save_one,
    "update": lambda entry: LoyaltyEntry.objects.filter(pk=entry.pk).update(quantity=99),
    "update with customer": lambda entry: LoyaltyEntry.objects.update(customer=entry.customer_id, quantity=99),
    "update by related manager": lambda entry: entry.customer.loyalty_entries.update(reason="x"),
    "update of nothing": lambda entry: LoyaltyEntry.objects.none().update(quantity=99),
    "counter by hand": lambda entry: LoyaltyEntry.objects.filter(pk=entry.pk).update(counters=entry.pk),
    "bulk_update": bulk_update,
    "update_or_create": lambda entry: LoyaltyEntry.objects.update_or_create(pk=entry.pk, defaults={"quantity": 99}),
    "delete": lambda entry: entry.delete(),
    "delete of a query set": lambda entry: LoyaltyEntry.objects.filter(pk=entry.pk).delete(),
    "delete by related manager": lambda entry: entry.customer.loyalty_entries.all().delete(),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_changes_or_deletes_an_entry(door: str) -> None:
    entry = make_loyalty(make_customer())
    with nothing_changes(), pytest.raises(OnlyCountered, match="Counter it instead"), recording(actor=SYSTEM):
        DOORS[door](entry)


def test_a_new_entry_with_the_key_of_another_does_not_replace_it() -> None:
    entry = make_loyalty(make_customer())
    copy = LoyaltyEntry(pk=entry.pk, customer=entry.customer, kind="points", quantity=99, reason="x")
    with nothing_changes(), pytest.raises(IntegrityError), recording(actor=SYSTEM), transaction.atomic():
        copy.save()


def test_entries_move_to_another_customer_and_let_go_of_their_author() -> None:
    ann, other = make_staff(), make_customer()
    entry = make_loyalty(make_customer(), author=ann, author_label="Ann")
    with recording(actor=SYSTEM) as current:
        LoyaltyEntry.objects.update(customer=other)
        ann.delete()
    entry.refresh_from_db()
    assert (entry.customer, entry.author, entry.author_label) == (other, None, "Ann")
    assert LoyaltyEntry.history.filter(change_set=current.change_set).count() == 2


def test_entries_go_with_their_customer_and_with_each_other() -> None:
    customer = make_customer()
    entry = make_loyalty(customer)
    with recording(actor=SYSTEM):
        entry.counter_entry(reason="Wrong").save()
        customer.delete()
    assert not LoyaltyEntry.objects.exists()
    assert LoyaltyEntry.history.filter(history_type="-").count() == 2


def test_a_counter_entry_makes_nothing_with_its_entry_and_is_made_once() -> None:
    entry = make_credit(make_customer(), Decimal("-12.50"), Decimal("12.50"), kind="hold", currency="EUR")
    ann = make_staff()
    with recording(actor=SYSTEM):
        counter = entry.counter_entry(reason="Wrong", author=ann.pk, author_label="Ann")
        counter.save()
    sums = CreditEntry.objects.aggregate(models.Sum("amount"), models.Sum("on_hold"))
    assert set(sums.values()) == {0}
    told = (counter.counters, counter.customer, counter.kind, counter.currency, counter.author, counter.reason)
    assert told == (entry, entry.customer, "hold", "EUR", ann, "Wrong")
    assert (entry.is_countered, counter.is_countered) == (True, False)
    with pytest.raises(IntegrityError), recording(actor=SYSTEM), transaction.atomic():
        entry.counter_entry(reason="Once more").save()


def test_an_entry_of_nothing_is_refused_by_the_database() -> None:
    customer = make_customer()
    for make in (lambda: make_loyalty(customer, quantity=0), lambda: make_credit(customer, 0)):
        with nothing_changes(), pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_the_entries_of_this_host_hold() -> None:
    assert [problem for model in (LoyaltyEntry, CreditEntry) for problem in misuse_of(model)] == []


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Models of these tests join no app and no registry of the project."""
    registry = Apps()
    monkeypatch.setattr("django.db.models.options.Options.default_apps", registry)
    yield
    registry.clear_cache()


def problems_of(model: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(checks, "tracked_models", lambda: [model])
    messages = checks.tracked_models_record()
    assert all(message.id == "customer_admin.E011" and message.hint for message in messages)
    return [message.msg.partition("but ")[2] for message in messages]


def test_e011_names_what_would_not_hold(nowhere: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare(Tracked):
        owner = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
        amount = models.IntegerField()
        counters = models.ForeignKey("self", null=True, on_delete=models.RESTRICT, related_name="+")

        is_only_countered = True
        movable_fields = ("amount",)

        class Meta:
            app_label = "nowhere"

    assert problems_of(Bare, monkeypatch) == [
        "has no one-to-one field counters to itself that may be empty, so one entry could be countered twice.",
        "does not say what its counter-entry is.",
        "amount may change, though it does not say whose the entry is.",
        "owner would have to change when the other row is deleted.",
    ]


def test_a_host_keeps_books_of_its_own_by_inheriting(nowhere: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bottle(CounteredEntry):
        customer = models.IntegerField()
        amount = models.IntegerField()

        negated_fields = ("amount",)
        movable_fields = ("author",)
        customer_path = None

        class Meta:
            app_label = "nowhere"

    assert problems_of(Bottle, monkeypatch) == []
