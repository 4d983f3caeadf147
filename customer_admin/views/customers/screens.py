"""What screens about one customer have in common: who may, whose it is, and the way back to the customer's page."""

from typing import Any

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

from .tabs import CustomerTab, page_url, tabs_of


def customer_url(user: Any, customer: Customer, tab: str = "") -> str:
    """The page of the customer for those who may see it, else the first page of the admin."""
    if may(user, "view_customer"):
        return page_url(customer, tab)
    return reverse("wagtailadmin_home")


class CustomerScreenMixin(WagtailAdminTemplateMixin):
    """A screen below the page of a customer: asks for each of `permissions`, finds the customer, leads back.

    `tab` names the tab to which it belongs, and to which `back_url` leads; "" is the page as it opens.
    """

    permissions: tuple[str, ...] = ()
    tab = ""
    header_icon = "group"
    index_url_name = ""
    breadcrumbs_items: list[dict[str, Any]] = []
    _show_breadcrumbs = True
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_others()
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def refuse_others(self) -> None:
        """Raise PermissionDenied unless the person has all of `permissions`."""
        if not all(may(self.request.user, permission) for permission in self.permissions):
            raise PermissionDenied

    @cached_property
    def customer(self) -> Customer:
        return get_object_or_404(Customer.objects.select_related("site", "customer_class"), pk=self.kwargs["pk"])

    @cached_property
    def customer_url(self) -> str:
        return customer_url(self.request.user, self.customer)

    @cached_property
    def back_url(self) -> str:
        """The tab of the customer's page where this screen was opened, for those who may see it."""
        return customer_url(self.request.user, self.customer, self.tab if self.shown_tab else "")

    @cached_property
    def shown_tab(self) -> CustomerTab | None:
        return next((tab for tab in tabs_of(self.request, self.customer) if tab.name == self.tab), None)

    def get_page_subtitle(self) -> str:
        return str(self.customer)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": capfirst(str(Customer._meta.verbose_name_plural))},
            {"url": self.customer_url, "label": str(self.customer)},
        ]
        if self.shown_tab:
            items.append({"url": self.shown_tab.url, "label": self.shown_tab.get_label()})
        return [*items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(customer=self.customer, back_url=self.back_url, **kwargs)


class CustomerFormView(CustomerScreenMixin, FormView):
    """A form about one customer. Subclasses `perform` what was typed by an operation; a refusal comes on the fields."""

    not_saved: Any = gettext_lazy("Nothing was saved. See the errors below.")

    def perform(self, form: Any) -> str:
        """Call the operation and answer what to tell the person."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            told = self.perform(form)
        except CustomerAdminError as refusal:
            self.show(refusal, form)
            return self.form_invalid(form)
        messages.success(self.request, told)
        return redirect(self.back_url)

    def show(self, refusal: CustomerAdminError, form: Any) -> None:
        """Put the refusal onto the form, and on top of the page what is on none of its fields."""
        show_refusal(form, refusal)
        if isinstance(refusal, ChangedMeanwhile) or not set(refusal.fields) & set(form.fields):
            self.not_saved = refusal.message

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        messages.validation_error(self.request, self.not_saved, form)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "action_url": self.request.path, "media": context["form"].media}
