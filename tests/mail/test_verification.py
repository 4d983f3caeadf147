"""The mail that verifies a linked e-mail, as it arrives."""

from typing import Any

import pytest

from customer_admin.mail.messages import build_message
from customer_admin.mail.verification import linked_email_of_token
from customer_admin.operations import queue_email
from tests.factories import make_customer, make_linked_email
from tests.mail.verifying import token_of_verification

pytestmark = pytest.mark.django_db


def message_of(**fields: Any) -> tuple[Any, Any]:
    linked = make_linked_email(make_customer(first_name="<b>Ada", last_name="O'Neill"), **fields)
    return linked, build_message(
        queue_email(kind="verify_linked_email", customer=linked.customer, linked_email=linked, to_address=linked.email)
    )


def test_it_has_the_link_on_the_customers_own_site_in_both_forms(settings: Any) -> None:
    linked, message = message_of()
    site = linked.customer.site
    assert f"{site.root_url}/verify-email/" in message.body
    for text in (message.body, str(message.alternatives[0][0])):
        assert linked_email_of_token(token_of_verification(text)) == linked
        assert "7 days" in text


def test_names_are_escaped_where_they_must_be_and_only_there() -> None:
    _linked, message = message_of()
    assert "<b>Ada O'Neill" in message.body
    assert "&lt;b&gt;Ada O&#x27;Neill" in str(message.alternatives[0][0])


def test_no_two_mails_have_the_same_address_to_themselves() -> None:
    linked, message = message_of()
    other = make_linked_email(linked.customer)
    assert linked_email_of_token(token_of_verification(message.body)) != other
