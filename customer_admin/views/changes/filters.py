"""By what change sets are found."""

from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import CheckboxSelectMultiple, Select, TextInput
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from customer_admin.models import (
    ActorKind,
    ChangeSet,
    ChangeSetCustomer,
    ChangeSetKind,
    Customer,
    Source,
    tracked_models,
)
from customer_admin.selectors.signposts import keys_of_account
from customer_admin.views.filters import DaysFilter


def field_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """For each tracked model: the model itself, and its fields, as `touched_fields` names them."""
    groups = []
    for model in sorted(tracked_models(), key=lambda model: (model is not Customer, str(model._meta.verbose_name))):
        label, hidden = model._meta.label_lower, {model._meta.pk.name, *model.hidden_in_history}
        name = capfirst(str(model._meta.verbose_name))
        fields = [
            (f"{label}.{field.name}", f"{name}: {field.verbose_name}")
            for field in model.history.model.tracked_fields
            if field.name not in hidden
        ]
        groups.append((name, [(label, _("%(record)s: anything") % {"record": name}), *fields]))
    return groups


class ChangeSetFilterSet(WagtailFilterSet):
    person = django_filters.CharFilter(
        label=gettext_lazy("Person"),
        method="filter_person",
        widget=TextInput(attrs={"placeholder": gettext_lazy("Name, username or e-mail")}),
    )
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Kind"), choices=ChangeSetKind.choices, widget=CheckboxSelectMultiple, distinct=False
    )
    touched = django_filters.ChoiceFilter(
        label=gettext_lazy("Record or field"),
        choices=field_choices,
        method="filter_touched",
        empty_label=gettext_lazy("Any"),
        widget=Select,
    )
    created_at = DaysFilter(label=gettext_lazy("Date"))
    actor_kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Acting as"), choices=ActorKind.choices, widget=CheckboxSelectMultiple, distinct=False
    )

    class Meta:
        model = ChangeSet
        fields: list[str] = []

    def filter_person(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        User = get_user_model()
        known = {User.USERNAME_FIELD, User.get_email_field_name()} & {field.name for field in User._meta.fields}
        users = User._default_manager.filter(
            reduce(or_, (Q(**{f"{field}__icontains": value}) for field in sorted(known)))
        )
        return queryset.filter(Q(actor_label__icontains=value) | Q(actor__in=users.values("pk")))

    def filter_touched(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(touched_fields__contains=f" {value} ")


class TimelineFilterSet(ChangeSetFilterSet):
    """Of one customer: a change of many customers counts for a field when it changed in what is this customer's."""

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any) -> None:
        self.customer = customer
        super().__init__(*args, **kwargs)

    def filter_touched(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        queryset = super().filter_touched(queryset, name, value)
        model = next(model for model in tracked_models() if f"{value}.".startswith(f"{model._meta.label_lower}."))
        if self.customer is None or model.customer_path is None or "__" in model.customer_path:
            return queryset
        keys = keys_of_account(self.customer.pk)
        own = model.history.filter(change_set=OuterRef("pk"), **{f"{model.customer_path}__in": keys})
        field = value.removeprefix(model._meta.label_lower).removeprefix(".")
        if field:
            own = own.filter(history_changed__contains=f" {field} ")
        owner = model._meta.get_field(model.customer_path).name
        if field not in ("", owner):
            return queryset.filter(Exists(own))
        given = ChangeSetCustomer.objects.filter(change_set=OuterRef("pk"), customer__in=keys, gave_away=True)
        return queryset.filter(Exists(own) | Exists(given))


class ReportFilterSet(ChangeSetFilterSet):
    source = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("From"), choices=Source.choices, widget=CheckboxSelectMultiple, distinct=False
    )
    customer = django_filters.CharFilter(
        label=gettext_lazy("Customer number"),
        method="filter_customer",
        widget=TextInput(attrs={"placeholder": gettext_lazy("The whole number")}),
    )

    def filter_customer(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        touched = ChangeSetCustomer.objects.filter(customer__in=_keys_of(value.strip()))
        return queryset.filter(pk__in=touched.values("change_set_id"))


def _keys_of(number: str) -> list[Any]:
    """The keys of the customers who have this number, or had it before they were deleted."""
    living = list(Customer.all_objects.filter(number=number).values_list("pk", flat=True))
    gone = Customer.history.filter(number=number).order_by().values_list("id", flat=True).distinct()
    return living or list(gone)
