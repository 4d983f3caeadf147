"""Plots of counts over time: bars of a picture without any script, and the same numbers for a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format

WIDTH, HEIGHT, GAP = 1000, 160, 0.2


@dataclass(frozen=True)
class Series:
    """What is counted: `value` names it in the counts and in the style sheet, `label` is read."""

    value: str
    label: Any


@dataclass(frozen=True)
class Bar:
    kind: str
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Plot:
    """`name` is unique on the page. `description` says in a sentence what is seen; the table says the rest."""

    name: str
    title: str
    description: str
    series: Sequence[Series]
    bars: list[Bar]
    highest: int
    rows: list[dict[str, Any]]
    width: int = WIDTH
    height: int = HEIGHT


def plot_of(
    by_start: Mapping[date, Mapping[str, int]],
    unit: str,
    series: Sequence[Series],
    *,
    name: str,
    title: str,
    description: str,
) -> Plot:
    """Stacked bars, one for each day, week, month or year (`unit`), and the rows of the table with the same numbers."""
    highest = max((sum(counts.values()) for counts in by_start.values()), default=0)
    step = WIDTH / max(len(by_start), 1)
    bars, rows = [], []
    for number, (start, counts) in enumerate(sorted(by_start.items())):
        when, top = name_of(unit, start), float(HEIGHT)
        for each in series:
            if count := counts.get(each.value, 0):
                height = count / highest * HEIGHT
                top -= height
                x, width = (number + GAP / 2) * step, (1 - GAP) * step
                label = f"{when}: {each.label} {count}"
                bars.append(Bar(each.value, label, round(x, 2), round(top, 2), round(width, 2), round(height, 2)))
        values = [counts.get(each.value, 0) for each in series]
        rows.append({"name": when, "values": values, "total": sum(values)})
    return Plot(name, title, description, series, bars, highest, rows)


def name_of(unit: str, start: date) -> str:
    """A day as its date, a week as its first and last day, a month as its name, a year as its number."""
    if unit == "year":
        return str(start.year)
    if unit == "month":
        return date_format(start, "YEAR_MONTH_FORMAT")
    if unit == "week":
        return (
            f"{date_format(start, 'SHORT_DATE_FORMAT')} – {date_format(start + timedelta(days=6), 'SHORT_DATE_FORMAT')}"
        )
    return date_format(start, "SHORT_DATE_FORMAT")
