"""The page that asks before something is done to many rows of a list.

Wagtail's own take "all in listing" for all there are, name rows to people who may not see them, and read every row into
memory and onto the page.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from customer_admin.errors import CustomerAdminError
from customer_admin.forms.bulk import BulkForm
from customer_admin.forms.refusals import show_refusal
from customer_admin.permissions import may

from .selection import Selection

SAMPLE = 10
"""So many of the rows are named on the page."""


class ListedBulkAction(WagtailAdminTemplateMixin, SnippetBulkAction):
    """Subclasses say who may, what the page asks, and what is done to the keys of `selection`.

    Wagtail's hooks around bulk actions get a query set of the rows, since there may be very many.
    """

    form_class = BulkForm
    template_name = "customer_admin/bulk/confirm.html"
    permission = ""
    submit_label: Any = ""
    submit_classname = ""

    def __init__(self, request: HttpRequest, model: Any) -> None:
        super().__init__(request, model)
        self.list_url = reverse(model.snippet_viewset.get_url_name("list"))
        self.next_url = get_valid_next_url_from_request(request) or self.list_url

    @classmethod
    def is_open_to(cls, user: Any, model: Any) -> bool:
        """Whether `user` may do this to rows of `model`."""
        return may(user, f"view_{model._meta.model_name}") and may(user, cls.permission)

    def carry_out(self, form: Any) -> HttpResponse | None:
        """Do it. Answers a response, or None after a message, to go back to the list. May raise refusals."""
        raise NotImplementedError

    @property
    def question(self) -> str:
        """What the page asks above the sample."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_open_to(request.user, self.model):
            raise PermissionDenied
        if self.selection.is_unreadable:
            messages.error(request, _("One of the filters can't be read. Correct it, then select anew."))
        elif not len(self.selection.keys):
            messages.error(request, _("What you selected is not there any more. Select anew."))
        else:
            return super().dispatch(request, *args, **kwargs)
        return redirect(self.next_url)

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.model, self.request)

    @property
    def count(self) -> int:
        return len(self.selection.keys)

    def get_actionable_objects(self) -> tuple[Any, dict[str, list[Any]]]:
        return self.selection.rows, {"items_with_no_access": []}

    def annotate_items(self, items: Any) -> Any:
        return list(items[:SAMPLE])

    def object_context(self, row: Any) -> dict[str, Any]:
        viewset = self.model.snippet_viewset
        return {"item": row, "url": reverse(viewset.get_url_name("inspect"), args=[row.pk])}

    @property
    def unnamed(self) -> int:
        """How many rows the page does not name."""
        return max(self.count - SAMPLE, 0)

    def get_initial(self) -> dict[str, Any]:
        return {"selected": self.selection.fingerprint}

    def form_valid(self, form: Any) -> HttpResponse:
        if self.is_another_list(form):
            return self.form_invalid(form)
        objects = self.selection.rows
        for hook in hooks.get_hooks("before_bulk_action"):
            if hasattr(answer := hook(self.request, self.action_type, objects, self), "status_code"):
                return answer
        try:
            response = self.carry_out(form)
        except CustomerAdminError as refusal:
            show_refusal(form, refusal)
            return self.form_invalid(form)
        for hook in hooks.get_hooks("after_bulk_action"):
            if hasattr(answer := hook(self.request, self.action_type, objects, self), "status_code"):
                return answer
        return response or redirect(self.next_url)

    def is_another_list(self, form: Any) -> bool:
        """Whether the list came to show others than the person agreed to; says so, and asks anew."""
        if not self.selection.is_all or form.cleaned_data.get("selected") == self.selection.fingerprint:
            return False
        form.data = form.data.copy()
        form.data["selected"] = self.selection.fingerprint
        form.add_error(None, _("The list changed meanwhile. Look at what is selected now, and confirm once more."))
        return True

    def get_page_title(self) -> str:
        return str(self.display_name)

    def get_header_icon(self) -> str:
        return str(self.model.snippet_viewset.icon)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        name = capfirst(str(self.model._meta.verbose_name_plural))
        here = {"url": "", "label": self.get_page_title()}
        return [*self.breadcrumbs_items, {"url": self.list_url, "label": name}, here]
