"""Screens below a tab of the customer page: they lead back to the tab, and show on the form what is refused."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin.errors import ChangedMeanwhile, CustomerAdminError
from customer_admin.forms.refusals import show_refusal
from customer_admin.models import Customer
from customer_admin.permissions import may

from .tabs import page_url


class BelowTabView(WagtailAdminTemplateMixin, FormView):
    """A form about one customer, below the tab `tab_name`. Subclasses `perform` what was typed by an operation.

    `row_pk` in the address is the key of a row of this customer, in the model `row_model`; `row_is_gone` is said when
    it is not there any more.
    """

    permission: ClassVar[str]
    tab_name: ClassVar[str]
    row_model: ClassVar[Any]
    row_is_gone: ClassVar[Any]
    not_saved: Any = gettext_lazy("Nothing was saved. See the errors below.")
    submit_button_label: ClassVar[Any] = gettext_lazy("Save")
    template_name = "wagtailadmin/generic/form.html"
    _show_breadcrumbs = True
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (may(request.user, self.permission) and may(request.user, "view_customer")):
            raise PermissionDenied
        if "row_pk" in kwargs and self.row is None:
            messages.warning(request, self.row_is_gone)
            return redirect(self.tab_url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def customer(self) -> Customer:
        return get_object_or_404(Customer.objects.select_related("site"), pk=self.kwargs["pk"])

    @cached_property
    def row(self) -> Any:
        """What the screen is about, besides the customer."""
        return self.row_model.objects.filter(customer=self.customer, pk=self.kwargs.get("row_pk")).first()

    @cached_property
    def tab_url(self) -> str:
        return page_url(self.customer, self.tab_name)

    def get_tab_label(self) -> str:
        raise NotImplementedError

    def perform(self, form: Any) -> str:
        """Call the operation and answer what to tell the person."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            told = self.perform(form)
        except CustomerAdminError as refusal:
            show_refusal(form, refusal)
            if isinstance(refusal, ChangedMeanwhile) or not set(refusal.fields) & set(form.fields):
                self.not_saved = refusal.message
            return self.form_invalid(form)
        messages.success(self.request, told)
        return redirect(self.tab_url)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        messages.validation_error(self.request, self.not_saved, form)
        return super().form_invalid(form)

    def get_page_subtitle(self) -> str:
        return str(self.customer)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index_url = reverse(f"{Customer.snippet_viewset.url_namespace}:list")
        return [
            {"url": index_url, "label": capfirst(str(Customer._meta.verbose_name_plural))},
            {"url": page_url(self.customer), "label": str(self.customer)},
            {"url": self.tab_url, "label": self.get_tab_label()},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        own = {"action_url": self.request.path, "customer": self.customer, "row": self.row}
        labels = {"submit_button_label": self.submit_button_label, "media": context["form"].media}
        return {**context, **own, **labels}
