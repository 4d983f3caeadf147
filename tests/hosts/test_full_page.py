"""What the full host adds to the customer: fields in the form, and a tab."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from customer_admin.errors import PermissionRefused
from customer_admin.forms.customer_parts import parts_for
from customer_admin.models import Actor, Customer, recording
from customer_admin.operations import SYSTEM, save_extension
from customer_admin.selectors.history import version_of
from tests.change_sets import newest
from tests.factories import make_customer, make_staff, make_user
from tests.hosts.full.shop.customer_page import CardPart
from tests.hosts.full.shop.models import LoyaltyCard, Subscription
from tests.snippets.forms import posted, posted_of
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Any:
    user = make_staff()
    client.force_login(user)
    return user


def make_card(customer: Customer, code: str) -> LoyaltyCard:
    with recording(actor=SYSTEM):
        return LoyaltyCard.objects.create(customer=customer, code=code)


def allow(user: Any, model: Any) -> None:
    kind = ContentType.objects.get_for_model(model)
    user.user_permissions.add(Permission.objects.get(content_type=kind, codename=f"view_{model._meta.model_name}"))


def edit(client: Client, customer: Customer, *, follow: bool = False, **fields: Any) -> Any:
    customer.refresh_from_db()
    address = reverse("customers:edit", args=[customer.pk])
    return client.post(address, {**posted_of(customer), **fields}, follow=follow)


def test_the_form_of_a_new_customer_makes_the_hosts_row_in_the_same_change_set(client: Client, staff: Any) -> None:
    data = posted(last_name="Adler", notify_account="on", reason="At the fair", **{"card-code": "A-1"})

    client.post(reverse("customers:add"), data)

    card = LoyaltyCard.objects.get()
    assert (card.code, card.customer.last_name) == ("A-1", "Adler")
    assert card.history.get().change_set == card.customer.history.get().change_set == newest()
    assert (newest().actor, newest().kind, newest().reason) == (staff, "create", "At the fair")


def test_a_part_that_is_left_empty_makes_no_row(client: Client, staff: Any) -> None:
    client.post(reverse("customers:add"), posted(last_name="Adler", **{"card-code": ""}))

    assert Customer.objects.filter(last_name="Adler").exists()
    assert not LoyaltyCard.objects.exists()


def test_the_form_shows_and_changes_the_hosts_row(client: Client, staff: Any) -> None:
    customer = make_customer()
    card = make_card(customer, "A-1")

    assert 'value="A-1"' in client.get(reverse("customers:edit", args=[customer.pk])).content.decode()
    edit(client, customer, **{"card-code": "A-2", "card-seen": version_of(card)})

    card.refresh_from_db()
    assert card.code == "A-2"
    assert [row.history_type for row in card.history.order_by("history_id")] == ["+", "~"]


def test_what_the_host_refuses_is_said_on_its_field_and_nothing_is_saved(client: Client, staff: Any) -> None:
    make_card(make_customer(), "TAKEN")
    customer = make_customer()

    with nothing_changes():
        response = edit(client, customer, last_name="Other", **{"card-code": "TAKEN"})

    assert "code" in response.context["form"].parts["card"].form.errors
    assert 'value="TAKEN"' in response.content.decode()
    assert 'value="Other"' in response.content.decode()


def test_a_value_that_can_not_be_stored_is_refused_on_the_hosts_field(client: Client, staff: Any) -> None:
    customer = make_customer()

    with nothing_changes():
        response = edit(client, customer, **{"card-code": "x" * 21})

    assert response.context["form"].parts["card"].form.errors["code"]


def test_two_people_who_change_the_hosts_row_are_told_of_each_other(client: Client, staff: Any) -> None:
    customer = make_customer()
    card = make_card(customer, "A-1")
    data = {"card-code": "MINE", "card-seen": version_of(card)}
    with recording(actor=SYSTEM):
        LoyaltyCard.objects.filter(pk=card.pk).update(code="THEIRS")

    response = edit(client, customer, **data)

    assert "THEIRS" in str(response.context["form"].parts["card"].form.errors["code"])
    again = response.context["form"].parts["card"].form
    edit(client, customer, **{"card-code": "MINE", "card-seen": again["seen"].value()})
    card.refresh_from_db()
    assert card.code == "MINE"


def shown_part(client: Client, customer: Customer) -> dict[str, Any]:
    """What a browser would post of the host's part, as the form opens now."""
    form = client.get(reverse("customers:edit", args=[customer.pk])).context["form"].parts["card"].form
    return {form.add_prefix(name): form[name].value() or "" for name in form.fields}


