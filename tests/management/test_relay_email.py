"""`manage.py relay_email`: queues what was not sent, once."""

from io import StringIO
from typing import Any

import dramatiq
import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from customer_admin import queue
from customer_admin.models import OutgoingEmail
from customer_admin.operations import queue_email
from tests.factories import make_customer
from tests.mail.fixtures import portal  # noqa: F401
from tests.mail.queues import run_queued


@pytest.fixture
def waiting(portal: Any) -> list[int]:  # noqa: F811
    """Three mails whose messages were never queued."""
    customer = make_customer(email="ada@example.com")
    return [queue_email(kind="email_changed", customer=customer).pk for _ in range(3)]


def relay() -> str:
    output = StringIO()
    call_command("relay_email", stdout=output)
    return output.getvalue()


def test_it_queues_each_unsent_mail_once_and_says_how_many(waiting: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "runs_in_process", lambda: False)
    assert relay() == "3 e-mails queued.\n"
    assert run_queued() == 3
    assert len(mail.outbox) == 3
    assert relay() == "0 e-mails queued.\n"
    assert run_queued() == 0


def test_it_sends_at_once_where_the_queue_would_end_with_the_command(
    waiting: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "runs_in_process", lambda: True)
    assert relay() == "3 of 3 e-mails sent.\n"
    assert len(mail.outbox) == 3
    assert relay() == "0 of 0 e-mails sent.\n"


def test_it_says_that_the_broker_is_away_and_loses_nothing(waiting: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("Connection refused")

    monkeypatch.setattr(queue, "runs_in_process", lambda: False)
    monkeypatch.setattr(dramatiq.get_broker(), "enqueue", away)
    with pytest.raises(CommandError) as error:
        relay()
    assert str(error.value) == (
        "The broker can't be reached (Connection refused). No mail is lost: start the broker and try again."
    )
    assert OutgoingEmail.objects.filter(status=OutgoingEmail.Status.QUEUED).count() == 3
