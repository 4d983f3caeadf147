"""Starting the workers."""

import pytest
from django.core.management import CommandError, call_command
from django_dramatiq.management.commands.rundramatiq import Command as RunDramatiq


def test_workers_refuse_to_wait_for_messages_that_never_leave_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("customer_admin.management.commands.rundramatiq.runs_in_process", lambda: True)

    with pytest.raises(CommandError, match="REDIS_URL or RABBITMQ_URL"):
        call_command("rundramatiq")


def test_workers_start_with_a_broker_that_reaches_them(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr("customer_admin.management.commands.rundramatiq.runs_in_process", lambda: False)
    monkeypatch.setattr(RunDramatiq, "handle", lambda self, *args, **options: started.append(options["processes"]))

    call_command("rundramatiq", processes=2)

    assert started == [2]
