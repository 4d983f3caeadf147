"""The History view: who, when, why and what, for a customer with all that belongs to them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from customer_admin import operations
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    ChangeSet,
    ChangeSetCustomer,
    Customer,
    Order,
    recording,
)
from tests.factories import (
    PASSWORD,
    make_auditor,
    make_class,
    make_customer,
    make_manager,
    make_note,
    make_order,
    make_staff,
    make_user,
)
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("portal_on")]


@pytest.fixture
def story():
    """A customer whose address, class and login were changed by two people and by the customer."""
    sue = make_staff("sue", first_name="Sue", last_name="Hill")
    max_ = make_manager("max", first_name="Max", last_name="Lee")
    retail, club = make_class(name="Retail"), make_class(name="Club")
    customer = operations.create_customer(
        actor=sue, first_name="Ada", last_name="Stone", customer_class=retail, addresses=[{"line1": "1 Old Road"}]
    )
    operations.update_customer(
        actor=max_,
        customer=customer,
        reason="Joined the club",
        customer_class=club,
        addresses=[{"id": customer.addresses.get().pk, "line1": "2 New Road"}],
    )
    login = operations.create_login(
        actor=sue, customer=customer, email="ada@example.com", username="ada", send_set_password=True
    )
    operations.set_password(actor=login.user, login=login, password=PASSWORD)
    operations.set_login_enabled(actor=max_, login=login, enabled=False, reason="Left")
    return customer


def history(client, customer, **query):
    return client.get(reverse("customers:history", args=[customer.pk]), query)


def told(change_set):
    return {
        (row.model_name, row.kind, field.name, field.before, field.after)
        for row in change_set.told.rows
        for field in row.fields
    }


def test_each_step_shows_with_person_reason_and_values(client, story):
    client.force_login(make_auditor())
    response = history(client, story)
    steps = list(response.context["table"].data)
    assert [(step.actor_label, step.kind, step.reason) for step in steps] == [
        ("Max Lee", "edit", "Left"),
        (str(story), "edit", ""),
        ("Sue Hill", "create", ""),
        ("Max Lee", "edit", "Joined the club"),
        ("Sue Hill", "create", ""),
    ]
    assert told(steps[0]) == {("Portal login", "changed", "is_enabled", "Yes", "No")}
    assert steps[1].actor_kind == "customer"
    assert {name for _model, _kind, name, _old, _new in told(steps[1])} == {"password_set_at"}
    assert told(steps[3]) == {
        ("Customer", "changed", "customer_class", "Retail", "Club"),
        ("Address", "changed", "line1", "1 Old Road", "2 New Road"),
    }
    page = response.content.decode()
    assert "Joined the club" in page
    assert "2 New Road" in page
    assert PASSWORD not in page


def test_filters_narrow_the_history(client, story):
    client.force_login(make_auditor())
    assert len(history(client, story, kind="create").context["object_list"]) == 2
    assert len(history(client, story, actor_kind="customer").context["object_list"]) == 1


def test_each_filter_of_a_timeline_finds_what_is_this_customers(client, story):
    client.force_login(make_auditor())
    assert len(history(client, story, person="max").context["object_list"]) == 2
    assert len(history(client, story, q="joined").context["object_list"]) == 1
    assert len(history(client, story, touched="customer_admin.address").context["object_list"]) == 2
    assert len(history(client, story, touched="customer_admin.address.line1").context["object_list"]) == 1
    assert len(history(client, story, touched="customer_admin.address.city").context["object_list"]) == 0
    today = timezone.localdate().isoformat()
    assert len(history(client, story, created_at_from=today).context["object_list"]) == 5
    other = make_customer()
    with recording(actor=SYSTEM):
        Address.objects.update(city="Springfield")
        Customer.objects.filter(pk=other.pk).update(phone="1")
    assert len(history(client, story, touched="customer_admin.address.city").context["object_list"]) == 1
    assert len(history(client, story, touched="customer_admin.customer.phone").context["object_list"]) == 0
    assert len(history(client, other, touched="customer_admin.customer.phone").context["object_list"]) == 1


def test_an_order_that_left_is_found_by_its_customer_field(client):
    client.force_login(make_auditor())
    giver = make_customer()
    make_order(giver)
    with recording(actor=SYSTEM, reason="left"):
        Order.objects.update(customer=make_customer())
    found = history(client, giver, touched="customer_admin.order.customer").context["object_list"]
    assert [change_set.reason for change_set in found] == ["left"]


@pytest.mark.parametrize(
    "query", [{"kind": "x"}, {"touched": "x"}, {"person": "\x00"}, {"created_at_from": "x"}, {"p": "x"}, {"q": "%_\\"}]
)
def test_garbage_in_the_filters_does_no_harm(client, query):
    client.force_login(make_auditor())
    assert history(client, make_customer(), **query).status_code == 200


def test_a_large_change_set_is_told_in_part_and_leads_to_the_rest(client):
    client.force_login(make_staff())
    customer = make_customer()
    with recording(actor=SYSTEM) as current:
        for number in range(10):
            make_note(customer, body=f"Note {number}")
    page = history(client, customer).content.decode()
    assert "Note 5" in page
    assert "Note 6" not in page
    url = reverse("customer_admin_changes:detail", args=[current.change_set.pk])
    assert f'href="{url}?customer={customer.pk}">All rows of this change' in page


def test_huge_texts_are_cut(client):
    client.force_login(make_staff())
    customer = make_customer()
    make_note(customer, body="x" * 200_000)
    assert len(history(client, customer).content) < 150_000


@each_role
def test_timelines_are_open_to_who_may_see_them(client, role):
    response = history(sign_in(client, role), make_customer())
    assert response.status_code == 200 if role in ("staff", "auditor", "manager") else is_refused(response, role)


def test_only_who_may_see_everything_is_offered_to_compare(client):
    note, customer_class = make_note(make_customer()), make_class()
    for user, offered in ((make_staff(), False), (make_auditor(), True)):
        client.force_login(user)
        for name, record in (("account_notes", note), ("customer_classes", customer_class)):
            page = client.get(reverse(f"{name}:history", args=[record.pk])).content.decode()
            args = [record._meta.app_label, record._meta.model_name, record.pk]
            assert (reverse("customer_admin_changes:compare", args=args) in page) is offered


def test_a_note_shows_its_own_history_and_leads_staff_to_what_is_its_customers(client):
    client.force_login(make_staff())
    note, _other = make_note(make_customer(), body="one"), make_note(make_customer())
    with recording(actor=SYSTEM) as current:
        AccountNote.objects.update(body="two")
    response = client.get(reverse("account_notes:history", args=[note.pk]))
    assert [[row.key for row in step.told.rows] for step in response.context["table"].data] == [[note.pk], [note.pk]]
    url = reverse("customer_admin_changes:detail", args=[current.change_set.pk])
    assert f'href="{url}?customer={note.customer_id}"' in response.content.decode()


def test_an_empty_history_says_what_will_be_there(client):
    client.force_login(make_auditor())
    customer = make_customer()
    ChangeSetCustomer.objects.filter(customer=customer).delete()
    assert "Nothing has been changed yet." in history(client, customer).content.decode()


def test_the_history_asks_as_many_questions_for_twenty_steps_as_for_one(client, django_assert_max_num_queries):
    sue = make_staff("sue")
    client.force_login(sue)
    customer = operations.create_customer(actor=sue, last_name="Stone", addresses=[{"line1": "x"}])
    operations.update_customer(actor=sue, customer=customer, phone="0")
    with django_assert_max_num_queries(40) as few:
        history(client, customer)
    for number in range(18):
        operations.update_customer(actor=sue, customer=customer, phone=str(number + 1))
    with django_assert_max_num_queries(40) as many:
        assert len(history(client, customer).context["object_list"]) == 20
    assert len(many) == len(few)


def test_what_a_person_typed_is_shown_as_text(client):
    sue = make_staff("sue")
    client.force_login(sue)
    customer = operations.create_customer(actor=sue, last_name="<script>alert(1)</script>", reason="<b>why</b>")
    page = history(client, customer).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>why</b>" not in page
    assert "&lt;b&gt;why&lt;/b&gt;" in page


def test_a_class_shows_its_own_history(client):
    max_ = make_manager("max")
    client.force_login(max_)
    customer_class = operations.create_class(actor=max_, name="Retail", code="retail")
    operations.update_class(actor=max_, customer_class=customer_class, discount_percent="5")
    make_class()
    steps = list(client.get(reverse("customer_classes:history", args=[customer_class.pk])).context["table"].data)
    assert [step.kind for step in steps] == ["edit", "create"]
    assert {(name, old) for _m, _k, name, old, _n in told(steps[0])} == {("discount_percent", "0.00")}


def test_the_history_is_closed_without_its_permission(client, story):
    client.force_login(make_user(permissions=("view_customer",)))
    assert history(client, story).status_code == 302


def test_a_write_of_wagtails_own_screens_is_recorded_too(client):
    root = make_user("root", is_superuser=True)
    client.force_login(root)
    url = reverse("wagtailsettings:edit", args=["customer_admin", "customeradminsettings"])
    edit = client.get(url, follow=True).redirect_chain[-1][0]
    client.post(edit, {"portal_enabled": "", "number_prefix": "K", "sender_name": "", "sender_email": ""})
    change_set = ChangeSet.objects.get(actor=root)
    assert (change_set.kind, change_set.source) == ("edit", "screen")
    assert make_customer().site_id
    assert operations.create_customer(actor=root, last_name="A").number.startswith("K")


def test_an_acknowledged_alert_is_told_with_its_words_and_its_order(client):
    customer = make_customer()
    note, order = make_note(customer, body="In dispute.", alert_clerk=True), make_order(customer, number="AV-7")
    operations.acknowledge_note(actor=make_staff(first_name="Ann", last_name="Field"), note=note, order=order)
    client.force_login(make_auditor())
    step = history(client, customer).context["table"].data[0]
    assert (step.actor_label, step.kind) == ("Ann Field", "edit")
    assert told(step) == {
        ("Alert acknowledgement", "created", "note", "", "In dispute."),
        ("Alert acknowledgement", "created", "order", "", "AV-7"),
    }
    assert [row.title for row in step.told.rows] == ["by Ann Field"]
