"""What stands against taking back, what each choice does, and that nothing changes while one is missing."""

import pytest
from django.db.models import Q, UniqueConstraint

from customer_admin.errors import RevertRefused
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    ChangeSet,
    Customer,
    CustomerClass,
    Order,
    PortalLogin,
    recording,
)
from customer_admin.operations import create_customer, delete_customer, revert_change_set, update_customer
from customer_admin.operations.reverts import RevertReport
from tests.change_sets import edited, newest
from tests.factories import make_address, make_class, make_customer, make_login, make_note, make_order, make_user
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def refused(change_set: ChangeSet, **kwargs) -> RevertReport:
    with nothing_changes(), pytest.raises(RevertRefused) as caught:
        revert_change_set(actor=SYSTEM, change_set=change_set, **kwargs)
    return caught.value.report


def phone_of(customer: Customer) -> str:
    return Customer.all_objects.get(pk=customer.pk).phone


def test_a_field_that_was_changed_since_is_a_clash_with_its_later_change() -> None:
    customer = make_customer(phone="1", first_name="Ada")
    edit = edited(customer, phone="2", first_name="Grace")
    later = edited(customer, phone="3")
    (clash,) = refused(edit).clashes
    assert (clash.key, clash.kind, clash.by_id) == (f"customer_admin.customer:{customer.pk}:phone", "changed", later.pk)
    assert clash.may_overwrite


@pytest.mark.parametrize(("choice", "phone"), [("keep", "3"), ("overwrite", "1")])
@pytest.mark.parametrize("named", ["all", "clash", "model", "rest"])
def test_a_clash_is_decided_for_all_for_itself_for_its_model_or_for_the_rest(
    choice: str, phone: str, named: str
) -> None:
    customer = make_customer(phone="1", first_name="Ada")
    edit = edited(customer, phone="2", first_name="Grace")
    edited(customer, phone="3")
    resolve = {
        "all": choice,
        "clash": {f"customer_admin.customer:{customer.pk}:phone": choice},
        "model": {"customer_admin.customer": choice, "*": ""},
        "rest": {"*": choice},
    }[named]
    revert_change_set(actor=SYSTEM, change_set=edit, resolve=resolve)
    customer.refresh_from_db()
    assert (customer.phone, customer.first_name) == (phone, "Ada")


def test_the_nearest_choice_counts() -> None:
    first, second = make_customer(phone="1"), make_customer(phone="1")
    with recording(actor=SYSTEM) as current:
        Customer.objects.update(phone="2")
    with recording(actor=SYSTEM):
        Customer.objects.update(phone="3")
    resolve = {f"customer_admin.customer:{first.pk}:phone": "overwrite", "customer_admin.customer": "keep"}
    revert_change_set(actor=SYSTEM, change_set=current.change_set, resolve=resolve)
    assert (phone_of(first), phone_of(second)) == ("1", "3")


def test_a_choice_that_is_none_leaves_the_clash() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    edited(customer, phone="3")
    assert len(refused(edit, resolve="whatever").unresolved) == 1


def test_a_change_and_back_to_the_same_value_is_a_clash_too() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    edited(customer, phone="3")
    edited(customer, phone="2")
    assert [clash.kind for clash in refused(edit).clashes] == ["changed"]


def test_a_later_change_that_was_taken_back_is_no_clash() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    revert_change_set(actor=SYSTEM, change_set=edited(customer, phone="3"))
    assert revert_change_set(actor=SYSTEM, change_set=edit).clashes == ()
    assert phone_of(customer) == "1"


def test_a_later_change_that_was_taken_back_and_done_again_is_one() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    undone = revert_change_set(actor=SYSTEM, change_set=edited(customer, phone="3")).change_set
    revert_change_set(actor=SYSTEM, change_set=undone)
    assert [clash.kind for clash in refused(edit).clashes] == ["changed"]


def test_a_later_change_of_another_field_is_no_clash() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    edited(customer, first_name="Grace")
    assert revert_change_set(actor=SYSTEM, change_set=edit).clashes == ()
    customer.refresh_from_db()
    assert (customer.phone, customer.first_name) == ("1", "Grace")


@pytest.mark.parametrize("how", ["continued", "separate"])
def test_what_others_wrote_between_two_parts_of_a_change_stays(how: str) -> None:
    customer = make_customer(phone="1", first_name="Ada", email="a@x.example")
    with recording(actor=SYSTEM) as current:
        Customer.objects.update(phone="2")
        if how == "separate":
            with recording(actor=SYSTEM, separate=True):
                Customer.objects.update(first_name="Grace")
            Customer.objects.update(email="b@x.example")
    if how == "continued":
        update_customer(actor=SYSTEM, customer=customer, first_name="Grace")
        with recording(actor=SYSTEM, change_set=current.change_set):
            Customer.objects.update(email="b@x.example")
    assert revert_change_set(actor=SYSTEM, change_set=current.change_set).clashes == ()
    customer.refresh_from_db()
    assert (customer.phone, customer.first_name, customer.email) == ("1", "Grace", "a@x.example")


