"""A plot of counts over time: bars of a picture without any script, and the same numbers for a table."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.selectors.change_counts import Counts

WIDTH, HEIGHT, GAP = 1000, 160, 0.2


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
    """`name` is the plot's own on its page; `told` says how many of what there are altogether."""

    counts: Counts
    bars: list[Bar]
    highest: int
    rows: list[dict[str, Any]]
    title: str
    told: str
    name: str = "changes"
    width: int = WIDTH
    height: int = HEIGHT


def plot_of(counts: Counts) -> Plot:
    """The plot of changes."""
    titles = {
        "day": _("Changes per day, %(first)s to %(last)s"),
        "week": _("Changes per week, %(first)s to %(last)s"),
        "month": _("Changes per month, %(first)s to %(last)s"),
    }
    days = {"first": date_format(counts.first), "last": date_format(counts.last)}
    told = ngettext("%(count)d change altogether.", "%(count)d changes altogether.", counts.total)
    return plotted(counts, title=titles[counts.unit] % days, told=told % {"count": counts.total})


def plotted(counts: Counts, *, title: str, told: str, name: str = "changes") -> Plot:
    """Stacked bars, one for each day, week or month, and the rows of the table with the same numbers."""
    highest = max((sum(by_kind.values()) for by_kind in counts.by_start.values()), default=0)
    step = WIDTH / max(len(counts.by_start), 1)
    bars, rows = [], []
    for number, (start, by_kind) in enumerate(sorted(counts.by_start.items())):
        period, top = name_of(counts.unit, start), float(HEIGHT)
        for kind in counts.kinds:
            if count := by_kind.get(kind, 0):
                height = count / highest * HEIGHT
                top -= height
                label = f"{period}: {kind.label} {count}"
                x, width = (number + GAP / 2) * step, (1 - GAP) * step
                bars.append(Bar(kind, label, round(x, 2), round(top, 2), round(width, 2), round(height, 2)))
        values = [by_kind.get(kind, 0) for kind in counts.kinds]
        rows.append({"name": period, "values": values, "total": sum(values)})
    return Plot(counts, bars, highest, rows, title, told, name)


def name_of(unit: str, start: date) -> str:
    """A day as its date, a week as its first and last day, a month as its name."""
    if unit == "month":
        return date_format(start, "YEAR_MONTH_FORMAT")
    if unit == "week":
        return (
            f"{date_format(start, 'SHORT_DATE_FORMAT')} – {date_format(start + timedelta(days=6), 'SHORT_DATE_FORMAT')}"
        )
    return date_format(start, "SHORT_DATE_FORMAT")
