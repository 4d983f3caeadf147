"""The customer's form: what the settings require, the tax exemption with its document, and the class's defaults."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from customer_admin.models import Customer, TaxDocument
from tests.factories import (
    PDF,
    files_kept,
    make_address,
    make_class,
    make_customer,
    make_document,
    make_staff,
    make_user,
    settle,
)
from tests.snippets.forms import posted, posted_of
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

MARK = '<span class="w-required-mark">*</span>'
ADD = "customers:add"


@pytest.fixture
def staff(client: Client) -> Any:
    user = make_staff()
    client.force_login(user)
    return user


def edit(customer: Customer) -> str:
    return reverse("customers:edit", args=[customer.pk])


def upload(content: bytes = PDF, name: str = "paper.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def label(page: str, name: str) -> str:
    return page.partition(f'id="id_{name}-label"')[2].partition("</label>")[0]


def test_what_the_site_requires_is_marked_and_refused_on_its_field(client: Client, staff: Any) -> None:
    settle(required_for_staff=["phone", "billing_address"])
    page = client.get(reverse(ADD)).content.decode()
    assert (MARK in label(page, "phone"), MARK in label(page, "email")) == (True, False)
    response = client.post(reverse(ADD), posted(last_name="Stone"))
    form = response.context["form"]
    assert form.errors["phone"] == ["Phone is required. Please fill it in."]
    assert form.formsets["addresses"].non_form_errors() == ["Billing address is required. Please fill it in."]
    assert response.content.decode().count("Billing address is required.") >= 2
    address = {"kind": "billing", "line1": "1 Rue"}
    assert client.post(reverse(ADD), posted(last_name="Stone", phone="1", addresses=[address])).status_code == 302


def test_an_old_customer_is_saved_with_a_warning(client: Client, staff: Any) -> None:
    customer = make_customer(email="ada@example.com")
    settle(required_for_staff=["phone", "email", "shipping_address"])
    page = client.get(edit(customer)).content.decode()
    assert "These required fields are still empty: Phone, Shipping address." in page
    assert MARK in label(page, "phone")
    assert 'aria-required="true"' in page
    assert " required" not in page.partition('name="phone"')[2].partition(">")[0].replace("aria-required", "")
    page = client.post(edit(customer), posted_of(customer) | {"company": "Acme"}, follow=True).content.decode()
    assert "These required fields are still empty: Phone, Shipping address." in page
    customer.refresh_from_db()
    assert customer.company == "Acme"
    response = client.post(edit(customer), posted_of(customer) | {"email": ""})
    assert response.context["form"].errors["email"] == ["E-mail is required. Please fill it in."]


def test_nothing_is_said_where_nothing_is_missing(client: Client, staff: Any) -> None:
    customer = make_customer()
    assert "still empty" not in client.get(edit(customer)).content.decode()
    assert "still empty" not in client.post(edit(customer), posted_of(customer), follow=True).content.decode()


@pytest.mark.parametrize(("said", "is_exempt"), [("", True), ("False", False)])
def test_a_new_customer_takes_the_tax_exemption_of_the_class(
    client: Client, staff: Any, said: str, is_exempt: bool
) -> None:
    exempt = make_class(tax_exempt_by_default=True)
    client.post(reverse(ADD), posted(last_name="Stone", customer_class=exempt.pk, tax_exempt=said))
    assert Customer.objects.get().tax_exempt == is_exempt


def test_a_new_customer_of_the_site_is_offered_its_class(client: Client, staff: Any) -> None:
    make_class(is_default=True)
    own = make_class()
    settle(default_class=own)
    assert client.get(reverse(ADD)).context["form"].initial["customer_class"] == own


def test_who_says_tax_exempt_is_asked_for_the_certificate_and_loses_nothing(client: Client, staff: Any) -> None:
    customer = make_customer()
    response = client.post(edit(customer), posted_of(customer) | {"tax_exempt": "on", "tax_exempt_region": "Bavaria"})
    form = response.context["form"]
    assert sorted(form.errors) == ["tax_exempt_number", "tax_exempt_reason"]
    assert (form["tax_exempt"].value(), form["tax_exempt_region"].value()) == (True, "Bavaria")


def test_a_document_is_uploaded_shown_replaced_and_removed(client: Client, staff: Any) -> None:
    customer = make_customer()
    client.post(edit(customer), posted_of(customer) | {"tax_exempt_document": upload(name="first.pdf")})
    customer.refresh_from_db()
    page = client.get(edit(customer)).content.decode()
    assert f'<a href="{reverse("customers:tax_document", args=[customer.pk])}">first.pdf</a>' in page
    client.post(edit(customer), posted_of(customer) | {"phone": "1"})
    customer.refresh_from_db()
    assert (customer.phone, str(customer.tax_exempt_document)) == ("1", "first.pdf")
    client.post(edit(customer), posted_of(customer) | {"tax_exempt_document": upload(name="second.pdf")})
    customer.refresh_from_db()
    assert str(customer.tax_exempt_document) == "second.pdf"
    assert "second.pdf" in client.get(reverse("customers:inspect", args=[customer.pk])).content.decode()
    client.post(edit(customer), posted_of(customer) | {"tax_exempt_document-clear": "on"})
    customer.refresh_from_db()
    assert customer.tax_exempt_document is None


def test_a_new_customer_comes_with_a_document(client: Client, staff: Any) -> None:
    client.post(reverse(ADD), posted(last_name="Stone", tax_exempt_document=upload()))
    assert str(Customer.objects.get().tax_exempt_document) == "paper.pdf"


@pytest.mark.parametrize(
    "file", [upload(b"<html></html>"), upload(b""), upload(b"<svg/>", "a.svg"), upload(b"MZ", "x" * 300 + ".pdf")]
)
def test_what_is_no_document_is_refused_on_the_field_and_the_rest_stays(client: Client, staff: Any, file: Any) -> None:
    old = make_document(name="old.pdf")
    customer = make_customer(tax_exempt_document=old)
    file.seek(0)
    response = client.post(edit(customer), posted_of(customer) | {"phone": "77", "tax_exempt_document": file})
    form = response.context["form"]
    assert list(form.errors) == ["tax_exempt_document"]
    assert form["phone"].value() == "77"
    customer.refresh_from_db()
    assert (customer.tax_exempt_document, customer.phone) == (old, "")


def test_after_a_refusal_elsewhere_the_form_says_which_file_to_choose_again(client: Client, staff: Any) -> None:
    customer = make_customer()
    data = posted_of(customer) | {"email": "ada@", "tax_exempt_document": upload(name="<b>paper.pdf")}
    page = client.post(edit(customer), data).content.decode()
    assert "“&lt;b&gt;paper.pdf” is not stored yet. Choose it again below, then save." in page


def test_a_note_that_is_refused_leaves_no_file_of_the_document_behind(client: Client) -> None:
    client.force_login(make_user(permissions=("view_customer", "change_customer", "view_accountnote")))
    customer, before = make_customer(), files_kept()
    note = {"kind": "call", "body": "Rings twice.", "alert_level": "info"}
    data = posted_of(customer, account_notes=[note]) | {"tax_exempt_document": upload()}
    with nothing_changes():
        assert client.post(edit(customer), data).status_code == 200
    assert (files_kept(), TaxDocument.objects.count()) == (before, 0)


def test_two_people_who_attach_a_document_are_told_of_each_other(client: Client, staff: Any) -> None:
    customer = make_customer()
    data = posted_of(customer)
    client.post(edit(customer), data | {"tax_exempt_document": upload(name="hers.pdf")})
    response = client.post(edit(customer), data | {"tax_exempt_document": upload(name="his.pdf"), "phone": "1"})
    (error,) = response.context["form"].errors["tax_exempt_document"]
    assert "hers.pdf" in error
    assert "his.pdf" in error
    again = response.context["form"].data.dict() | {"tax_exempt_document": upload(name="his.pdf")}
    assert client.post(edit(customer), again).status_code == 302
    customer.refresh_from_db()
    assert (customer.phone, str(customer.tax_exempt_document)) == ("1", "his.pdf")


def test_without_a_storage_nobody_is_asked_for_a_document(client: Client, staff: Any, settings: Any) -> None:
    settings.STORAGES = {name: each for name, each in settings.STORAGES.items() if name != "customer_admin_private"}
    customer = make_customer()
    assert "tax_exempt_document" not in client.get(edit(customer)).content.decode()
    assert client.post(edit(customer), posted_of(customer) | {"phone": "1"}).status_code == 302


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2020-01-31", "The certificate ran out on"),
        ("2999-01-31", "tax exempt until"),
        (None, "the class of the customer"),
    ],
)
def test_the_form_says_how_the_exemption_stands(client: Client, staff: Any, until: str | None, told: str) -> None:
    customer = make_customer(tax_exempt=True, tax_exempt_until=until)
    assert told in client.get(edit(customer)).content.decode()


def test_an_expired_certificate_shows_as_such_to_who_may_only_look(client: Client, staff: Any) -> None:
    customer = make_customer(tax_exempt=True, tax_exempt_until="2020-01-31")
    page = client.get(reverse("customers:inspect", args=[customer.pk])).content.decode()
    assert "The certificate no longer counts." in page


def test_rows_of_addresses_know_where_to_ask_for_the_city(client: Client, staff: Any) -> None:
    customer = make_customer()
    make_address(customer, is_primary=True)
    page = client.get(edit(customer)).content.decode()
    # The row that is there, and the one that new ones are made of.
    assert page.count(f'data-customer-admin-places="{reverse("customers:places")}"') == 2
    assert "customer_admin/js/addresses" in page
