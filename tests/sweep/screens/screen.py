"""A screen: where it is, what it answers to whom, and what its form is sent with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib.messages import ERROR, get_messages
from django.urls import reverse

from tests.sweep.screens.rows import Rows
from tests.views.changes.roles import ROLES


class Answer(StrEnum):
    PAGE = "a page"
    DONE = "on to another page"
    SIGN_IN = "on to signing in"
    REFUSED = "on to the first page, with a refusal"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    WRONG_METHOD = "405"
    DEAD = "410"


PAGE, DONE, SIGN_IN, REFUSED, FORBIDDEN, NOT_FOUND, WRONG_METHOD, DEAD = Answer
Answers = Mapping[str, Answer]

OUTSIDE = frozenset({"anonymous", "portal customer"})
EDITORS = frozenset({"editor", "staff", "auditor", "manager"})
READERS = EDITORS - {"editor"}
WRITERS = frozenset({"staff", "manager"})
AUDITORS = frozenset({"auditor", "manager"})
MANAGERS = frozenset({"manager"})
NOBODY: frozenset[str] = frozenset()


def open_to(roles: frozenset[str], answer: Answer = PAGE) -> Answers:
    """What a screen of the admin answers to each role, when it is open to `roles`."""
    return {role: SIGN_IN if role in OUTSIDE else answer if role in roles else REFUSED for role in ROLES}


def answered(answer: Answer, **others: Answer) -> Answers:
    """The same answer for all roles but `others`, which are named with "_" for a space."""
    return dict.fromkeys(ROLES, answer) | {role.replace("_", " "): each for role, each in others.items()}


def answer_in(response: Any) -> Answer:
    if response.status_code != 302:
        by_status = {200: PAGE, 403: FORBIDDEN, 404: NOT_FOUND, 405: WRONG_METHOD, 410: DEAD}
        return by_status[response.status_code]
    place = urlsplit(response.url)
    if "next" in parse_qs(place.query):
        return SIGN_IN
    is_first_page = place.path == reverse("wagtailadmin_home")
    refusals = [told for told in get_messages(response.wsgi_request) if told.level == ERROR]
    return REFUSED if is_first_page and refusals else DONE


def _nothing(rows: Rows) -> Any:
    return ()


@dataclass(frozen=True)
class Screen:
    """`name` is that of its URL, and `part` tells apart those that share one.

    `post` is None for one that only shows something, and says so to whoever sends it a form. `data` is what a person
    types into the form, besides what the page at `shown_at`, by default the screen's own, holds already.
    """

    name: str
    get: Answers
    post: Answers | None = None
    args: Callable[[Rows], Any] = _nothing
    query: Callable[[Rows], str] = lambda rows: ""
    data: Callable[[Rows], dict[str, Any]] = lambda rows: {}
    part: str = ""
    at: Callable[[Rows], str] | None = None
    shown_at: Callable[[Rows], str] | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.part}".strip()

    def address(self, rows: Rows) -> str:
        address = self.at(rows) if self.at else reverse(self.name, args=self.args(rows))
        query = self.query(rows)
        return f"{address}?{query}" if query else address

    def page(self, rows: Rows) -> str:
        """The address of the page on which its form is."""
        return self.shown_at(rows) if self.shown_at else self.address(rows)


SCREENS: list[Screen] = []


def screen(name: str, **fields: Any) -> None:
    """Put a screen into the table."""
    SCREENS.append(Screen(name, **fields))


def screen_named(title: str) -> Screen:
    return next(each for each in SCREENS if str(each) == title)
