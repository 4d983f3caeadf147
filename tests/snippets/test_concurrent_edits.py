"""Two people on one record in the admin: what each of them sees, and what is stored in the end."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Site

from customer_admin.models import AccountNote, Address, ChangeSet, Customer, CustomerAdminSettings
from customer_admin.selectors.history import version_of
from tests.factories import make_address, make_class, make_customer, make_login, make_manager, make_note, make_user
from tests.snippets.forms import posted_of
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    customer = make_customer(first_name="Ada", last_name="Stone", phone="1", company="Acme")
    make_address(customer, is_primary=True, line1="1 Main Street", city="Rome")
    make_address(customer, line1="2 Side Street", city="Rome")
    make_note(customer, body="Rings twice.")
    return customer


def browser(name: str, first_name: str) -> Client:
    client = Client()
    client.force_login(make_manager(name, first_name=first_name, last_name="Field"))
    return client


@pytest.fixture
def ann() -> Client:
    return browser("ann", "Ann")


@pytest.fixture
def bob() -> Client:
    return browser("bob", "Bob")


def edit(customer: Customer) -> str:
    return reverse("customers:edit", args=[customer.pk])


def saved(response: Any) -> str:
    """What the page after a save says."""
    assert response.redirect_chain, response.context["form"].errors
    return response.content.decode()


def refused(response: Any) -> Any:
    """The form that came back."""
    assert response.status_code == 200
    assert not response.redirect_chain
    return response.context["form"]


def sent_again(form: Any, before: dict[str, Any]) -> dict[str, Any]:
    """What the browser sends when Save is pressed once more: all that the page now holds."""
    names = {*before, *form.data} - {"csrfmiddlewaretoken"}
    return {name: form.data[name] for name in names if name in form.data}


def test_two_people_who_changed_different_things_are_both_saved_at_once(
    ann: Client, bob: Client, customer: Customer
) -> None:
    first = posted_of(customer) | {"phone": "2", "addresses-0-city": "Milan", "account_notes-0-body": "Rings once."}
    second = posted_of(customer, addresses=[{"kind": "billing", "line1": "3 New Street"}])
    second |= {"company": "Ek Ltd", "addresses-0-phone": "9", "addresses-1-city": "Bari", "notify_account": ""}
    saved(ann.post(edit(customer), first, follow=True))
    page = saved(bob.post(edit(customer), second, follow=True))
    customer.refresh_from_db()
    assert (customer.phone, customer.company, customer.notify_account) == ("2", "Ek Ltd", False)
    assert list(customer.addresses.order_by("pk").values_list("city", "phone")) == [
        ("Milan", "9"),
        ("Bari", ""),
        ("", ""),
    ]
    assert customer.account_notes.get().body == "Rings once."
    assert "Changed meanwhile, and kept: Phone is “2” (Ann Field, at " in page
    assert "Note is “Rings once.” (Ann Field, at " in page


def test_the_same_field_is_refused_with_the_differences_and_saved_the_second_time(
    ann: Client, bob: Client, customer: Customer
) -> None:
    first = posted_of(customer) | {"phone": "2", "company": "<b>Bold</b>", "addresses-1-city": "Milan"}
    second = posted_of(customer) | {"phone": "3", "last_name": "Ek", "addresses-1-city": "Bari", "reason": "Called"}
    saved(ann.post(edit(customer), first, follow=True))
    with nothing_changes():
        response = bob.post(edit(customer), second, follow=True)
    form, page = refused(response), response.content.decode()
    (told,) = form.errors["phone"]
    assert told.startswith("Ann Field changed this from “1” to “2” at ")
    assert told.endswith("You entered “3”. Save again to put yours in place.")
    assert list(form.formsets["addresses"].forms[1].errors) == ["city"]
    assert list(form.errors) == ["phone"]
    assert "Nothing is saved yet, and nothing of yours is lost." in page
    # What was typed stays, what was left alone is what Ann made of it, and markup stays text.
    assert (form["phone"].value(), form["last_name"].value(), form["company"].value()) == ("3", "Ek", "<b>Bold</b>")
    assert (form["reason"].value(), form.formsets["addresses"].forms[1]["city"].value()) == ("Called", "Bari")
    assert "<b>Bold" not in page

    page = saved(bob.post(edit(customer), sent_again(form, second), follow=True))
    customer.refresh_from_db()
    assert (customer.phone, customer.last_name, customer.company) == ("3", "Ek", "<b>Bold</b>")
    assert set(customer.addresses.values_list("city", flat=True)) == {"Rome", "Bari"}
    assert "Changed meanwhile" not in page


def test_markup_in_what_others_entered_stays_text(ann: Client, bob: Client, customer: Customer) -> None:
    first = posted_of(customer) | {"phone": "<i>2", "company": "<i>Acme"}
    second = posted_of(customer) | {"phone": "<u>3"}
    ann.post(edit(customer), first)
    page = bob.post(edit(customer), second).content.decode()
    assert "&lt;i&gt;2" in page
    assert "<i>2" not in page
    assert "<u>3" not in page
    page = saved(bob.post(edit(customer), second | {"phone": "1", "last_name": "Ek"}, follow=True))
    assert "“&lt;i&gt;Acme”" in page
    assert "<i>Acme" not in page


def test_a_third_change_before_the_second_save_is_refused_again(ann: Client, bob: Client, customer: Customer) -> None:
    second = posted_of(customer) | {"phone": "3"}
    ann.post(edit(customer), posted_of(customer) | {"phone": "2"})
    form = refused(bob.post(edit(customer), second, follow=True))
    ann.post(edit(customer), posted_of(customer) | {"phone": "22", "company": "Ek"})
    form = refused(bob.post(edit(customer), sent_again(form, second), follow=True))
    assert "from “2” to “22”" in form.errors["phone"][0]
    saved(bob.post(edit(customer), sent_again(form, second), follow=True))
    customer.refresh_from_db()
    assert (customer.phone, customer.company) == ("3", "Ek")


def test_a_refusal_for_another_reason_brings_the_form_up_to_date_too(
    ann: Client, bob: Client, customer: Customer
) -> None:
    second = posted_of(customer) | {"first_name": "", "last_name": ""}
    ann.post(edit(customer), posted_of(customer) | {"company": "", "phone": "2"})
    form = refused(bob.post(edit(customer), second, follow=True))
    assert form.errors == {"last_name": ["Enter a name or a company."]}
    assert (form["company"].value(), form["phone"].value()) == ("", "2")


def test_both_tabs_of_one_person_and_a_double_click_lose_and_double_nothing(ann: Client, customer: Customer) -> None:
    first = posted_of(
        customer,
        addresses=[{"kind": "shipping", "line1": "3 New Street"}],
        account_notes=[{"kind": "call", "body": "Calls late.", "alert_level": "info"}],
    )
    first |= {"phone": "2", "addresses-1-DELETE": "1"}
    second = posted_of(customer) | {"company": "Ek Ltd"}
    saved(ann.post(edit(customer), first, follow=True))
    before = ChangeSet.objects.count()
    saved(ann.post(edit(customer), first, follow=True))
    assert ChangeSet.objects.count() == before
    saved(ann.post(edit(customer), second, follow=True))
    customer.refresh_from_db()
    assert (customer.phone, customer.company) == ("2", "Ek Ltd")
    assert set(customer.addresses.values_list("line1", flat=True)) == {"1 Main Street", "3 New Street"}
    assert customer.account_notes.count() == 2


def test_an_address_and_a_note_that_somebody_removed_come_back_only_when_wanted(
    ann: Client, bob: Client, customer: Customer
) -> None:
    second = posted_of(customer) | {"addresses-1-city": "Bari", "account_notes-0-body": "Rings once.", "phone": "3"}
    ann.post(edit(customer), posted_of(customer) | {"addresses-1-DELETE": "1", "account_notes-0-DELETE": "1"})
    with nothing_changes():
        form = refused(bob.post(edit(customer), second, follow=True))
    for relation, position in (("addresses", 1), ("account_notes", 0)):
        (told,) = form.formsets[relation].forms[position].non_field_errors()
        assert told.startswith("Ann Field removed this at ")
    saved(bob.post(edit(customer), sent_again(form, second), follow=True))
    assert set(customer.addresses.values_list("city", flat=True)) == {"Rome", "Bari"}
    assert customer.account_notes.get().body == "Rings once."


def test_an_address_and_a_note_that_somebody_removed_stay_gone_when_left_alone(
    ann: Client, bob: Client, customer: Customer
) -> None:
    second = posted_of(customer) | {"phone": "3"}
    first = posted_of(customer) | {"addresses-1-DELETE": "1", "account_notes-0-DELETE": "1"}
    ann.post(edit(customer), first | {"phone": "2"})
    form = refused(bob.post(edit(customer), second, follow=True))
    assert form.data["addresses-1-DELETE"] == form.data["account_notes-0-DELETE"] == "1"
    saved(bob.post(edit(customer), sent_again(form, second), follow=True))
    customer.refresh_from_db()
    assert customer.phone == "3"
    assert [address.line1 for address in customer.addresses.all()] == ["1 Main Street"]
    assert not customer.account_notes.exists()


def test_a_forged_number_of_rows_neither_keeps_the_server_busy_nor_fails(bob: Client, customer: Customer) -> None:
    data = posted_of(customer) | {"account_notes-INITIAL_FORMS": 10**12, "account_notes-TOTAL_FORMS": 2}
    response = bob.post(edit(customer), data, follow=True)
    assert response.status_code == 200
    assert customer.account_notes.get().body == "Rings twice."


@pytest.mark.parametrize("relation", ["addresses", "account_notes"])
@pytest.mark.parametrize("version", ["0", "9" * 18])
def test_rows_of_another_customer_are_not_reached_by_a_forged_version(
    bob: Client, customer: Customer, relation: str, version: str
) -> None:
    other = make_customer()
    note, address = make_note(other, body="Theirs."), make_address(other, is_primary=True, line1="Theirs")
    key = {"addresses": address.pk, "account_notes": note.pk}[relation]
    data = posted_of(customer, addresses=[{"kind": "shipping", "line1": "2"}]) | {f"{relation}-0-id": key}
    bob.post(edit(customer), data | {"seen": f"{version} {relation}:{key}.{version}"}, follow=True)
    assert list(other.account_notes.values_list("pk", "body")) == [(note.pk, "Theirs.")]
    assert list(other.addresses.values_list("pk", "line1")) == [(address.pk, "Theirs")]


def test_an_address_and_a_note_that_somebody_changed_are_not_removed_unseen(
    ann: Client, bob: Client, customer: Customer
) -> None:
    second = posted_of(customer) | {"addresses-1-DELETE": "1", "account_notes-0-DELETE": "1"}
    ann.post(edit(customer), posted_of(customer) | {"addresses-1-city": "Bari", "account_notes-0-body": "Once."})
    with nothing_changes():
        form = refused(bob.post(edit(customer), second, follow=True))
    assert len(form.non_field_errors()) == 2
    assert "City from “Rome” to “Bari”" in str(form.non_field_errors())
    saved(bob.post(edit(customer), sent_again(form, second), follow=True))
    assert Address.objects.count() == 1
    assert not AccountNote.objects.exists()


def test_an_address_that_somebody_added_outlives_a_refusal(ann: Client, bob: Client, customer: Customer) -> None:
    second = posted_of(customer) | {"phone": "3", "addresses-1-is_primary": "on"}
    added = {"kind": "billing", "line1": "3 New Street", "is_primary": "on"}
    ann.post(edit(customer), posted_of(customer, addresses=[added]) | {"phone": "2"})
    form = refused(bob.post(edit(customer), second, follow=True))
    (told,) = form.formsets["addresses"].forms[1].errors["is_primary"]
    assert told.startswith("Ann Field chose address “3 New Street” for this at ")
    saved(bob.post(edit(customer), sent_again(form, second), follow=True))
    assert list(customer.addresses.order_by("pk").values_list("line1", "is_primary")) == [
        ("1 Main Street", False),
        ("2 Side Street", True),
        ("3 New Street", False),
    ]


def test_all_that_is_refused_is_shown_at_once_and_each_in_its_place(client: Client, customer: Customer) -> None:
    client.force_login(make_user(permissions=("change_customer", "view_accountnote")))
    note = {"kind": "call", "body": "Calls late.", "alert_level": "info"}
    data = posted_of(customer, account_notes=[note]) | {"first_name": "", "last_name": "", "company": ""}
    with nothing_changes():
        form = refused(client.post(edit(customer), data, follow=True))
    assert form.errors["last_name"] == ["Enter a name or a company."]
    assert "do not have permission" in str(form.formsets["account_notes"].forms[1].non_field_errors())


def test_a_form_that_names_no_version_keeps_addresses_it_does_not_show(ann: Client, customer: Customer) -> None:
    data = posted_of(customer) | {"phone": "2"}
    del data["seen"]
    make_address(customer, line1="3 New Street")
    saved(ann.post(edit(customer), data, follow=True))
    assert customer.addresses.count() == 3


def test_a_version_that_is_none_is_refused_in_words(ann: Client, customer: Customer) -> None:
    with nothing_changes():
        form = refused(ann.post(edit(customer), posted_of(customer) | {"seen": "1.2.3"}, follow=True))
    assert form.errors["seen"] == ["Open this page anew, then make your changes again."]


def test_the_page_holds_the_version_once_and_asks_as_many_questions_for_many_rows(
    ann: Client, customer: Customer
) -> None:
    version = version_of(customer, "addresses", "account_notes")
    page = ann.get(edit(customer)).content.decode()
    assert page.count(f'name="seen" value="{version}"') == 1
    with CaptureQueriesContext(connection) as few:
        ann.get(edit(customer))
    for _number in range(5):
        make_address(customer), make_note(customer)
    with CaptureQueriesContext(connection) as many:
        ann.get(edit(customer))
    assert len(many) == len(few)


def test_a_note_on_its_own_screen(ann: Client, bob: Client, customer: Customer) -> None:
    note = customer.account_notes.get()
    url = reverse("account_notes:edit", args=[note.pk])
    shown = {"body": "Rings twice.", "kind": "general", "alert_level": "info", "seen": version_of(note)}
    saved(ann.post(url, shown | {"body": "One\r\ntwo"}, follow=True))
    page = saved(bob.post(url, shown | {"is_pinned": "on"}, follow=True))
    assert "Changed meanwhile, and kept: Note is “One" in page
    with nothing_changes():
        form = refused(bob.post(url, shown | {"body": "Other"}, follow=True))
    assert "You entered “Other”" in form.errors["body"][0]
    assert form["is_pinned"].value()
    saved(bob.post(url, sent_again(form, shown), follow=True))
    note.refresh_from_db()
    assert (note.body, note.is_pinned) == ("Other", True)


def test_a_class_on_its_screen(ann: Client, bob: Client) -> None:
    row = make_class(name="Trade", code="trade", discount_percent=5)
    url = reverse("customer_classes:edit", args=[row.pk])
    shown = {
        "name": "Trade", "code": "trade", "kind": "retail", "invoice_layout": "regular", "discount_percent": "5.00",
        "case_discount_percent": "0", "free_tastings": "0", "is_active": "on", "seen": version_of(row),
    }  # fmt: skip
    saved(ann.post(url, shown | {"discount_percent": "7.5", "kind": "club"}, follow=True))
    saved(bob.post(url, shown | {"discount_percent": "7.50", "free_tastings": "2"}, follow=True))
    with nothing_changes():
        form = refused(bob.post(url, shown | {"discount_percent": "9"}, follow=True))
    assert form.errors["discount_percent"][0].startswith("Ann Field changed this from “5.00” to “7.50” at ")
    assert (form["kind"].value(), form["free_tastings"].value()) == ("club", "2")
    saved(bob.post(url, sent_again(form, shown), follow=True))
    row.refresh_from_db()
    assert (row.discount_percent, row.kind, row.free_tastings) == (9, "club", 2)


def test_a_login_on_its_screen(ann: Client, bob: Client, customer: Customer) -> None:
    login = make_login(customer, "ada", email="ada@example.com")
    url = reverse("customers:login_edit", args=[customer.pk])
    shown = {"email": login.email, "username": "ada", "is_enabled": "yes", "seen": version_of(login)}
    assert f'name="seen" value="{shown["seen"]}"' in ann.get(url).content.decode()
    saved(ann.post(url, shown | {"username": "lovelace", "is_enabled": "no"}, follow=True))
    page = saved(bob.post(url, shown | {"email": "new@example.com"}, follow=True))
    assert "Login saved. Changed meanwhile, and kept: " in page
    login.refresh_from_db()
    assert (login.username, login.email, login.is_enabled) == ("lovelace", "new@example.com", False)
    with nothing_changes():
        new = {"username": "countess", "password": "New-Field-77", "password_again": "New-Field-77"}
        response = bob.post(url, shown | new, follow=True)
    form, page = refused(response), response.content.decode()
    assert "Nothing is saved yet" in page
    assert "New-Field-77" not in page
    assert "from “ada” to “lovelace”" in form.errors["username"][0]
    assert form.errors["password"] == ["Type the new password once more: no page ever shows one."]
    assert (form["email"].value(), form["is_enabled"].value()) == ("new@example.com", "no")
    saved(bob.post(url, sent_again(form, shown) | {"password": "", "password_again": ""}, follow=True))
    login.refresh_from_db()
    assert (login.username, login.email, login.is_enabled) == ("countess", "new@example.com", False)


def test_the_settings_of_a_site(ann: Client, bob: Client, portal_on: None) -> None:
    site, row = Site.objects.get(), CustomerAdminSettings.objects.get()
    url = reverse("wagtailsettings:edit", args=["customer_admin", "customeradminsettings", site.pk])
    shown = {"portal_enabled": "on", "number_prefix": "C", "sender_name": "", "seen": version_of(row)}
    page = ann.get(url).content.decode()
    assert f'name="seen" value="{shown["seen"]}"' in page
    saved(ann.post(url, shown | {"number_prefix": "W-"}, follow=True))
    page = saved(bob.post(url, shown | {"sender_name": "Shop"}, follow=True))
    assert "Customer settings updated. Changed meanwhile, and kept: Number prefix is “W-”" in page
    with nothing_changes():
        form = refused(bob.post(url, shown | {"number_prefix": "X-"}, follow=True))
    assert "from “C” to “W-”" in form.errors["number_prefix"][0]
    saved(bob.post(url, sent_again(form, shown), follow=True))
    row.refresh_from_db()
    assert (row.portal_enabled, row.number_prefix, row.sender_name) == (True, "X-", "Shop")
