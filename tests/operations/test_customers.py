"""Creating, changing and deleting customers."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page, Site

from customer_admin.errors import ChangedMeanwhile, CustomerRefused, DeleteRefused, PermissionRefused
from customer_admin.models import (
    SYSTEM,
    Actor,
    ActorKind,
    Address,
    ChangeSet,
    ChangeSetCustomer,
    Customer,
    CustomerAdminSettings,
    Order,
    OutgoingEmail,
    PortalLogin,
    recording,
)
from customer_admin.operations import create_customer, delete_customer, update_customer
from tests.factories import (
    make_address,
    make_auditor,
    make_class,
    make_customer,
    make_manager,
    make_note,
    make_order,
    make_portal_user,
    make_staff,
    make_user,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def test_a_new_customer_has_a_number_a_site_and_a_class() -> None:
    default = make_class(is_default=True, tax_exempt_by_default=True)
    staff = make_staff(first_name="Ann", last_name="Field")
    customer = create_customer(actor=staff, last_name="Stone", reason="Walked in")
    customer.refresh_from_db()
    assert (customer.customer_class, customer.tax_exempt) == (default, True)
    assert customer.site == Site.objects.get()
    assert customer.number.startswith("C")
    assert int(customer.number[1:]) >= 1001
    change_set = ChangeSet.objects.get(touched__customer=customer)
    assert (change_set.kind, change_set.actor, change_set.reason) == ("create", staff, "Walked in")
    assert [row.history_type for row in Customer.history.filter(change_set=change_set)] == ["+"]


def test_what_is_given_counts_more_than_the_defaults() -> None:
    make_class(is_default=True, tax_exempt_by_default=True)
    own = make_class(tax_exempt_by_default=True)
    assert create_customer(actor=SYSTEM, company="A", customer_class=None).customer_class is None
    customer = create_customer(actor=SYSTEM, company="A", customer_class=own, tax_exempt=False)
    assert (customer.customer_class, customer.tax_exempt) == (own, False)


def test_an_inactive_default_class_is_not_taken() -> None:
    make_class(is_default=True, is_active=False)
    assert create_customer(actor=SYSTEM, company="A").customer_class is None


def test_numbers_carry_the_prefix_of_the_site() -> None:
    page = Page.get_first_root_node().add_child(instance=Page(title="Shop", slug="shop"))
    site = Site.objects.create(hostname="shop.example", root_page=page)
    with recording(actor=SYSTEM):
        CustomerAdminSettings.objects.create(site=site, number_prefix="W-")
    assert create_customer(actor=SYSTEM, company="A", site=site).number.startswith("W-")
    assert create_customer(actor=SYSTEM, company="A").number.startswith("C")


def test_numbers_are_not_given_again_after_a_deletion() -> None:
    first = create_customer(actor=SYSTEM, company="A")
    number = first.number
    delete_customer(actor=SYSTEM, customer=first)
    assert int(create_customer(actor=SYSTEM, company="B").number[1:]) > int(number[1:])


def test_a_customer_comes_with_addresses() -> None:
    customer = create_customer(
        actor=SYSTEM, company="A", addresses=[{"line1": "1 Main Street"}, {"kind": "shipping", "line1": "Dock 4"}]
    )
    assert sorted(customer.addresses.values_list("kind", "line1", "is_primary")) == [
        ("billing", "1 Main Street", True),
        ("shipping", "Dock 4", True),
    ]
    assert ChangeSet.objects.filter(touched__customer=customer).count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({}, "last_name", "Enter a name or a company."),
        ({"first_name": "", "last_name": "  ", "company": "\t"}, "last_name", "Enter a name or a company."),
        ({"first_name": None, "last_name": None}, "last_name", "Enter a name or a company."),
        ({"company": "A", "email": "nobody"}, "email", "Enter an e-mail address such as name@example.com."),
        ({"company": "A\x00"}, "company", "This has a character in it that can't be stored. Type it anew."),
        (
            {"company": "A", "email": "a\x00@b.com"},
            "email",
            "This has a character in it that can't be stored. Type it anew.",
        ),
        ({"company": "\ud800"}, "company", "This has a character in it that can't be stored. Type it anew."),
        ({"company": "A" * 201}, "company", "Ensure this value has at most 200 characters (it has 201)."),
        (
            {"company": "A", "phone": "1" * 10_000},
            "phone",
            "Ensure this value has at most 40 characters (it has 10000).",
        ),
        (
            {"company": "A", "birth_date": "31.12.1970"},
            "birth_date",
            "“31.12.1970” value has an invalid date format. It must be in YYYY-MM-DD format.",
        ),
        ({"company": "A", "tax_exempt": None}, "tax_exempt", "“None” value must be either True or False."),
    ],
)
def test_a_customer_that_cannot_be_saved_is_refused(fields: dict[str, Any], field: str, message: str) -> None:
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        create_customer(actor=SYSTEM, **fields)
    assert caught.value.fields == {field: [message]}
    customer = make_customer()
    if fields:
        blank = {"first_name": "", "last_name": ""}
        with nothing_changes(), pytest.raises(CustomerRefused) as caught:
            update_customer(actor=SYSTEM, customer=customer, **{**blank, **fields})
        assert caught.value.fields == {field: [message]}


def test_no_text_is_an_empty_text() -> None:
    customer = create_customer(actor=SYSTEM, company="A", first_name=None, phone=None, email=None)
    customer.refresh_from_db()
    assert (customer.first_name, customer.phone, customer.email) == ("", "", "")


def test_an_unknown_field_is_a_mistake_of_the_caller() -> None:
    for field in ("number", "merged_into", "pk", "search_text", "no_such"):
        with nothing_changes(), pytest.raises(TypeError, match=f"Customer has no field {field}"):
            create_customer(actor=SYSTEM, company="A", **{field: None})


def test_without_a_default_site_one_has_to_be_named() -> None:
    site = Site.objects.get()
    Site.objects.update(is_default_site=False)
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        create_customer(actor=SYSTEM, company="A")
    assert list(caught.value.fields) == ["site"]
    assert create_customer(actor=SYSTEM, company="A", site=site).site == site


def test_an_inactive_class_cannot_be_chosen_and_stays_with_who_has_it() -> None:
    inactive = make_class(is_active=False)
    message = {"customer_class": ["This class is no longer active. Choose another one."]}
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        create_customer(actor=SYSTEM, company="A", customer_class=inactive)
    assert caught.value.fields == message
    other, owner = make_customer(), make_customer(customer_class=inactive)
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        update_customer(actor=SYSTEM, customer=other, customer_class=inactive)
    assert caught.value.fields == message
    assert update_customer(actor=SYSTEM, customer=owner, customer_class=inactive, company="B").company == "B"


def test_only_given_fields_change() -> None:
    staff = make_staff()
    customer = make_customer(first_name="Ada", last_name="Stone")
    stale = Customer.objects.get(pk=customer.pk)
    stale.last_name = "not given"
    changed = update_customer(actor=staff, customer=stale, first_name="Grace", reason="Typo")
    assert (changed.first_name, changed.last_name) == ("Grace", "Stone")
    change_set = ChangeSet.objects.order_by("closed").last()
    assert change_set is not None
    assert (change_set.kind, change_set.actor, change_set.reason) == ("edit", staff, "Typo")


def test_a_second_update_with_the_same_values_leaves_nothing() -> None:
    customer = make_customer()
    update_customer(actor=SYSTEM, customer=customer, company="A", addresses=[{"line1": "1 Main Street"}])
    before = ChangeSet.objects.count()
    same = [{"id": customer.addresses.get().pk, "line1": "1 Main Street"}]
    update_customer(actor=SYSTEM, customer=customer, company="A", addresses=same)
    assert ChangeSet.objects.count() == before
    assert (Customer.history.count(), Address.history.count()) == (2, 1)


def test_a_customer_that_is_gone_is_refused_in_words() -> None:
    customer = make_customer()
    stale = Customer.objects.get(pk=customer.pk)
    delete_customer(actor=SYSTEM, customer=customer)
    with nothing_changes():
        with pytest.raises(ChangedMeanwhile, match="deleted meanwhile"):
            update_customer(actor=SYSTEM, customer=stale, first_name="Eve")
        with pytest.raises(DeleteRefused, match="deleted meanwhile"):
            delete_customer(actor=SYSTEM, customer=stale)


def test_who_may_create_change_and_delete() -> None:
    customer = make_customer()
    own, other = make_portal_user(customer), make_portal_user(make_customer())
    integration = Actor(kind=ActorKind.INTEGRATION, label="Till")
    answers = {}
    for name, actor in {
        "staff": make_staff(),
        "auditor": make_auditor(),
        "manager": make_manager(),
        "nobody": make_user(),
        "inactive": make_manager(is_active=False),
        "own": own,
        "other": other,
        "integration": integration,
        "system": SYSTEM,
    }.items():
        answers[name] = "".join(
            letter
            for letter, call in {
                "c": lambda: create_customer(actor=actor, company="A"),  # noqa: B023
                "u": lambda: update_customer(actor=actor, customer=customer, first_name="Ada"),  # noqa: B023
                "d": lambda: delete_customer(actor=actor, customer=make_customer()),  # noqa: B023
            }.items()
            if permitted(call)
        )
    assert answers == {
        "staff": "cu",
        "auditor": "",
        "manager": "cud",
        "nobody": "",
        "inactive": "",
        "own": "u",
        "other": "",
        "integration": "",
        "system": "cud",
    }


def permitted(call: Any) -> bool:
    try:
        call()
    except PermissionRefused:
        return False
    return True


def test_nobody_is_no_actor() -> None:
    customer = make_customer()
    with nothing_changes():
        with pytest.raises(TypeError):
            create_customer(actor=AnonymousUser(), company="A")
        with pytest.raises(TypeError):
            update_customer(actor=AnonymousUser(), customer=customer, company="A")
        with pytest.raises(TypeError):
            delete_customer(actor=None, customer=customer)


def test_a_refused_actor_changes_nothing() -> None:
    customer, auditor = make_customer(), make_auditor()
    with nothing_changes():
        with pytest.raises(PermissionRefused):
            create_customer(actor=auditor, company="A")
        with pytest.raises(PermissionRefused):
            update_customer(actor=auditor, customer=customer, company="A")
        with pytest.raises(PermissionRefused):
            delete_customer(actor=auditor, customer=customer)


def test_customers_change_what_is_theirs() -> None:
    customer = make_customer()
    user = make_portal_user(customer)
    update_customer(actor=user, customer=customer, phone="123", addresses=[{"line1": "1 Main Street"}])
    change_set = ChangeSet.objects.order_by("closed").last()
    assert change_set is not None
    assert (change_set.actor, change_set.actor_kind) == (user, "customer")
    assert customer.addresses.get().is_primary


@pytest.mark.parametrize(
    "field",
    [
        "site",
        "customer_class",
        "account_number",
        "referral_source",
        "tax_exempt",
        "tax_exempt_number",
        "tax_exempt_until",
    ],
)
def test_customers_do_not_change_what_staff_decide(field: str) -> None:
    customer = make_customer()
    user = make_portal_user(customer)
    with nothing_changes(), pytest.raises(PermissionRefused, match="can't change this yourself"):
        update_customer(actor=user, customer=customer, phone="123", **{field: getattr(customer, field)})


def test_deleting_takes_addresses_notes_and_login_along_and_leaves_orders() -> None:
    manager = make_manager()
    customer = make_customer()
    make_address(customer), make_note(customer)
    order = make_order(customer, status="completed")
    user = make_portal_user(customer)
    key = customer.pk
    change_set = delete_customer(actor=manager, customer=customer, reason="Asked for it")
    assert (change_set.kind, change_set.actor, change_set.reason) == ("delete", manager, "Asked for it")
    assert not Customer.all_objects.filter(pk=key).exists()
    assert (Address.objects.count(), PortalLogin.objects.count()) == (0, 0)
    assert not type(user).objects.get(pk=user.pk).is_active
    assert Order.objects.get(pk=order.pk).customer is None
    assert Order.history.filter(change_set=change_set).get().history_type == "~"
    assert ChangeSetCustomer.objects.filter(change_set=change_set, customer=key).exists()
    assert ChangeSet.objects.filter(kind="delete").get() == change_set
    assert PortalLogin.history.get(change_set=change_set).history_type == "-"


def test_a_customer_with_open_orders_is_not_deleted() -> None:
    customer = make_customer()
    make_order(customer, status="open")
    make_portal_user(customer)
    with nothing_changes(), pytest.raises(DeleteRefused) as caught:
        delete_customer(actor=SYSTEM, customer=customer)
    assert caught.value.message == "1 order is still open. Complete or cancel it first."
    make_order(customer, status="open")
    with nothing_changes(), pytest.raises(DeleteRefused, match="2 orders are still open"):
        delete_customer(actor=SYSTEM, customer=customer)


def test_a_survivor_of_a_merge_is_not_deleted() -> None:
    survivor = make_customer()
    signpost = make_customer(merged_into=survivor)
    make_order(survivor, status="open")
    with nothing_changes(), pytest.raises(DeleteRefused) as caught:
        delete_customer(actor=SYSTEM, customer=survivor)
    assert "1 order is still open" in caught.value.message
    assert "Other accounts were merged into this one. Undo those merges first." in caught.value.message
    delete_customer(actor=SYSTEM, customer=signpost)


def test_mails_of_a_deleted_customer_stay_without_a_link_to_anybody() -> None:
    customer = make_customer()
    make_portal_user(customer)
    delete_customer(actor=SYSTEM, customer=customer)
    email = OutgoingEmail.objects.get()
    assert (email.customer, email.login, email.kind) == (None, None, "account_created")


def test_operations_join_one_change_set() -> None:
    staff = make_staff()
    with recording(actor=staff, reason="One visit") as current:
        customer = create_customer(actor=staff, company="A")
        update_customer(actor=staff, customer=customer, company="B")
    assert list(ChangeSet.objects.all()) == [current.change_set]
    assert (ChangeSet.objects.get().kind, ChangeSet.objects.get().reason) == ("create", "One visit")


@on_postgresql
def test_two_saves_of_addresses_at_once_keep_one_primary() -> None:
    customer = make_customer()
    answers = run_together(
        *(
            lambda n=n: update_customer(
                actor=SYSTEM, customer=customer, addresses=[{"line1": f"{n}", "is_primary": True}, {"line1": f"{n}b"}]
            )
            for n in range(4)
        )
    )
    assert [type(answer) for answer in answers] == [Customer] * 4
    assert customer.addresses.filter(is_primary=True).count() == 1
    assert customer.addresses.count() == 2


@on_postgresql
def test_a_customer_deleted_during_a_save_is_refused_in_words() -> None:
    for _round in range(5):
        customer = make_customer()
        answers = run_together(
            lambda customer=customer: delete_customer(actor=SYSTEM, customer=customer),
            lambda customer=customer: update_customer(
                actor=SYSTEM, customer=customer, first_name="B", addresses=[{"line1": "x"}]
            ),
            lambda customer=customer: delete_customer(actor=SYSTEM, customer=customer),
        )
        assert {type(answer) for answer in answers} <= {ChangeSet, Customer, ChangedMeanwhile, DeleteRefused}
        assert not Customer.objects.filter(pk=customer.pk).exists()
        assert Customer.history.filter(id=customer.pk, history_type="-").count() == 1


@on_postgresql
def test_many_customers_are_created_at_once_with_a_number_each() -> None:
    answers = run_together(*[lambda: [create_customer(actor=SYSTEM, company="A").number for _n in range(5)]] * 4)
    assert len({number for numbers in answers for number in numbers}) == 20
