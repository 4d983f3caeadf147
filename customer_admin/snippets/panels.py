"""Panels of the customer's form that are more than fields."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel, InlinePanel, Panel

from customer_admin.selectors.alerts import alerts_about
from customer_admin.views.customers.login_box import login_box
from customer_admin.views.duplicates.similar import rows_of


class LoginPanel(Panel):
    """The portal login at the top of the customer, with a pencil, or the plus that makes one; and the alerts."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "customer_admin/panels/login.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            customer, user = self.instance, self.request.user
            context |= {"alerts": alerts_about(customer, user), **login_box(customer, user)}
            return context


class PermittedRowsPanel(InlinePanel):
    """Rows inside the form, which stay away with their tab when the form does not have them for this person."""

    class BoundPanel(InlinePanel.BoundPanel):
        def __init__(self, *, form: Any, **kwargs: Any) -> None:
            panel = kwargs["panel"]
            self.is_in_form = form is None or panel.relation_name in form.formsets
            super().__init__(form=form if self.is_in_form else None, **kwargs)

        def is_shown(self) -> bool:
            return self.is_in_form and super().is_shown()


class PartsPanel(Panel):
    """The fields that a host added to the customer's form."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "customer_admin/panels/parts.html"

        def is_shown(self) -> bool:
            return bool(self.form.parts)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "parts": self.form.parts.values()}


class RequirableFieldPanel(FieldPanel):
    """A field with the mark of required ones where the settings of the site say so; it may still be left empty."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_required(self) -> bool:
            return super().is_required() or self.field_name in getattr(self.form, "marked", ())


class StillEmptyPanel(Panel):
    """What became required after this customer was made, and nobody has filled in yet."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "customer_admin/panels/still_empty.html"

        def is_shown(self) -> bool:
            return bool(self.still_empty)

        @cached_property
        def still_empty(self) -> list[str]:
            return self.form.still_empty

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "fields": self.still_empty}


class SimilarPanel(Panel):
    """Who is there already that may be the same, while somebody types; without a script, when it is saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "customer_admin/duplicates/panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {
                **super().get_context_data(parent_context),
                "url": reverse("customer_admin_duplicates:similar"),
                "key": str(self.instance.pk or ""),
                "rows": rows_of(self.form.similar),
            }


class ExemptionPanel(Panel):
    """How the tax exemption stands: until when it counts, that it has run out, or what is missing in it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "customer_admin/panels/exemption.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk and self.instance.tax_exempt)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            customer = self.instance
            return {
                **super().get_context_data(parent_context),
                "customer": customer,
                "lacks_certificate": not (customer.tax_exempt_number and customer.tax_exempt_reason),
            }
