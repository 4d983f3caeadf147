"""Doing a request again that the database broke off because of what another one did at the same moment."""

import copy
import os
import random
import time
from typing import Any

from django.http import HttpRequest

TRIES = 4
LONGEST_PAUSE = 0.2
"""Seconds; each pause is a random part of it, so that two who met do not meet again."""
BROKEN_OFF = {"40P01", "40001", "23503"}
"""PostgreSQL's SQLSTATEs of a deadlock, of a transaction that can't be serialised, and of a row to which another one
refers that went between the check and the commit; the next try finds it gone, and says so in words."""


def is_worth_another_try(error: BaseException | None) -> bool:
    """Whether the database broke off a transaction over what another one did, and it may be tried again."""
    while error is not None:
        if {getattr(error, "sqlstate", None), getattr(error, "pgcode", None)} & BROKEN_OFF:
            return True
        error = error.__cause__ or error.__context__
    return False


class Attempts:
    """Counts how often a request is tried, and puts it back to how it was before the first time."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.left = TRIES
        self.is_broken_off = False
        self.streams = False
        self._messages = _copied(getattr(request, "_messages", None))
        session = getattr(request, "session", None)
        self._session = None if session is None else (copy.deepcopy(dict(session.items())), session.modified)

    def begin(self) -> None:
        """Make the request new, unless it is tried for the first time, after a short pause."""
        if self.is_broken_off:
            time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311
            self._restore()
        self.left -= 1
        self.is_broken_off = False

    def break_off(self, error: BaseException) -> bool:
        """Whether the request is to be tried again after this error; if so, `is_broken_off` says it from here on."""
        self.is_broken_off = (
            self.left > 0 and is_worth_another_try(error) and not self.streams and self._can_be_restored()
        )
        return self.is_broken_off

    def _can_be_restored(self) -> bool:
        request = self.request
        if getattr(request, "_read_started", False) and not (hasattr(request, "_body") or hasattr(request, "_post")):
            return False  # The view took the body off the wire, and it does not come twice.
        return all(_is_still_there(file) for file in self._files())

    def _restore(self) -> None:
        for file in self._files():
            file.seek(0)
        if self._messages is not None:
            self.request._messages = _copied(self._messages)  # type: ignore[attr-defined]
        if self._session is not None:
            session, (values, modified) = self.request.session, self._session
            session.clear()
            session.update(copy.deepcopy(values))
            session.modified = modified

    def _files(self) -> list[Any]:
        files = self.request.__dict__.get("_files")  # Asking for FILES would read the body.
        return [file for _name, several in files.lists() for file in several] if files else []


def _copied(messages: Any) -> Any:
    """The store of messages with what it holds now; what is added to either later is not in the other."""
    if messages is None:
        return None
    copied = copy.copy(messages)
    for name in ("_queued_messages", "_loaded_data"):
        if name in copied.__dict__:
            setattr(copied, name, list(getattr(messages, name)))
    return copied


def _is_still_there(file: Any) -> bool:
    if file.closed:
        return False
    path = getattr(file, "temporary_file_path", None)
    return path is None or os.path.exists(path())
