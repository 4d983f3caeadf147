"""The tabs of loyalty and store credit: sums, the form, the entries, and countering one."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import CreditEntry, Customer, LoyaltyEntry
from customer_admin.operations import counter_loyalty_entry
from tests.factories import make_class, make_credit, make_customer, make_loyalty, make_staff, make_user
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db
LOYALTY = {"kind": "-points", "quantity": "3", "reason": "Spent at the bar", "on": "2026-01-02"}
CREDIT = {"kind": "hold", "amount": "20", "currency": "usd", "reason": "Autumn shipment", "on": "2026-01-02"}


@pytest.fixture
def customer() -> Customer:
    customer = make_customer(customer_class=make_class(free_tastings=4))
    make_loyalty(customer, reason="Bought a case"), make_credit(customer)
    return customer


@pytest.fixture
def staff(client: Client) -> Any:
    return sign_in(client, "staff")


def at(name: str, customer: Customer, *more: Any) -> str:
    return reverse(f"customers:{name}", args=[customer.pk, *more])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@each_role
@pytest.mark.parametrize("tab", ["loyalty", "credit"])
def test_who_may_see_and_who_may_write(client: Client, customer: Customer, role: str, tab: str) -> None:
    entry = (LoyaltyEntry if tab == "loyalty" else CreditEntry).objects.get()
    client = sign_in(client, role)
    shown = [client.get(at(name, customer, tab)) for name in ("tab", "tab_panel")]
    add, counter = at(f"{tab}_add", customer), at(f"{tab}_counter", customer, entry.pk)
    if role in ("anonymous", "portal customer", "editor"):
        assert all(is_refused(response, role) for response in (*shown, client.get(add), client.get(counter)))
        return
    for response in shown:
        assert response.status_code == 200
        assert ((add in text_of(response)), (counter in text_of(response))) == (role != "auditor", role != "auditor")
    if role == "auditor":
        with nothing_changes():
            assert all(is_refused(client.post(address, LOYALTY), role) for address in (add, counter))
    else:
        assert all(client.get(address).status_code == 200 for address in (add, counter))


@pytest.mark.parametrize("permission", ["loyaltyentry", "creditentry"])
def test_each_tab_has_a_permission_of_its_own(client: Client, customer: Customer, permission: str) -> None:
    client.force_login(make_user(permissions=("view_customer", f"view_{permission}")))
    codes = [client.get(at("tab", customer, tab)).status_code for tab in ("loyalty", "credit")]
    assert codes == ([200, 404] if permission == "loyaltyentry" else [404, 200])


def test_the_sums_stand_on_top(client: Client, staff: Any, customer: Customer) -> None:
    make_loyalty(customer, "free_tasting", -1), make_loyalty(customer, "sample", 2)
    make_credit(customer, -20, 20, kind="hold"), make_credit(customer, 5, currency="EUR")
    page = text_of(client.get(at("tab", customer, "loyalty")))
    for told in ("<dd>3 (the class gives 4)</dd>", "<dt>Samples given</dt><dd>2</dd>", "<dt>Points</dt><dd>10</dd>"):
        assert told in page
    page = text_of(client.get(at("tab", customer, "credit")))
    for told in ("<dt>Balance</dt><dd>30.00 USD</dd>", "<dt>On hold</dt><dd>20.00 USD</dd>", "<dd>5.00 EUR</dd>"):
        assert told in page


def test_an_entry_is_made_in_the_tab_and_sent_twice_is_one(client: Client, customer: Customer) -> None:
    ann = make_staff("ann", first_name="Ann")
    client.force_login(ann)
    seen = client.get(at("tab", customer, "loyalty")).context["form"]["newest_seen"].value()
    for _each in range(2):
        response = client.post(at("loyalty_add", customer), {**LOYALTY, "newest_seen": seen}, follow=True)
        assert response.redirect_chain == [(at("tab", customer, "loyalty"), 302)]
        assert "Entered: Points -3." in text_of(response)
    entry = LoyaltyEntry.objects.get(quantity=-3)
    assert (entry.kind, entry.author, entry.reason, str(entry.on)) == ("points", ann, "Spent at the bar", "2026-01-02")


def test_credit_is_booked_with_the_signs_of_its_kind(client: Client, staff: Any, customer: Customer) -> None:
    assert client.post(at("credit_add", customer), CREDIT).status_code == 302
    entry = CreditEntry.objects.get(kind="hold")
    assert (entry.amount, entry.on_hold, entry.currency) == (-20, 20, "USD")
    assert client.get(at("tab", customer, "credit")).context["form"]["currency"].value() == "USD"


@pytest.mark.parametrize(
    ("tab", "fields", "name", "told"),
    [
        ("loyalty", {"quantity": "11"}, "quantity", "Only 10 points are left."),
        ("loyalty", {"kind": "-free_tasting", "quantity": "5"}, "quantity", "Only 4 free tastings are left."),
        ("loyalty", {"quantity": "0"}, "quantity", "greater than or equal to 1"),
        ("loyalty", {"quantity": "9" * 10_000}, "quantity", ""),
        ("loyalty", {"kind": "gold"}, "kind", ""),
        ("loyalty", {"reason": ""}, "reason", ""),
        ("loyalty", {"reason": "a\x00b"}, "reason", ""),
        ("loyalty", {"note": "\x00"}, "note", ""),
        ("loyalty", {"product_or_cause": "x" * 10_000}, "product_or_cause", ""),
        ("loyalty", {"on": "2999-01-01"}, "on", "still to come"),
        ("loyalty", {"on": "\x00"}, "on", ""),
        ("credit", {"amount": "51"}, "amount", "Only 50.00 USD can be spent."),
        ("credit", {"amount": "-1"}, "amount", "above zero"),
        ("credit", {"amount": "NaN"}, "amount", ""),
        ("credit", {"amount": "1e999999"}, "amount", ""),
        ("credit", {"amount": "9" * 10_000}, "amount", ""),
        ("credit", {"currency": "$$$"}, "currency", "three letters"),
        ("credit", {"currency": "\ud800"}, "currency", ""),
        ("credit", {"kind": ""}, "kind", ""),
    ],
)
def test_what_is_wrong_stands_on_its_field_with_all_that_was_typed(
    client: Client, staff: Any, customer: Customer, tab: str, fields: dict[str, str], name: str, told: str
) -> None:
    typed = {**(LOYALTY if tab == "loyalty" else CREDIT), **fields}
    body = "&".join(f"{key}={_quoted(value)}" for key, value in typed.items())
    with nothing_changes():
        response = client.post(at(f"{tab}_add", customer), body, content_type="application/x-www-form-urlencoded")
    form = response.context["form"]
    assert list(form.errors) == [name]
    assert told in " ".join(form.errors[name])
    assert form["reason"].value() == typed["reason"] or name == "reason"


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode(errors="surrogatepass"))


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "٣", "\x00"])
def test_a_forged_key_of_the_newest_entry_does_no_harm(
    client: Client, staff: Any, customer: Customer, seen: str
) -> None:
    assert client.post(at("loyalty_add", customer), {**LOYALTY, "newest_seen": seen}).status_code == 302


def test_what_is_typed_is_text(client: Client, staff: Any, customer: Customer) -> None:
    script = "<script>alert(1)</script>"
    typed = {"product_or_cause": script, "note": script, "reason": script}
    client.post(at("loyalty_add", customer), {**LOYALTY, **typed})
    client.post(at("credit_add", customer), {**CREDIT, "reason": script})
    for tab in ("loyalty", "credit"):
        page = client.get(at("tab", customer, tab)).content.decode()
        assert script not in page
        assert "&lt;script&gt;alert(1)" in page


def test_countering_asks_why_and_leads_back(client: Client, staff: Any, customer: Customer) -> None:
    for tab, model in (("loyalty", LoyaltyEntry), ("credit", CreditEntry)):
        entry = model.objects.get()
        address = at(f"{tab}_counter", customer, entry.pk)
        assert str(entry) in text_of(client.get(address))
        with nothing_changes():
            assert list(client.post(address, {}).context["form"].errors) == ["reason"]
        response = client.post(address, {"reason": "A zero too many"}, follow=True)
        assert response.redirect_chain == [(at("tab", customer, tab), 302)]
        assert model.objects.get(counters=entry).reason == "A zero too many"
        with nothing_changes():
            response = client.get(address, follow=True)
        assert "countered already" in text_of(response)


def test_an_entry_and_its_counter_entry_lead_to_each_other_over_pages(
    client: Client, staff: Any, customer: Customer, settings: Any
) -> None:
    settings.USE_THOUSAND_SEPARATOR = True  # Which is for amounts, not for keys.
    entry = make_loyalty(customer, pk=4321, quantity=100, on=datetime.date(2020, 1, 1))
    for number in range(25):
        make_loyalty(customer, quantity=number + 1)
    counter = counter_loyalty_entry(actor=make_staff(), entry=entry, reason="Wrong")
    address = at("tab", customer, "loyalty")
    first = text_of(client.get(address))
    assert f'href="{address}?entry={entry.pk}#entry-{entry.pk}"' in first
    assert f'id="entry-{entry.pk}"' not in first
    response = client.get(address, {"entry": entry.pk})
    assert response.context["page"].number == 2
    page = text_of(response)
    assert f'id="entry-{entry.pk}"' in page
    assert f'href="{address}?entry={counter.pk}#entry-{counter.pk}"' in page
    assert at("loyalty_counter", customer, entry.pk) not in page


@pytest.mark.parametrize(
    "query", ["entry=9999999999999999999", "entry=x", "entry=%00", "p=99999999999999999999", "p=-1"]
)
def test_an_address_that_leads_nowhere_shows_a_page_all_the_same(
    client: Client, staff: Any, customer: Customer, query: str
) -> None:
    assert client.get(f"{at('tab', customer, 'loyalty')}?{query}").status_code == 200


def test_entries_of_another_customer_are_not_found(client: Client, staff: Any, customer: Customer) -> None:
    other = make_loyalty(make_customer())
    for key in (other.pk, 0, "9" * 40):
        address = f"{at('tab', customer, 'loyalty')}{key}/counter/"
        assert (client.get(address).status_code, client.post(address, {"reason": "x"}).status_code) == (404, 404)
    assert client.get(f"/admin/customers/{'9' * 40}/loyalty/add/").status_code == 404


@pytest.mark.parametrize("tab", ["loyalty", "credit"])
def test_a_tab_asks_as_many_questions_for_twenty_entries_as_for_one(
    client: Client, staff: Any, customer: Customer, tab: str, django_assert_max_num_queries: Any
) -> None:
    address, make = at("tab_panel", customer, tab), make_loyalty if tab == "loyalty" else make_credit
    client.get(address)
    with django_assert_max_num_queries(22) as few:
        client.get(address)
    for _each in range(19):
        make(customer)
    if tab == "loyalty":
        counter_loyalty_entry(actor=make_staff(), entry=LoyaltyEntry.objects.latest("pk"), reason="x")
    with django_assert_max_num_queries(22) as many:
        client.get(address)
    assert len(many) == len(few)
