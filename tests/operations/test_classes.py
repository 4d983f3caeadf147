"""Creating, changing and removing customer classes."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from customer_admin.errors import ClassRefused, CustomerRefused, DeleteRefused, PermissionRefused
from customer_admin.models import SYSTEM, ChangeSet, Customer, CustomerClass
from customer_admin.operations import (
    BulkChange,
    change_class_of,
    create_class,
    create_customer,
    delete_class,
    delete_classes,
    update_class,
    update_customer,
)
from tests.factories import make_auditor, make_class, make_customer, make_manager, make_staff, settle
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def test_a_class_is_created_changed_and_removed_with_who_and_why() -> None:
    manager = make_manager()
    made = create_class(actor=manager, name="Trade", code="trade", discount_percent="12.5", reason="New")
    update_class(actor=manager, customer_class=made, name="Trade plus", reason="Renamed")
    change_set = delete_class(actor=manager, customer_class=made, reason="Not needed")
    told = ChangeSet.objects.order_by("closed").values_list("kind", "actor", "reason")
    assert list(told) == [
        ("create", manager.pk, "New"),
        ("edit", manager.pk, "Renamed"),
        ("delete", manager.pk, "Not needed"),
    ]
    assert change_set == ChangeSet.objects.get(kind="delete")
    assert CustomerClass.objects.count() == 0
    assert list(CustomerClass.history.order_by("history_id").values_list("name", "discount_percent")) == [
        ("Trade", Decimal("12.50")),
        ("Trade plus", Decimal("12.50")),
        ("Trade plus", Decimal("12.50")),
    ]


@pytest.mark.parametrize("maker", [make_staff, make_auditor])
def test_only_managers_look_after_classes(maker: Any) -> None:
    actor, customer_class = maker(), make_class()
    with nothing_changes():
        with pytest.raises(PermissionRefused):
            create_class(actor=actor, name="A", code="a")
        with pytest.raises(PermissionRefused):
            update_class(actor=actor, customer_class=customer_class, name="B")
        with pytest.raises(PermissionRefused):
            delete_class(actor=actor, customer_class=customer_class)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "", "code": "a"}, "name"),
        ({"name": "A", "code": "not a slug"}, "code"),
        ({"name": "A", "code": "taken"}, "code"),
        ({"name": "A", "code": "a", "discount_percent": "100.01"}, "discount_percent"),
        ({"name": "A", "code": "a", "case_discount_percent": Decimal("-1")}, "case_discount_percent"),
        ({"name": "A", "code": "a", "discount_percent": "NaN"}, "discount_percent"),
        ({"name": "A", "code": "a", "free_tastings": -1}, "free_tastings"),
        ({"name": "A\x00", "code": "a"}, "name"),
        ({"name": "A", "code": "a", "kind": "other"}, "kind"),
        ({"name": "A", "code": "a", "is_default": True, "is_active": False}, "is_active"),
    ],
)
def test_a_class_that_cannot_be_saved_is_refused(fields: dict[str, Any], field: str) -> None:
    make_class(code="taken", is_default=True)
    other = make_class()
    with nothing_changes(), pytest.raises(ClassRefused) as caught:
        create_class(actor=SYSTEM, **fields)
    assert list(caught.value.fields) == [field]
    with nothing_changes(), pytest.raises(ClassRefused) as caught:
        update_class(actor=SYSTEM, customer_class=other, **fields)
    assert list(caught.value.fields) == [field]


def test_there_is_one_default_class() -> None:
    first = create_class(actor=SYSTEM, name="A", code="a", is_default=True)
    second = create_class(actor=SYSTEM, name="B", code="b", is_default=True)
    assert list(CustomerClass.objects.filter(is_default=True)) == [second]
    update_class(actor=SYSTEM, customer_class=first, is_default=True)
    assert list(CustomerClass.objects.filter(is_default=True)) == [first]
    # The one that stepped down is part of the same change set.
    newest = ChangeSet.objects.order_by("closed").last()
    rows = CustomerClass.history.filter(change_set=newest).values_list("code", "is_default")
    assert set(rows) == {("a", True), ("b", False)}


def test_the_default_class_is_not_deactivated() -> None:
    default = make_class(is_default=True)
    with nothing_changes(), pytest.raises(ClassRefused) as caught:
        update_class(actor=SYSTEM, customer_class=default, is_active=False)
    assert caught.value.fields == {"is_active": ["The default class must be active. Make another class the default."]}


def test_a_refused_default_leaves_the_old_one_in_place() -> None:
    default, other = make_class(is_default=True), make_class()
    with nothing_changes(), pytest.raises(ClassRefused):
        update_class(actor=SYSTEM, customer_class=other, is_default=True, name="")
    assert list(CustomerClass.objects.filter(is_default=True)) == [default]


def test_a_class_in_use_is_not_deleted() -> None:
    living, merged = make_class(), make_class()
    make_customer(customer_class=living)
    make_customer(customer_class=merged, merged_into=Customer.objects.get())
    for used in (living, merged):
        with nothing_changes(), pytest.raises(DeleteRefused, match="Deactivate it instead"):
            delete_class(actor=SYSTEM, customer_class=used)


def test_the_default_class_of_a_site_is_neither_deleted_nor_deactivated() -> None:
    given = make_class()
    settle(default_class=given)
    with nothing_changes(), pytest.raises(DeleteRefused, match="Choose another default class in the settings"):
        delete_class(actor=SYSTEM, customer_class=given)
    with nothing_changes(), pytest.raises(ClassRefused) as caught:
        update_class(actor=SYSTEM, customer_class=given, is_active=False)
    assert list(caught.value.fields) == ["is_active"]
    update_class(actor=SYSTEM, customer_class=given, name="Trade")
    settle(default_class=None)
    delete_class(actor=SYSTEM, customer_class=given)


def test_a_class_that_is_gone_is_refused_in_words() -> None:
    customer_class = make_class()
    stale = CustomerClass.objects.get()
    delete_class(actor=SYSTEM, customer_class=customer_class)
    with nothing_changes():
        with pytest.raises(ClassRefused, match="deleted meanwhile"):
            update_class(actor=SYSTEM, customer_class=stale, name="B")
        with pytest.raises(DeleteRefused, match="deleted meanwhile"):
            delete_class(actor=SYSTEM, customer_class=stale)


@on_postgresql
def test_two_defaults_or_two_of_one_code_at_once_are_refused_in_words() -> None:
    for number in range(4):
        code = f"same-{number}"
        answers = run_together(
            lambda code=code: create_class(actor=SYSTEM, name="A", code=code),
            lambda code=code: create_class(actor=SYSTEM, name="B", code=code),
            lambda number=number: create_class(actor=SYSTEM, name="C", code=f"c-{number}", is_default=True),
            lambda number=number: create_class(actor=SYSTEM, name="D", code=f"d-{number}", is_default=True),
        )
        assert {type(answer) for answer in answers} <= {CustomerClass, ClassRefused}
        assert CustomerClass.objects.filter(code=code).count() == 1
        assert CustomerClass.objects.filter(is_default=True).count() == 1


def giving(customer_class: CustomerClass) -> list[Callable[[], Any]]:
    """Each way in which a customer gets a class."""
    known, other = make_customer(), make_customer()
    return [
        lambda: create_customer(actor=SYSTEM, last_name="New", customer_class=customer_class),
        lambda: update_customer(actor=SYSTEM, customer=known, customer_class=customer_class),
        lambda: change_class_of(actor=SYSTEM, customers=[other], customer_class=customer_class),
    ]


def test_a_class_that_was_deleted_meanwhile_is_given_to_nobody() -> None:
    customer_class = make_class()
    works = giving(CustomerClass.objects.get(pk=customer_class.pk))
    delete_class(actor=SYSTEM, customer_class=customer_class)
    for work in works:
        with nothing_changes(), pytest.raises(CustomerRefused) as caught:
            work()
        assert dict(caught.value.fields) == {
            "customer_class": ["This class was deleted meanwhile. Choose another one."]
        }


@on_postgresql
@pytest.mark.parametrize("way", range(3))
def test_a_class_that_is_deleted_and_given_at_once_is_one_of_both(way: int) -> None:
    for delete in (
        lambda one: delete_class(actor=SYSTEM, customer_class=one),
        lambda one: delete_classes(actor=SYSTEM, classes=[one.pk]),
    ):
        for _round in range(6):
            one = make_class()
            given, deleted = run_together(giving(one)[way], lambda one=one, delete=delete: delete(one))
            was_given = isinstance(deleted, DeleteRefused)
            assert isinstance(given, Customer | BulkChange if was_given else CustomerRefused)
            assert Customer.objects.filter(customer_class=one.pk).exists() == was_given
            assert CustomerClass.objects.filter(pk=one.pk).exists() == was_given


@on_postgresql
def test_two_existing_classes_made_default_at_once_are_refused_in_words() -> None:
    classes = [make_class(is_default=number == 0) for number in range(3)]
    for _round in range(5):
        answers = run_together(
            *(lambda each=each: update_class(actor=SYSTEM, customer_class=each, is_default=True) for each in classes)
        )
        assert {type(answer) for answer in answers} <= {CustomerClass, ClassRefused}
        assert CustomerClass.objects.filter(is_default=True).count() == 1
