"""Customers in the admin: who may, what the list shows, and that the form goes through the operations."""

import re

import pytest
from django.urls import reverse

from customer_admin.models import SYSTEM, AccountNote, Address, ChangeSet, Customer, CustomerClass, recording
from tests.factories import (
    make_address,
    make_auditor,
    make_class,
    make_club,
    make_credit,
    make_customer,
    make_manager,
    make_membership,
    make_note,
    make_order,
    make_staff,
    make_user,
)
from tests.snippets.forms import posted, posted_of
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def customer():
    return make_customer(first_name="Ada", last_name="Müller", phone="(5) 555-4729", email="ada@example.com")


@pytest.fixture
def staff(client):
    user = make_staff("sue", first_name="Sue", last_name="Hill")
    client.force_login(user)
    return user


def makers():
    return {
        "anonymous": None,
        "no rights": lambda: make_user("editor", permissions=("access_admin",)),
        "staff": lambda: make_staff("staff"),
        "auditor": lambda: make_auditor("auditor"),
        "manager": lambda: make_manager("manager"),
    }


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("list", {"staff", "auditor", "manager"}),
        ("add", {"staff", "manager"}),
        ("edit", {"staff", "manager"}),
        ("inspect", {"staff", "auditor", "manager"}),
        ("history", {"staff", "auditor", "manager"}),
        ("delete", {"manager"}),
        ("login_add", {"staff", "manager"}),
    ],
)
@pytest.mark.parametrize("role", list(makers()))
def test_each_screen_opens_for_its_roles_only(client, portal_on, customer, name, allowed, role):
    make = makers()[role]
    if make is not None:
        client.force_login(make())
    args = [] if name in {"list", "add"} else [customer.pk]
    status = client.get(url(name, *args)).status_code
    assert status == (200 if role in allowed else 302)


@pytest.mark.parametrize(("screen", "buttons"), [("edit", 0), ("inspect", 1)])
def test_the_customer_has_the_alerts_on_top(client, staff, customer, screen, buttons):
    make_note(customer, body="Ask first.", author_label="Ann Field", alert_clerk=True, alert_level="stop")
    make_note(customer, body="Plain.")
    page = client.get(url(screen, customer.pk)).content.decode()
    (alerts,) = re.findall(r'<section class="customer-admin-alerts".*?</section>', page, re.DOTALL)
    assert "Ask first." in alerts
    assert "Ann Field" in alerts
    assert "Plain." not in alerts
    assert alerts.count("<form") == buttons  # A form can't stand in the form.


def test_after_a_save_one_is_on_the_page_of_the_customer_with_a_way_back_to_the_form(client, staff, customer):
    response = client.post(url("edit", customer.pk), posted_of(customer) | {"phone": "1"}, follow=True)
    assert response.redirect_chain == [(url("inspect", customer.pk), 302)]
    told = str(next(iter(response.context["messages"])))
    assert "updated" in told
    assert f'href="{url("edit", customer.pk)}"' in told
    crumbs = client.get(url("edit", customer.pk)).context["breadcrumbs_items"]
    assert [crumb["url"] for crumb in crumbs[-2:]] == [url("inspect", customer.pk), ""]


def test_who_decides_not_to_delete_is_led_back_to_the_customer(client, customer):
    client.force_login(make_manager())
    page = client.get(url("delete", customer.pk)).content.decode()
    assert f'<a href="{url("inspect", customer.pk)}" class="button button-secondary">' in page


def test_a_new_customer_gets_number_address_and_note_in_one_change_set(client, staff):
    data = posted(
        first_name="Jo",
        last_name="Ek",
        notify_account="on",
        reason="Called in",
        addresses=[{"kind": "billing", "line1": "1 Rue", "city": "Lyon", "country": "FR"}],
        account_notes=[{"kind": "call", "body": "Rings twice.", "alert_level": "info"}],
    )
    response = client.post(url("add"), data)
    customer = Customer.objects.get()
    assert response.status_code == 302
    assert response.url == url("inspect", customer.pk)
    assert customer.number
    assert customer.addresses.get().is_primary
    assert customer.account_notes.get().author == staff
    change_set = ChangeSet.objects.get(touched__customer=customer)
    assert (change_set.kind, change_set.actor, change_set.reason, change_set.source) == (
        "create",
        staff,
        "Called in",
        "screen",
    )


def test_save_clicked_twice_makes_one_customer_with_one_note(client, staff):
    seen = client.get(url("add")).context["form"]["newest_seen"].value()
    notes = [{"kind": "call", "body": "Rings twice.", "alert_level": "info"}]
    data = posted(last_name="Ek", newest_seen=seen, account_notes=notes)
    answers = [client.post(url("add"), data).url for _click in range(2)]
    customer = Customer.objects.get()
    assert answers == [url("inspect", customer.pk)] * 2
    assert customer.account_notes.count() == 1


