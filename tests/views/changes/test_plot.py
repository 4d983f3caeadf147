"""The bars of the plot."""

import datetime

from customer_admin.selectors.change_counts import Counts
from customer_admin.views.changes.plot import plot_of_changes
from customer_admin.views.plots import HEIGHT, WIDTH

MARCH = datetime.date(2026, 3, 2)
WEEK = datetime.timedelta(weeks=1)


def test_bars_stand_on_each_other_and_the_highest_fills_the_picture() -> None:
    counts = Counts("week", MARCH, MARCH + WEEK, {MARCH: {"merge": 1, "edit": 3}, MARCH + WEEK: {"edit": 1}})
    plot = plot_of_changes(counts)
    assert plot.highest == 4
    assert [(bar.kind, bar.y, bar.height) for bar in plot.bars] == [
        ("edit", 40, 120),
        ("merge", 0, 40),
        ("edit", 120, 40),
    ]
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y + bar.height <= HEIGHT for bar in plot.bars)
    assert plot.bars[0].label == "03/02/2026 – 03/08/2026: Edit 3"
    assert plot.title == "Changes per week, March 2, 2026 to March 9, 2026"


def test_the_table_has_the_same_numbers() -> None:
    counts = Counts("week", MARCH, MARCH + WEEK, {MARCH: {"merge": 1, "edit": 3}, MARCH + WEEK: {}})
    assert plot_of_changes(counts).rows == [
        {"name": "03/02/2026 – 03/08/2026", "values": [3, 1], "total": 4},
        {"name": "03/09/2026 – 03/15/2026", "values": [0, 0], "total": 0},
    ]


def test_nothing_is_no_picture() -> None:
    plot = plot_of_changes(Counts("day", MARCH, MARCH, {}))
    assert (plot.bars, plot.rows, plot.highest) == ([], [], 0)