def test_a_field_that_others_wrote_between_two_parts_of_a_change_is_a_clash() -> None:
    customer = make_customer(phone="1")
    with recording(actor=SYSTEM) as current:
        Customer.objects.update(phone="2")
    between = edited(customer, phone="3")
    with recording(actor=SYSTEM, change_set=current.change_set):
        Customer.objects.update(phone="4")
    (clash,) = refused(current.change_set).clashes
    assert (clash.field, clash.kind, clash.by_id) == ("phone", "changed", between.pk)


def test_a_field_of_a_row_that_is_gone_can_only_be_left() -> None:
    customer = make_customer()
    note = make_note(customer, body="1")
    with recording(actor=SYSTEM) as current:
        AccountNote.objects.update(body="2")
    with recording(actor=SYSTEM) as deletion:
        note.delete()
    (clash,) = refused(current.change_set, resolve="overwrite").clashes
    assert (clash.kind, clash.by_id, clash.may_overwrite) == ("gone", deletion.change_set.pk, False)
    with nothing_changes(), pytest.raises(RevertRefused, match="Nothing of this change can be taken back"):
        revert_change_set(actor=SYSTEM, change_set=current.change_set, resolve="keep")


def test_a_new_row_that_was_edited_since_goes_only_on_demand() -> None:
    note = make_note(make_customer(), body="1")
    creation = newest()
    with recording(actor=SYSTEM) as edit:
        AccountNote.objects.update(body="2")
    (clash,) = refused(creation).clashes
    assert (clash.key, clash.kind) == (f"customer_admin.accountnote:{note.pk}", "changed")
    assert clash.by_id == edit.change_set.pk
    with nothing_changes(), pytest.raises(RevertRefused, match="Nothing of this"):
        revert_change_set(actor=SYSTEM, change_set=creation, resolve="keep")
    revert_change_set(actor=SYSTEM, change_set=creation, resolve="overwrite")
    assert not AccountNote.objects.exists()


def test_a_deleted_row_that_is_there_again_with_other_values_is_a_clash() -> None:
    customer = make_customer()
    note = make_note(customer, body="1")
    key = note.pk
    with recording(actor=SYSTEM) as deletion:
        note.delete()
    revert_change_set(actor=SYSTEM, change_set=deletion.change_set)
    with recording(actor=SYSTEM):
        AccountNote.objects.update(body="2")
    (clash,) = refused(deletion.change_set).clashes
    assert clash.kind == "exists"
    revert_change_set(actor=SYSTEM, change_set=deletion.change_set, resolve="overwrite")
    assert AccountNote.objects.get(pk=key).body == "1"


def test_a_new_customer_with_orders_that_came_later_is_needed() -> None:
    customer = make_customer()
    creation = newest()
    order, _other = make_order(customer), make_order(customer)
    (clash,) = refused(creation).clashes
    assert (clash.kind, clash.other, clash.count, clash.may_overwrite) == ("needed", (Order, order.pk), 2, True)
    report = revert_change_set(actor=SYSTEM, change_set=creation, resolve="overwrite")
    assert set(Order.objects.values_list("customer", flat=True)) == {None}
    assert Order.history.filter(change_set=report.change_set, history_changed=" customer ").count() == 2
    revert_change_set(actor=SYSTEM, change_set=report.change_set)
    assert set(Order.objects.values_list("customer", flat=True)) == {customer.pk}


def test_a_new_customer_with_a_login_stays_until_the_login_goes() -> None:
    customer = make_customer()
    creation = newest()
    login = make_login(customer)
    (clash,) = refused(creation, resolve="overwrite").clashes
    assert (clash.kind, clash.other, clash.may_overwrite) == ("needed", (PortalLogin, login.pk), False)


@pytest.mark.parametrize("resolve", [None, "keep"])
def test_what_came_along_with_a_customer_who_stays_stays_too(resolve) -> None:
    customer = create_customer(actor=SYSTEM, last_name="Stone", addresses=[{"line1": "1 Road"}])
    creation = newest()
    make_login(customer)
    with nothing_changes(), pytest.raises(RevertRefused, match="Nothing of this change can be taken back"):
        revert_change_set(actor=SYSTEM, change_set=creation, resolve=resolve)


def test_notes_written_since_go_along_only_on_demand_and_come_back() -> None:
    customer = make_customer()
    creation = newest()
    make_note(customer, body="Later")
    assert [clash.kind for clash in refused(creation).clashes] == ["needed"]
    report = revert_change_set(actor=SYSTEM, change_set=creation, resolve="overwrite")
    assert not AccountNote.objects.exists()
    revert_change_set(actor=SYSTEM, change_set=report.change_set)
    assert AccountNote.objects.get().body == "Later"


