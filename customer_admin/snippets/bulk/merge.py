"""Merging the accounts that were selected in the list, on the screen for that."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from customer_admin.permissions import may_merge
from customer_admin.selectors.merges import MOST_TO_MERGE
from customer_admin.selectors.merges.survivors import likely_survivor_first
from customer_admin.views.merges.accounts import merge_url

from .customers import CustomerBulkAction


class MergeBulkAction(CustomerBulkAction):
    """Asks nothing itself: it leads to the screen, with the account that most likely stays in its place."""

    display_name = gettext_lazy("Merge")
    action_type = "merge"
    aria_label = gettext_lazy("Merge the selected accounts into one")
    action_priority = 27

    @classmethod
    def is_open_to(cls, user: Any, model: Any) -> bool:
        return may_merge(user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_open_to(request.user, self.model):
            raise PermissionDenied
        if self.selection.is_unreadable:
            messages.error(request, _("One of the filters can't be read. Correct it, then select anew."))
        elif len(self.some) < 2:
            messages.error(request, _("Select the accounts that are to become one: at least two that are still there."))
        elif len(self.some) > MOST_TO_MERGE + 1:
            told = _("At most %(most)d accounts can become one at once. Select fewer, and merge the others afterwards.")
            messages.error(request, told % {"most": MOST_TO_MERGE + 1})
        else:
            first, *others = likely_survivor_first(self.some)
            return redirect(merge_url(first, others))
        return redirect(self.next_url)

    @cached_property
    def some(self) -> list[int]:
        """The keys that are selected, and of too many only one more than can be merged."""
        return list(self.selection.rows.values_list("pk", flat=True)[: MOST_TO_MERGE + 2])
