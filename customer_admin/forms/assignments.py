"""The form that assigns orders: rows to type into, lines to paste or upload, and all of it again with each answer.

Nothing is kept between two requests but in the form itself, so Back, a second tab and a reload lose nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customer_admin.errors import ImportRefused
from customer_admin.files.pairs import Pair, pairs_in_file, pairs_in_text
from customer_admin.models.keys import storable
from customer_admin.selectors.order_numbers import split_orders

MOST_ORDERS = 2_000
"""So many orders are assigned at once. More than these nobody looks through on one page."""

MOST_ROWS = 100
"""So many rows can be typed into; more than these are pasted or uploaded."""

BLANK_ROWS = 3


@dataclass
class TypedRow:
    """A row as it stands in the form, with what is wrong with its two fields."""

    orders: str = ""
    customer: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)

    def note(self, errors: Mapping[str, str]) -> None:
        """Note what is wrong with an order, or the customer, of this row; the same once."""
        for name, problem in errors.items():
            said = self.errors.setdefault(name, [])
            if problem not in said:
                said.append(problem)

    @property
    def is_blank(self) -> bool:
        return not self.orders.strip() and not self.customer.strip()


@dataclass(frozen=True)
class Entry:
    """One pair to assign, and where it came from: the typed row, None for a line."""

    order: str
    customer: str
    row: int | None = None
    problem: str = ""


class AssignForm(forms.Form):
    """What goes with the rows. `seen` has the owners that the preview showed, `previewed` of what it was one."""

    pasted = forms.CharField(
        label=gettext_lazy("Paste lines"),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "One order and one customer on each line, with a comma, a semicolon or a tab between, as copied from a "
            "spreadsheet. A first line with the names of the columns is left out."
        ),
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": "SO-1001, C1001", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a file"),
        required=False,
        help_text=gettext_lazy("CSV or XLSX, with the same two columns. Its lines are added to those above."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Optional. Shown in the history."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)


class Assignments:
    """All that a person entered: `rows` that were typed, and `pairs`, a line each, that were pasted or uploaded.

    `problems` says what is wrong with all of it.
    """

    def __init__(self, rows: Sequence[TypedRow] = (), pasted: str = "") -> None:
        self.rows = list(rows)
        self.pasted = storable(pasted)
        self.pairs = pairs_in_text(self.pasted, most=MOST_ORDERS)
        self.problems: list[str] = []
        self.refuse_too_many()

    @classmethod
    def of(cls, data: Mapping[str, Any], file: Any) -> "Assignments":
        """What was posted. The lines of the file come behind those that were pasted."""
        read = cls(_rows_of(data), data.get("pasted", ""))
        if file is not None:
            try:
                read.add_lines(pairs_in_file(file, file.name, most=MOST_ORDERS))
            except ImportRefused as refusal:
                read.problems.append(refusal.message)
        return read

    def add_lines(self, pairs: Sequence[Pair]) -> None:
        if not self.refuse_too_many(len(pairs)):
            self.pairs += pairs
            self.write_pasted()

    def refuse_too_many(self, more: int = 0) -> bool:
        is_too_many = len(self.pairs) + more > MOST_ORDERS
        if is_too_many:
            said = _("These are more than %(most)s orders. Assign them in several parts.")
            self.problems.append(said % {"most": number_format(MOST_ORDERS, force_grouping=True)})
        return is_too_many

    def write_pasted(self) -> None:
        """Let the text be what the lines are by now."""
        self.pasted = "\n".join(f"{pair.order}\t{pair.customer}" for pair in self.pairs)

    def entries(self) -> list[Entry]:
        """Every pair; a row with several orders gives one for each. None, and too many, are noted in `problems`."""
        typed = [(place, row) for place, row in enumerate(self.rows) if not row.is_blank]
        numbers = split_orders([row.orders for _place, row in typed])
        entries = [
            Entry(order, row.customer.strip(), row=place)
            for (place, row), orders in zip(typed, numbers, strict=True)
            for order in orders or [""]
        ]
        entries += [Entry(each.order, each.customer, problem=each.problem) for each in self.pairs]
        if not entries:
            self.problems.append(_("Type an order and a customer, paste lines or choose a file."))
        elif not self.problems:
            self.refuse_too_many(len(entries) - len(self.pairs))
        return entries

    def keep(self, entries: Sequence[Entry]) -> None:
        """Leave out all entries but these, wherever they stand."""
        orders: dict[int, list[str]] = {}
        for entry in entries:
            if entry.row is not None:
                orders.setdefault(entry.row, []).append(entry.order)
        self.rows = [TypedRow(", ".join(orders[at]), row.customer) for at, row in enumerate(self.rows) if at in orders]
        lines = (entry for entry in entries if entry.row is None)
        self.pairs = [Pair(entry.order, entry.customer, line) for line, entry in enumerate(lines, 1)]
        self.write_pasted()

    def add_row(self) -> None:
        if len(self.rows) < MOST_ROWS:
            self.rows.append(TypedRow())
        else:
            said = _("There are %(most)d rows already. Paste the other orders as lines.")
            self.problems.append(said % {"most": MOST_ROWS})


def _rows_of(data: Mapping[str, Any]) -> list[TypedRow]:
    rows = []
    for place in range(MOST_ROWS):
        names = f"rows-{place}-orders", f"rows-{place}-customer"
        if not any(name in data for name in names):
            break
        rows.append(TypedRow(*(storable(data.get(name, "")) for name in names)))
    return rows


def digest_of(entries: Iterable[Entry]) -> str:
    """A text that changes when what would be assigned does."""
    return sha256(json.dumps([(entry.order, entry.customer) for entry in entries]).encode()).hexdigest()


def seen_as_text(owners: Mapping[int, int | None]) -> str:
    return " ".join(f"{order}:{owner or ''}" for order, owner in owners.items())


def seen_of_text(text: str) -> dict[int, int | None]:
    """What `seen_as_text` wrote. Raises ValueError for anything else."""
    pairs = (part.partition(":") for part in text.split())
    return {int(order): int(owner) if owner else None for order, _colon, owner in pairs}