def test_a_code_that_another_class_has_by_now_is_left_and_the_rest_taken_back() -> None:
    kept = make_class(name="Old", code="retail")
    with recording(actor=SYSTEM) as current:
        CustomerClass.objects.filter(pk=kept.pk).update(code="shop", name="New")
    taker = make_class(code="retail")
    (clash,) = refused(current.change_set, resolve="overwrite").clashes
    assert (clash.kind, clash.field, clash.other) == ("taken", "code", (CustomerClass, taker.pk))
    revert_change_set(actor=SYSTEM, change_set=current.change_set, resolve="keep")
    kept.refresh_from_db()
    assert (kept.name, kept.code) == ("Old", "shop")


@pytest.mark.parametrize(("choice", "primary"), [("keep", "2 Road"), ("overwrite", "1 Road")])
def test_a_primary_address_comes_back_beside_the_new_primary_one_or_in_its_place(choice: str, primary: str) -> None:
    customer = make_customer()
    address = make_address(customer, line1="1 Road", is_primary=True)
    with recording(actor=SYSTEM) as deletion:
        address.delete()
    newer = make_address(customer, line1="2 Road", is_primary=True)
    (clash,) = refused(deletion.change_set).clashes
    assert (clash.kind, clash.field, clash.other) == ("taken", "is_primary", (Address, newer.pk))
    revert_change_set(actor=SYSTEM, change_set=deletion.change_set, resolve=choice)
    assert {address.line1 for address in Address.objects.all()} == {"1 Road", "2 Road"}
    assert Address.objects.get(is_primary=True).line1 == primary


def test_a_place_among_rows_of_several_conditions_that_is_taken_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    one_call = UniqueConstraint(fields=["customer"], condition=Q(is_pinned=True, kind="call"), name="one_pinned_call")
    monkeypatch.setattr(AccountNote._meta, "constraints", [one_call])
    customer = make_customer()
    note = make_note(customer, is_pinned=True, kind="call", body="1")
    with recording(actor=SYSTEM) as current:
        AccountNote.objects.update(is_pinned=False, body="2")
    other = make_note(customer, is_pinned=True, kind="call")
    (clash,) = refused(current.change_set, resolve="overwrite").clashes
    assert (clash.kind, clash.other, clash.may_overwrite) == ("taken", (AccountNote, other.pk), False)
    revert_change_set(actor=SYSTEM, change_set=current.change_set, resolve="keep")
    note.refresh_from_db()
    assert (note.is_pinned, note.body) == (False, "1")


def test_a_class_that_is_gone_can_not_be_given_back() -> None:
    old, new = make_class(name="Old"), make_class()
    customer = make_customer(customer_class=old, phone="1")
    edit = edited(customer, customer_class=new, phone="2")
    with recording(actor=SYSTEM):
        CustomerClass.objects.get(pk=old.pk).delete()
    (clash,) = refused(edit, resolve="overwrite").clashes
    assert (clash.kind, clash.field, clash.other) == ("missing", "customer_class", (CustomerClass, old.pk))
    revert_change_set(actor=SYSTEM, change_set=edit, resolve="keep")
    customer.refresh_from_db()
    assert (customer.customer_class, customer.phone) == (new, "1")


def test_a_note_comes_back_without_an_author_who_is_gone() -> None:
    author = make_user("ann")
    note = make_note(make_customer(), author=author, author_label="Ann")
    with recording(actor=SYSTEM) as deletion:
        note.delete()
    with recording(actor=SYSTEM):
        author.delete()
    report = revert_change_set(actor=SYSTEM, change_set=deletion.change_set)
    assert report.clashes == ()
    back = AccountNote.objects.get()
    assert (back.author, back.author_label) == (None, "Ann")


def test_what_belongs_to_a_customer_who_is_gone_stays_away() -> None:
    customer = make_customer()
    note = make_note(customer)
    with recording(actor=SYSTEM) as deletion:
        note.delete()
    key = customer.pk
    delete_customer(actor=SYSTEM, customer=customer)
    (clash,) = refused(deletion.change_set, resolve="overwrite").clashes
    assert (clash.kind, clash.other) == ("missing", (Customer, key))


def test_what_is_left_away_takes_along_what_refers_to_it() -> None:
    customer = make_customer(number="C-77")
    make_note(customer), make_address(customer)
    gone = delete_customer(actor=SYSTEM, customer=customer)
    make_customer(number="C-77")
    clashes = refused(gone).clashes
    assert sorted((clash.model.__name__, clash.kind) for clash in clashes) == [
        ("AccountNote", "missing"),
        ("Address", "missing"),
        ("Customer", "taken"),
    ]
    with nothing_changes(), pytest.raises(RevertRefused, match="Nothing of this change"):
        revert_change_set(actor=SYSTEM, change_set=gone, resolve="keep")


def test_a_row_without_an_earlier_history_says_so() -> None:
    from django.db import models

    customer = make_customer(phone="1")
    Customer.history.filter(id=customer.pk)._raw_delete("default")
    with recording(actor=SYSTEM) as current:
        Customer.objects.update(phone="2")
    (clash,) = refused(current.change_set, resolve="overwrite").clashes
    assert clash.kind == "unknown"
    assert models.QuerySet(Customer).get().phone == "2"
