"""What stands below the page of a customer."""

from typing import Any

from django.urls import reverse

from tests.factories import PASSWORD
from tests.sweep.screens.screen import DONE, MANAGERS, READERS, WRITERS, open_to, screen
from tests.sweep.screens.walk import names_of_tabs

BOOKED = {"on": "2001-02-03", "reason": "Asked"}
METHOD = {"kind": "card", "token": "tok_9x7Kq2mB4cVz", "last_four": "4242", "expires_on": "09/27"}
LOGIN = {"email": "new@example.com", "username": "new", "how": "typed"}
LOGIN |= {"password": PASSWORD, "password_again": PASSWORD}


def below(kind: str = "", customer: str = "customer") -> Any:
    """The key of the customer, and that of a row below it."""
    keys = [customer, *([kind] if kind else [])]
    return lambda rows: [getattr(rows, each).pk for each in keys]


def on_tab(name: str) -> Any:
    return lambda rows: reverse("customers:tab", args=[rows.customer.pk, name])


def for_writers(name: str, **fields: Any) -> None:
    screen(f"customers:{name}", get=open_to(WRITERS), post=open_to(WRITERS, DONE), **fields)


for tab in sorted(names_of_tabs()):
    for name in ("tab", "tab_panel"):
        screen(f"customers:{name}", part=tab, get=open_to(READERS), args=lambda rows, tab=tab: [rows.customer.pk, tab])
screen("customers:places", get=open_to(WRITERS))
screen("customers:tax_document", get=open_to(READERS), args=below())
screen("customers:orders", get=open_to(READERS), args=below())
screen("customers:order", get=open_to(READERS), args=below("order"))

for_writers("login_add", args=below(customer="other_customer"), data=lambda rows: LOGIN)
for_writers("login_edit", args=lambda rows: [rows.login.customer_id])
screen(
    "customers:login_unlock",
    get=open_to(WRITERS, DONE),
    post=open_to(WRITERS, DONE),
    args=lambda rows: [rows.login.customer_id],
)
screen(
    "customers:login_delete",
    get=open_to(MANAGERS),
    post=open_to(MANAGERS, DONE),
    args=lambda rows: [rows.login.customer_id],
)

ADDED = {"do": "add", "numbers": "C-7"}
screen("customers:merge", get=open_to(MANAGERS), post=open_to(MANAGERS), data=lambda rows: ADDED)
screen(
    "customers:merge",
    part="with accounts",
    get=open_to(MANAGERS),
    post=open_to(MANAGERS, DONE),
    args=below(customer="other_customer"),
    query=lambda rows: f"with={rows.customer.pk}",
    data=lambda rows: {"do": "merge", "confirm": rows.other_customer.number},
)

screen("customers:merge_requests", get=open_to(MANAGERS))
screen(
    "customers:merge_request",
    get=open_to(MANAGERS),
    post=open_to(MANAGERS, DONE),
    args=lambda rows: [rows.merge_request.pk],
    data=lambda rows: {"decision": "refuse"},
)

screen("customers:merge_batch", get=open_to(MANAGERS), args=lambda rows: [rows.merge_batch.pk])
screen("customers:merge_batch_progress", get=open_to(MANAGERS), args=lambda rows: [rows.merge_batch.pk])

for_writers("payment_method_add", args=below(), data=lambda rows: METHOD)
for_writers("payment_method_edit", args=below("method"))
for_writers("payment_method_delete", args=below("method"))
for_writers("linked_email_add", args=below(), data=lambda rows: {"email": "books@example.com", "gets_orders": "on"})
for_writers("linked_email_edit", args=below("linked_email"))
for_writers("linked_email_remove", args=below("linked_email"))
for_writers("linked_email_resend", args=below("linked_email"))

for_writers("loyalty_add", args=below(), data=lambda rows: BOOKED | {"kind": "sample", "quantity": "1"})
for_writers("loyalty_counter", args=below("loyalty"), data=lambda rows: {"reason": "Wrong"})
credit = BOOKED | {"kind": "deposit", "amount": "5", "currency": "USD"}
for_writers("credit_add", args=below(), data=lambda rows: credit)
for_writers("credit_counter", args=below("credit"), data=lambda rows: {"reason": "Wrong"})

for_writers("club_join", args=below(), data=lambda rows: {"club": rows.other_club.pk, "since": "2001-02-03"})
for_writers("club_edit", args=below("membership"))
for_writers("club_hold", args=below("membership"))
for_writers("club_resume", args=below("held_membership"))
for_writers("club_cancel", args=below("membership"), data=lambda rows: {"reason": "Moved away"})


def of_note(name: str, get: Any, **fields: Any) -> None:
    screen(f"customers:{name}", get=get, post=open_to(WRITERS, DONE), **{"args": below("note"), **fields})


of_note("acknowledge", open_to(WRITERS, DONE))
of_note(
    "note_add",
    open_to(READERS, DONE),
    args=below(),
    shown_at=on_tab("notes"),
    data=lambda rows: {"body": "Likes red.", "kind": "general", "alert_level": "info"},
)
of_note("note_edit", open_to(WRITERS))
of_note("note_pin", open_to(WRITERS, DONE), data=lambda rows: {"pinned": "0"})
of_note("note_delete", open_to(WRITERS))


def open_order(name: str, get: Any, **fields: Any) -> None:
    screen(f"open_order:{name}", get=get, **fields)


open_order("index", open_to(READERS))
open_order("index", open_to(READERS, DONE), part="with a number", query=lambda rows: f"number={rows.order.number}")
open_order("order", open_to(READERS), args=lambda rows: [rows.order.pk])
open_order(
    "acknowledge",
    open_to(READERS, DONE),
    post=open_to(WRITERS, DONE),
    args=lambda rows: [rows.order.pk, rows.note.pk],
)
