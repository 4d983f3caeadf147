"""Screens that do one thing for a customer and lead back to the tab they were opened from."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from customer_admin.errors import ChangedMeanwhile, CustomerAdminError
from customer_admin.forms.refusals import show_refusal
from customer_admin.models import Customer
from customer_admin.permissions import may

from .page import page_url
from .tabs import CustomerTab


class CustomerActionView(WagtailAdminTemplateMixin, FormView):
    """A form whose values go to an operation; a refusal comes back on the fields.

    `tab` is where it leads back to; `permission` is what a person needs; `what` is told above the form, as pairs.
    """

    tab: ClassVar[type[CustomerTab]]
    permission: ClassVar[str]
    template_name = "customer_admin/customers/action.html"
    submit_label: ClassVar[Any] = _("Save")
    submit_classname: ClassVar[str] = ""
    not_saved: Any = _("Nothing was saved. See the errors below.")
    index_url_name = ""
    breadcrumbs_items: list[dict[str, Any]] = []
    _show_breadcrumbs = True
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def customer(self) -> Customer:
        return get_object_or_404(Customer.objects.select_related("customer_class", "site"), pk=self.kwargs["pk"])

    @cached_property
    def back_url(self) -> str:
        """The tab, for those who may see it; else the customer's page, or the list."""
        tab = self.tab(self.request, self.customer)
        if tab.is_shown() and may(self.request.user, "view_customer"):
            return tab.url
        return page_url(self.customer) if may(self.request.user, "view_customer") else reverse("wagtailadmin_home")

    @property
    def what(self) -> list[tuple[Any, Any]]:
        """What stands above the form: labels and values."""
        return []

    def perform(self, form: Any) -> str:
        """Call the operation and answer what to tell the person."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            told = self.perform(form)
        except CustomerAdminError as refusal:
            show_refusal(form, refusal)
            if isinstance(refusal, ChangedMeanwhile):
                self.not_saved = refusal.message
            return self.form_invalid(form)
        messages.success(self.request, told)
        return redirect(self.back_url)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        messages.validation_error(self.request, self.not_saved, form)
        return super().form_invalid(form)

    def get_page_subtitle(self) -> str:
        return str(self.customer)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        customers = capfirst(str(Customer._meta.verbose_name_plural))
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": customers},
            {"url": page_url(self.customer), "label": str(self.customer)},
            {"url": self.back_url, "label": str(self.tab.label)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "action_url": self.request.path, "customer": self.customer, "media": context["form"].media}
