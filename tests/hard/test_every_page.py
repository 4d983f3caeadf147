"""Hard text on every page that the table of screens has, and in every search box and filter on them."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tests.factories import make_user, open_portal
from tests.hard.strings import MARKUP, STRINGS
from tests.hard.test_every_form import WRITING
from tests.sweep.forms_on import PageForm, forms_on
from tests.sweep.screens import SCREENS, Rows, Screen
from tests.sweep.screens.screen import PAGE

pytestmark = pytest.mark.django_db
STORABLE = [text for text in STRINGS.values() if "\0" not in text and len(text) < 60]
ASKED = [STRINGS[name] for name in ("markup", "nothing inside", "10,000 characters", "a huge number")]
SHOWN = [
    each
    for each in SCREENS
    if each.name != "customer_admin:healthz" and (each.get["manager"] == PAGE or each.name.startswith("portal:"))
]
CHOSEN_FROM = {"customer_admin_duplicates:index"}
"""Where filters offer choices and take no text."""
SEARCHED = [
    each
    for each in SHOWN
    if each.name.endswith((":list", ":index", ":history", "_customer:choose", ":staff", ":unassigned"))
    and not each.part
    and each.name not in CHOSEN_FROM
]
ASKING = (":tab", ":places", ":detail", ":compare", ":chosen_multiple", ":assign")
QUERIED = [each for each in SHOWN if each.name.endswith(ASKING) or each.name in CHOSEN_FROM]
"""Screens with a search or filters in a form, and those that read other words in their address."""

WORDS = [
    "actor_kind", "alert", "club", "country", "created_at_from", "customer", "customer_class", "entry", "export", "id",
    "kind", "login", "model", "newer", "older", "order", "ordering", "p", "postal_code", "section", "site",
    "source", "status", "suggestion", "tax_exempt", "touched", "year",
]  # fmt: skip


@pytest.fixture
def looking(client: Client) -> Client:
    client.force_login(make_user("hard", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    open_portal()
    return client


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


def is_broken(response: Any) -> bool:
    has_markup = "html" in response["Content-Type"] and "<script>alert(" in body_of(response)
    return has_markup or response.status_code not in (200, 302)


@pytest.mark.parametrize("texts", [[MARKUP], STORABLE], ids=["markup", "the others"])
def test_hard_text_is_shown_as_text_on_every_page(looking: Client, texts: list[str]) -> None:
    rows, customer = Rows(texts), Client()
    rows.make_all()
    customer.force_login(rows.login.user, backend="django.contrib.auth.backends.ModelBackend")
    showing, broken, astray = set(), {}, set()
    led_to = addresses_by_method(rows)

    for screen in SHOWN:
        client = customer if screen.name.startswith("portal:account") else looking
        response = client.get(screen.address(rows))
        if is_broken(response):
            broken[str(screen)] = response.status_code
        elif escape(MARKUP[:30]) in body_of(response):
            showing.add(str(screen))
        for form in forms_with_text(response):
            if form.action.partition("?")[0] not in led_to[form.method]:
                astray.add((str(screen), form.method, form.action))

    assert broken == {}
    assert astray == set()  # No test types into these.
    assert texts != [MARKUP] or len(showing) >= 60


def addresses_by_method(rows: Rows) -> dict[str, set[str]]:
    """Where text that is typed may lead, for the tests of forms and the one below to type it."""
    writing = {each.address(rows).partition("?")[0] for each in WRITING}
    reading = {form.action.partition("?")[0] for each in SEARCHED for form in search_forms(each, rows)}
    return {"post": writing, "get": reading, "script": set()}


def search_forms(screen: Screen, rows: Rows) -> list[PageForm]:
    client = Client()
    client.force_login(rows.author, backend="django.contrib.auth.backends.ModelBackend")
    return [form for form in forms_with_text(client.get(screen.address(rows))) if form.method == "get"]


def forms_with_text(response: Any) -> list[PageForm]:
    return [] if response.streaming else [form for form in forms_on(response) if form.texts]


@pytest.mark.parametrize("screen", SEARCHED, ids=str)
def test_what_is_typed_into_a_search_or_a_filter_breaks_nothing(screen: Screen, looking: Client) -> None:
    forms = search_forms(screen, Rows())

    asked = [
        (form, name, text)
        for form in forms
        for name in form.texts
        for text in (ASKED[:2] if name.endswith(("_from", "_to")) else ASKED)
    ]
    broken = [
        (name, text[:40])
        for form, name, text in asked
        if is_broken(looking.get(form.action.partition("?")[0], {**form.values, name: text}))
    ]

    assert forms
    assert broken == []


@pytest.mark.parametrize("text", ASKED, ids=lambda text: text[:9])
def test_what_stands_in_an_address_breaks_nothing(text: str, looking: Client) -> None:
    rows = Rows()
    expected = (200, 302, 404)  # Some of the words name something that is not there.
    broken = {}
    for screen in [*SEARCHED, *QUERIED]:
        response = looking.get(screen.address(rows).partition("?")[0], dict.fromkeys(WORDS, text))
        if response.status_code not in expected or "<script>alert(" in body_of(response):
            broken[str(screen)] = response.status_code

    assert broken == {}