def delete_card(card: LoyaltyCard) -> None:
    with recording(actor=Actor.of(make_staff("eve", first_name="Eve", last_name="Hill"))):
        card.delete()


def errors_of(response: Any) -> str:
    return str(response.context["form"].parts["card"].form.errors)


def test_a_row_that_somebody_made_meanwhile_is_told_and_kept_until_a_second_save(client: Client, staff: Any) -> None:
    customer = make_customer()
    data = shown_part(client, customer)
    make_card(customer, "THEIRS")

    with nothing_changes():
        response = edit(client, customer, **data | {"card-code": "MINE"})
    assert "from nothing to “THEIRS”" in errors_of(response)
    assert "You entered “MINE”" in errors_of(response)
    assert 'value="MINE"' in response.content.decode()

    again = response.context["form"].parts["card"].form
    edit(client, customer, **{"card-code": "MINE", "card-seen": again["seen"].value()})
    assert LoyaltyCard.objects.get().code == "MINE"


def test_a_row_that_somebody_made_meanwhile_stays_and_is_told_to_who_left_it_empty(client: Client, staff: Any) -> None:
    customer = make_customer()
    data = shown_part(client, customer)
    make_card(customer, "THEIRS")

    response = edit(client, customer, last_name="Adler", follow=True, **data)

    assert LoyaltyCard.objects.get().code == "THEIRS"
    assert Customer.objects.get().last_name == "Adler"
    assert "Changed meanwhile, and kept: Code is “THEIRS”" in response.content.decode()


def test_a_row_that_somebody_deleted_meanwhile_stays_gone_and_is_told_to_who_left_it_alone(
    client: Client, staff: Any
) -> None:
    customer = make_customer()
    card = make_card(customer, "A-1")
    data = shown_part(client, customer)
    delete_card(card)

    response = edit(client, customer, last_name="Adler", follow=True, **data)

    assert not LoyaltyCard.objects.exists()
    assert Customer.objects.get().last_name == "Adler"
    assert "was removed (" in response.content.decode()


def test_a_row_that_somebody_deleted_meanwhile_is_told_to_who_changed_it_and_made_anew(
    client: Client, staff: Any
) -> None:
    customer = make_customer()
    card = make_card(customer, "A-1")
    data = shown_part(client, customer) | {"card-code": "A-2"}
    delete_card(card)

    with nothing_changes():
        response = edit(client, customer, **data)
    assert "removed this" in errors_of(response)
    assert "Save again to add it anew." in errors_of(response)
    assert 'value="A-2"' in response.content.decode()

    again = response.context["form"].parts["card"].form
    edit(client, customer, **{"card-code": "A-2", "card-seen": again["seen"].value()})
    assert LoyaltyCard.objects.get().code == "A-2"


def test_a_row_that_is_gone_is_not_brought_back_by_a_fault_elsewhere_in_the_form(client: Client, staff: Any) -> None:
    customer = make_customer()
    card = make_card(customer, "A-1")
    data = shown_part(client, customer)
    delete_card(card)

    response = edit(client, customer, first_name="", last_name="", **data)
    again = response.context["form"].parts["card"].form
    assert again["code"].value() == ""
    edit(client, customer, **{"card-code": "", "card-seen": again["seen"].value()})
    assert not LoyaltyCard.objects.exists()


def test_a_row_that_was_deleted_and_made_anew_meanwhile_is_the_same_to_who_changed_it(
    client: Client, staff: Any
) -> None:
    customer = make_customer()
    card = make_card(customer, "A-1")
    data = shown_part(client, customer) | {"card-code": "A-2"}
    delete_card(card)
    make_card(customer, "A-3")

    with nothing_changes():
        response = edit(client, customer, **data)
    assert "from “A-1” to “A-3”" in errors_of(response)


