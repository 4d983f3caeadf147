"""The page of a customer: notes that are written, changed, pinned and removed there; alerts acknowledged in general."""

from typing import Any

from django.urls import reverse

from customer_admin.models import AccountNote, NoteAcknowledgement, Source
from customer_admin.operations.notes import NOTE_FIELDS
from customer_admin.views.customers.tabs import page_url
from tests.factories import make_customer, make_note
from tests.sweep.browser import as_shown, filled_in, shown, submit
from tests.sweep.changes import tracked_fields
from tests.sweep.door import Watch, door

NOTE = "customer_admin.AccountNote"
ACKNOWLEDGED = [
    f"customer_admin.NoteAcknowledgement.{field.name}"
    for field in tracked_fields(NoteAcknowledgement)
    if field.name != "order"
]


def address_of(name: str, note: AccountNote) -> str:
    return reverse(f"customers:{name}", args=[note.customer_id, note.pk])


@door("customer page", "created", source=Source.SCREEN, only=[NOTE, *ACKNOWLEDGED])
def create(watch: Watch) -> None:
    customer, note = make_customer(), make_note(make_customer(), alert_clerk=True)
    form = shown(watch.client, page_url(customer, "notes"))
    with watch.going_through():
        submit(watch.client, reverse("customers:note_add", args=[customer.pk]), as_shown(form) | filled_in(form))
    with watch.going_through():
        submit(watch.client, address_of("acknowledge", note), {})


@door("customer page", "changed", source=Source.SCREEN, only=[f"{NOTE}.{name}" for name in NOTE_FIELDS])
def edit(watch: Watch) -> None:
    note = make_note(make_customer())
    form = shown(watch.client, address_of("note_edit", note))
    data: dict[str, Any] = as_shown(form) | filled_in(form)
    with watch.going_through():
        submit(watch.client, address_of("note_edit", note), data)
    with watch.going_through():
        submit(watch.client, address_of("note_pin", note), {"pinned": "0"})


@door("customer page", "deleted", source=Source.SCREEN, only=[NOTE])
def delete(watch: Watch) -> None:
    note = make_note(make_customer(), is_pinned=True)
    with watch.going_through():
        submit(watch.client, address_of("note_delete", note), {})
