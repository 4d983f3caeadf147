"""A mail server that really listens, for tests that want to know what arrives."""

import asyncio
import socket
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """Listens on a free port of this machine and keeps what it accepts.

    `refuse_recipient` and `refuse_data` are answers such as "550 No such person here" to give instead of accepting.
    While `hold` is set, it keeps every client waiting after RCPT, and `reached` tells that one waits there.
    """

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse_recipient = ""
        self.refuse_data = ""
        self.hold = threading.Event()
        self.reached = threading.Event()
        self.released = threading.Event()
        self.arrived = threading.Condition()
        self.port = free_port()
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self.released.set()
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if self.hold.is_set():
            self.reached.set()
            while not self.released.is_set():
                await asyncio.sleep(0.02)
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse_data:
            return self.refuse_data
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        with self.arrived:
            self.received.append(message)  # type: ignore[arg-type]
            self.recipients += envelope.rcpt_tos
            self.arrived.notify_all()
        return "250 Accepted"

    def wait_for(self, count: int, timeout: float = 20) -> list[EmailMessage]:
        """What has arrived as soon as that is `count` mails; fewer when the time is over."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.received) >= count, timeout)
            return list(self.received)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
