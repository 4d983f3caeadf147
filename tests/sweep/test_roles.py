"""Who is answered what: one table of all screens and roles, and every screen is in it."""

from typing import Any

import pytest
from django.test import Client

from customer_admin import queue
from tests.factories import make_user, open_portal
from tests.sweep.forms_on import forms_on
from tests.sweep.screens import SCREENS, Rows, Screen, names_of_screens
from tests.sweep.screens.screen import DONE, PAGE, WRONG_METHOD, Answer, answer_in
from tests.unchanged import nothing_changes, undone
from tests.views.changes.roles import ROLES, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _broker_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """For /healthz, which is asked whether all is well."""
    monkeypatch.setattr(queue, "is_reachable", lambda: True)


def test_every_screen_is_in_the_table() -> None:
    assert {each.name for each in SCREENS} == names_of_screens()


def test_no_screen_is_in_the_table_twice() -> None:
    assert len({str(each) for each in SCREENS}) == len(SCREENS)


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_each_role_is_answered_as_the_table_says(screen: Screen) -> None:
    open_portal()
    rows = Rows()
    address, data = screen.address(rows), filled_in(screen, rows)
    clients = {role: sign_in(Client(), role) for role in ROLES}

    shown = {role: answer_to(client, "get", address) for role, client in clients.items()}
    assert shown == screen.get

    if screen.post is None:
        with nothing_changes():
            sent = {role: answer_to(client, "post", address) for role, client in clients.items()}
        assert {role for role, answer in sent.items() if answer not in (WRONG_METHOD, shown[role])} == set()
        assert not {PAGE, DONE} & set(sent.values())
        return
    may = {role for role, answer in screen.post.items() if answer in (PAGE, DONE)}
    sent = {role: answer_to(clients[role], "post", address, data) for role in may}
    with nothing_changes():
        sent |= {role: answer_to(client, "post", address, data) for role, client in clients.items() if role not in may}
    assert sent == screen.post


def filled_in(screen: Screen, rows: Rows) -> dict[str, Any]:
    """What a browser sends from the form of this screen."""
    if screen.post is None:
        return {}
    client, address = Client(), screen.address(rows).partition("?")[0]
    client.force_login(make_user(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    held: dict[str, Any] = {}
    with undone():
        response = client.get(screen.page(rows))
        for form in forms_on(response) if response.status_code == 200 else ():
            if (form.method, form.action.partition("?")[0]) == ("post", address):
                held = form.values
    return {**held, **screen.data(rows)}


def answer_to(client: Client, method: str, address: str, data: Any = None) -> Answer:
    """What is answered; whatever it did is undone, for the next one to find all as it was."""
    client.cookies.pop("messages", None)
    with undone():
        return answer_in(getattr(client, method)(address, data))
