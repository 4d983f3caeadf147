"""Fixtures of the tests about operations: those that send mail, and two people who merge two accounts."""

from typing import Any

import pytest

from customer_admin.models import Customer
from tests.factories import make_customer, make_manager
from tests.mail.fixtures import login, mail_server, make_login, portal  # noqa: F401


@pytest.fixture
def ann() -> Any:
    return make_manager("ann", first_name="Ann", last_name="Field")


@pytest.fixture
def bob() -> Any:
    return make_manager("bob", first_name="Bob", last_name="Hill")


@pytest.fixture
def stays() -> Customer:
    return make_customer(last_name="Byron")


@pytest.fixture
def goes() -> Customer:
    return make_customer(last_name="Lovelace")
