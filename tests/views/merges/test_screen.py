"""The screen that merges: how accounts get onto it, what it shows and asks, and what each button does."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from customer_admin.models import (
    SYSTEM,
    Address,
    ChangeSet,
    Customer,
    LinkedEmail,
    OutgoingEmail,
    recording,
)
from customer_admin.operations import merge_customers, update_customer
from customer_admin.views.customers.tabs import page_url
from customer_admin.views.merges.accounts import merge_url
from tests.factories import (
    make_address,
    make_club,
    make_credit,
    make_customer,
    make_email,
    make_linked_email,
    make_login,
    make_manager,
    make_membership,
    make_note,
    make_order,
    make_payment_method,
    make_user,
)
from tests.sweep.forms_on import forms_on
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db

ADDRESSES = "customer_admin.address.customer"
EMAILS = "customer_admin.linkedemail.customer"
LOGINS = "value:customer_admin.portallogin.customer"
ORDERS = "customer_admin.order.customer"


@pytest.fixture
def manager(client: Client) -> Any:
    manager = make_manager("max", first_name="Max", last_name="Moor")
    client.force_login(manager)
    return manager


@pytest.fixture
def stays() -> Customer:
    return make_customer(number="C-10", last_name="Byron", email="ada@example.com")


@pytest.fixture
def goes() -> Customer:
    return make_customer(number="C-13", last_name="Lovelace", email="ada@home.example", phone="555 12")


def address(stays: Customer, *goes: Customer) -> str:
    return merge_url(stays.pk, [each.pk for each in goes])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def told(response: Any) -> list[str]:
    return [each.message.strip() for each in get_messages(response.wsgi_request)]


def filled_in(client: Client, url: str, **values: Any) -> dict[str, Any]:
    """What a browser sends of the page at `url`; None takes a value away."""
    page = client.get(url)
    form = next(form for form in forms_on(page) if form.method == "post" and "seen" in form.values)
    sent = {**form.values, **values}
    return {name: value for name, value in sent.items() if value is not None}


def merge(client: Client, url: str, **values: Any) -> Any:
    """Press the button on the page, with the number of the account that stays typed."""
    number = Customer.all_objects.get(pk=int(url.split("/")[-3])).number
    return client.post(url, filled_in(client, url, do="merge", confirm=number, **values))


@each_role
def test_who_may_merge_opens_the_screen(client: Client, stays: Customer, goes: Customer, role: str) -> None:
    sign_in(client, role)
    for url in (reverse("customers:merge"), address(stays, goes)):
        response = client.get(url)
        assert response.status_code == 200 if role == "manager" else is_refused(response, role)
    if role != "manager":
        with nothing_changes():
            assert is_refused(client.post(address(stays, goes), {"do": "merge", "confirm": "C-10"}), role)


def test_who_may_not_see_customers_may_not_merge_them(client: Client, stays: Customer) -> None:
    client.force_login(make_user(permissions=("merge_customer",)))
    assert client.get(address(stays)).url == reverse("wagtailadmin_home")


@pytest.mark.parametrize("typed", ["C-10, C-13", "c-10;c-13", "C-10 C-13", " C-10,,C-13 ,"])
def test_typed_numbers_put_the_first_one_as_the_one_that_stays(
    client: Client, manager: Any, stays: Customer, goes: Customer, typed: str
) -> None:
    response = client.post(reverse("customers:merge"), {"do": "add", "numbers": typed})
    assert response.url == address(stays, goes)


def test_a_chosen_customer_is_added(client: Client, manager: Any, stays: Customer, goes: Customer) -> None:
    response = client.post(address(stays), {"do": "add", "customer": goes.pk})
    assert response.url == address(stays, goes)


def test_enter_in_the_field_for_numbers_adds(client: Client, manager: Any, stays: Customer, goes: Customer) -> None:
    third = make_customer(number="C-15")
    sent = filled_in(client, address(stays, goes), do="merge", numbers="C-15")
    with nothing_changes():
        assert client.post(address(stays, goes), sent).url == address(stays, goes, third)


def test_numbers_that_nobody_has_are_named_on_the_field(client: Client, manager: Any, stays: Customer) -> None:
    response = client.post(reverse("customers:merge"), {"do": "add", "numbers": "C-10, C-98, C-99"})
    assert "C-98, C-99" in response.context["form"].errors["numbers"][0]
    response = client.post(reverse("customers:merge"), {"do": "add"})
    assert response.context["form"].errors["numbers"] == ["Type a number, or choose a customer."]


@pytest.mark.parametrize("key", ["C-13", "1.0", "\0", "9" * 5000])
def test_what_is_no_key_of_a_customer_is_told_on_the_field(
    client: Client, manager: Any, stays: Customer, goes: Customer, key: str
) -> None:
    sent = filled_in(client, address(stays, goes), do="add", customer=key)
    for url in (reverse("customers:merge"), address(stays, goes)):
        with nothing_changes():
            assert client.post(url, sent).context["form"].errors["customer"]


def test_the_number_of_a_merged_account_leads_to_the_one_that_stayed(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    make_customer(number="C-1", merged_into=goes)
    response = client.post(reverse("customers:merge"), {"do": "add", "numbers": "C-10, C-1"})
    assert response.url == address(stays, goes)
    assert told(response) == [f"C-1 was merged into {goes}, which is meant here."]


def test_an_account_that_goes_can_be_named_first(client: Client, manager: Any, stays: Customer, goes: Customer) -> None:
    url = merge_url(None, [goes.pk])
    assert "Goes into an account that you add" in text_of(client.get(url))
    assert client.post(url, {"do": "add", "numbers": "C-10"}).url == address(stays, goes)


def test_one_click_swaps_and_one_removes(client: Client, manager: Any, stays: Customer, goes: Customer) -> None:
    third = make_customer()
    url = address(stays, goes, third)
    assert client.post(url, {"do": f"stay:{goes.pk}"}).url == address(goes, stays, third)
    assert client.post(url, {"do": f"remove:{goes.pk}"}).url == address(stays, third)
    assert client.post(url, {"do": f"remove:{stays.pk}"}).url == merge_url(None, [goes.pk, third.pk])
    for what in ("stay:999", "stay:x", "remove:", "nothing", "settle:club:1"):
        assert client.post(url, {"do": what}).url == url


def test_addresses_that_name_nobody_or_the_same_twice_are_put_right(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    merged = make_customer(number="C-1", merged_into=goes)
    for keys in ([goes.pk, goes.pk], [goes.pk, 99999], [merged.pk], [goes.pk, stays.pk], [goes.pk, 10**30]):
        assert client.get(merge_url(stays.pk, keys), follow=True).request["QUERY_STRING"] == f"with={goes.pk}"
    assert client.get(merge_url(merged.pk, [stays.pk])).url == address(goes, stays)
    assert client.get(f"{address(stays)}?with=x&with=²").url == address(stays)
    for key in (99999, 10**30):
        assert client.get(reverse("customers:merge", args=[key])).status_code == 404


def test_more_than_ten_are_refused_and_can_be_removed(client: Client, manager: Any, stays: Customer) -> None:
    others = [make_customer() for _each in range(11)]
    page = text_of(client.get(address(stays, *others)))
    assert "At most 10 accounts can be merged into one at once." in page
    assert page.count('value="remove:') == 12
    assert 'name="confirm"' not in page


def test_fields_that_differ_are_chosen_and_what_is_the_same_is_folded_away(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    context = client.get(address(stays, goes)).context
    shown = {field.name: field for field in context["fields"]}
    assert list(shown) == ["last_name", "email", "phone"]
    assert [(o.text, o.whose, o.is_chosen) for o in shown["last_name"].options] == [
        ("Byron", "C-10", True), ("Lovelace", "C-13", False),
    ]  # fmt: skip
    assert [(o.text, o.is_chosen) for o in shown["phone"].options] == [("", False), ("555 12", True)]
    assert (shown["last_name"].is_conflict, shown["phone"].is_conflict) == (True, False)
    assert {field.label: field.text for field in context["same_fields"]}["First name"] == "Ada"


def test_accounts_with_the_same_value_share_an_option_unless_more_hangs_on_it(client: Client, manager: Any) -> None:
    exempt = {"tax_exempt": True, "tax_exempt_number": "T1"}
    stays, other, third = (
        make_customer(number="A", last_name="One", **exempt),
        make_customer(number="B", last_name="Two", **exempt),
        make_customer(number="C", last_name="One", **exempt, tax_exempt_reason="Resale"),
    )
    shown = {field.name: field for field in client.get(address(stays, other, third)).context["fields"]}
    assert [option.whose for option in shown["last_name"].options] == ["A, C", "B"]
    assert [option.whose for option in shown["tax_exempt"].options] == ["A", "B", "C"]


def test_what_is_chosen_is_what_happens_and_the_result_leads_on(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    order, note = make_order(goes), make_note(goes)
    sent = {"value:last_name": goes.pk, "move": ["customer_admin.accountnote.customer"], "reason": "Same person"}
    response = merge(client, address(stays, goes), **sent)
    assert response.url == page_url(stays)
    stays.refresh_from_db()
    order.refresh_from_db()
    note.refresh_from_db()
    assert (stays.last_name, stays.phone) == ("Lovelace", "555 12")
    assert (order.customer, note.customer) == (goes, stays)
    change_set = ChangeSet.objects.latest("closed")
    assert (change_set.kind, change_set.actor, change_set.reason) == ("merge", manager, "Same person")
    page = text_of(client.get(page_url(stays)))
    assert "1 account was merged into this one." in page
    assert reverse("customer_admin_changes:detail", args=[change_set.pk]) in page
    assert reverse("customer_admin_changes:revert", args=[change_set.pk]) in page


def test_who_may_only_merge_is_offered_no_undo(client: Client, stays: Customer, goes: Customer) -> None:
    client.force_login(make_user(permissions=("merge_customer", "view_customer")))
    merge(client, address(stays, goes))
    assert "/revert/" not in text_of(client.get(page_url(stays)))


@pytest.mark.parametrize("typed", ["", "C-13", "C-1"])
def test_nothing_is_merged_without_the_number_of_the_account_that_stays(
    client: Client, manager: Any, stays: Customer, goes: Customer, typed: str
) -> None:
    url = address(stays, goes)
    sent = filled_in(client, url, do="merge", confirm=typed, reason="Twice", **{"value:last_name": goes.pk})
    with nothing_changes():
        response = client.post(url, sent)
    assert response.context["form"].errors["confirm"] == ["Type C-10 here to confirm."]
    chosen = {field.name: field for field in response.context["fields"]}["last_name"].options
    assert [option.text for option in chosen if option.is_chosen] == ["Lovelace"]
    assert 'value="Twice"' in text_of(response)


def test_accounts_that_were_typed_and_not_added_are_not_left_out_silently(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    make_customer(number="C-15")
    with nothing_changes():
        response = merge(client, address(stays, goes), numbers="C-15")
    assert "is not added yet" in response.context["form"].errors["numbers"][0]


def test_rows_are_counted_by_account_and_unticked_ones_told_as_left_behind(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    third = make_customer(number="C-15")
    for owner in (goes, goes, third):
        make_order(owner)
    make_order(stays)
    url = address(stays, goes, third)
    (rows,) = client.get(url).context["rows"]
    assert (rows.title, rows.whose, rows.is_moving) == ("3 orders", "C-13: 2, C-15: 1", True)
    page = client.post(url, filled_in(client, url, do="look", move=None), follow=True)
    assert "They stay behind with the merged account, where an undo finds them." in text_of(page)
    assert "What is unticked stays behind with the merged account: 3 orders." in text_of(page)


def test_rows_of_which_only_one_can_be_are_told_and_decided(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    own, other = (make_linked_email(each, email="books@example.com") for each in (stays, goes))
    for each in (stays, goes):
        make_address(each, is_primary=True)
    url = address(stays, goes)
    rows = {each.name: each for each in client.get(url).context["rows"]}
    assert rows[EMAILS].told[0].startswith("1 of them is there already")
    assert rows[ADDRESSES].told == ["Only one may be “primary”: 1 other loses that mark."]
    assert [option.is_chosen for option in rows[EMAILS].firsts] == [True, False]
    page = client.post(url, filled_in(client, url, do="look", **{f"first:{EMAILS}": goes.pk}), follow=True)
    rows = {each.name: each for each in page.context["rows"]}
    assert "C-10 gives its place" in rows[EMAILS].told[0]
    merge(client, url)
    other.refresh_from_db()
    own.refresh_from_db()
    assert (other.customer, own.customer) == (stays, goes)
    assert Address.objects.filter(customer=stays, is_primary=True).count() == 1


def test_both_logins_are_told_with_what_becomes_of_them_and_one_is_chosen(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    own, other = make_login(stays, "byron"), make_login(goes, "lovelace")
    url = address(stays, goes)
    page = client.get(url)
    assert [(each.login, each.is_chosen) for each in page.context["logins"]] == [(own, True), (other, False)]
    assert "tells its user to sign in with byron@example.com" in text_of(page)
    assert "The login lovelace no longer works" in text_of(page)
    assert "None of them" not in text_of(page)
    page = client.post(url, filled_in(client, url, do="look", **{LOGINS: goes.pk}), follow=True)
    assert "sign in with lovelace@example.com" in text_of(page)
    merge(client, url)
    other.refresh_from_db()
    own.refresh_from_db()
    assert (other.customer, other.is_enabled, own.is_enabled) == (stays, True, False)


def test_no_login_may_stay_where_the_account_that_stays_has_none(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    login = make_login(goes)
    url = address(stays, goes)
    assert "None of them" in text_of(client.get(url))
    page = client.post(url, filled_in(client, url, do="look", **{LOGINS: "leave"}), follow=True)
    assert "The customer has no portal login afterwards." in text_of(page)
    merge(client, url)
    login.refresh_from_db()
    assert (login.customer, login.is_enabled) == (goes, False)


def test_the_customer_is_told_if_ticked_and_nobody_without_an_address(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    assert "To ada@example.com" in text_of(client.get(address(stays, goes)))
    merge(client, address(stays, goes), tell_customer="on")
    assert [email.to_address for email in OutgoingEmail.objects.all()] == ["ada@example.com"]
    nobody = address(make_customer(), make_customer())
    assert "None of the accounts has an address to write to." in text_of(client.get(nobody))


def test_a_blocker_is_settled_elsewhere_and_what_was_chosen_is_kept(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    club = make_club(name="Red")
    make_membership(stays, club)
    membership = make_membership(goes, club)
    url = address(stays, goes)
    page = client.get(url)
    assert "are both members of Red" in text_of(page)
    with nothing_changes():
        assert "are both members of Red" in text_of(merge(client, url))

    chosen = {"value:last_name": goes.pk, "reason": "Twice", "tell_customer": "on"}
    settle = filled_in(client, url, do=f"settle:club:{goes.pk}", **chosen)
    tab = client.post(url, settle)
    assert tab.url == reverse("customers:tab", args=[goes.pk, "clubs"])
    assert f'href="{url}'.replace("&", "&amp;") in text_of(client.get(tab.url))
    cancel = reverse("customers:club_cancel", args=[goes.pk, membership.pk])
    back = client.post(cancel, {"reason": "One is enough"}, follow=True)
    assert "Back to the merge" in text_of(back)

    page = client.get(url)
    assert "What you chose for these accounts before is chosen here again." in text_of(page)
    assert "Back to the merge" not in text_of(client.get(page_url(goes)))
    merge(client, url)
    stays.refresh_from_db()
    assert (stays.last_name, ChangeSet.objects.latest("closed").reason) == ("Lovelace", "Twice")
    assert OutgoingEmail.objects.count() == 1


def test_credit_on_hold_leads_to_the_tab_of_credit(client: Client, manager: Any, stays: Customer) -> None:
    goes = make_customer()
    make_credit(goes, amount=10, on_hold=Decimal(3))
    ((_key, obstacle),) = client.get(address(stays, goes)).context["obstacles"]
    assert obstacle.url == reverse("customers:tab", args=[goes.pk, "credit"])


def test_what_was_chosen_can_be_given_up(client: Client, manager: Any, stays: Customer, goes: Customer) -> None:
    url = address(stays, goes)
    for do, led_to in (("anew", url), ("cancel", page_url(stays))):
        client.post(url, filled_in(client, url, do="look", **{"value:last_name": goes.pk}))
        assert client.get(url).context["is_kept"]
        assert client.post(url, {"do": do}).url == led_to
        assert not client.get(url).context["is_kept"]


def test_swapping_keeps_whose_value_was_chosen(client: Client, manager: Any, stays: Customer, goes: Customer) -> None:
    url = address(stays, goes)
    swapped = client.post(
        url, filled_in(client, url, do=f"stay:{goes.pk}", **{"value:last_name": goes.pk}), follow=True
    )
    options = {field.name: field for field in swapped.context["fields"]}["last_name"].options
    assert [(option.text, option.is_chosen) for option in options] == [("Lovelace", True), ("Byron", False)]


def test_what_nobody_chose_follows_the_account_that_stays(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    for each in (stays, goes):
        make_login(each)
        make_linked_email(each, email="books@example.com")
    url = address(stays, goes)
    swapped = client.post(url, filled_in(client, url, do=f"stay:{goes.pk}"), follow=True)
    assert not swapped.context["is_kept"]
    shown = {field.name: field for field in swapped.context["fields"]}
    assert next((option.text, option.is_chosen) for option in shown["last_name"].options) == ("Lovelace", True)
    assert [each.is_chosen for each in swapped.context["logins"]] == [True, False]


def test_a_page_that_is_out_of_date_shows_what_changed_and_keeps_the_choices(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    url = address(stays, goes)
    sent = filled_in(client, url, do="merge", confirm="C-10", **{"value:last_name": goes.pk})
    update_customer(actor=SYSTEM, customer=goes, phone="555 99")
    with nothing_changes():
        response = client.post(url, sent)
    assert "changed meanwhile" in text_of(response)
    shown = {field.name: field for field in response.context["fields"]}
    assert shown["phone"].options[1].text == "555 99"
    assert shown["last_name"].options[1].is_chosen
    sent["seen"] = response.context["preview"].fingerprint
    assert client.post(url, sent).url == page_url(stays)


def test_nothing_is_merged_by_a_form_that_nobody_saw(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    with nothing_changes():
        client.post(address(stays, goes), {"do": "merge", "confirm": "C-10"})


def test_a_double_click_and_back_merge_once_and_say_so(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    url = address(stays, goes)
    sent = filled_in(client, url, do="merge", confirm="C-10")
    client.post(url, sent)
    with nothing_changes():
        again = client.post(url, sent)
    assert again.url == page_url(stays)
    assert "These accounts are merged already. This is the one that stayed." in text_of(client.get(page_url(stays)))
    assert client.get(url).url == page_url(stays)
    assert ChangeSet.objects.filter(kind="merge").count() == 1


def test_who_merged_them_the_other_way_round_meanwhile_is_followed(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    url = address(stays, goes)
    sent = filled_in(client, url, do="merge", confirm="C-10")
    merge_customers(actor=SYSTEM, survivor=goes, duplicates=[stays])
    with nothing_changes():
        response = client.post(url, sent)
    assert response.url == merge_url(goes.pk)


def test_an_account_that_was_deleted_meanwhile_is_left_out(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    url = address(stays, goes)
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=goes.pk).delete()
    response = client.get(url)
    assert response.url == address(stays)
    assert "is not there any more" in told(response)[0]


def test_what_people_typed_is_shown_as_text(client: Client, manager: Any) -> None:
    hard = "<script>alert(1)</script>"
    stays, goes = make_customer(company=hard, last_name=f"{hard}1"), make_customer(company=hard, last_name=f"{hard}2")
    assert hard not in client.get(address(stays, goes)).content.decode()


def test_the_page_asks_as_many_questions_for_many_rows_as_for_few(
    client: Client, manager: Any, django_assert_max_num_queries: Any
) -> None:
    def queries(count: int) -> int:
        stays, goes = make_customer(birth_date=date(2000, 1, 1)), make_customer()
        for number in range(count):
            for each in (stays, goes):
                make_order(each)
                make_note(each)
                make_linked_email(each, email=f"books{number}@example.com")
                make_payment_method(each, processor="p", token=f"tok_{number}_12345")
                make_email(each)
        with django_assert_max_num_queries(80) as captured:
            assert client.get(address(stays, goes)).status_code == 200
        return len(captured)

    few = queries(1)
    assert queries(15) == few
    assert LinkedEmail.objects.exists()


def test_every_name_of_a_button_and_a_choice_tells_what_it_is_about(
    client: Client, manager: Any, stays: Customer, goes: Customer
) -> None:
    page = text_of(client.get(address(stays, goes)))
    assert f'Let this one stay<span class="w-sr-only">: {goes}</span>' in page
    assert page.count("<fieldset") == page.count("<legend")
