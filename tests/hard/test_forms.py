"""Hard text in every text field of every form: stored as it is, or refused on that field; never a broken page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.forms import HiddenInput, Textarea, TextInput
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from tests.factories import make_address, make_class, make_customer, make_login, make_note, make_user
from tests.hard.fields import as_stored, problems, refused_fields, rows_of
from tests.hard.strings import STRINGS
from tests.sweep.browser import as_shown, shown

pytestmark = pytest.mark.django_db


def customer_form() -> str:
    customer = make_customer()
    make_address(customer, is_primary=True), make_note(customer)
    return reverse("customers:edit", args=[customer.pk])


def settings_form() -> str:
    site = Site.objects.get(is_default_site=True)
    return reverse("wagtailsettings:edit", args=["customer_admin", "customeradminsettings", site.pk])


FORMS: dict[str, Callable[[], str]] = {
    "customers:edit": customer_form,
    "account_notes:edit": lambda: reverse("account_notes:edit", args=[make_note(make_customer()).pk]),
    "customer_classes:edit": lambda: reverse("customer_classes:edit", args=[make_class().pk]),
    "customers:login_edit": lambda: reverse("customers:login_edit", args=[make_login(make_customer()).customer_id]),
    "settings:customeradminsettings": settings_form,
}
"""Forms of rows that are there, by the name of their screen: a page that answers again with what it stored."""


@pytest.mark.parametrize("text", STRINGS.values(), ids=STRINGS)
@pytest.mark.parametrize("address", FORMS.values(), ids=FORMS)
def test_hard_text_is_stored_as_it_is_or_refused_on_its_field(
    address: Callable[[], str], text: str, client: Client
) -> None:
    client.force_login(make_user("hard", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    url = address()
    form = shown(client, url)
    before = as_shown(form)
    names = _text_fields(form)
    assert names

    response = client.post(url, {**before, **dict.fromkeys(names, text)})
    while response.status_code == 200:
        refused = refused_fields(response) & names
        assert refused, problems(response)
        assert "<script>alert(" not in response.content.decode()
        names -= refused
        response = client.post(url, {**before, **dict.fromkeys(names, text)})

    assert response.status_code == 302
    after = as_shown(shown(client, url))
    if not text.strip():
        return  # Nothing was entered, so each field has what it has without.
    wrong = {name: after[name] for name in names - {"reason"} if after[name] not in as_stored(text)}
    assert wrong == {}


def _text_fields(form: Any) -> set[str]:
    """The names under which the browser posts what can be typed as text."""
    return {
        row[name].html_name
        for row in rows_of(form)
        for name, field in row.fields.items()
        if isinstance(field.widget, TextInput | Textarea)
        and not isinstance(field.widget, HiddenInput)
        and getattr(field.widget, "input_type", "text") in ("text", "email", "password", "")
        and not field.disabled
        and not hasattr(field, "input_formats")
    }
