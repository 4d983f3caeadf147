"""The filters of the list of customers. They combine, and stand in the address.

Values come from forms that know what is allowed: a key that no class has, or a day that no calendar has, is refused
there and never reaches the database.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.models import Site

from customer_admin.models import AccountNote, Club, Customer, CustomerClass
from customer_admin.models.logins import LoginState
from customer_admin.models.search_texts import in_city, matching_field, with_postal_code
from customer_admin.permissions import may
from customer_admin.selectors.customer_filters import NONE, in_clubs, with_alert, with_login, with_tax_exemption
from customer_admin.views.filters import DaysFilter

LOGIN_CHOICES = [
    (NONE, gettext_lazy("None")),
    *LoginState.choices,
]
TAX_CHOICES = [
    ("yes", gettext_lazy("Exempt today")),
    ("expired", gettext_lazy("Certificate expired")),
    ("no", gettext_lazy("Not exempt")),
]
ALERT_CHOICES = [
    ("any", gettext_lazy("Any alert")),
    *[(level.value, level.label) for level in reversed(AccountNote.AlertLevel)],
    ("none", gettext_lazy("No alert")),
]


NEEDED = {
    "login": "view_portallogin",
    "club": "view_clubmembership",
    "last_order_at": "view_order",
}
"""What a person needs to be told by these filters."""


def class_choices() -> list[tuple[str, str]]:
    return [(str(each.pk), str(each)) for each in CustomerClass.objects.all()]


def club_choices() -> list[tuple[str, str]]:
    return [*((str(each.pk), str(each)) for each in Club.objects.all()), (NONE, _("No club"))]


def site_choices() -> list[tuple[str, str]]:
    return [(str(each.pk), str(each)) for each in Site.objects.order_by("hostname", "port")]


class TextFilter(django_filters.CharFilter):
    """Text that a condition is made of."""

    def __init__(self, label: Any, condition: Callable[[str], Any]) -> None:
        super().__init__(label=label, max_length=200)
        self.condition = condition

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(self.condition(value)) if value else qs


class ChoiceFilter(django_filters.ChoiceFilter):
    """One of several, or all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=RadioSelect, empty_label=gettext_lazy("All"), **kwargs)


class YesOrNoFilter(ChoiceFilter):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))], **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(**{self.field_name: value == "true"}) if value else qs


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """Any of several."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=CheckboxSelectMultiple, distinct=False, **kwargs)


class FieldFilter(TextFilter):
    """Text in one field only; the search box looks into all of them."""

    def __init__(self, name: str) -> None:
        super().__init__(capfirst(Customer._meta.get_field(name).verbose_name), partial(matching_field, name))


class CustomerFilterSet(WagtailFilterSet):
    customer_class = ChoicesFilter(label=gettext_lazy("Class"), choices=class_choices)
    login = ChoicesFilter(label=gettext_lazy("Portal login"), choices=LOGIN_CHOICES, method="filter_by")
    club = ChoicesFilter(label=gettext_lazy("Club member"), choices=club_choices, method="filter_by")
    alert = ChoiceFilter(label=gettext_lazy("Alert"), choices=ALERT_CHOICES, method="filter_by")
    tax_exempt = ChoiceFilter(label=gettext_lazy("Tax exempt"), choices=TAX_CHOICES, method="filter_by")
    city = TextFilter(gettext_lazy("City"), in_city)
    postal_code = TextFilter(gettext_lazy("Postal code"), with_postal_code)
    last_order_at = DaysFilter(label=gettext_lazy("Last order"))
    created_at = DaysFilter(label=gettext_lazy("Created"))
    notify_account = YesOrNoFilter(label=gettext_lazy("Account notifications"))
    notify_marketing = YesOrNoFilter(label=gettext_lazy("Marketing e-mails"))
    number = FieldFilter("number")
    first_name = FieldFilter("first_name")
    last_name = FieldFilter("last_name")
    company = FieldFilter("company")
    email = FieldFilter("email")
    phone = FieldFilter("phone")
    site = ChoicesFilter(label=gettext_lazy("Site"), choices=site_choices)

    MEANINGS = {"login": with_login, "club": in_clubs, "alert": with_alert, "tax_exempt": with_tax_exemption}

    class Meta:
        model = Customer
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, permission in NEEDED.items():
            if self.request is not None and not may(self.request.user, permission):
                del self.filters[name]
        sites = site_choices()
        if len(sites) < 2:
            del self.filters["site"]

    @property
    def looks_into_texts(self) -> bool:
        """Whether one of the filters asks for a part of a text."""
        values = self.form.cleaned_data if self.is_valid() else {}
        return any(values.get(name) for name, each in self.filters.items() if isinstance(each, TextFilter))

    def filter_by(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return self.MEANINGS[name](queryset, value) if value else queryset
