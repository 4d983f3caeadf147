"""What came to an account after others were merged into it, with whom each record could go to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customer_admin.models import ChangeSet, Customer
from customer_admin.selectors.merges.since import accounts_of_merge, rows_since
from customer_admin.selectors.texts import Texts

GOES = "goes:"
LISTED = 20
"""So many records of each kind are listed one by one; the others go together."""


@dataclass(frozen=True)
class RowSince:
    ref: str
    title: str
    chosen: str


@dataclass(frozen=True)
class RowsSince:
    """Records of one kind; of `more` than are listed all go to the account with the key `chosen`."""

    label: str
    what: str
    count: int
    rows: list[RowSince]
    chosen: str

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class CameSince:
    """`accounts` has who stayed first, then those that come back."""

    accounts: list[Customer]
    kinds: list[RowsSince]


def came_since(change_set: ChangeSet, data: Mapping[str, str]) -> CameSince | None:
    """What can be given to one of the accounts when this merge is taken back; `data` is what was chosen already."""
    accounts = accounts_of_merge(change_set)
    if accounts is None:
        return None
    chosen, stays = reassigned_in(data), str(accounts.survivor.pk)
    kinds = []
    for relation, rows in rows_since(change_set):
        shown = list(rows[: LISTED + 1])
        if shown:
            model, count = relation.model, len(shown) if len(shown) <= LISTED else rows.count()
            label, texts = model._meta.label_lower, Texts(model, shown[:LISTED])
            listed = [
                RowSince(f"{label}:{row.pk}", texts.title(row), chosen.get(f"{label}:{row.pk}", stays))
                for row in shown[:LISTED]
            ]
            kinds.append(RowsSince(label, relation.what(count), count, listed, chosen.get(label, stays)))
    return CameSince([accounts.survivor, *accounts.gone], kinds) if kinds else None


def reassigned_in(data: Mapping[str, str]) -> dict[str, Any]:
    """The key of the account that gets a record, by the record or by the label of all that are not named."""
    return {name.removeprefix(GOES): value for name, value in data.items() if name.startswith(GOES)}
