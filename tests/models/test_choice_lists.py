"""A column with any number of choices."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from customer_admin.models import CustomerAdminSettings
from customer_admin.selectors.texts import Texts
from tests.factories import settle

FIELD = CustomerAdminSettings._meta.get_field("required_for_staff")


@pytest.mark.parametrize(
    ("given", "held"),
    [
        (None, ()),
        ("", ()),
        ([], ()),
        (["phone", "email", "phone"], ("email", "phone")),
        ("phone,email", ("email", "phone")),
        ({"former", "email"}, ("email", "former")),
    ],
)
def test_codes_stand_in_the_order_of_the_choices_and_once(given: Any, held: tuple[str, ...]) -> None:
    assert FIELD.to_python(given) == held
    assert FIELD.to_python(FIELD.get_prep_value(given)) == held


@pytest.mark.parametrize("given", [["fax"], "fax", 7, ["email", "fax"], ["\x00"], ["a" * 10_000]])
def test_what_is_not_among_the_choices_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError, match="Not listed is"):
        FIELD.clean(given, None)


@pytest.mark.django_db
def test_it_is_read_as_it_was_written_and_told_by_its_labels() -> None:
    row = settle(required_for_staff=["phone", "billing_address"])
    row.refresh_from_db()
    assert row.required_for_staff == ("phone", "billing_address")
    history = CustomerAdminSettings.history.get()
    assert history.required_for_staff == row.required_for_staff
    texts = Texts(CustomerAdminSettings, [history])
    column = next(each for each in texts.fields if each.name == "required_for_staff")
    assert texts.of(column, history) == "Phone, Billing address"
