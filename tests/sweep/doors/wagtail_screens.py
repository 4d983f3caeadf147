"""Wagtail's own screens that reach tracked rows: settings, users who are deleted, sites that are deleted."""

from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.urls import reverse

from customer_admin.models import SYSTEM, Source, recording
from customer_admin.operations import acknowledge_note
from customer_admin.operations.site_settings import SETTINGS_FIELDS
from tests.factories import make_credit, make_customer, make_dismissal, make_loyalty, make_note, make_user, open_portal
from tests.sweep.browser import as_shown, filled_in, shown, submit
from tests.sweep.door import Watch, door
from tests.sweep.values import make_site

SETTINGS = "customer_admin.CustomerAdminSettings"


def address_of_settings() -> str:
    return reverse("wagtailsettings:edit", args=["customer_admin", "customeradminsettings", make_site().pk])


@door(
    "Wagtail's settings",
    "changed",
    source=Source.SCREEN,
    only=[f"{SETTINGS}.{name}" for name in SETTINGS_FIELDS - {"required_for_customers"}],
)
def settings(watch: Watch) -> None:
    address = address_of_settings()
    form = shown(watch.client, address)
    data = as_shown(form) | filled_in(form)
    with watch.going_through():
        submit(watch.client, address, data)


@door(
    "Wagtail's settings, opened for the first time",
    "created",
    source=Source.SCREEN,
    only=[f"{SETTINGS}.id", f"{SETTINGS}.site"],
)
def settings_by_default(watch: Watch) -> None:
    with watch.going_through(by=None):
        shown(watch.client, address_of_settings())


@door("Wagtail's sites", "deleted", source=Source.SCREEN, only=[SETTINGS])
def delete_site(watch: Watch) -> None:
    site = make_site()
    open_portal(site)
    with watch.going_through():
        submit(watch.client, reverse("wagtailsites:delete", args=[site.pk]), {})


def user_of_rows() -> Any:
    """A member of staff to whom rows point, some of which let go and some of which go along."""
    user = make_user(is_superuser=True)
    make_note(make_customer(), author=user, author_label="Ann")
    make_loyalty(make_customer(), author=user), make_credit(make_customer(), author=user)
    make_dismissal(make_customer(), dismissed_by=user)
    acknowledge_note(actor=user, note=make_note(make_customer(), alert_clerk=True))
    if apps.is_installed("tests.hosts.full.shop"):
        subscription = apps.get_model("shop", "Subscription")
        with recording(actor=SYSTEM, reason="Test data"):
            subscription.objects.create(customer=make_customer(), title="kept", deputy=user)
            subscription.objects.create(customer=make_customer(), title="gone", clerk=user, deputy=user)
    return user


def delete_user(watch: Watch) -> None:
    user = user_of_rows()
    with watch.going_through():
        submit(watch.client, reverse("wagtailusers_users:delete", args=[user.pk]), {})


def delete_users(watch: Watch) -> None:
    keys = "&".join(f"id={user_of_rows().pk}" for _each in range(2))
    User = get_user_model()
    action = reverse("wagtail_bulk_action", args=[User._meta.app_label, User._meta.model_name, "delete"])
    with watch.going_through():
        submit(watch.client, f"{action}?{keys}", {})


for name, walk in (("Wagtail's users", delete_user), ("Wagtail's users, several", delete_users)):
    let_go = [
        "customer_admin.AccountNote.author",
        "customer_admin.LoyaltyEntry.author",
        "customer_admin.CreditEntry.author",
        "customer_admin.DuplicateDismissal.dismissed_by",
        "customer_admin.NoteAcknowledgement.acknowledged_by",
        "shop.Subscription.deputy",
    ]
    door(name, "changed", source=Source.SCREEN, only=let_go)(walk)
    door(name, "deleted", source=Source.SCREEN, only=["shop.Subscription"])(walk)