def test_a_customer_without_any_name_is_refused_on_the_field(client, staff):
    response = client.post(url("add"), posted(email="a@example.com"))
    assert response.status_code == 200
    assert response.context["form"].errors["last_name"] == ["Enter a name or a company."]
    assert not Customer.objects.exists()
    assert not ChangeSet.objects.filter(actor=staff).exists()


def test_an_email_with_letters_beyond_ascii_is_good_and_one_without_a_domain_is_not(client, staff):
    assert client.post(url("add"), posted(last_name="A", email="jürgen@example.com")).status_code == 302
    response = client.post(url("add"), posted(last_name="A", email="jürgen@"))
    assert list(response.context["form"].errors) == ["email"]


def test_an_inactive_class_stays_with_its_customers_and_is_offered_to_no_other(client, staff):
    old = make_class(name="Old", is_active=False)
    owner, other = make_customer(customer_class=old), make_customer()
    assert old in client.get(url("edit", owner.pk)).context["form"].fields["customer_class"].queryset
    assert old not in client.get(url("edit", other.pk)).context["form"].fields["customer_class"].queryset
    response = client.post(url("edit", other.pk), posted_of(other) | {"customer_class": old.pk})
    assert list(response.context["form"].errors) == ["customer_class"]


def test_saving_without_a_change_leaves_no_trace(client, staff, customer):
    make_address(customer, is_primary=True)
    make_note(customer)
    before = ChangeSet.objects.count()
    assert client.post(url("edit", customer.pk), posted_of(customer)).status_code == 302
    assert ChangeSet.objects.count() == before


def test_a_second_primary_address_takes_over(client, staff, customer):
    old = make_address(customer, is_primary=True)
    data = posted_of(customer, addresses=[{"kind": "billing", "line1": "2 New", "is_primary": "on"}])
    assert client.post(url("edit", customer.pk), data).status_code == 302
    old.refresh_from_db()
    assert not old.is_primary
    assert Address.objects.get(is_primary=True).line1 == "2 New"


def test_a_removed_address_and_note_are_gone_and_in_the_history(client, staff, customer):
    make_address(customer, is_primary=True)
    make_note(customer)
    data = posted_of(customer) | {"addresses-0-DELETE": "on", "account_notes-0-DELETE": "on"}
    assert client.post(url("edit", customer.pk), data).status_code == 302
    assert not customer.addresses.exists()
    assert not customer.account_notes.exists()
    assert Address.history.latest("history_id").history_type == "-"
    assert AccountNote.history.latest("history_id").history_type == "-"


def test_deleting_names_what_stands_against_it_and_what_goes_along(client, customer):
    client.force_login(make_manager())
    make_address(customer, is_primary=True)
    order = make_order(customer, status="open")
    page = client.get(url("delete", customer.pk)).content.decode()
    assert "1 order is still open" in page
    assert "Yes, delete" not in page
    assert "It can be brought back" not in page
    client.post(url("delete", customer.pk))
    assert Customer.objects.filter(pk=customer.pk).exists()

    order.status = "completed"
    with recording(actor=SYSTEM):
        order.save()
    page = client.get(url("delete", customer.pk)).content.decode()
    assert "1 address" in page
    assert "It can be brought back" in page
    client.post(url("delete", customer.pk))
    assert not Customer.objects.filter(pk=customer.pk).exists()
    order.refresh_from_db()
    assert order.customer is None


def test_what_stands_against_deleting_leads_to_where_it_is_settled_for_those_who_may_go_there(client, customer):
    make_order(customer, status="open"), make_membership(customer, make_club(name="Cellar Circle"))
    make_credit(customer), make_customer(merged_into=customer)
    places = [
        (reverse("customers:orders", args=[customer.pk]), "view_order"),
        (reverse("customers:tab", args=[customer.pk, "clubs"]), "view_clubmembership"),
        (reverse("customers:tab", args=[customer.pk, "credit"]), "view_creditentry"),
        (reverse("customers:history", args=[customer.pk]), "view_changeset"),
    ]
    permissions = ("view_customer", "delete_customer")
    client.force_login(make_user(permissions=permissions))
    page = client.get(url("delete", customer.pk)).content.decode()
    for told in ("1 order is still open", "member of Cellar Circle", "50.00 USD to spend", "merged into this one"):
        assert told in page
    assert not any(f'href="{address}"' in page for address, _permission in places)
    for address, permission in places:
        client.force_login(make_user(permissions=(*permissions, permission)))
        page = client.get(url("delete", customer.pk)).content.decode()
        assert [other for other, _name in places if f'href="{other}"' in page] == [address]
        assert client.get(address).status_code == 200
    client.post(url("delete", customer.pk))
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_no_chooser_makes_a_row_past_the_operations(client, customer):
    client.force_login(make_manager())
    chooser = Customer.snippet_viewset.chooser_viewset
    address = reverse(chooser.get_url_name("choose")) + "create/"
    with nothing_changes():
        assert client.get(address).status_code == 404
        assert client.post(address, {"last_name": "Grey"}).status_code == 404


