"""The screen that takes back: who may, what it shows, what each choice posts, and what a stale page does."""

import pytest
from django.urls import reverse

from customer_admin import operations
from customer_admin.models import SYSTEM, AccountNote, ChangeSet, Customer, Order, recording
from tests.change_sets import edited, newest
from tests.factories import (
    make_auditor,
    make_customer,
    make_manager,
    make_note,
    make_order,
    make_user,
)
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("portal_on")]


def url_of(change_set: ChangeSet) -> str:
    return reverse("customer_admin_changes:revert", args=[change_set.pk])


def post(client, url: str, **choices: str):
    """Press the button on the page as it is now."""
    seen = client.get(url).context["form"].initial["seen"]
    return client.post(url, {"seen": seen, **choices})


@pytest.fixture
def edit():
    return edited(make_customer(phone="1", first_name="Ada"), phone="2", first_name="Grace")


@each_role
def test_who_may_take_back_opens_the_page(client, edit, role: str) -> None:
    sign_in(client, role)
    if role in ("auditor", "manager"):
        assert client.get(url_of(edit)).status_code == 200
    else:
        assert is_refused(client.get(url_of(edit)), role)
        with nothing_changes():
            assert is_refused(client.post(url_of(edit), {"seen": "x"}), role)


def test_an_import_asks_for_the_permission_to_undo_it(client) -> None:
    with recording(actor=SYSTEM, kind="import") as current:
        make_customer()
    client.force_login(make_user(permissions=("revert_changeset",)))
    assert client.get(url_of(current.change_set)).status_code == 302
    client.force_login(make_user(permissions=("undo_changeset",)))
    assert client.get(url_of(current.change_set)).status_code == 200


def test_looking_writes_nothing_and_pressing_takes_back_under_the_persons_name(client, edit) -> None:
    auditor = make_auditor()
    client.force_login(auditor)
    with nothing_changes():
        page = client.get(url_of(edit)).content.decode()
    assert "What taking back does" in page
    assert "Ada" in page
    response = post(client, url_of(edit), reason="Wrong customer")
    revert = newest()
    assert response.url == reverse("customer_admin_changes:detail", args=[revert.pk])
    assert (revert.kind, revert.actor, revert.reason, revert.reverts, revert.source) == (
        "revert", auditor, "Wrong customer", edit, "screen",
    )  # fmt: skip
    assert Customer.objects.get().phone == "1"


def test_a_part_says_that_it_is_one_and_leads_to_all_of_it(client, edit) -> None:
    client.force_login(make_auditor())
    whole = f'href="{url_of(edit)}"'
    assert whole in client.get(f"{url_of(edit)}?customer={Customer.objects.get().pk}").content.decode()
    assert whole not in client.get(url_of(edit)).content.decode()


def test_one_field_can_be_taken_back_alone(client, edit) -> None:
    client.force_login(make_auditor())
    post(client, f"{url_of(edit)}?only=customer_admin.customer:{Customer.objects.get().pk}:phone")
    customer = Customer.objects.get()
    assert (customer.phone, customer.first_name) == ("1", "Grace")


def test_of_many_deleted_customers_one_comes_back_with_all_that_was_theirs(client) -> None:
    first, second = make_customer(first_name="Ada"), make_customer(first_name="Grace")
    for customer in (first, second):
        make_note(customer, body=f"Of {customer.first_name}")
        make_order(customer, status="completed")
    key = first.pk
    with recording(actor=SYSTEM) as current:
        operations.delete_customer(actor=SYSTEM, customer=first)
        operations.delete_customer(actor=SYSTEM, customer=second)
    client.force_login(make_auditor())
    post(client, f"{url_of(current.change_set)}?customer={key}")
    assert [customer.first_name for customer in Customer.objects.all()] == ["Ada"]
    assert [note.body for note in AccountNote.objects.all()] == ["Of Ada"]
    assert set(Order.objects.values_list("customer", flat=True)) == {key, None}


def test_a_row_goes_back_to_a_customer_by_name(client) -> None:
    customer = make_customer(first_name="Ada", last_name="Stone", number="C7")
    make_order(customer, status="completed")
    gone = operations.delete_customer(actor=SYSTEM, customer=customer)
    client.force_login(make_auditor())
    (field,) = next(row.fields for row in client.get(url_of(gone)).context["rows"] if row.model is Order)
    assert (field.before, field.after) == ("", "Ada Stone (C7)")
    detail = client.get(reverse("customer_admin_changes:detail", args=[gone.pk])).content.decode()
    assert "Ada Stone (C7), deleted" in detail


def test_a_clash_is_shown_with_all_its_values_and_not_decided_for_anybody(client) -> None:
    customer = make_customer(phone="one")
    edit = edited(customer, phone="two")
    ann = make_manager("ann", first_name="Ann", last_name="Field")
    operations.update_customer(actor=ann, customer=customer, phone="three")
    client.force_login(make_auditor())
    response = client.get(url_of(edit))
    ((text, chosen),) = response.context["clashes"]
    assert [value for _label, value in text.values] == ["one", "two", "three"]
    assert (text.by.actor_label, text.field, chosen) == ("Ann Field", "Phone", "")
    assert (text.keep, text.overwrite) == ("Keep what is there now: three", "Put back: one")
    assert response.context["rows"] == []
    with nothing_changes():
        response = post(client, url_of(edit))
    assert response.status_code == 200
    assert "Later changes stand against this." in response.content.decode()


