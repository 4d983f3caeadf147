"""Forms about one row of a tab: a payment method, a linked e-mail."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from .rows import RowScreenMixin
from .screens import CustomerFormView


class RowFormView(RowScreenMixin, CustomerFormView):
    submit_button_label: ClassVar[Any] = gettext_lazy("Save")
    template_name = "wagtailadmin/generic/form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"row": self.row, "submit_button_label": self.submit_button_label}
        return {**super().get_context_data(**kwargs), **own}
