"""The screens of a merge's change set: what they tell, and undoing it with what came since."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import SYSTEM, AccountNote, ChangeSet, Customer, Order, OutgoingEmail
from customer_admin.operations import delete_customer, merge_customers
from tests.change_sets import newest
from tests.factories import make_customer, make_email, make_login, make_manager, make_note, make_order, make_staff
from tests.sweep.forms_on import forms_on
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Any:
    manager = make_manager()
    client.force_login(manager)
    return manager


@pytest.fixture
def stays() -> Customer:
    return make_customer(number="C-10")


@pytest.fixture
def goes() -> Customer:
    return make_customer(number="C-13")


def merged(stays: Customer, *goes: Customer) -> ChangeSet:
    change_set = merge_customers(actor=SYSTEM, survivor=stays, duplicates=goes).change_set
    assert change_set is not None
    return change_set


def url_of(change_set: ChangeSet, name: str = "revert") -> str:
    return reverse(f"customer_admin_changes:{name}", args=[change_set.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def take_back(client: Client, change_set: ChangeSet, **values: Any) -> Any:
    """Send the form as the page has it, but for `values`."""
    form = next(form for form in forms_on(client.get(url_of(change_set))) if "seen" in form.values)
    return client.post(url_of(change_set), {**form.values, **values}, follow=True)


def test_what_came_since_stays_unless_staff_choose_another_account(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    before = make_order(goes)
    change_set = merged(stays, goes)
    first, second, note = make_order(stays), make_order(stays), make_note(stays)
    with nothing_changes():
        page = client.get(url_of(change_set))
    assert {kind.what: kind.count for kind in page.context["since"].kinds} == {"orders": 2, "account note": 1}
    done = take_back(client, change_set, **{f"goes:customer_admin.order:{first.pk}": goes.pk})
    owners = dict(Order.objects.values_list("pk", "customer"))
    assert owners == {before.pk: goes.pk, first.pk: goes.pk, second.pk: stays.pk}
    assert AccountNote.objects.get(pk=note.pk).customer == stays
    assert "1 record that came since went to the account that you chose." in text_of(done)


def test_of_very_many_the_others_go_together(client: Client, manager: Any, stays: Customer, goes: Customer) -> None:
    change_set = merged(stays, goes)
    for _each in range(25):
        make_order(stays)
    (kind,) = client.get(url_of(change_set)).context["since"].kinds
    assert (len(kind.rows), kind.more) == (20, 5)
    take_back(client, change_set, **{"goes:customer_admin.order": goes.pk})
    assert Order.objects.filter(customer=goes).count() == 5


def test_an_account_of_no_part_is_refused_and_what_was_chosen_stays(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    change_set = merged(stays, goes)
    order, other = make_order(stays), make_customer()
    with nothing_changes():
        response = take_back(client, change_set, **{f"goes:customer_admin.order:{order.pk}": other.pk})
    assert "was no part of this merge" in text_of(response)


def test_a_part_of_a_merge_leaves_what_came_since_alone(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    order = make_order(goes)
    change_set = merged(stays, goes)
    make_order(stays)
    url = f"{url_of(change_set)}?only=customer_admin.order:{order.pk}"
    assert client.get(url).context["since"] is None


def test_rows_without_history_are_counted_come_back_and_go_again(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    for _each in range(3):
        make_email(goes)
    change_set = merged(stays, goes)
    told = f"3 e-mails went from {goes} to {stays}."
    for query in ("", f"?customer={stays.pk}"):
        assert told in text_of(client.get(f"{url_of(change_set, 'detail')}{query}"))
    assert "go back to whom they belonged: 3 e-mails." in text_of(client.get(url_of(change_set)))
    done = take_back(client, change_set)
    assert set(OutgoingEmail.objects.values_list("customer", flat=True)) == {goes.pk}
    assert f"3 e-mails went from {stays} to {goes}." in text_of(done)
    take_back(client, newest())
    assert set(OutgoingEmail.objects.values_list("customer", flat=True)) == {stays.pk}


def test_a_row_without_history_that_changed_since_is_a_clash_that_is_told(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    mail, gone, other = make_email(goes), make_email(goes), make_customer()
    change_set = merged(stays, goes)
    OutgoingEmail.objects.filter(pk=mail.pk).update(customer=other)
    OutgoingEmail.objects.filter(pk=gone.pk).delete()
    page = client.get(url_of(change_set))
    ((text, _chosen),) = page.context["clashes"]
    assert (text.sentence, text.keep) == ("This was changed again later.", "Leave it as it is now")
    (left,) = page.context["left"]
    assert "deleted later" in left.sentence
    take_back(client, change_set, **{f"choice:{text.clash.key}": "overwrite"})
    mail.refresh_from_db()
    assert mail.customer == goes


def test_rows_that_a_second_merge_took_along_are_clashes_that_name_the_accounts(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    note, third = make_note(goes), make_customer(number="C-20")
    change_set = merged(stays, goes)
    merged(third, stays)
    texts = [text for text, _chosen in client.get(url_of(change_set)).context["clashes"]]
    (text,) = [text for text in texts if text.clash.model is AccountNote]
    assert [value for _when, value in text.values] == [str(goes), str(stays), str(third)]
    take_back(client, change_set, **{f"choice:{text.clash.key}": "overwrite" for text in texts})
    note.refresh_from_db()
    assert note.customer == goes


def test_of_an_account_that_was_deleted_since_everything_stays_where_it_is(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    login, note = make_login(goes), make_note(goes)
    change_set = merged(stays, goes)
    delete_customer(actor=SYSTEM, customer=Customer.all_objects.get(pk=goes.pk))
    left = client.get(url_of(change_set)).context["left"]
    told = {text.clash.model: text.sentence for text in left}
    assert "which is gone. Bring that back first." in told[type(login)]
    assert "which is gone. Bring that back first." in told[AccountNote]
    with nothing_changes():
        take_back(client, change_set)
    note.refresh_from_db()
    assert note.customer == stays


def test_the_undo_asks_as_many_questions_for_many_rows_as_for_few(
    client: Client, manager: Any, django_assert_max_num_queries: Any
) -> None:
    def queries(count: int) -> int:
        stays, goes = make_customer(), make_customer()
        for _each in range(count):
            make_order(goes)
            make_note(goes)
            make_email(goes)
        change_set = merged(stays, goes)
        for _each in range(count):
            make_order(stays)
            make_note(stays)
        with django_assert_max_num_queries(120) as captured:
            client.get(url_of(change_set))
        return len(captured)

    few = queries(2)
    assert queries(12) == few


def test_staff_see_what_moved_and_are_offered_no_undo(client: Client, stays: Customer, goes: Customer) -> None:
    make_email(goes)
    change_set = merged(stays, goes)
    client.force_login(make_staff())
    page = text_of(client.get(f"{url_of(change_set, 'detail')}?customer={stays.pk}"))
    assert "1 e-mail went from" in page
    assert "/revert/" not in page
