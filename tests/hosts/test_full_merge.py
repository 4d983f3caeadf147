"""Merging accounts in a host whose own models point to customers in every way there is."""

from collections.abc import Callable
from typing import Any

import pytest

from customer_admin.errors import MergeRefused, Obstacle
from customer_admin.models import SYSTEM, Customer, recording
from customer_admin.operations import merge_customers, revert_change_set
from customer_admin.selectors.merges import LEAVE, MergeRule, merge_preview, register_merge_rule, relations_to_customers
from customer_admin.selectors.merges.rules import _rules
from tests.factories import make_customer
from tests.hosts.full.shop.models import (
    Allowance,
    Basket,
    CustomerLabel,
    Device,
    Label,
    LoyaltyCard,
    Parcel,
    Passport,
    Picture,
    Remark,
    Subscription,
    Tasting,
    Wishlist,
)

pytestmark = pytest.mark.django_db


def make_subscription(customer: Customer) -> Any:
    return Subscription.objects.create(customer=customer, title="Six reds")


def make_tasting(customer: Customer) -> Any:
    tasting = Tasting.objects.create(title="Spring")
    tasting.guests.add(customer)
    return tasting.guests.through.objects.get(tasting=tasting)


MAKERS: dict[str, Callable[[Customer], Any]] = {
    "a tracked foreign key": make_subscription,
    "a nullable foreign key": lambda each: Basket.objects.create(customer=each),
    "a foreign key": lambda each: Parcel.objects.create(customer=each),
    "a foreign key to the number": lambda each: Device.objects.create(owner=each, name="Phone", is_main=True),
    "a tracked one-to-one": lambda each: LoyaltyCard.objects.create(customer=each, code=each.number),
    "a one-to-one": lambda each: Wishlist.objects.create(customer=each),
    "a tracked one-to-one that is the key": lambda each: Allowance.objects.create(customer=each, bottles=3),
    "a one-to-one that is the key": lambda each: Passport.objects.create(customer=each, code=each.number),
    "a tracked many-to-many": lambda each: CustomerLabel.objects.create(
        customer=each, label=Label.objects.get_or_create(name="Friend")[0]
    ),
    "a many-to-many": make_tasting,
    "a tracked generic key": lambda each: Remark.objects.create(about=each, text="Tall"),
    "a generic key that is text": lambda each: Picture.objects.create(content_object=each, name="Portrait"),
}


def made(name: str, customer: Customer) -> Any:
    with recording(actor=SYSTEM):
        return MAKERS[name](customer)


def tables() -> dict[str, Any]:
    found = {}
    for model in {relation.model for relation in relations_to_customers()} | {Customer}:
        names = [field.attname for field in model._meta.concrete_fields if not getattr(field, "auto_now", False)]
        found[model._meta.label] = list(model._base_manager.order_by("pk").values_list(*names))
    return found


def belongings(customer: Customer) -> dict[str, int]:
    counts = {relation.name: relation.rows([customer]).count() for relation in relations_to_customers()}
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize("name", MAKERS)
def test_rows_move_and_come_back(name: str) -> None:
    stays, goes = make_customer(), make_customer()
    made(name, goes)
    (relation,) = belongings(goes)
    before = tables()
    done = merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    assert (dict(done.moved), belongings(stays), belongings(goes)) == ({relation: 1}, {relation: 1}, {})
    after = tables()
    report = revert_change_set(actor=SYSTEM, change_set=done.change_set)
    assert (report.clashes, tables()) == ((), before)
    again = revert_change_set(actor=SYSTEM, change_set=report.change_set)
    assert (again.clashes, tables()) == ((), after)
    assert revert_change_set(actor=SYSTEM, change_set=again.change_set).clashes == ()
    assert tables() == before


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("chosen", ["stays", "goes"])
def test_rows_of_both_find_their_place_and_come_back(name: str, chosen: str) -> None:
    stays, goes = make_customer(), make_customer()
    for each in (stays, goes):
        made(name, each)
    (relation,) = belongings(goes)
    before = tables()
    choices = {relation: {"stays": stays, "goes": goes}[chosen].pk}
    total = belongings(stays)[relation] + belongings(goes)[relation]
    done = merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes], choices=choices)
    kept = belongings(stays)[relation], belongings(goes).get(relation, 0)
    assert sum(kept) == total
    assert kept[0] >= 1
    after = tables()
    report = revert_change_set(actor=SYSTEM, change_set=done.change_set)
    assert (report.clashes, tables()) == ((), before)
    again = revert_change_set(actor=SYSTEM, change_set=report.change_set)
    assert (again.clashes, tables()) == ((), after)


