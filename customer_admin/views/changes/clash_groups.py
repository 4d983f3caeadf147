"""Very many clashes of one kind of record are decided at once, and each of them differently by who likes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from customer_admin.operations.reverts import Clash

from .revert_texts import ClashText, clash_texts

SHOWN = 50
"""How many clashes and rows of a sort the page shows; the other clashes are decided together."""

ONE_BY_ONE = 10
"""So many clashes of one kind of record are asked for one by one."""


@dataclass(frozen=True)
class ClashGroup:
    """All clashes of one kind of record; `texts` are those that the page shows, each with what was chosen for it."""

    label: str
    what: str
    count: int
    texts: list[tuple[ClashText, str]]
    chosen: str

    @property
    def more(self) -> int:
        return self.count - len(self.texts)


def grouped(clashes: Sequence[Clash]) -> tuple[list[Clash], list[list[Clash]]]:
    """Those to decide one by one, and those to decide together."""
    by_model: dict[Any, list[Clash]] = defaultdict(list)
    for clash in clashes:
        by_model[clash.model].append(clash)
    groups = [some for some in by_model.values() if len(some) > ONE_BY_ONE]
    return [clash for clash in clashes if len(by_model[clash.model]) <= ONE_BY_ONE], groups


def group_text(clashes: Sequence[Clash], chosen: Mapping[str, str]) -> ClashGroup:
    """The clashes of one model for the page; `chosen` is what was chosen so far, by clash or label."""
    meta = clashes[0].model._meta
    texts = [(text, chosen.get(text.clash.key, "")) for text in clash_texts(clashes[:SHOWN])]
    return ClashGroup(
        meta.label_lower, str(meta.verbose_name_plural), len(clashes), texts, chosen.get(meta.label_lower, "")
    )
