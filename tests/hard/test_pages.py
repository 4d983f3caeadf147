"""Hard text that is stored is shown as text, on every page that shows it; looking for it breaks nothing."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from customer_admin.models import ChangeSet, Customer
from customer_admin.operations import SYSTEM, add_note, create_customer, update_customer
from tests.factories import make_order, make_user
from tests.hard.strings import MARKUP, STRINGS

pytestmark = pytest.mark.django_db
TEXTS = ["first_name", "last_name", "company", "phone", "referral_source", "tax_exempt_reason", "tax_exempt_region"]
STORABLE = [text for text in STRINGS.values() if "\0" not in text and len(text) < 40]


@pytest.fixture
def looking(client: Client) -> Client:
    client.force_login(make_user("hard", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    return client


def hard_customer(text: str) -> Customer:
    """All that can be said about a customer, said with this text."""
    fields = {name: text[: Customer._meta.get_field(name).max_length] for name in TEXTS}
    fields["last_name"] = fields["last_name"].strip() or "Hard"  # Somebody must be named.
    address = {"line1": text, "city": text, "region": text, "first_name": text}
    customer = create_customer(actor=SYSTEM, reason=text, addresses=[address], **fields)
    add_note(actor=SYSTEM, customer=customer, body=text, alert_clerk=True, is_pinned=True)
    update_customer(actor=SYSTEM, customer=customer, reason=text, referral_source=f"{text} again")
    make_order(customer, number=f"H-{customer.pk}", channel=text[:30])
    return customer


def pages_of(client: Client, customer: Customer) -> list[str]:
    pages = [reverse(f"customers:{name}", args=[customer.pk]) for name in ("inspect", "edit", "history", "delete")]
    pages += [tab.panel_url for tab in client.get(pages[0]).context["tabs"]]
    change_sets = ChangeSet.objects.order_by("-pk")[:3]
    pages += [reverse("customer_admin_changes:detail", args=[each.pk]) for each in change_sets]
    pages += [reverse("customer_admin_changes:revert", args=[each.pk]) for each in change_sets]
    pages += [reverse(name) for name in ("customers:list", "account_notes:list", "customer_admin_changes:index")]
    order = customer.orders.get()
    pages += [reverse("customers:order", args=[customer.pk, order.pk]), reverse("open_order:order", args=[order.pk])]
    pages += [reverse("customers:list") + "?export=csv", reverse("wagtailadmin_home")]
    return [*pages, Customer.snippet_viewset.chooser_viewset.widget_class().get_chooser_modal_url()]


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def test_markup_is_shown_as_text_wherever_it_is_shown(looking: Client) -> None:
    customer = hard_customer(MARKUP)
    shown = 0

    for page in pages_of(looking, customer):
        response = looking.get(page)
        body = body_of(response)
        assert response.status_code == 200, page
        if "html" in response["Content-Type"]:
            assert "<script>alert(" not in body, page
            assert "31381059609" not in body, page
            shown += escape(MARKUP) in body

    assert shown >= 10


@pytest.mark.parametrize("text", STORABLE)
def test_pages_of_a_customer_with_hard_text_open(looking: Client, text: str) -> None:
    customer = hard_customer(text)

    broken = [page for page in pages_of(looking, customer) if looking.get(page).status_code != 200]

    assert broken == []


@pytest.mark.parametrize("text", [*STRINGS.values(), "half a pair"], ids=[*STRINGS, "half a pair"])
def test_looking_for_hard_text_finds_it_or_nothing(looking: Client, text: str) -> None:
    asked = "%ED%A0%BD" if text == "half a pair" else quote(text)
    wanted = hard_customer(text) if text in STORABLE and text.strip() else None

    for page in (reverse("customers:list"), reverse("account_notes:list"), reverse("customer_admin_changes:index")):
        response = looking.get(f"{page}?q={asked}")
        assert response.status_code == 200
        assert "<script>alert(" not in response.content.decode()
        if wanted is not None and page == reverse("customers:list"):
            assert wanted in response.context["object_list"], page
