"""The page of one change set."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customer_admin.models import SYSTEM, AccountNote, Address, ChangeSet, Customer, Order, PortalLogin, recording
from tests.factories import (
    make_address,
    make_auditor,
    make_class,
    make_customer,
    make_login,
    make_manager,
    make_note,
    make_order,
    make_staff,
    make_user,
)
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make_auditor("priya"))
    return client


def page(client: Client, change_set: ChangeSet, **query: Any) -> Any:
    return client.get(reverse("customer_admin_changes:detail", args=[change_set.pk]), query)


def changed(reason: str = "", **fields: Any) -> ChangeSet:
    with recording(actor=SYSTEM, reason=reason) as current:
        Customer.objects.update(**fields)
    return current.change_set


@each_role
def test_the_whole_change_set_is_open_to_who_may_see_everything(client: Client, role: str) -> None:
    make_customer()
    response = page(sign_in(client, role), changed(phone="1"))
    assert response.status_code == 200 if role in ("auditor", "manager") else is_refused(response, role)


@each_role
def test_what_is_one_customers_is_open_to_who_may_see_timelines(client: Client, role: str) -> None:
    customer = make_customer()
    response = page(sign_in(client, role), changed(phone="1"), customer=customer.pk)
    allowed = role in ("staff", "auditor", "manager")
    assert response.status_code == 200 if allowed else is_refused(response, role)


def test_who_may_see_timelines_sees_nobody_elses_rows(client: Client) -> None:
    own, other = make_customer(first_name="Own"), make_customer(first_name="Other")
    change_set = changed(phone="1")
    client.force_login(make_staff())
    response = page(client, change_set, customer=own.pk)
    assert [row.key for row, _url in response.context["rows"]] == [own.pk]
    text = response.content.decode()
    assert "Other" not in text
    assert reverse("customer_admin_changes:index") not in text
    untouched = make_customer()
    for key in (untouched.pk, "", "garbage", "-1", "1e3", "9" * 30, "²"):
        assert is_refused(page(client, change_set, customer=key), "staff")
    client.force_login(make_user(permissions=("view_changeset",)))
    assert is_refused(page(client, change_set, customer=other.pk), "editor")


def test_addresses_that_lead_nowhere_say_so(auditor: Client) -> None:
    make_customer()
    change_set = changed(phone="1")
    for key in (make_customer().pk, "garbage", "9" * 30):
        assert page(auditor, change_set, customer=key).status_code == 404
    for key in ("0", "9" * 30):
        url = reverse("customer_admin_changes:detail", args=[1]).replace("/1/", f"/{key}/")
        assert auditor.get(url).status_code == 404
    for query in ({"model": "no.such"}, {"p": "x"}, {"p": "9" * 30}, {"model": "\x00"}):
        assert page(auditor, change_set, **query).status_code == 200


def test_it_says_who_when_why_and_from_where(auditor: Client) -> None:
    sue = make_staff("sue", first_name="Sue", last_name="Hill")
    with recording(actor=sue, reason="Asked by phone", kind="create") as current:
        make_customer(first_name="Ada", last_name="Stone", number="C7")
    text = page(auditor, current.change_set).content.decode()
    for words in ("Sue Hill", "(Staff)", "Asked by phone", "Command", "Ada Stone (C7)", "Create"):
        assert words in text


def test_it_says_what_it_takes_back_and_by_what_it_was_taken_back(auditor: Client) -> None:
    make_customer()
    wrong = changed(phone="1")
    with recording(actor=SYSTEM, kind="revert", reverts=wrong) as current:
        Customer.objects.update(phone="")
    back = current.change_set
    for shown, linked in ((wrong, back), (back, wrong)):
        assert reverse("customer_admin_changes:detail", args=[linked.pk]) in page(auditor, shown).content.decode()


def test_rows_are_cut_into_pages_and_can_be_those_of_one_model(auditor: Client) -> None:
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        AccountNote.objects.bulk_create(AccountNote(customer=customer, body=f"{n}") for n in range(60))
        make_address(customer)
    first = page(auditor, current.change_set)
    assert len(first.context["rows"]) == 50
    assert len(page(auditor, current.change_set, p=2).context["rows"]) == 11
    (row,) = page(auditor, current.change_set, model="customer_admin.address").context["rows"]
    assert row[0].model is Address
    assert [(entry.name, entry.count) for entry, _url in first.context["counts"]] == [
        ("Address", 1),
        ("Account notes", 60),
    ]


def test_a_page_takes_as_many_queries_whatever_the_size(auditor: Client, django_assert_max_num_queries: Any) -> None:
    def write(count: int) -> ChangeSet:
        with recording(actor=SYSTEM) as current:
            customers = [make_customer() for _number in range(count)]
            AccountNote.objects.bulk_create(AccountNote(customer=customer, body="x") for customer in customers)
        return current.change_set

    small, large = write(2), write(40)
    page(auditor, small)
    with django_assert_max_num_queries(35) as few:
        page(auditor, small)
    with django_assert_max_num_queries(35) as many:
        page(auditor, large)
    assert len(many) == len(few)


def test_long_texts_are_shown_with_their_differences(auditor: Client) -> None:
    note = make_note(make_customer(), body="Bring it to the side door.\nRing <b>twice</b>.")
    with recording(actor=SYSTEM) as current:
        AccountNote.objects.filter(pk=note.pk).update(body="Bring it to the front door.\nRing <b>twice</b>.")
    text = page(auditor, current.change_set).content.decode()
    assert '<span class="deletion">side</span><span class="addition">front</span>' in text
    assert "Ring &lt;b&gt;twice&lt;/b&gt;." in text
    assert "<b>twice" not in text


def test_huge_texts_are_cut(auditor: Client) -> None:
    note = make_note(make_customer(), body="a " * 100_000)
    with recording(actor=SYSTEM) as current:
        AccountNote.objects.filter(pk=note.pk).update(body="b " * 100_000)
    text = page(auditor, current.change_set).content.decode()
    assert "Too long to compare" in text
    assert len(text) < 200_000


def test_markup_in_any_value_is_text(auditor: Client) -> None:
    evil = "<img src=x onerror=alert(1)>"
    with recording(actor=SYSTEM, reason=evil) as current:
        customer = make_customer(first_name=evil, company=evil)
        make_note(customer, body=evil)
        make_address(customer, line1=evil)
    later = changed(evil, first_name=f"2{evil}")
    for change_set in (current.change_set, later):
        text = page(auditor, change_set).content.decode()
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text


def test_what_is_concealed_is_not_on_the_page(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccountNote, "concealed_fields", ("body",))
    make_note(make_customer(), body="Secret one")
    with recording(actor=SYSTEM) as current:
        AccountNote.objects.update(body="Secret two")
    text = page(auditor, current.change_set).content.decode()
    assert "Secret" not in text
    assert "changed (not shown)" in text


def urls(client: Client, change_set: ChangeSet) -> dict[str, str]:
    return {row.model.__name__: url for row, url in page(client, change_set).context["rows"]}


def test_rows_lead_to_their_records_as_far_as_the_reader_may_open_them(client: Client) -> None:
    with recording(actor=SYSTEM) as current:
        customer, customer_class = make_customer(), make_class()
        address, note, order = make_address(customer), make_note(customer), make_order(customer, lines=1)
    change_set, key = current.change_set, customer.pk
    client.force_login(make_manager())
    page, of_order = reverse("customers:inspect", args=[key]), reverse("customers:order", args=[key, order.pk])
    assert urls(client, change_set) == {
        "Customer": page,
        "Address": page,
        "CustomerClass": reverse("customer_classes:edit", args=[customer_class.pk]),
        "AccountNote": reverse("account_notes:edit", args=[note.pk]),
        "Order": of_order,
        "OrderLine": of_order,
    }
    client.force_login(make_auditor())
    assert urls(client, change_set)["Customer"] == urls(client, change_set)["Address"] == page
    assert urls(client, change_set)["AccountNote"] == ""
    with recording(actor=SYSTEM):
        address.delete()
        order.delete()
    assert [urls(client, change_set)[name] for name in ("Address", "Order", "OrderLine")] == ["", "", ""]
    client.force_login(make_user(permissions=("audit_changeset",)))
    assert set(urls(client, change_set).values()) == {""}


def test_an_order_without_a_customer_leads_nowhere(auditor: Client) -> None:
    with recording(actor=SYSTEM) as current:
        make_order(None, lines=1)
    assert urls(auditor, current.change_set) == {"Order": "", "OrderLine": ""}


def test_a_login_leads_to_its_customer(auditor: Client) -> None:
    login = make_login()
    change_set = ChangeSet.objects.get(pk=login.history.latest().change_set_id)
    assert urls(auditor, change_set)["PortalLogin"] == reverse("customers:inspect", args=[login.customer_id])


def test_nothing_offers_to_take_back_what_can_not_be(client: Client) -> None:
    make_customer()
    client.force_login(make_manager())
    with recording(actor=SYSTEM, kind="erase") as current:
        Customer.objects.update(phone="")
        Customer.objects.update(first_name="–")
    assert "/revert/" not in page(client, current.change_set).content.decode()


def test_who_may_is_offered_to_take_back_all_a_row_or_a_field(client: Client) -> None:
    customer = make_customer()
    change_set = changed(phone="1")
    client.force_login(make_manager())
    url, ref = reverse("customer_admin_changes:revert", args=[change_set.pk]), f"customer_admin.customer:{customer.pk}"
    text = page(client, change_set).content.decode()
    for address in (url, f"{url}?only={quote(ref)}", f"{url}?only={quote(f'{ref}:phone')}"):
        assert f'href="{address}"' in text
    timeline = client.get(reverse("customers:history", args=[customer.pk])).content.decode()
    assert f'href="{url}"' in timeline
    client.force_login(make_user(permissions=("audit_changeset",)))
    assert "/revert/" not in page(client, change_set).content.decode()


def test_a_customer_who_went_is_offered_with_all_that_went_along(client: Client) -> None:
    customer = make_customer()
    key = customer.pk
    with recording(actor=SYSTEM) as current:
        customer.delete()
    client.force_login(make_auditor())
    url = reverse("customer_admin_changes:revert", args=[current.change_set.pk])
    assert f'href="{url}?customer={key}"' in page(client, current.change_set).content.decode()


def test_a_password_is_not_offered_to_be_set_back(client: Client) -> None:
    make_login()
    with recording(actor=SYSTEM) as current:
        PortalLogin.objects.update(password_set_at=timezone.now())
    client.force_login(make_auditor())
    text = page(client, current.change_set).content.decode()
    assert "Password set" in text
    assert ":password_set_at" not in text


def test_the_page_of_an_order_that_left_shows_it_to_its_former_customer(client: Client) -> None:
    giver, taker = make_customer(), make_customer()
    make_order(giver, number="SO-9")
    with recording(actor=SYSTEM) as current:
        Order.objects.update(customer=taker)
    client.force_login(make_staff())
    assert "SO-9" in page(client, current.change_set, customer=giver.pk).content.decode()
