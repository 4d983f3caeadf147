"""Reports, what they lead to, the second factor, and the addresses outside the admin."""

from typing import Any

from django.urls import reverse

from customer_admin.forms.assignments import Entry, digest_of, seen_as_text
from customer_admin.mail.verification import verification_token
from tests.sweep.screens.rows import Rows
from tests.sweep.screens.screen import (
    AUDITORS,
    DONE,
    EDITORS,
    MANAGERS,
    NOBODY,
    PAGE,
    READERS,
    WRITERS,
    WRONG_METHOD,
    answered,
    open_to,
    screen,
)


def key_of_change(rows: Rows) -> list[Any]:
    return [rows.change_set.pk]


def key_of_email(rows: Rows) -> list[Any]:
    return [rows.email.pk]


def of_customer(rows: Rows) -> str:
    return f"customer={rows.customer.pk}"


def assignment(rows: Rows) -> dict[str, str]:
    """What the form sends once its preview was looked at."""
    pair = Entry(rows.unassigned.number, rows.customer.number, row=0)
    typed = {"rows-0-orders": pair.order, "rows-0-customer": pair.customer}
    seen = {"seen": seen_as_text({rows.unassigned.pk: None}), "previewed": digest_of([pair])}
    return {**typed, **seen, "action": "assign"}


def unassigned_orders(rows: Rows) -> str:
    """The list with an order in it, and a customer who may have placed it."""
    assert rows.unassigned.email == rows.customer.email
    return reverse(f"{ASSIGNMENTS}:unassigned")


CHANGES = "customer_admin_changes"
for name in ("index", "index_results"):
    screen(f"{CHANGES}:{name}", get=open_to(AUDITORS))
    screen(f"{CHANGES}:{name}", part="as a file", get=open_to(AUDITORS), query=lambda rows: "export=csv")
screen(f"{CHANGES}:detail", get=open_to(AUDITORS), args=key_of_change)
screen(f"{CHANGES}:detail", part="of a customer", get=open_to(READERS), args=key_of_change, query=of_customer)
screen(f"{CHANGES}:revert", get=open_to(AUDITORS), post=open_to(AUDITORS, DONE), args=key_of_change)
screen(
    f"{CHANGES}:compare",
    get=open_to(AUDITORS),
    args=lambda rows: ["customer_admin", "customer", rows.change_set and rows.customer.pk],
)
for name in ("list", "list_results"):
    screen(f"customers:{name}", part="as a file", get=open_to(READERS), query=lambda rows: "export=csv")

EMAILS = "customer_admin_emails"
for name in ("index", "index_results"):
    screen(f"{EMAILS}:{name}", get=open_to(READERS))
screen(f"{EMAILS}:detail", get=open_to(READERS), args=key_of_email)
screen(f"{EMAILS}:body", get=open_to(READERS), args=key_of_email)
screen(
    f"{EMAILS}:resend",
    get=open_to(WRITERS),
    post=open_to(WRITERS, DONE),
    args=key_of_email,
    data=lambda rows: {"to": "usual"},
)

# Who may see and change users is Wagtail's matter, and nobody's of these.
for name in ("index", "index_results"):
    screen(f"wagtailusers_users:{name}", get=open_to(NOBODY))

SECOND_FACTOR = "customer_admin_second_factor"
screen(f"{SECOND_FACTOR}:overview", get=open_to(EDITORS))
screen(f"{SECOND_FACTOR}:set_up", get=open_to(EDITORS), post=open_to(EDITORS), data=lambda rows: {"code": "no"})
for name in ("verify", "new_recovery_codes", "turn_off"):
    # Who has no second factor is led on.
    screen(f"{SECOND_FACTOR}:{name}", get=open_to(EDITORS, DONE), post=open_to(EDITORS, DONE))
for name in ("staff", "staff_results"):
    screen(f"{SECOND_FACTOR}:{name}", get=open_to(MANAGERS))
screen(
    f"{SECOND_FACTOR}:reset",
    get=open_to(MANAGERS),
    post=open_to(MANAGERS, DONE),
    args=lambda rows: [rows.protected.pk],
)

screen("customer_admin:healthz", get=answered(PAGE))
screen(
    "customer_admin:verify_email",
    get=answered(PAGE),
    post=answered(PAGE),
    args=lambda rows: [verification_token(rows.linked_email)],
)

ASSIGNMENTS = "customer_admin_assignments"
screen(
    f"{ASSIGNMENTS}:assign",
    get=open_to(MANAGERS),
    post=open_to(MANAGERS),
    data=lambda rows: {"rows-0-orders": rows.order.number, "rows-0-customer": rows.customer.number},
)
screen(
    f"{ASSIGNMENTS}:assign",
    part="when it is done",
    get=open_to(MANAGERS),
    post=open_to(MANAGERS, DONE),
    data=lambda rows: assignment(rows),
)
screen(
    f"{ASSIGNMENTS}:unassigned",
    get=open_to(MANAGERS),
    post=open_to(MANAGERS, DONE),
    at=unassigned_orders,
    data=lambda rows: {f"order-{rows.unassigned.pk}": str(rows.customer.pk)},
)
screen(f"{ASSIGNMENTS}:unassigned_results", get=open_to(MANAGERS))
DUPLICATES = "customer_admin_duplicates"


def report(rows: Rows) -> str:
    return reverse(f"{DUPLICATES}:index", query={"customer": rows.pair.first_id})


screen(f"{DUPLICATES}:index", get=open_to(READERS))
screen(
    f"{DUPLICATES}:certain",
    get=open_to(MANAGERS),
    post=open_to(MANAGERS, DONE),
    query=lambda rows: f"pair={rows.certain_pair.pk}",
    data=lambda rows: {"count": "1"},
)
screen(
    f"{DUPLICATES}:dismiss",
    get=open_to(READERS, WRONG_METHOD),
    post=open_to(MANAGERS, DONE),
    shown_at=report,
    data=lambda rows: {"only": rows.pair.pk},
)
screen(f"{DUPLICATES}:search", get=open_to(READERS), post=open_to(MANAGERS, DONE), shown_at=report)
screen(f"{DUPLICATES}:similar", get=open_to(READERS, WRONG_METHOD), post=open_to(READERS), shown_at=report)
