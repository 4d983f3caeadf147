"""What is done to many customers at once, but for deleting them."""

from typing import Any

from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from customer_admin import operations
from customer_admin.forms.bulk import ClassForm, ExportForm, PreferencesForm
from customer_admin.models import Customer
from customer_admin.operations import BulkChange
from customer_admin.snippets.customer_exports import export_of
from customer_admin.views.changes.links import change_set_url

from .base import ListedBulkAction


class CustomerBulkAction(ListedBulkAction):
    """Subclasses that change something answer `change(form)` with what the operation did."""

    permission = "change_customer"

    @classproperty
    def models(cls) -> list[Any]:
        return [Customer]

    def change(self, form: Any) -> BulkChange:
        raise NotImplementedError

    def carry_out(self, form: Any) -> HttpResponse | None:
        tell(self.request, self.change(form))
        return None


class ChangeClassBulkAction(CustomerBulkAction):
    display_name = gettext_lazy("Change class")
    action_type = "change_class"
    aria_label = gettext_lazy("Change the class of the selected customers")
    action_priority = 10
    form_class = ClassForm
    submit_label = gettext_lazy("Change class")

    @property
    def question(self) -> str:
        return ngettext(
            "Change the class of %(count)s customer", "Change the class of %(count)s customers", self.count
        ) % {"count": number_format(self.count, force_grouping=True)}

    def change(self, form: Any) -> BulkChange:
        return operations.change_class_of(
            actor=self.request.user,
            customers=self.selection.keys,
            customer_class=form.cleaned_data["customer_class"],
            reason=form.cleaned_data["reason"],
        )


class PreferencesBulkAction(CustomerBulkAction):
    display_name = gettext_lazy("E-mail preferences")
    action_type = "preferences"
    aria_label = gettext_lazy("Change the e-mail preferences of the selected customers")
    action_priority = 20
    form_class = PreferencesForm
    submit_label = gettext_lazy("Change preferences")

    @property
    def question(self) -> str:
        return ngettext(
            "Change the e-mail preferences of %(count)s customer",
            "Change the e-mail preferences of %(count)s customers",
            self.count,
        ) % {"count": number_format(self.count, force_grouping=True)}

    def change(self, form: Any) -> BulkChange:
        return operations.set_preferences(
            actor=self.request.user,
            customers=self.selection.keys,
            reason=form.cleaned_data["reason"],
            **form.wanted,
        )


class ExportBulkAction(CustomerBulkAction):
    display_name = gettext_lazy("Export")
    action_type = "export"
    aria_label = gettext_lazy("Export the selected customers")
    action_priority = 25
    permission = "export_customer"
    form_class = ExportForm
    submit_label = gettext_lazy("Download")

    @property
    def question(self) -> str:
        return ngettext("Download %(count)s customer", "Download %(count)s customers", self.count) % {
            "count": number_format(self.count, force_grouping=True)
        }

    def is_another_list(self, form: Any) -> bool:
        return False  # Nothing is changed by reading a customer more.

    def carry_out(self, form: Any) -> HttpResponse | None:
        return export_of(self.request, self.selection.rows, form.cleaned_data["ending"])


def tell(request: Any, done: BulkChange) -> None:
    """Say what became of the selected customers, with a way to the change set for those who may see it."""
    counts = [
        (done.changed, ngettext("%(count)s customer was changed.", "%(count)s customers were changed.", done.changed)),
        (done.unchanged, ngettext("%(count)s was so already.", "%(count)s were so already.", done.unchanged)),
        (done.gone, ngettext("%(count)s was gone meanwhile.", "%(count)s were gone meanwhile.", done.gone)),
    ]
    told = [text % {"count": number_format(count, force_grouping=True)} for count, text in counts if count]
    if not done.changed:
        told.insert(0, _("Nothing was changed."))
    url = change_set_url(request.user, done.change_set) if done.change_set else ""
    buttons = [messages.button(url, _("See the change"))] if url else []
    (messages.success if done.changed else messages.warning)(request, " ".join(told), buttons=buttons)