@pytest.mark.parametrize(("choice", "phone"), [("keep", "3"), ("overwrite", "1")])
def test_each_choice_does_what_it_says(client, choice: str, phone: str) -> None:
    customer = make_customer(phone="1", first_name="Ada")
    edit = edited(customer, phone="2", first_name="Grace")
    edited(customer, phone="3")
    client.force_login(make_auditor())
    post(client, url_of(edit), **{f"choice:customer_admin.customer:{customer.pk}:phone": choice})
    customer.refresh_from_db()
    assert (customer.phone, customer.first_name) == (phone, "Ada")


def test_many_clashes_of_one_kind_are_decided_at_once_or_differently_for_some(client) -> None:
    for _number in range(60):
        make_customer(phone="1")
    with recording(actor=SYSTEM) as current:
        Customer.objects.update(phone="2")
    with recording(actor=SYSTEM):
        Customer.objects.update(phone="3")
    client.force_login(make_auditor())
    context = client.get(url_of(current.change_set)).context
    (group,) = context["groups"]
    assert (context["clashes"], group.count, len(group.texts), group.more) == ([], 60, 50, 10)
    with nothing_changes():
        post(client, url_of(current.change_set))
    choices = {f"choice:{text.clash.key}": "keep" for text, _chosen in group.texts[:3]}
    post(client, url_of(current.change_set), **choices, **{f"choice:{group.label}": "overwrite"})
    phones = list(Customer.objects.order_by("pk").values_list("phone", flat=True))
    assert phones == ["3"] * 3 + ["1"] * 57


def test_a_page_that_is_out_of_date_writes_nothing(client, edit) -> None:
    client.force_login(make_auditor())
    seen = client.get(url_of(edit)).context["form"].initial["seen"]
    edited(Customer.objects.get(), phone="3")
    with nothing_changes():
        response = client.post(url_of(edit), {"seen": seen}, follow=True)
    assert "This page was out of date." in response.content.decode()


def test_a_double_click_takes_back_once(client, edit) -> None:
    client.force_login(make_auditor())
    seen = client.get(url_of(edit)).context["form"].initial["seen"]
    for _click in range(2):
        client.post(url_of(edit), {"seen": seen})
    assert ChangeSet.objects.filter(reverts=edit).count() == 1
    assert "There is nothing left to take back" in client.get(url_of(edit)).content.decode()


def test_what_can_not_come_back_is_said_with_who_has_it(client) -> None:
    from tests.factories import make_login

    customer = make_customer()
    make_login(customer, "ada")
    gone = operations.delete_customer(actor=SYSTEM, customer=customer)
    make_login(make_customer(number="C-9"), "ada")
    client.force_login(make_auditor())
    response = client.get(url_of(gone))
    (text,) = response.context["left"]
    assert text.sentence == "By now portal login ada of Ada Stone (C-9) has this, and only one may."
    post(client, url_of(gone))
    assert Customer.objects.get(number=customer.number).login is None


def test_names_of_a_login_that_are_taken_are_told_by_the_fields_that_people_know(client) -> None:
    from tests.factories import make_login

    login = make_login(username="ada")
    old = login.email
    operations.update_login(actor=SYSTEM, login=login, username="grace", email="grace@example.com")
    change_set = newest()
    make_login(username="ada", email=old)
    client.force_login(make_auditor())
    response = client.get(url_of(change_set))
    told = {text.field: [value for _label, value in text.values] for text in response.context["left"]}
    assert told == {"Username": ["ada", "grace", "grace"], "E-mail": [old, "grace@example.com", "grace@example.com"]}


@pytest.mark.parametrize(
    "query",
    [
        "only=nonsense",
        "only=customer_admin.customer:99999",
        "customer=99999",
        "customer=x",
        f"only=customer_admin.customer:{10**30}",
        "only=customer_admin.customer:1%00",
    ],
)
def test_addresses_that_name_nothing_lead_back(client, edit, query: str) -> None:
    client.force_login(make_auditor())
    response = client.get(f"{url_of(edit)}?{query}")
    assert response.status_code == 302
    assert response.url == reverse("customer_admin_changes:detail", args=[edit.pk])
    assert client.get(reverse("customer_admin_changes:revert", args=[999999])).status_code == 404


def test_what_people_typed_is_shown_as_text(client) -> None:
    customer = make_customer(company="<script>alert(1)</script>")
    edit = edited(customer, company="<b>two</b>")
    edited(customer, company="<i>three</i>")
    client.force_login(make_auditor())
    page = client.get(url_of(edit)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>two</b>" not in page
    assert "<i>three</i>" not in page


def test_the_page_asks_as_many_questions_for_many_rows_as_for_few(client, django_assert_max_num_queries) -> None:
    client.force_login(make_auditor())

    def queries(count: int) -> int:
        for _number in range(count):
            make_note(make_customer(), body="1")
        with recording(actor=SYSTEM) as current:
            AccountNote.objects.update(body="2")
        with recording(actor=SYSTEM):
            AccountNote.objects.update(body="3")
        with django_assert_max_num_queries(60) as captured:
            client.get(url_of(current.change_set))
        return len(captured)

    assert queries(2) == queries(40)


def test_the_page_says_that_a_counter_entry_is_made_and_pressing_makes_it(client) -> None:
    customer = make_customer()
    values = {"actor": SYSTEM, "customer": customer, "kind": "points", "reason": "Bought a case"}
    entry = operations.add_loyalty_entry(quantity=25, **values)
    client.force_login(make_auditor())
    address = url_of(newest())
    page = " ".join(client.get(address).content.decode().split())
    for told in ("A counter-entry is made", "stays, and a counter-entry is made", "Points +25", "Bought a case"):
        assert told in page
    assert "<del>" not in page
    post(client, address, reason="Not hers")
    counter = entry.countered_by
    assert (counter.quantity, counter.reason) == (-25, "Not hers")
    assert "There is nothing left to take back" in client.get(address).content.decode()