def test_of_two_that_only_one_can_have_the_chosen_one_stays() -> None:
    stays, goes = make_customer(), make_customer()
    with recording(actor=SYSTEM):
        for each in (stays, goes):
            LoyaltyCard.objects.create(customer=each, code=f"card of {each.pk}")
            Passport.objects.create(customer=each, code=f"passport of {each.pk}")
    choices = {"shop.loyaltycard.customer": goes.pk}
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes], choices=choices)
    assert LoyaltyCard.objects.get(customer=stays).code == f"card of {goes.pk}"
    assert LoyaltyCard.objects.get(customer=goes).code == f"card of {stays.pk}"
    assert Passport.objects.get(customer=stays).code == f"passport of {stays.pk}"


def test_the_same_link_stays_behind_and_others_move() -> None:
    stays, goes = make_customer(), make_customer()
    with recording(actor=SYSTEM):
        friend, press = (Label.objects.create(name=name) for name in ("Friend", "Press"))
        friend.customers.set([stays, goes])
        press.customers.set([goes])
    plan = next(each for each in merge_preview(stays, [goes]).relations if each.name == "shop.customerlabel.customer")
    assert (plan.count, plan.moving, plan.clashing) == (2, 1, 1)
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    assert set(stays.labels.all()) == {friend, press}
    assert list(press.customers.all()) == [stays]


def test_an_untracked_row_that_went_elsewhere_since_is_a_clash_of_its_own() -> None:
    stays, goes, other = make_customer(), make_customer(), make_customer()
    baskets = [Basket.objects.create(customer=goes) for _each in range(3)]
    done = merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    Basket.objects.filter(pk=baskets[0].pk).update(customer=other)
    Basket.objects.filter(pk=baskets[1].pk).delete()
    dry = revert_change_set(actor=SYSTEM, change_set=done.change_set, dry_run=True)
    assert [(clash.key, clash.kind) for clash in dry.clashes] == [
        (f"shop.basket:{baskets[0].pk}:customer", "changed"),
        (f"shop.basket:{baskets[1].pk}:customer", "gone"),
    ]
    revert_change_set(actor=SYSTEM, change_set=done.change_set, resolve="keep")
    assert dict(Basket.objects.values_list("pk", "customer")) == {baskets[0].pk: other.pk, baskets[2].pk: goes.pk}


def test_a_single_untracked_row_can_be_taken_back() -> None:
    stays, goes = make_customer(), make_customer()
    baskets = [Basket.objects.create(customer=goes) for _each in range(2)]
    done = merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    report = revert_change_set(actor=SYSTEM, change_set=done.change_set, only=[f"shop.basket:{baskets[0].pk}"])
    assert report.change_set is not None
    assert report.change_set.untracked_changes.count() == 1
    assert dict(Basket.objects.values_list("pk", "customer")) == {baskets[0].pk: goes.pk, baskets[1].pk: stays.pk}


@pytest.fixture
def rules() -> Any:
    kept = dict(_rules)
    yield register_merge_rule
    _rules.clear()
    _rules.update(kept)


def test_a_host_says_what_stands_against_a_merge_and_what_follows(rules: Any) -> None:
    stays, goes = make_customer(), make_customer()
    seen = []

    def obstacles(survivor: Customer, going: Any) -> Any:
        if Parcel.objects.filter(customer__in=going).exists():
            yield Obstacle("parcel", going[0].pk, "A parcel is on its way.")

    rules(Parcel, MergeRule(obstacles=obstacles, afterwards=lambda survivor, going: seen.append((survivor, *going))))
    parcel = Parcel.objects.create(customer=goes)
    with pytest.raises(MergeRefused) as caught:
        merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    assert caught.value.message == "A parcel is on its way."
    parcel.delete()
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    assert seen == [(stays, goes)]


def test_rows_that_a_host_says_stay_are_left_and_not_told(rules: Any) -> None:
    stays, goes = make_customer(), make_customer()
    rules(Basket, MergeRule(moves=False))
    basket = Basket.objects.create(customer=goes)
    assert merge_preview(stays, [goes]).relations == ()
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes])
    basket.refresh_from_db()
    assert basket.customer == goes


def test_rows_left_behind_are_those_of_the_signpost() -> None:
    stays, goes = make_customer(), make_customer()
    made("a tracked generic key", goes)
    merge_customers(actor=SYSTEM, survivor=stays, duplicates=[goes], choices={"shop.remark.about_id": LEAVE})
    assert belongings(goes) == {"shop.remark.about_id": 1}
