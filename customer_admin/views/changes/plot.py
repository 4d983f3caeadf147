"""The plot of changes over time."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.selectors.change_counts import Counts
from customer_admin.views.plots import Plot, Series, plot_of


def plot_of_changes(counts: Counts) -> Plot:
    """Bars of the kinds of changes on each other."""
    titles = {
        "day": _("Changes per day, %(first)s to %(last)s"),
        "week": _("Changes per week, %(first)s to %(last)s"),
        "month": _("Changes per month, %(first)s to %(last)s"),
    }
    description = ngettext(
        "One bar for each, %(count)d change altogether. The same numbers are in the table below.",
        "One bar for each, %(count)d changes altogether. The same numbers are in the table below.",
        counts.total,
    )
    return plot_of(
        counts.by_start,
        counts.unit,
        [Series(kind.value, kind.label) for kind in counts.kinds],
        name="changes-plot",
        title=titles[counts.unit] % {"first": date_format(counts.first), "last": date_format(counts.last)},
        description=description % {"count": counts.total},
    )
