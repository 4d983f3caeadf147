"""Opening the document of a tax exemption."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from customer_admin.conf import app_settings
from customer_admin.models import Customer
from customer_admin.operations import SYSTEM, delete_customer, restore
from tests.factories import PDF, make_customer, make_document
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    return make_customer(tax_exempt=True, tax_exempt_document=make_document(name="Zeugnis “für” =CMD().pdf"))


def url(customer: Customer) -> str:
    return reverse("customers:tax_document", args=[customer.pk])


@each_role
def test_only_who_may_see_it_gets_it(client: Client, customer: Customer, role: str) -> None:
    response = sign_in(client, role).get(url(customer))
    if role in ("staff", "auditor", "manager"):
        assert b"".join(response.streaming_content) == PDF
    else:
        assert is_refused(response, role)


def test_the_permission_for_documents_can_be_taken_from_a_group(client: Client, customer: Customer) -> None:
    Permission.objects.get(codename="view_taxdocument").delete()
    response = sign_in(client, "staff").get(url(customer))
    assert is_refused(response, "staff")
    page = client.get(reverse("customers:edit", args=[customer.pk])).content.decode()
    assert "=CMD().pdf" in page
    assert url(customer) not in page


def test_a_browser_saves_it_and_runs_nothing_in_it(client: Client, customer: Customer) -> None:
    response = sign_in(client, "staff").get(url(customer))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_customer_without_a_document_has_none(client: Client) -> None:
    assert sign_in(client, "staff").get(url(make_customer())).status_code == 404


def test_that_of_a_deleted_or_merged_customer_is_closed_until_it_is_back(client: Client, customer: Customer) -> None:
    sign_in(client, "staff")
    change_set = delete_customer(actor=SYSTEM, customer=customer)
    assert client.get(url(customer)).status_code == 404
    restore(actor=SYSTEM, change_set=change_set)
    assert client.get(url(customer)).status_code == 200
    merged = make_customer(merged_into=customer, tax_exempt_document=make_document())
    response: Any = client.get(url(merged))
    assert (response.status_code, response.url) == (302, url(customer))


def test_a_file_that_is_missing_in_the_storage_is_told_in_words(client: Client, customer: Customer) -> None:
    app_settings.PRIVATE_STORAGE.delete(customer.tax_exempt_document.stored_as)
    response: Any = sign_in(client, "staff").get(url(customer), follow=True)
    assert response.redirect_chain[-1][0] == reverse("customers:inspect", args=[customer.pk])
    assert "is missing in the storage" in response.content.decode()


def test_no_other_method_reaches_it(client: Client, customer: Customer) -> None:
    assert sign_in(client, "manager").post(url(customer)).status_code == 405
