"""The admin's screens for customers: forms, inline rows, the login, deletion of one and of several."""

from typing import Any

from django.urls import reverse

from customer_admin.models import AccountNote, Club, CreditEntry, Customer, CustomerClass, LoyaltyEntry, Source
from customer_admin.operations import acknowledge_note, counter_credit_entry
from tests.factories import (
    make_address,
    make_class,
    make_club,
    make_credit,
    make_customer,
    make_dismissal,
    make_linked_email,
    make_login,
    make_loyalty,
    make_membership,
    make_note,
    make_order,
    make_pair,
    make_payment_method,
    open_portal,
)
from tests.sweep.browser import as_shown, filled_in, shown, submit, with_row, with_rows_changed, without_rows
from tests.sweep.door import Watch, door
from tests.sweep.doors.reasons import (
    AS_IT_WAS,
    ENABLED,
    NEW_MEMBERSHIP,
    NOT_ASKED,
    NOT_DELETED,
    NOT_YET_VERIFIED,
    WIPED,
)

DEFAULT_SITE = "a new customer is the default site's; only operations say another"


def change(watch: Watch, address: str, *changes: Any) -> None:
    """Open the form, fill in what each of `changes` says, and save."""
    form = shown(watch.client, address)
    data = as_shown(form)
    for each in changes:
        data |= each(form)
    with watch.going_through():
        submit(watch.client, address, data)


@door(
    "admin form",
    "created",
    source=Source.SCREEN,
    closed_to=NOT_ASKED | NEW_MEMBERSHIP | NOT_YET_VERIFIED | {"customer_admin.PortalLogin.is_enabled": ENABLED},
)
def create(watch: Watch) -> None:
    open_portal()
    change(
        watch, reverse("customers:add"), filled_in,
        lambda form: with_row(form, "addresses"), lambda form: with_row(form, "account_notes"),
    )  # fmt: skip
    change(watch, reverse("account_notes:add"), filled_in)
    change(watch, reverse("customer_classes:add"), filled_in, lambda form: {"is_default": ""})
    change(watch, reverse("customer_classes:add"), filled_in, lambda form: {"is_active": "on"})
    note, order = make_note(customer := make_customer(), alert_clerk=True), make_order(customer)
    with watch.going_through():
        submit(watch.client, reverse("open_order:acknowledge", args=[order.pk, note.pk]), {})
    pair = make_pair(make_customer(), make_customer())
    with watch.going_through():
        data = {"only": pair.pk, "reason": "Cousins"}
        submit(watch.client, reverse("customer_admin_duplicates:dismiss"), data)
    login = {"email": "new@example.com", "username": "new", "how": "typed"}
    passwords = {"password": "Windy-Hill-77", "password_again": "Windy-Hill-77"}
    address = reverse("customers:login_add", args=[make_customer().pk])
    change(watch, address, lambda form: login | passwords)
    change(watch, reverse("clubs:add"), filled_in)
    create_books(watch, make_customer())
    create_contacts(watch, make_customer())


def create_books(watch: Watch, customer: Customer) -> None:
    key, club = customer.pk, make_club()
    entered = {"on": "2001-02-03", "reason": "Asked"}
    loyalty = {"kind": "sample", "quantity": "2", "product_or_cause": "Honey", "note": "Liked it", **entered}
    change(watch, reverse("customers:loyalty_add", args=[key]), lambda form: loyalty)
    make_credit(customer)
    credit = {"kind": "hold", "amount": "5", "currency": "USD", **entered}
    change(watch, reverse("customers:credit_add", args=[key]), lambda form: credit)
    for name, model in (("loyalty", LoyaltyEntry), ("credit", CreditEntry)):
        entry = model.objects.get(author=watch.person)
        change(watch, reverse(f"customers:{name}_counter", args=[key, entry.pk]), lambda form: {"reason": "Wrong"})
    method = make_payment_method(customer).pk
    membership = {"tier": "Gold", "since": "2001-02-03", "delivery_method": "ship", "payment_method": method}
    change(watch, reverse("customers:club_join", args=[key]), lambda form: membership | {"club": club.pk})


def create_contacts(watch: Watch, customer: Customer) -> None:
    method = {"last_four": "4242", "billing_address": make_address(customer).pk}
    for what in ({"kind": "card", "expires_on": "09/27"}, {"kind": "bank_account", "expires_on": "", "token": "other"}):
        address = reverse("customers:payment_method_add", args=[customer.pk])
        change(watch, address, filled_in, lambda form, what=what: method | what)
    change(watch, reverse("customers:linked_email_add", args=[customer.pk]), filled_in)