@pytest.mark.parametrize("key", ["x", "9" * 40, "-1", "٣"])
def test_a_chooser_is_asked_for_what_no_key_can_be(client, customer, key):
    client.force_login(make_staff())
    chooser = Customer.snippet_viewset.chooser_viewset
    assert client.get(reverse(chooser.get_url_name("chosen"), args=[key])).status_code == 404
    several = client.get(reverse(chooser.get_url_name("chosen_multiple")), {"id": [key, customer.pk]})
    assert [each["id"] for each in several.json()["result"]] == [str(customer.pk)]


def test_the_chooser_is_closed_to_editors_who_may_not_see_customers(client, customer):
    chooser = Customer.snippet_viewset.chooser_viewset
    paths = [chooser.get_url_name(name) for name in ("choose", "choose_results")]
    client.force_login(make_user(permissions=("access_admin",)))
    for name in paths:
        assert client.get(reverse(name)).status_code == 302
    assert client.get(reverse(chooser.get_url_name("chosen"), args=[customer.pk])).status_code == 302
    client.force_login(make_staff())
    for name in paths:
        assert customer.number in client.get(reverse(name), {"q": "muller"}).content.decode()
        assert customer.number not in client.get(reverse(name), {"q": "mulder"}).content.decode()


@pytest.mark.parametrize("action", ["add", "change", "delete"])
def test_lists_choosers_and_histories_are_closed_to_who_may_write_and_not_see(client, customer, action):
    note, chooser = make_note(customer), Customer.snippet_viewset.chooser_viewset
    addresses = [url("list"), reverse("account_notes:list"), reverse(chooser.get_url_name("choose"))]
    addresses += [url("history", customer.pk), reverse("account_notes:history", args=[note.pk])]
    permissions = (f"{action}_customer", f"{action}_accountnote", "view_changeset")
    client.force_login(make_user(permissions=permissions))
    assert {client.get(address).status_code for address in addresses} == {302}
    assert url("list") not in client.get(reverse("wagtailadmin_home")).content.decode()
    client.force_login(make_user(permissions=("view_customer", "view_accountnote", "view_changeset")))
    assert {client.get(address).status_code for address in addresses} == {200}


def test_notes_stay_out_of_the_form_of_who_may_not_see_them(client, customer):
    note = make_note(customer, body="Owes a neighbour money.")
    client.force_login(make_user(permissions=("view_customer", "change_customer")))
    page = client.get(url("edit", customer.pk)).content.decode()
    assert "Owes a neighbour money." not in page
    assert 'id="tab-notes"' not in page
    data = posted_of(customer) | {"phone": "1", "account_notes-0-body": "Forged.", "account_notes-0-DELETE": "on"}
    assert client.post(url("edit", customer.pk), data).status_code == 302
    note.refresh_from_db()
    assert note.body == "Owes a neighbour money."
    customer.refresh_from_db()
    assert customer.phone == "1"
    without = {name: value for name, value in posted_of(customer).items() if not name.startswith("account_notes-")}
    assert client.post(url("edit", customer.pk), without | {"phone": "2"}).status_code == 302
    assert client.get(url("add")).status_code == 302  # Nor may they add.


def test_a_new_customer_is_made_by_who_may_not_see_notes(client):
    client.force_login(make_user(permissions=("view_customer", "add_customer")))
    page = client.get(url("add")).content.decode()
    assert "account_notes-TOTAL_FORMS" not in page
    data = {name: value for name, value in posted(last_name="Ek").items() if not name.startswith("account_notes-")}
    assert client.post(url("add"), data).status_code == 302
    assert Customer.objects.get().last_name == "Ek"


def test_a_class_in_use_is_deactivated_instead_of_deleted(client):
    client.force_login(make_manager())
    used = make_class(name="Used")
    make_customer(customer_class=used)
    page = client.get(reverse("customer_classes:delete", args=[used.pk])).content.decode()
    assert "Deactivate it instead" in page
    client.post(reverse("customer_classes:delete", args=[used.pk]))
    assert CustomerClass.objects.filter(pk=used.pk).exists()


def test_why_a_customer_was_deleted_stands_in_the_history(client):
    client.force_login(make_manager("max"))
    customer = make_customer()
    url = reverse("customers:delete", args=[customer.pk])
    assert "Reason" in client.get(url).content.decode()
    client.post(url, {"reason": "Asked for it by letter"})
    assert ChangeSet.objects.get(kind="delete").reason == "Asked for it by letter"
    other = make_customer()
    client.post(reverse("customers:delete", args=[other.pk]), {"reason": "x" * 501})
    assert type(other).objects.filter(pk=other.pk).exists()
