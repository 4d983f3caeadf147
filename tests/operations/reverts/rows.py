"""Which rows a random step is about."""

from typing import Any


def pick(model: Any, position: int) -> Any:
    """One of the rows there are, or None."""
    rows = list(model._base_manager.order_by("pk"))
    return rows[position % len(rows)] if rows else None


def two(model: Any, a: int, b: int) -> list[Any]:
    """Two different rows, or none."""
    rows = list(model._base_manager.order_by("pk"))
    return [rows[a % len(rows)], rows[(a + 1 + b % (len(rows) - 1)) % len(rows)]] if len(rows) > 1 else []


def swap(model: Any, field: str, a: int, b: int) -> None:
    """Two rows exchange a unique value, as a person would do it: one lets go of it first.

    A text goes by way of a third one. A row that can't be without the value goes, and a new one comes in its place.
    """
    if pair := two(model, a, b):
        first, second = pair
        old, new = getattr(first, field), getattr(second, field)
        if isinstance(old, str):
            steps = ((first, "aside"), (second, old), (first, new))
        else:
            first.delete()
            first.pk = None
            steps = ((second, old), (first, new))
        for row, value in steps:
            setattr(row, field, value)
            row.save()
