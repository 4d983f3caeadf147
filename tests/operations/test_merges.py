"""Merging accounts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from customer_admin.errors import MergeRefused, PermissionRefused
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    ChangeSet,
    Customer,
    LinkedEmail,
    Order,
    OutgoingEmail,
    PortalLogin,
    SavedPaymentMethod,
    UntrackedChange,
    recording,
    tracked_models,
)
from customer_admin.operations import merge_customers, revert_change_set
from customer_admin.selectors.merges import LEAVE, merge_preview
from tests.factories import (
    make_address,
    make_auditor,
    make_club,
    make_credit,
    make_customer,
    make_email,
    make_linked_email,
    make_login,
    make_loyalty,
    make_manager,
    make_membership,
    make_note,
    make_order,
    make_payment_method,
    make_staff,
)
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

ADDRESSES = "customer_admin.address.customer"
LOGINS = "customer_admin.portallogin.customer"
ORDERS = "customer_admin.order.customer"


def merge(survivor: Customer, *duplicates: Customer, **kwargs: Any) -> Any:
    return merge_customers(actor=kwargs.pop("actor", SYSTEM), survivor=survivor, duplicates=duplicates, **kwargs)


def whose(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk).customer


def test_everything_goes_to_the_account_that_stays() -> None:
    stays, goes = make_customer(), make_customer()
    rows = [
        make_address(goes),
        make_note(goes),
        make_order(goes, lines=2),
        make_payment_method(goes),
        make_linked_email(goes),
        make_email(goes),
        make_loyalty(goes),
        make_credit(goes),
        make_membership(goes),
        make_login(goes),
    ]
    done = merge(stays, goes)
    assert [whose(row) for row in rows] == [stays] * len(rows)
    mails = {"customer_admin.outgoingemail.customer": 2}  # That of the login, too.
    assert done.moved == {f"{type(row)._meta.label_lower}.customer": 1 for row in rows} | mails
    assert done.left == {}
    assert (done.survivor, done.change_set.kind) == (stays, "merge")


def test_the_account_that_goes_is_a_signpost() -> None:
    stays, goes = make_customer(first_name="Ada"), make_customer(first_name="Adah")
    merge(stays, goes)
    assert list(Customer.objects.all()) == [stays]
    goes = Customer.all_objects.get(pk=goes.pk)
    assert (goes.merged_into, goes.first_name) == (stays, "Adah")


def test_history_says_who_and_why() -> None:
    manager = make_manager("mia")
    done = merge(make_customer(), make_customer(), actor=manager, reason="same person")
    assert (done.change_set.actor, done.change_set.reason, done.change_set.kind) == (manager, "same person", "merge")


def test_a_second_merge_of_the_same_does_nothing() -> None:
    stays, goes = make_customer(), make_customer()
    make_order(goes)
    merge(stays, goes)
    with nothing_changes():
        again = merge(stays, goes)
    assert (again.change_set, again.moved) == (None, {})


@pytest.mark.parametrize("make", [make_staff, make_auditor])
def test_staff_and_auditors_may_not_merge(make: Any) -> None:
    stays, goes = make_customer(), make_customer()
    actor = make("ann")
    with nothing_changes(), pytest.raises(PermissionRefused):
        merge(stays, goes, actor=actor)


def test_up_to_ten_accounts_become_one() -> None:
    stays, *others = (make_customer() for _each in range(12))
    orders = [make_order(each) for each in others[:10]]
    with nothing_changes(), pytest.raises(MergeRefused) as caught:
        merge(stays, *others)
    assert caught.value.code == "too_many"
    merge(stays, *others[:10])
    assert {whose(order) for order in orders} == {stays}


def test_accounts_that_can_not_be_merged_are_refused() -> None:
    stays, goes, third = make_customer(), make_customer(), make_customer()
    merge(stays, goes)
    gone = make_customer()
    Customer(pk=gone.pk)
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=gone.pk).delete()
    for survivor, duplicates, code in [
        (stays, [stays], "same"),
        (stays, [], "none"),
        (third, [goes], "merged"),
        (goes, [third], "merged"),
        (stays, [gone], "gone"),
        (gone, [stays], "gone"),
    ]:
        with nothing_changes(), pytest.raises(MergeRefused) as caught:
            merge(survivor, *duplicates)
        assert caught.value.code == code


def test_a_chain_of_merges_leads_to_the_last_in_one_hop() -> None:
    first, second, third = make_customer(), make_customer(), make_customer()
    order = make_order(first)
    merge(second, first)
    merge(third, second)
    assert whose(order) == third
    assert set(Customer.all_objects.filter(merged_into=third)) == {first, second}


def test_fields_that_only_one_has_are_taken_and_conflicts_stay_as_they_are() -> None:
    stays = make_customer(first_name="Ada", last_name="Byron", phone="", email="ada@example.com")
    goes = make_customer(
        first_name="Ada", last_name="Lovelace", phone="555 12", email="", birth_date=date(1815, 12, 10)
    )
    merge(stays, goes)
    stays.refresh_from_db()
    assert (stays.last_name, stays.phone, stays.email) == ("Byron", "555 12", "ada@example.com")
    assert stays.birth_date == date(1815, 12, 10)


def test_a_choice_takes_the_value_of_the_other() -> None:
    stays = make_customer(last_name="Byron", notify_marketing=True)
    goes = make_customer(last_name="Lovelace", notify_marketing=False)
    merge(stays, goes, choices={"last_name": goes.pk, "notify_marketing": str(goes.pk)})
    stays.refresh_from_db()
    assert (stays.last_name, stays.notify_marketing) == ("Lovelace", False)


def test_a_tax_exemption_goes_as_a_whole() -> None:
    stays = make_customer(tax_exempt=False, tax_exempt_region="left over")
    goes = make_customer(tax_exempt=True, tax_exempt_number="T1", tax_exempt_until=date(2030, 1, 1))
    merge(stays, goes)
    stays.refresh_from_db()
    assert (stays.tax_exempt, stays.tax_exempt_number, stays.tax_exempt_region) == (True, "T1", "")


def test_rows_that_are_unticked_stay_with_the_signpost() -> None:
    stays, goes = make_customer(), make_customer()
    order, note = make_order(goes), make_note(goes)
    done = merge(stays, goes, choices={ORDERS: LEAVE})
    assert (whose(order), whose(note)) == (goes, stays)
    assert done.left == {ORDERS: 1}


def test_one_address_of_each_kind_stays_primary() -> None:
    stays, goes = make_customer(), make_customer()
    own = make_address(stays, kind="billing", is_primary=True)
    other = make_address(goes, kind="billing", is_primary=True)
    shipping = make_address(goes, kind="shipping", is_primary=True)
    merge(stays, goes)
    primary = Address.objects.filter(customer=stays, is_primary=True)
    assert set(primary) == {own, shipping}
    assert whose(other) == stays


def test_the_primary_address_of_the_other_can_be_chosen() -> None:
    stays, goes = make_customer(), make_customer()
    make_address(stays, kind="billing", is_primary=True)
    other = make_address(goes, kind="billing", is_primary=True)
    merge(stays, goes, choices={ADDRESSES: goes.pk})
    assert list(Address.objects.filter(customer=stays, is_primary=True)) == [other]


def test_the_same_linked_address_stays_behind_once() -> None:
    stays, goes, third = make_customer(), make_customer(), make_customer()
    own = make_linked_email(stays, email="books@example.com")
    for each in (goes, third):
        make_linked_email(each, email="BOOKS@example.com")
    done = merge(stays, goes, third)
    assert list(LinkedEmail.objects.filter(customer=stays)) == [own]
    assert done.left == {"customer_admin.linkedemail.customer": 2}


def test_the_same_card_is_one_and_memberships_refer_to_it() -> None:
    stays, goes = make_customer(), make_customer()
    own = make_payment_method(stays, processor="p", token="tok_12345")
    other = make_payment_method(goes, processor="p", token="tok_12345")
    membership = make_membership(goes, payment_method=other)
    merge(stays, goes)
    membership.refresh_from_db()
    assert (membership.customer, membership.payment_method) == (stays, own)
    assert whose(other) == goes
    assert SavedPaymentMethod.objects.filter(customer=stays).count() == 1


def test_the_login_of_the_account_that_stays_is_kept_and_the_other_closed() -> None:
    stays, goes = make_customer(), make_customer()
    kept, closed = make_login(stays), make_login(goes)
    merge(stays, goes)
    closed.refresh_from_db()
    kept.refresh_from_db()
    assert (kept.is_enabled, closed.is_enabled, closed.customer) == (True, False, goes)
    assert PortalLogin.objects.get(pk=closed.pk).user.is_active is False


def test_the_other_login_can_be_chosen() -> None:
    stays, goes = make_customer(), make_customer()
    closed, kept = make_login(stays), make_login(goes)
    merge(stays, goes, choices={LOGINS: goes.pk})
    for login in (kept, closed):
        login.refresh_from_db()
    assert (kept.customer, kept.is_enabled) == (stays, True)
    assert (closed.customer, closed.is_enabled, closed.user.is_active) == (goes, False, False)


def test_memberships_of_one_club_stand_against_it() -> None:
    stays, goes = make_customer(), make_customer()
    club = make_club()
    make_membership(stays, club)
    make_membership(goes, club)
    with nothing_changes(), pytest.raises(MergeRefused) as caught:
        merge(stays, goes)
    assert [(each.kind, each.customer_id) for each in caught.value.obstacles] == [("club", goes.pk)]


def test_credit_on_hold_at_the_account_that_goes_stands_against_it() -> None:
    stays, goes = make_customer(), make_customer()
    make_credit(stays, amount=10, on_hold=10)
    merge(stays, make_customer())
    make_credit(goes, amount=10, on_hold=Decimal(3))
    with nothing_changes(), pytest.raises(MergeRefused) as caught:
        merge(stays, goes)
    assert [each.kind for each in caught.value.obstacles] == ["credit"]


def test_a_look_that_is_out_of_date_is_refused() -> None:
    stays, goes = make_customer(), make_customer(phone="1")
    seen = merge_preview(stays, [goes]).fingerprint
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=goes.pk).update(phone="2")
    with nothing_changes(), pytest.raises(MergeRefused) as caught:
        merge(stays, goes, seen=seen)
    assert caught.value.code == "changed"
    merge(stays, goes, seen=merge_preview(stays, [goes]).fingerprint)


def test_what_is_chosen_does_not_make_a_look_out_of_date() -> None:
    stays, goes = make_customer(last_name="Byron"), make_customer(last_name="Lovelace")
    for each in (stays, goes):
        make_address(each, is_primary=True)
        make_linked_email(each, email="books@example.com")
    seen = merge_preview(stays, [goes]).fingerprint
    choices = {ADDRESSES: goes.pk, "customer_admin.linkedemail.customer": LEAVE, "last_name": goes.pk}
    assert merge_preview(stays, [goes], choices).fingerprint == seen
    merge(stays, goes, choices=choices, seen=seen)


def test_the_customer_is_told_if_wanted() -> None:
    stays, goes = make_customer(email="ada@example.com"), make_customer()
    merge(stays, goes)
    assert not OutgoingEmail.objects.exists()
    merge(stays, make_customer(), tell_customer=True)
    assert list(OutgoingEmail.objects.values_list("kind", "to_address")) == [("accounts_merged", "ada@example.com")]


def undo(change_set: ChangeSet, **kwargs: Any) -> Any:
    return revert_change_set(actor=kwargs.pop("actor", SYSTEM), change_set=change_set, **kwargs)


def rows() -> dict[str, Any]:
    """What people see of everything: all rows but the history, without the time of the last write."""
    models = [*tracked_models(), OutgoingEmail, get_user_model()]
    tables = {}
    for model in models:
        names = [field.attname for field in model._meta.concrete_fields if not getattr(field, "auto_now", False)]
        tables[model._meta.label] = list(model._base_manager.order_by("pk").values_list(*names))
    return tables


def test_undo_gives_everything_back_and_its_undo_merges_anew() -> None:
    stays, goes = make_customer(phone=""), make_customer(phone="555")
    for each in (stays, goes):
        make_address(each, is_primary=True)
        make_note(each)
        make_order(each, lines=1)
        make_payment_method(each, processor="p", token="tok_12345")
        make_linked_email(each, email="books@example.com")
        make_email(each)
        make_loyalty(each)
        make_login(each)
    before = rows()
    done = merge(stays, goes, choices={LOGINS: goes.pk, ADDRESSES: goes.pk})
    after = rows()
    assert after != before
    otto = make_auditor("otto")
    report = undo(done.change_set, actor=otto)
    assert report.clashes == ()
    otto.delete()
    assert rows() == before
    assert undo(report.change_set).clashes == ()
    assert rows() == after


def test_untracked_rows_are_noted_and_come_back() -> None:
    stays, goes = make_customer(), make_customer()
    mail = make_email(goes)
    done = merge(stays, goes)
    assert UntrackedChange.objects.filter(change_set=done.change_set).count() == 1
    assert whose(mail) == stays
    report = undo(done.change_set)
    assert len(report.untracked) == 1
    assert whose(mail) == goes
    undo(report.change_set)
    assert whose(mail) == stays


def test_what_came_since_goes_to_whom_staff_say() -> None:
    stays, goes = make_customer(), make_customer()
    old = make_order(goes)
    done = merge(stays, goes)
    order, other, note = make_order(stays), make_order(stays), make_note(stays)
    report = undo(
        done.change_set,
        reassigned={f"customer_admin.order:{order.pk}": goes.pk, AccountNote._meta.label_lower: str(goes.pk)},
    )
    assert report.reassigned == 2
    assert [whose(row) for row in (old, order, note, other)] == [goes, goes, goes, stays]
    assert Order.history.filter(change_set=report.change_set).count() == 2


def test_what_came_to_an_account_goes_along_when_its_merge_is_done_again() -> None:
    stays, goes = make_customer(), make_customer()
    kept = make_note(goes)
    done = merge(stays, goes, choices={"customer_admin.accountnote.customer": LEAVE})
    undone = undo(done.change_set)
    order, login = make_order(goes), make_login(goes)
    undo(undone.change_set)
    assert [whose(row) for row in (kept, order, login)] == [goes, stays, stays]
    third = make_customer()
    other = make_login(third)
    again = undo(merge(stays, third).change_set)
    other.refresh_from_db()
    assert other.is_enabled
    undo(again.change_set)
    other.refresh_from_db()
    assert not other.is_enabled


def test_what_came_to_a_signpost_stays_there_when_it_is_turned_back() -> None:
    first, stays, goes = make_customer(), make_customer(), make_customer()
    entry = make_loyalty(goes)
    merge(stays, goes, choices={"customer_admin.loyaltyentry.customer": LEAVE})
    chained = merge(first, stays)
    counter = entry.counter_entry(reason="Mistyped.")
    with recording(actor=SYSTEM):
        counter.save()
    undo(chained.change_set)
    goes.refresh_from_db()
    assert goes.merged_into == stays
    assert whose(entry) == whose(counter) == goes


def test_what_came_since_is_given_away_by_the_undo_alone() -> None:
    stays, goes = make_customer(), make_customer()
    done = merge(stays, goes)
    undo(done.change_set)
    order = make_order(stays)
    report = revert_change_set(actor=SYSTEM, change_set=done.change_set, reassigned={"*": goes.pk})
    assert (report.change_set, report.reassigned, whose(order)) == (None, 0, stays)
