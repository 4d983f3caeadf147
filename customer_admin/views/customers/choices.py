"""Links above the list of a tab that narrow it: all, or one of several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Choice:
    label: Any
    url: str
    is_chosen: bool
    count: int | None = None


def choices_of(
    url: str, parameter: str, offered: Sequence[tuple[str, Any, int]], chosen: str, others: Mapping[str, str]
) -> list[Choice]:
    """A link for all and one for each of `offered` (value, label, count); the `others` that are chosen stay chosen.

    None when there is nothing to choose between.
    """
    if len(offered) < 2 and not chosen:
        return []
    kept = {name: value for name, value in others.items() if value and name != parameter}

    def address(value: str) -> str:
        query = {**kept, **({parameter: value} if value else {})}
        return f"{url}?{urlencode(query)}" if query else url

    every = Choice(_("All"), address(""), not chosen)
    return [every, *(Choice(label, address(value), value == chosen, count) for value, label, count in offered)]
