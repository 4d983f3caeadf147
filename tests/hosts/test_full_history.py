"""How Django writes what only a host has: links, one-to-one rows, proxies, generic relations, keys of other types."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_delete

from customer_admin.errors import NotRecording
from customer_admin.models import SYSTEM, ChangeSet, ChangeSetCustomer, Customer, recording
from customer_admin.operations import delete_customer, revert_change_set
from customer_admin.selectors.drift import drift
from tests.factories import make_customer, make_user
from tests.hosts.full.shop.models import (
    Allowance,
    CustomerLabel,
    Employee,
    Label,
    LoyaltyCard,
    PausedSubscription,
    Remark,
    Subscription,
)

pytestmark = pytest.mark.django_db


def make(model: Any, **fields: Any) -> Any:
    with recording(actor=SYSTEM, reason="Test data"):
        return model.objects.create(**fields)


def written(model: Any, change_set: ChangeSet | None, *columns: str) -> list[tuple]:
    rows = model.history.filter(change_set=change_set).order_by("history_id")
    return list(rows.values_list("history_type", *columns))


def test_each_link_that_is_set_added_or_taken_away_is_one_row_of_history() -> None:
    customer = make_customer()
    red, blue, green = (make(Label, name=name) for name in ("red", "blue", "green"))
    with recording(actor=SYSTEM) as current:
        customer.labels.add(red, blue)
        customer.labels.add(red)
        customer.labels.set([blue, green])
        customer.labels.remove(blue)
        green.customers.clear()
        made = customer.labels.create(name="new")
        red.customers.set([customer])
    assert written(CustomerLabel, current.change_set, "customer_id", "label_id") == [
        ("+", customer.pk, red.pk),
        ("+", customer.pk, blue.pk),
        ("-", customer.pk, red.pk),
        ("+", customer.pk, green.pk),
        ("-", customer.pk, blue.pk),
        ("-", customer.pk, green.pk),
        ("+", customer.pk, made.pk),
        ("+", customer.pk, red.pk),
    ]
    assert written(Customer, current.change_set) == []
    assert ChangeSetCustomer.objects.filter(change_set=current.change_set, customer=customer).exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda links, label, other: links.add(other),
        lambda links, label, other: links.set([other]),
        lambda links, label, other: links.create(name="new"),
        lambda links, label, other: links.clear(),
        lambda links, label, other: links.remove(label),
    ],
)
def test_a_link_outside_of_a_recording_is_refused(write: Any) -> None:
    customer, label, other = make_customer(), make(Label, name="red"), make(Label, name="blue")
    make(CustomerLabel, customer=customer, label=label)
    with pytest.raises(NotRecording), transaction.atomic():
        write(customer.labels, label, other)
    assert list(customer.labels.all()) == [label]


def test_deleting_a_label_or_a_customer_takes_the_links_along_with_history() -> None:
    customer, label = make_customer(), make(Label, name="red")
    make(CustomerLabel, customer=customer, label=label)
    key = label.pk
    with recording(actor=SYSTEM) as current:
        label.delete()
    assert written(CustomerLabel, current.change_set, "label_id") == [("-", key)]
    label = make(Label, name="blue")
    make(CustomerLabel, customer=customer, label=label)
    with recording(actor=SYSTEM) as current:
        Customer.objects.all().delete()
    assert written(CustomerLabel, current.change_set, "label_id") == [("-", label.pk)]


def test_one_to_one_rows_are_made_moved_and_deleted_with_history() -> None:
    first, second = make_customer(), make_customer()
    with recording(actor=SYSTEM) as current:
        card = LoyaltyCard.objects.create(customer=first, code="A1")
        card.customer = second
        card.save()
        second.delete()
    assert written(LoyaltyCard, current.change_set, "code") == [("+", "A1"), ("~", "A1"), ("-", "A1")]


def test_a_value_that_is_taken_leaves_no_trace() -> None:
    make(LoyaltyCard, customer=make_customer(), code="A1")
    other = make_customer()
    with recording(actor=SYSTEM) as current:
        for write in (
            lambda: LoyaltyCard.objects.create(customer=other, code="A1"),
            lambda: LoyaltyCard.objects.bulk_create([LoyaltyCard(customer=other, code="A1")]),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                write()
    assert current.change_set is None
    assert LoyaltyCard.history.count() == 1


def test_a_proxy_writes_the_history_of_its_model() -> None:
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        row = PausedSubscription.objects.create(customer=customer, title="A")
        row.title = "B"
        row.save()
        PausedSubscription.objects.update(title="C")
        PausedSubscription.objects.bulk_create([PausedSubscription(customer=customer, title="D")])
        PausedSubscription.objects.filter(title="D").delete()
        row.delete()
    assert PausedSubscription.history.model is Subscription.history.model
    assert written(Subscription, current.change_set, "title") == [
        ("+", "A"), ("~", "B"), ("~", "C"), ("+", "D"), ("-", "D"), ("-", "C"),
    ]  # fmt: skip


def test_a_proxy_needs_a_recording_too() -> None:
    row = make(PausedSubscription, customer=make_customer(), title="A")
    for write in (row.save, row.delete, lambda: PausedSubscription(customer=row.customer).save()):
        with pytest.raises(NotRecording):
            write()


def test_rows_of_a_generic_relation_are_written_and_go_along_with_history() -> None:
    subscription = make(Subscription, customer=make_customer(), title="A")
    other = make(Subscription, customer=subscription.customer, title="B")
    with recording(actor=SYSTEM) as current:
        remark = subscription.remarks.create(text="soft")
        other.remarks.add(remark)
        subscription.remarks.set([remark])
        Remark.objects.update(text="loud")
        other.remarks.create(text="gone").delete()
        subscription.delete()
    assert written(Remark, current.change_set, "text", "about_id") == [
        ("+", "soft", subscription_key := remark.history.earliest().about_id),
        ("~", "soft", other.pk),
        ("~", "soft", subscription_key),
        ("~", "loud", subscription_key),
        ("+", "gone", other.pk),
        ("-", "gone", other.pk),
        ("-", "loud", subscription_key),
    ]


def test_a_key_that_is_no_number_is_found_by_the_drift_check() -> None:
    subscription = make(Subscription, customer=make_customer(), title="A")
    remark = make(Remark, about=subscription, text="soft")
    with transaction.atomic():
        Remark.history.all().delete()
        assert [(found.key, found.kind) for found in drift()] == [(remark.pk, "unrecorded")]
        transaction.set_rollback(True)


def test_a_row_that_goes_is_recorded_once_though_django_first_sets_its_other_key_to_null() -> None:
    customer = make_customer()
    first = make(Subscription, customer=customer, title="first")
    make(Subscription, customer=customer, title="second", follows=first)
    with recording(actor=SYSTEM) as current:
        Subscription.objects.all().delete()
    assert written(Subscription, current.change_set, "title", "follows_id") == [
        ("-", "first", None),
        ("-", "second", first.pk),
    ]


def test_rows_that_go_with_an_untracked_row_are_recorded_once_too() -> None:
    clerk, deputy = make_user("ann"), make_user("bob")
    gone = make(Subscription, customer=make_customer(), title="gone", clerk=clerk, deputy=deputy)
    kept = make(Subscription, customer=gone.customer, title="kept", deputy=deputy)
    with recording(actor=SYSTEM) as current:
        Employee.objects.filter(pk__in=[clerk.pk, deputy.pk]).delete()
    assert written(Subscription, current.change_set, "id", "deputy_id") == [
        ("-", gone.pk, deputy.pk),
        ("~", kept.pk, None),
    ]


def test_what_a_receiver_writes_to_a_row_that_is_going_is_not_its_last_word() -> None:
    def pause(sender: Any, instance: Subscription, **kwargs: Any) -> None:
        instance.is_paused = True
        instance.save()

    row = make(Subscription, customer=make_customer(), title="A")
    pre_delete.connect(pause, sender=Subscription)
    try:
        with recording(actor=SYSTEM) as current:
            row.delete()
    finally:
        pre_delete.disconnect(pause, sender=Subscription)
    assert written(Subscription, current.change_set, "title") == [("-", "A")]


def test_a_row_that_comes_back_in_the_same_change_set_is_recorded_as_new() -> None:
    row = make(Subscription, customer=make_customer(), title="A")
    key = row.pk
    with recording(actor=SYSTEM) as current:
        row.delete()
        Subscription(pk=key, customer_id=row.customer_id, title="B").save()
        Subscription.objects.update(title="C")
    assert written(Subscription, current.change_set, "title") == [("-", "A"), ("+", "B"), ("~", "C")]


def test_a_row_whose_key_is_its_customer_is_named_and_comes_back_with_the_customer() -> None:
    customer = make_customer()
    make(Allowance, customer=customer, bottles=1)
    key = customer.pk
    gone = delete_customer(actor=SYSTEM, customer=customer)
    only = [f"customer_admin.customer:{key}", f"shop.allowance:{key}"]
    revert_change_set(actor=SYSTEM, change_set=gone, only=only)
    assert Allowance.objects.get(customer=key).bottles == 1
