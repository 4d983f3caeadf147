"""Any two versions of a record side by side."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin.models import Tracked
from customer_admin.models.keys import as_key
from customer_admin.selectors.changes import in_words
from customer_admin.selectors.versions import differences, title_of, versions_of

from .access import AuditMixin
from .links import change_set_url
from .paging import BoundedPaginator

KINDS = {"+": "created", "~": "changed", "-": "deleted"}


class CompareView(AuditMixin, WagtailAdminTemplateMixin, TemplateView):
    """The versions `?older=` and `?newer=` of a record, whichever order they come in, above the list of all."""

    template_name = "customer_admin/changes/compare.html"
    header_icon = "history"
    page_title = gettext_lazy("Compare versions")
    _show_breadcrumbs = True
    paginate_by = 50

    @cached_property
    def model(self) -> type[Tracked]:
        try:
            model = apps.get_model(self.kwargs["app_label"], self.kwargs["model_name"])
        except LookupError as error:
            raise Http404 from error
        if not issubclass(model, Tracked):
            raise Http404
        return model

    @cached_property
    def versions(self) -> QuerySet:
        try:
            key = self.model._meta.pk.to_python(self.kwargs["key"])
        except ValidationError as error:
            raise Http404 from error
        versions = versions_of(self.model, key)
        if not versions.exists():
            raise Http404
        return versions

    @cached_property
    def chosen(self) -> list[Any]:
        """The two versions that the address names, the older one first; empty when it does not name two."""
        asked = [self.request.GET.get(name, "") for name in ("older", "newer")]
        keys = {key for text in asked if (key := as_key(text)) is not None}
        found = list(self.versions.filter(history_id__in=keys).order_by("history_id"))
        return found if len(found) == 2 else []

    @cached_property
    def title(self) -> str:
        return title_of(self.model, self.versions[0])

    def get_page_subtitle(self) -> str:
        return f"{capfirst(str(self.model._meta.verbose_name))} {self.title}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("customer_admin_changes:index"), "label": _("Changes")},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = BoundedPaginator(self.versions, self.paginate_by).get_page(self.request.GET.get("p"))
        shown = [self._told(version) for version in page.object_list]
        chosen, on_page = self.chosen, {version.history_id for version in page.object_list}
        older, newer = chosen or (None, None)
        return {
            **context,
            "older": self._told(older) if older else None,
            "newer": self._told(newer) if newer else None,
            "asked": "older" in self.request.GET or "newer" in self.request.GET,
            "fields": differences(self.model, older, newer) if chosen else (),
            "elsewhere": [
                (name, row)
                for name, row in zip(("older", "newer"), chosen, strict=False)
                if row.history_id not in on_page
            ],
            "versions": shown,
            "page_obj": page,
            "elided_page_range": page.paginator.get_elided_page_range(page.number),
        }

    def _told(self, version: Any) -> dict[str, Any]:
        changed = set(version.history_changed.split())
        fields = [field for field in self.model.history.model.tracked_fields if field.name in changed]
        return {
            "id": version.history_id,
            "change_set": version.change_set,
            "url": change_set_url(self.request.user, version.change_set),
            "kind": in_words(KINDS[version.history_type]),
            "fields": ", ".join(
                str(field.verbose_name) for field in fields if field.name not in self.model.hidden_in_history
            ),
        }
