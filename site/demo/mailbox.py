"""Reads the mails that Django's file backend wrote, for the mailbox page of the development server."""

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

SEPARATOR = b"\n" + b"-" * 79 + b"\n"
"""What the file backend writes after each mail."""


@dataclass(frozen=True)
class ReceivedMail:
    """One mail as its reader sees it. `key` names it in addresses."""

    key: str
    subject: str
    sender: str
    to: str
    date: datetime.datetime
    text: str
    html: str

    @property
    def preview(self) -> str:
        """The beginning of the text, on one line."""
        return " ".join(self.text.split())[:160]


def mails_in(folder: Path) -> list[ReceivedMail]:
    """All mails in `folder`, the newest first; none when nothing was ever sent."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns) if folder.is_dir() else []
    mails = [mail for file in files for mail in _mails_of(file)]
    # Dates of mails are in whole seconds; of two in one second, the one that was written later is the newer one.
    order = sorted(range(len(mails)), key=lambda position: (mails[position].date, position), reverse=True)
    return [mails[position] for position in order]


def mail_with(key: str, folder: Path) -> ReceivedMail | None:
    """The mail of that key, or None."""
    return next((mail for mail in mails_in(folder) if mail.key == key), None)


def _mails_of(file: Path) -> Iterator[ReceivedMail]:
    # What follows the last separator is a mail that is being written just now.
    for position, content in enumerate(file.read_bytes().split(SEPARATOR)[:-1]):
        key = hashlib.sha256(f"{file.name}/{position}".encode()).hexdigest()[:16]
        yield _read(key, message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]


def _read(key: str, message: EmailMessage) -> ReceivedMail:
    return ReceivedMail(
        key=key,
        subject=message["Subject"] or "",
        sender=message["From"] or "",
        to=message["To"] or "",
        date=_aware(parsedate_to_datetime(message["Date"])) if message["Date"] else _aware(datetime.datetime.min),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content().strip() if part is not None else ""


def _aware(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
