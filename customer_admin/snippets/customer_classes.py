"""Customer classes in the admin."""

from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from customer_admin import operations
from customer_admin.errors import CustomerAdminError
from customer_admin.forms.customers import ReasonForm
from customer_admin.models import Customer, CustomerClass
from customer_admin.operations.classes import CLASS_FIELDS
from customer_admin.permissions import may
from customer_admin.selectors.classes import obstacles_to_delete_class
from customer_admin.views.filters import StrictFiltersMixin
from customer_admin.views.stacked_tables import StackedListMixin

from .choosers import GuardedChooserViewSet
from .doors import OperationCreateView, OperationDeleteView, OperationEditView, RecordInspectView, entered
from .history import RecordHistoryView


def classes_with_counts() -> QuerySet[CustomerClass]:
    """The classes, each with `customer_count`: how many living customers have it."""
    having = Customer.objects.filter(customer_class=OuterRef("pk")).order_by().values("customer_class")
    count = Subquery(having.annotate(n=Count("*")).values("n"), output_field=IntegerField())
    return CustomerClass.objects.annotate(customer_count=Coalesce(count, 0))


class CustomerClassIndexView(StrictFiltersMixin, StackedListMixin, IndexView):
    def get_base_queryset(self) -> QuerySet:
        return classes_with_counts()


class CustomerClassCreateView(OperationCreateView):
    def create(self, form: Any) -> CustomerClass:
        return operations.create_class(
            actor=self.request.user, reason=form.cleaned_data["reason"], **entered(form, CLASS_FIELDS)
        )


class CustomerClassEditView(OperationEditView):
    def update(self, form: Any) -> CustomerClass:
        return operations.update_class(
            actor=self.request.user,
            customer_class=self.object,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            **entered(form, CLASS_FIELDS),
        )


class CustomerClassDeleteView(OperationDeleteView):
    def delete(self, instance: CustomerClass, reason: str) -> None:
        operations.delete_class(actor=self.request.user, customer_class=instance, reason=reason)

    deactivate_url_name = ""

    @cached_property
    def obstacles(self) -> list[str]:
        return obstacles_to_delete_class(self.object)

    @property
    def deactivate_url(self) -> str:
        """Where one click does what is possible instead; "" where it is not, or not for this person."""
        if not self.object.is_active or not may(self.request.user, "change_customerclass"):
            return ""
        return reverse(self.deactivate_url_name, args=[quote(self.object.pk)])


class CustomerClassDeactivateView(View):
    """Takes the click on “Deactivate instead”."""

    http_method_names = ["get", "post"]
    index_url_name = ""
    delete_url_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user, "change_customerclass"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(reverse(self.delete_url_name, args=[kwargs["pk"]]))  # Who had to sign in first comes here.

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        customer_class = get_object_or_404(CustomerClass, pk=kwargs["pk"])
        try:
            operations.update_class(actor=request.user, customer_class=customer_class, is_active=False)
        except CustomerAdminError as refusal:
            messages.error(request, refusal.message)
            return redirect(reverse(self.delete_url_name, args=[customer_class.pk]))
        text = _("“%(name)s” is not active any more. It stays with its customers, and nobody new gets it.")
        messages.success(request, text % {"name": customer_class.name})
        return redirect(self.index_url_name)


class CustomerClassViewSet(SnippetViewSet):
    model = CustomerClass
    icon = "tag"
    menu_label = gettext_lazy("Classes")
    menu_name = "customer-classes"
    url_prefix = "customer-classes"
    url_namespace = "customer_classes"
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id", "updated_at"]
    search_fields = ["name", "code"]
    search_backend_name = None
    list_filter = ["kind", "is_active"]
    list_display = [
        "name",
        Column("code", label=gettext_lazy("Code"), sort_key="code"),
        Column("get_kind_display", label=gettext_lazy("Kind"), sort_key="kind"),
        NumberColumn("discount_percent", label=gettext_lazy("Discount %"), sort_key="discount_percent"),
        NumberColumn("customer_count", label=gettext_lazy("Customers"), sort_key="customer_count"),
        BooleanColumn("is_default", label=gettext_lazy("Default")),
        BooleanColumn("is_active", label=gettext_lazy("Active"), sort_key="is_active"),
    ]
    index_view_class = CustomerClassIndexView
    add_view_class = CustomerClassCreateView
    edit_view_class = CustomerClassEditView
    delete_view_class = CustomerClassDeleteView
    delete_template_name = "customer_admin/classes/confirm_delete.html"
    index_results_template_name = "customer_admin/classes/list_results.html"
    history_view_class = RecordHistoryView
    inspect_view_class = RecordInspectView
    chooser_viewset_class = GuardedChooserViewSet
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("code")]),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("invoice_layout")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("discount_percent"), FieldPanel("case_discount_percent")]),
                    FieldPanel("free_tastings"),
                    FieldPanel("tax_exempt_by_default"),
                ],
                heading=gettext_lazy("What its customers get"),
            ),
            FieldRowPanel([FieldPanel("is_active"), FieldPanel("is_default")]),
            FieldPanel("reason"),
        ],
        base_form_class=ReasonForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"deactivate_url_name": self.get_url_name("deactivate"), **kwargs})

    def get_urlpatterns(self) -> list[Any]:
        deactivate = self.construct_view(CustomerClassDeactivateView)
        return [*super().get_urlpatterns(), path("<int:pk>/deactivate/", deactivate, name="deactivate")]
