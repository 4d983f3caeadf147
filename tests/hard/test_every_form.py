"""Hard text in every text field of every form that the table of screens has.

`test_forms` has more texts for some of them. Here each is typed into all fields at once, with a number behind it that
tells them apart.
"""

from typing import Any

import pytest
from django.test import Client

from customer_admin.models import ChangeSet
from tests.factories import make_user, open_portal
from tests.hard.fields import as_stored, problems, refused_fields
from tests.hard.strings import STRINGS
from tests.hard.test_forms import FORMS
from tests.sweep.changes import told_by
from tests.sweep.forms_on import PageForm, forms_on
from tests.sweep.screens import SCREENS, Rows, Screen
from tests.sweep.screens.screen import PAGE
from tests.unchanged import undone

pytestmark = pytest.mark.django_db
IN_OTHER_TESTS = {
    "portal:set_password:index_route",
    "customer_admin_second_factor:verify",
    "customer_admin_second_factor:new_recovery_codes",
    "customer_admin_second_factor:turn_off",
    "customer_admin_assignments:assign when it is done",
}
"""Forms that are not shown to everybody, or not at once."""

TEXTLESS = {
    "bulk:customer:export",
    "bulk:customer:merge",
    "customer_admin:verify_email",
    "customer_admin_duplicates:search",
    "customer_admin_duplicates:similar",
    "customer_admin_second_factor:reset",
    "customer_classes:deactivate",
    "customers:acknowledge",
    "customers:linked_email_resend",
    "customers:login_unlock",
    "customers:note_pin",
    "open_order:acknowledge",
    "portal:account:index_route",
    "portal:forgot_password:sent",
    "portal:home:index_route",
    "portal:set_password:open_link",
    "portal:sign_in:sign_out",
}
WRITING = [each for each in SCREENS if each.post is not None and str(each) not in TEXTLESS | IN_OTHER_TESTS]
NAMES = ["markup", "quotes", "formula", "emoji", "several lines", "only space", "nothing inside", "10,000 characters"]
PASSWORDS = {"password", "password_again", "repeated"}
UNKEPT = PASSWORDS | {"identifier"}
"""What is typed into these fields stands nowhere afterwards."""


@pytest.mark.parametrize("screen", [each for each in WRITING if str(each) not in FORMS], ids=str)
def test_hard_text_is_stored_as_it_is_or_refused_on_its_field(screen: Screen, client: Client) -> None:
    client.force_login(make_user("hard", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    open_portal()
    rows = Rows()
    forms = forms_of(screen, rows, client)
    assert forms

    for form in forms:
        usual = {**form.values, **screen.data(rows)}
        for name in NAMES:
            with undone():
                send(client, screen, rows, usual, numbered(form.texts, STRINGS[name]))


def numbered(fields: list[str], text: str) -> dict[str, str]:
    numbers = {field: 0 if field in PASSWORDS else number for number, field in enumerate(fields)}
    # With a number behind it, space would not be all there is.
    return {field: f"{text}{number}" if text.strip() else text for field, number in numbers.items()}


def forms_of(screen: Screen, rows: Rows, client: Client) -> list[PageForm]:
    """The forms with text fields that lead to this screen."""
    address = screen.address(rows).partition("?")[0]
    response = client.get(screen.page(rows))
    if response.status_code != 200:
        return []
    forms = forms_on(response)
    return [form for form in forms if form.method == "post" and form.texts and form.action.partition("?")[0] == address]


def send(client: Client, screen: Screen, rows: Rows, usual: dict[str, Any], typed: dict[str, str]) -> None:
    """Send it, without what is refused, until all of it is taken; that must be in the history as it was typed."""
    known = set(ChangeSet.objects.values_list("pk", flat=True))
    while typed:
        response = client.post(screen.address(rows), {**usual, **typed})
        if response.status_code != 200:
            assert response.status_code == 302
            break
        assert "<script>alert(" not in response.content.decode()
        if PAGE in screen.post.values():
            return
        refused = refused_fields(response) & typed.keys()
        assert refused, problems(response)
        refused |= PASSWORDS if refused & PASSWORDS else set()
        typed = {name: text for name, text in typed.items() if name not in refused}

    change_sets = ChangeSet.objects.exclude(pk__in=known)
    told = {str(new) for each in change_sets for change in told_by(each).values() for _, new in change.fields.values()}
    told |= {each.reason for each in change_sets}
    unkept = UNKEPT | (set() if change_sets else {"reason"})  # A reason why nothing was changed is not kept.
    kept = {name: text for name, text in typed.items() if text.strip() and name not in unkept}
    assert {name: text for name, text in kept.items() if not as_stored(text) & told} == {}
