"""Snippet views that hand what was typed to an operation, and show what it refuses on the field it belongs to."""

from typing import Any, ClassVar

from django.contrib.admin.utils import quote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, InspectView

from customer_admin.errors import ChangedMeanwhile, CustomerAdminError, PermissionRefused
from customer_admin.forms.meanwhile import key_of, told_of_kept
from customer_admin.forms.refusals import show_refusal
from customer_admin.forms.why import WhyForm
from customer_admin.permissions import may


class RefusalMixin:
    """Shows a refusal of the operation as errors of the form, with everything that was typed still there."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except CustomerAdminError as refusal:
            show_refusal(form, refusal)
            self.produced_error_code = "validation_error"
            self.produced_error_message = (
                refusal.message
                if isinstance(refusal, ChangedMeanwhile) and refusal.fields
                else self.get_error_message()  # type: ignore[attr-defined]
            )
            return self.form_invalid(form)  # type: ignore[attr-defined]


class OperationCreateView(RefusalMixin, CreateView):
    """Subclasses answer `create(form)` with the new instance, made by an operation."""

    def create(self, form: Any) -> Any:
        raise NotImplementedError

    def save_instance(self) -> Any:
        return self.create(self.form)


class KeptMixin:
    """Tells after a save what others changed meanwhile and stays."""

    form: Any

    def get_success_message(self) -> str:
        message = super().get_success_message()  # type: ignore[misc]
        return " ".join(filter(None, [message, told_of_kept(*self.form.all_seen)]))


class OperationEditView(KeptMixin, RefusalMixin, EditView):
    """Subclasses answer `update(form)` with the changed instance."""

    def update(self, form: Any) -> Any:
        raise NotImplementedError

    def save_instance(self) -> Any:
        return self.update(self.form)

    def get_usage_url(self) -> None:
        """Nothing on pages refers to these."""

    def get_last_updated_info(self) -> None:
        """The history says it, and better."""


class OperationDeleteView(DeleteView):
    """Subclasses answer `delete(instance, reason)`; a refusal is shown on the page that asks."""

    form_class = WhyForm
    obstacles: ClassVar[list[str]] = []

    def delete(self, instance: Any, reason: str) -> None:
        raise NotImplementedError

    def get_usage_url(self) -> None:
        """Nothing on pages refers to these."""

    @property
    def keep_url(self) -> str:
        """Where one is led who decides not to delete."""
        return self.get_success_url()

    def delete_action(self) -> None:
        self.delete(self.object, self.reason)

    def form_valid(self, form: Any) -> HttpResponse:
        self.reason = form.cleaned_data["reason"]
        try:
            return super().form_valid(form)
        except PermissionRefused as refusal:
            messages.error(self.request, refusal.message)
            return redirect("wagtailadmin_home")
        except CustomerAdminError as refusal:
            messages.error(self.request, refusal.message)
            return redirect(self.get_delete_url())


class RecordInspectView(InspectView):
    """Shows what is filled in; keys and empty fields tell a reader nothing."""

    history_url_name = None

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return value

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if self.history_url_name and may(self.request.user, "view_changeset"):
            url = reverse(self.history_url_name, args=[quote(self.object.pk)])
            buttons = [*buttons, Button(_("History"), url=url, icon_name="history", priority=30)]
        return buttons

    def get_fields_context(self) -> list[dict[str, Any]]:
        return [told for told in super().get_fields_context() if told["value"] not in ("", None)]


def entered(form: Any, names: frozenset[str]) -> dict[str, Any]:
    """The values of those of `names` that the form asks for."""
    return {name: value for name, value in form.cleaned_data.items() if name in names}


def rows_entered(formset: Any, names: frozenset[str]) -> list[dict[str, Any]]:
    """The rows of an inline formset that are to stay, as dicts with "id" where the form showed them already.

    `formset.forms_in_use` is left behind, so a refusal of row number n finds its form.
    """
    formset.forms_in_use, rows = [], []
    for position, form in enumerate(formset.forms):
        key = key_of(formset, position)
        if not formset._should_delete_form(form) and (key or form.has_changed()):
            formset.forms_in_use.append(form)
            rows.append({**({"id": int(key)} if key else {}), **entered(form, names)})
    return rows
