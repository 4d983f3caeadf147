"""The lists of Wagtail's admin: customers, notes, classes, clubs, with choosers, bulk actions and the settings."""

from typing import Any

from django.urls import reverse
from wagtail.models import Site

from tests.sweep.screens.rows import Rows
from tests.sweep.screens.screen import (
    DONE,
    MANAGERS,
    READERS,
    WRITERS,
    open_to,
    screen,
)

LISTS = {
    "customers": ("customer", "other_customer", WRITERS, MANAGERS),
    "account_notes": ("note", "note", WRITERS, WRITERS),
    "customer_classes": ("customer_class", "other_class", MANAGERS, MANAGERS),
    "clubs": ("club", "other_club", MANAGERS, MANAGERS),
}
"""By namespace: a row, a row that can be deleted, and who may write and who may delete."""

MODELS = {
    "customers": "customer",
    "account_notes": "accountnote",
    "customer_classes": "customerclass",
    "clubs": "club",
}
NEW: dict[str, Any] = {
    "customers": lambda rows: {"last_name": "Grey"},
    "account_notes": lambda rows: {"customer": rows.customer.pk, "body": "Likes red."},
    "customer_classes": lambda rows: {"name": "New", "code": "new"},
    "clubs": lambda rows: {"name": "New"},
}


def key_of(kind: str) -> Any:
    return lambda rows: [getattr(rows, kind).pk]


for namespace, (kind, spare, writers, deleters) in LISTS.items():
    for name in ("list", "list_results"):
        screen(f"{namespace}:{name}", get=open_to(READERS))
    for name in ("history", "history_results", "inspect"):
        screen(f"{namespace}:{name}", get=open_to(READERS), args=key_of(kind))
    screen(f"{namespace}:usage", get=open_to(writers), args=key_of(kind))
    screen(f"{namespace}:add", get=open_to(writers), post=open_to(writers, DONE), data=NEW[namespace])
    screen(f"{namespace}:edit", get=open_to(writers), post=open_to(writers, DONE), args=key_of(kind))
    screen(f"{namespace}:delete", get=open_to(deleters), post=open_to(deleters, DONE), args=key_of(spare))

    chooser = f"wagtailsnippetchoosers_customer_admin_{MODELS[namespace]}"
    for name in ("choose", "choose_results", "chosen_multiple"):
        screen(f"{chooser}:{name}", get=open_to(READERS))
    screen(f"{chooser}:chosen", get=open_to(READERS), args=key_of(kind))

screen(
    "customer_classes:deactivate",
    get=open_to(MANAGERS, DONE),
    post=open_to(MANAGERS, DONE),
    args=key_of("customer_class"),
)


def bulk(model: str, action: str, kind: str, roles: frozenset[str], **fields: Any) -> None:
    screen(
        f"bulk:{model}:{action}",
        **{"get": open_to(roles), "post": open_to(roles, DONE), **fields},
        at=lambda rows: reverse("wagtail_bulk_action", args=["customer_admin", model, action]),
        query=lambda rows: f"id={getattr(rows, kind).pk}",
    )


bulk("customer", "change_class", "customer", WRITERS, data=lambda rows: {"customer_class": rows.other_class.pk})
bulk("customer", "preferences", "customer", WRITERS, data=lambda rows: {"notify_marketing": "on"})
bulk("customer", "export", "customer", READERS, post=open_to(READERS), data=lambda rows: {"ending": "csv"})
bulk("customer", "merge", "customer", MANAGERS, get=open_to(MANAGERS, DONE))
for namespace, (_kind, spare, _writers, deleters) in LISTS.items():
    bulk(MODELS[namespace], "delete", spare, deleters)


def settings_address(rows: Rows) -> str:
    site = Site.objects.get(is_default_site=True)
    return reverse("wagtailsettings:edit", args=["customer_admin", "customeradminsettings", site.pk])


screen("settings:customeradminsettings", get=open_to(MANAGERS), post=open_to(MANAGERS, DONE), at=settings_address)
