"""Dramatiq's workers, unless the messages can't reach them."""

from typing import Any

from django.core.management.base import CommandError
from django_dramatiq.management.commands.rundramatiq import Command as RunDramatiq

from customer_admin.queue import runs_in_process


class Command(RunDramatiq):
    def handle(self, *args: Any, **options: Any) -> None:
        if runs_in_process():
            raise CommandError(
                "DRAMATIQ_BROKER names Dramatiq's StubBroker, whose messages never leave the process that sends them: "
                "a worker of its own would wait for ever. Set DRAMATIQ_BROKER to a Redis or RabbitMQ broker (in the "
                "reference site: the environment variable REDIS_URL or RABBITMQ_URL), or let the server's own process "
                "do the work, which customer_admin.queue.start_worker_in_process() starts."
            )
        super().handle(*args, **options)
