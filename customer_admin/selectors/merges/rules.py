"""What is special about rows of one model in a merge. A host registers rules for its own models."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from customer_admin.errors import Obstacle
from customer_admin.models import Customer

Obstacles = Callable[[Customer, Sequence[Customer]], Iterable[Obstacle]]
Afterwards = Callable[[Customer, Sequence[Customer]], None]


@dataclass(frozen=True)
class MergeRule:
    """`moves` is False for rows that stay with the account they were made for, such as those of a log.

    `obstacles` is called with the account that stays and those that go, and yields what stands against the merge.
    With `lets_clash_stay`, one of two rows that must not both be the same customer's stays with the account that goes;
    False leaves it to `obstacles` to refuse that. `afterwards` is called in the merge's change set when all is moved.
    """

    moves: bool = True
    lets_clash_stay: bool = True
    obstacles: Obstacles | None = None
    afterwards: Afterwards | None = None


_rules: dict[Any, MergeRule] = {}
_usual = MergeRule()


def register_merge_rule(model: Any, rule: MergeRule) -> None:
    """Say how rows of `model` take part in merges; the last rule counts. Call it when the app is ready."""
    _rules[model] = rule


def rule_of(model: Any) -> MergeRule:
    return _rules.get(model, _usual)


def all_rules() -> list[MergeRule]:
    return list(_rules.values())
