"""Screens about a row that somebody deleted: back to the tab, with who did it for those who may see changes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import recording
from tests.factories import (
    make_customer,
    make_linked_email,
    make_manager,
    make_membership,
    make_note,
    make_payment_method,
    make_user,
)

pytestmark = pytest.mark.django_db

SCREENS = [
    (make_note, "notes", "note", ["edit", "delete"], "accountnote"),
    (make_payment_method, "payment-methods", "payment_method", ["edit", "delete"], "savedpaymentmethod"),
    (make_linked_email, "linked-emails", "linked_email", ["edit", "remove", "resend"], "linkedemail"),
    (make_membership, "clubs", "club", ["edit", "hold", "resume", "cancel"], "clubmembership"),
]


def delete(row: Any) -> None:
    with recording(actor=make_manager("eve", first_name="Eve", last_name="Hill")) as current:
        label = current.actor.label
        type(row).objects.filter(pk=row.pk).delete()
    row.deleted_by = label


@pytest.mark.parametrize(("make", "tab", "prefix", "names", "model"), SCREENS)
def test_a_row_that_is_gone_is_told_with_who_deleted_it(
    client: Client, make: Any, tab: str, prefix: str, names: list[str], model: str
) -> None:
    customer = make_customer()
    row = make(customer)
    delete(row)
    client.force_login(make_manager())
    for name in names:
        response = client.get(reverse(f"customers:{prefix}_{name}", args=[customer.pk, row.pk]), follow=True)
        assert response.redirect_chain == [(reverse("customers:tab", args=[customer.pk, tab]), 302)]
        page = response.content.decode()
        assert "not there any more" in page or "deleted meanwhile" in page
        assert f"{row.deleted_by} deleted it" in page
        assert "See the change" in page


@pytest.mark.parametrize(("make", "tab", "prefix", "names", "model"), SCREENS)
def test_who_may_not_see_changes_is_not_told_who_deleted_it(
    client: Client, make: Any, tab: str, prefix: str, names: list[str], model: str
) -> None:
    customer = make_customer()
    row = make(customer)
    delete(row)
    rights = [f"{verb}_{model}" for verb in ("view", "change", "delete")]
    client.force_login(make_user(permissions=("view_customer", *rights)))
    response = client.get(reverse(f"customers:{prefix}_{names[0]}", args=[customer.pk, row.pk]), follow=True)
    page = response.content.decode()
    assert "not there any more" in page or "deleted meanwhile" in page
    assert "deleted it" not in page


@pytest.mark.parametrize(("make", "tab", "prefix", "names", "model"), SCREENS)
def test_who_may_not_use_the_screen_learns_nothing_of_the_row(
    client: Client, make: Any, tab: str, prefix: str, names: list[str], model: str
) -> None:
    customer = make_customer()
    row = make(customer)
    delete(row)
    client.force_login(make_user(permissions=("view_customer",)))
    page = client.get(reverse(f"customers:{prefix}_{names[0]}", args=[customer.pk, row.pk]), follow=True)
    assert "not there any more" not in page.content.decode()
    assert "deleted meanwhile" not in page.content.decode()
