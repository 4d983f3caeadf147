"""Entries that are only countered, in a plan: what is countered, what goes with its customer, and what stays.

An entry, what counters it, what counters that, and so on are a chain. It counts while its length is odd, and pairs in
it make nothing; so all that is asked here is whether a number of entries is odd.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.db import models, router

from customer_admin.models import Tracked
from customer_admin.models.bulk import in_chunks

from .report import Action, RowEffect

if TYPE_CHECKING:
    from .plan import Plan


def settle_entries(plan: "Plan") -> None:
    """Decide about each created entry: it goes or stays with the created row that it belongs to, or is countered."""
    for model in plan.rows:
        rows = {row.key: row for row in plan.rows_of(model, Action.COUNTER)}
        for row in _without_what_goes_along(plan, model, rows):
            rows.pop(row.key)
        _counter_once_per_chain(plan, model, rows)


def _without_what_goes_along(plan: "Plan", model: type[Tracked], rows: dict[Any, RowEffect]) -> Iterator[RowEffect]:
    for column in model._meta.concrete_fields if rows else ():
        if not isinstance(column, models.ForeignKey) or column.remote_field.on_delete is not models.CASCADE:
            continue
        owner: Any = column.related_model
        going = {row.key for row in plan.rows_of(owner, Action.DELETE)}
        staying = plan.staying.get(owner, set())
        for key, target in _columns(model, column.attname, pk__in=list(rows)) if going or staying else ():
            if target in going:
                rows[key].action = Action.DELETE
                yield rows[key]
            elif target in staying:
                plan.let_stay(model, key)
                yield rows[key]


def _counter_once_per_chain(plan: "Plan", model: type[Tracked], rows: dict[Any, RowEffect]) -> None:
    if not rows:
        return
    chains = chains_of(model, rows)
    for chain in chains:
        first = min(position for position, key in enumerate(chain) if key in rows)
        own = [rows[key] for key in chain if key in rows]
        # Before this change the chain had `first` entries.
        if (len(chain) - first) % 2:
            own.pop(0).countered_key = chain[-1]
        else:
            plan.done_already += 1
        for row in own:
            plan.drop(row)
    for key in rows.keys() - {key for chain in chains for key in chain}:
        plan.drop(rows[key])  # It went with its customer, and is as it was before.
        plan.done_already += 1


def chains_of(model: type[Tracked], keys: Iterable[Any]) -> list[list[Any]]:
    """The chains in which the entries with these keys stand, each in its order, of those that are there."""
    keys = set(keys)
    counters: dict[Any, Any] = {}
    seen: set[Any] = set()
    while asked := keys - seen:
        found = dict(_columns(model, "counters_id", pk__in=asked))
        countering = dict(_columns(model, "counters_id", counters__in=asked))
        counters |= found | countering
        seen |= asked
        keys |= set(countering) | {target for target in found.values() if target is not None}
    after = {target: key for key, target in counters.items() if target is not None}
    chains = []
    for key, target in counters.items():
        if target not in counters:
            chain = [key]
            while chain[-1] in after:
                chain.append(after[chain[-1]])
            chains.append(chain)
    return chains


def standing_alone(plan: "Plan", model: type[Tracked], keys: Iterable[Any]) -> set[Any]:
    """Those of these entries, by the last one of each chain, that are not made nothing by others or by the plan."""
    going = {row.key for row in plan.rows_of(model, Action.DELETE)}
    others = [[key for key in chain if key not in going] for chain in chains_of(model, keys)]
    return {chain[-1] for chain in others if len(chain) % 2}


def _columns(model: type[Tracked], name: str, **condition: Any) -> Iterator[tuple[Any, Any]]:
    using = router.db_for_read(model)
    ((lookup, keys),) = condition.items()
    for chunk in in_chunks(keys, using):
        rows = model._base_manager.filter(**{lookup: chunk}).order_by("pk")
        yield from rows.values_list("pk", name)