@door(
    "admin form",
    "changed",
    source=Source.SCREEN,
    closed_to=NOT_ASKED | AS_IT_WAS | {"customer_admin.Customer.site": DEFAULT_SITE},
)
def edit(watch: Watch) -> None:
    customer = make_customer()
    make_address(customer, is_primary=True), make_address(customer)
    make_note(customer)
    note, customer_class = make_note(make_customer()), make_class()
    address = reverse("customers:edit", args=[customer.pk])
    change(watch, address, filled_in, lambda form: with_rows_changed(form, "account_notes"))
    change(watch, address, lambda form: with_rows_changed(form, "addresses"))
    change(watch, reverse("account_notes:edit", args=[note.pk]), filled_in)
    address = reverse("customer_classes:edit", args=[customer_class.pk])
    change(watch, address, filled_in, lambda form: {"is_default": ""})
    change(watch, address, lambda form: {"is_active": "on", "is_default": "on"})
    login = make_login(customer)
    address = reverse("customers:login_edit", args=[login.customer_id])
    passwords = {"password": "Windy-Hill-77", "password_again": "Windy-Hill-77"}
    change(watch, address, lambda form: {"email": "o@example.com", "username": "other", "is_enabled": "no"} | passwords)
    change(watch, reverse("clubs:edit", args=[make_club().pk]), filled_in)
    where = [customer.pk, make_membership(customer).pk]
    paid = make_payment_method(customer, token="tok_club").pk
    membership = {"tier": "Gold", "since": "2001-02-03", "delivery_method": "ship", "payment_method": paid}
    change(watch, reverse("customers:club_edit", args=where), lambda form: membership)
    change(watch, reverse("customers:club_hold", args=where), lambda form: {"on_hold_until": "2999-01-01"})
    change(watch, reverse("customers:club_resume", args=where))
    change(watch, reverse("customers:club_cancel", args=where), lambda form: {"reason": "Moved away"})
    method, linked = make_payment_method(customer), make_linked_email(customer, is_verified=True)
    address = reverse("customers:payment_method_edit", args=[customer.pk, method.pk])
    at_home = customer.addresses.first().pk
    change(watch, address, filled_in, lambda form: {"expires_on": "09/27", "billing_address": at_home})
    change(watch, reverse("customers:linked_email_edit", args=[customer.pk, linked.pk]), filled_in)


@door(
    "admin form",
    "deleted",
    source=Source.SCREEN,
    closed_to=NOT_DELETED | WIPED,
)
def delete(watch: Watch) -> None:
    customer = make_customer()
    make_address(customer, is_primary=True), make_note(customer)
    address = reverse("customers:edit", args=[customer.pk])
    change(watch, address, lambda form: without_rows(form, "addresses") | without_rows(form, "account_notes"))
    make_address(customer), make_note(customer), make_dismissal(customer), keep_settled_books(watch, customer)
    login = make_login(customer)
    with watch.going_through(without={("customer_admin.PortalLogin", login.pk): {"username", "email"}}):
        submit(watch.client, reverse("customers:login_delete", args=[customer.pk]), {})
    for _each in range(2):
        method, linked = make_payment_method(customer), make_linked_email(customer)
    with watch.going_through():
        submit(watch.client, reverse("customers:payment_method_delete", args=[customer.pk, method.pk]), {})
    with watch.going_through():
        submit(watch.client, reverse("customers:linked_email_remove", args=[customer.pk, linked.pk]), {})
    for name, row in (
        ("customers", customer),
        ("account_notes", acknowledged_note(watch)),
        ("customer_classes", make_class()),
        ("clubs", make_club()),
    ):
        with watch.going_through():
            submit(watch.client, reverse(f"{name}:delete", args=[row.pk]), {})


def keep_settled_books(watch: Watch, customer: Customer) -> None:
    make_loyalty(customer), make_membership(customer, status="cancelled", cancel_reason="Moved away")
    counter_credit_entry(actor=watch.person, entry=make_credit(customer), reason="Wrong")


def acknowledged_note(watch: Watch) -> AccountNote:
    customer = make_customer()
    note = make_note(customer, alert_clerk=True)
    return acknowledge_note(actor=watch.person, note=note, order=make_order(customer))


@door(
    "bulk action",
    "deleted",
    source=Source.SCREEN,
    closed_to=NOT_DELETED | {"customer_admin.PortalLogin": "a login is deleted one by one, or goes with its customer"},
)
def delete_several(watch: Watch) -> None:
    for customer in (make_customer(), make_customer()):
        make_address(customer), keep_settled_books(watch, customer), make_dismissal(customer)
        make_address(customer), make_payment_method(customer), make_linked_email(customer)
    make_class(), make_class(), acknowledged_note(watch), acknowledged_note(watch)
    for model in (AccountNote, CustomerClass, Customer, Club):
        action = reverse("wagtail_bulk_action", args=["customer_admin", model._meta.model_name, "delete"])
        keys = "&".join(f"id={row.pk}" for row in model._default_manager.all())
        with watch.going_through():
            submit(watch.client, f"{action}?{keys}", {})