def test_what_somebody_changed_in_the_part_is_told_to_who_left_it_alone(client: Client, staff: Any) -> None:
    customer = make_customer()
    card = make_card(customer, "A-1")
    data = shown_part(client, customer)
    with recording(actor=SYSTEM):
        LoyaltyCard.objects.filter(pk=card.pk).update(code="THEIRS")

    response = edit(client, customer, follow=True, **data)

    assert LoyaltyCard.objects.get().code == "THEIRS"
    assert "Changed meanwhile, and kept: Code is “THEIRS”" in response.content.decode()


@pytest.mark.parametrize("version", ["", "0", "9" * 18, "9" * 40, "nonsense", "\0", "1 card:2.3"])
def test_whatever_stands_for_the_version_is_answered(client: Client, staff: Any, version: str) -> None:
    customer = make_customer()
    for _ in range(2):
        response = edit(client, customer, **{"card-code": "A-1", "card-seen": version})
        assert response.status_code in (200, 302)


def test_who_may_only_add_customers_fills_in_the_part_of_a_new_one(client: Client) -> None:
    client.force_login(make_user(permissions=("view_customer", "add_customer")))

    assert "card-code" in client.get(reverse("customers:add")).content.decode()
    client.post(reverse("customers:add"), posted(last_name="Adler", **{"card-code": "A-1"}))

    assert LoyaltyCard.objects.get().customer.last_name == "Adler"
    with nothing_changes(), pytest.raises(PermissionRefused):
        save_extension(
            actor=get_user_model().objects.get(user_permissions__codename="add_customer"),
            row=LoyaltyCard.objects.get(),
            customer=Customer.objects.get(),
            code="A-2",
        )


def test_who_may_only_change_customers_is_not_asked_for_the_part_of_a_new_one() -> None:
    user = make_user(permissions=("change_customer",))
    assert not parts_for(Customer(), user)
    assert list(parts_for(make_customer(), user)) == ["card"]


def test_a_part_is_for_those_who_have_what_it_asks_for_besides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CardPart, "permission", "shop.view_loyaltycard")
    user = make_staff()
    assert not parts_for(Customer(), user)
    allow(user, LoyaltyCard)
    assert list(parts_for(Customer(), get_user_model().objects.get(pk=user.pk))) == ["card"]


def test_the_hosts_tab_is_shown_to_those_who_may_see_its_rows(client: Client, staff: Any) -> None:
    customer = make_customer()
    with recording(actor=SYSTEM):
        Subscription.objects.create(customer=customer, title="Six reds a month")
    url = reverse("customers:tab", args=[customer.pk, "subscriptions"])

    assert client.get(url).status_code == 404
    assert url not in client.get(reverse("customers:inspect", args=[customer.pk])).content.decode()

    allow(staff, Subscription)
    assert url in client.get(reverse("customers:inspect", args=[customer.pk])).content.decode()
    for name in ("tab", "tab_panel"):
        page = client.get(reverse(f"customers:{name}", args=[customer.pk, "subscriptions"])).content.decode()
        assert "Six reds a month" in page


def test_the_hosts_panel_stands_on_the_page_of_those_who_may_see_it(client: Client, staff: Any) -> None:
    customer = make_customer()
    make_card(customer, "A-1")
    page = reverse("customers:inspect", args=[customer.pk])

    assert "Loyalty card" not in client.get(page).content.decode()
    allow(staff, LoyaltyCard)
    shown = client.get(page).content.decode()
    assert 'id="card-heading">Loyalty card' in shown
    assert "<p>A-1</p>" in shown


def test_the_hosts_column_is_in_the_list_and_in_downloads_of_those_who_may_see_it(client: Client, staff: Any) -> None:
    make_card(make_customer(), "=A-1")
    make_customer()
    columns = [column.label for column in client.get(reverse("customers:list")).context["table"].columns.values()]
    assert "Card" not in columns
    allow(staff, LoyaltyCard)

    listed = client.get(reverse("customers:list"))
    assert "Card" in [column.label for column in listed.context["table"].columns.values()]
    assert listed.content.decode().count("=A-1") == 1
    download = b"".join(client.get(reverse("customers:list") + "?export=csv").streaming_content).decode("utf-8-sig")
    rows = [line.split(",") for line in download.splitlines()]
    assert rows[0][-1] == "Card"
    assert sorted(row[-1] for row in rows[1:]) == ["", "'=A-1"]
