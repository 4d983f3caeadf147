"""Screens that do one thing for a customer and lead back to the tab they were opened from."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from .screens import CustomerFormView


class CustomerActionView(CustomerFormView):
    """`what` is told above the form, as pairs of label and value; `explanation` says what will happen."""

    template_name = "customer_admin/customers/action.html"
    submit_label: ClassVar[Any] = _("Save")
    submit_classname: ClassVar[str] = ""
    explanation: ClassVar[Any] = ""

    @property
    def what(self) -> list[tuple[Any, Any]]:
        return []
