"""What becomes of a customer's addresses when somebody else changed them after a person had opened the customer."""

from collections.abc import Mapping, Sequence
from typing import Any

from customer_admin.models import Address
from customer_admin.selectors.history import Seen, is_same

from .addresses import ADDRESS_FIELDS
from .differences import columns_of
from .meanwhile import Meanwhile, look_up, look_up_all

Rows = Sequence[Mapping[str, Any] | None]


def settle_addresses(
    rows: Sequence[Mapping[str, Any]], existing: Mapping[int, Address], seen: Seen | None, meanwhile: Meanwhile
) -> Rows:
    """The `rows` for `replace_addresses`, in their positions, followed by those that others added.

    Without `seen`, or when the person did not see addresses, they are `rows` as they are. Of rows that exist, what the
    person left alone stays as others made it. Rows that others removed are None. A new row that somebody, or the same
    form sent twice, added word for word is not added again.
    """
    if seen is None or "addresses" not in seen.rows:
        return rows
    versions = seen.rows["addresses"]
    look_up_all(Address, versions)
    added = {key: address for key, address in existing.items() if str(key) not in versions}
    settled: list[Mapping[str, Any] | None] = []
    for position, row in enumerate(rows):
        settled.append(_settle_row(row, existing, versions, added, meanwhile, f"addresses.{position}"))
    named = {str(row["id"]) for row in rows if row.get("id")}
    for key, address in existing.items():
        if str(key) in versions and str(key) not in named:
            # That another one became the primary is no reason to keep it.
            meanwhile.settle_removal(address, ADDRESS_FIELDS - {"is_primary"}, versions[str(key)])
    _settle_primaries(settled, existing, versions, meanwhile)
    return [*settled, *({"id": key} for key in added)]


def _settle_row(
    row: Mapping[str, Any],
    existing: Mapping[int, Address],
    versions: dict[str, Seen],
    added: dict[int, Address],
    meanwhile: Meanwhile,
    name: str,
) -> Mapping[str, Any] | None:
    key = row.get("id")
    fields = {field: value for field, value in row.items() if field != "id"}
    if not key:
        twin = next((address for address in added.values() if is_same_address(fields, address)), None)
        return {"id": added.pop(twin.pk).pk} if twin else row
    if key in existing:
        return {"id": key, **meanwhile.settle(existing[key], fields, versions.get(str(key)), name)}
    if str(key) in versions:
        meanwhile.settle_gone(Address(pk=key), fields, versions[str(key)], name)
        return None
    return row


def is_same_address(fields: Mapping[str, Any], address: Address) -> bool:
    columns = columns_of(Address)
    names = fields.keys() & columns.keys() - {"is_primary"}  # The first of its kind becomes that by itself.
    return all(is_same(columns[name], fields[name], getattr(address, name)) for name in names)


def _settle_primaries(
    settled: Rows, existing: Mapping[int, Address], versions: dict[str, Seen], meanwhile: Meanwhile
) -> None:
    """That both chose a new primary of one kind, and not the same one, is a difference too."""
    named = {row["id"] for row in settled if row and row.get("id")}
    rivals = [
        address
        for key, address in existing.items()
        if address.is_primary and (str(key) not in versions or key in named) and _became_primary(address, versions)
    ]
    for position, row in enumerate(settled):
        own = existing.get(row.get("id") or 0) if row else None
        if not row or not row.get("is_primary") or (own is not None and own.is_primary):
            continue
        kind = row.get("kind", own.kind if own is not None else Address.Kind.BILLING)
        for rival in rivals:
            if rival.kind == kind:
                # From now on the person has seen it.
                seen = versions.setdefault(str(rival.pk), Seen(0))
                meanwhile.differ_in_choice(rival, seen, f"addresses.{position}.is_primary")


def _became_primary(address: Address, versions: Mapping[str, Seen]) -> bool:
    seen = versions.get(str(address.pk))
    if seen is None:
        return True
    since = look_up(address, seen)
    return bool(since.later) and not (since.before and since.before.is_primary and since.before.kind == address.kind)
