"""`manage.py demo` leaves alone what is not its own, and says what stands in its way."""

import socket

import pytest
from django.apps import apps
from django.core.management import CommandError

from customer_admin.models import Customer
from tests.demo.command import run_demo
from tests.factories import make_customer

pytestmark = pytest.mark.skipif(not apps.is_installed("demo"), reason="This host has no demo.")


def test_customers_of_ones_own_get_no_made_up_company(db: None) -> None:
    make_customer()
    assert "customers of its own" in run_demo("--no-serve")
    assert Customer.objects.count() == 1


def test_a_taken_port_is_said_before_anything_is_done(db: None) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Something listens on port {port} already.*PORT={port + 1}"):
            run_demo("--port", str(port))
    assert not Customer.objects.exists()


@pytest.mark.parametrize(("port", "told"), [("99999", "99999 is not a port"), ("-1", "-1 is not a port")])
def test_a_number_that_is_no_port_is_refused(db: None, port: str, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        run_demo(f"--port={port}")
