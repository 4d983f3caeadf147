"""Screens about one row of a tab: a payment method, a linked e-mail."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from .screens import CustomerFormView


class RowFormView(CustomerFormView):
    """`row_pk` in the address is the key of a row of this customer, in the model `row_model`.

    `row_is_gone` is said, and leads back to the tab, when it is not there any more.
    """

    row_model: ClassVar[Any]
    row_is_gone: ClassVar[Any]
    submit_button_label: ClassVar[Any] = gettext_lazy("Save")
    template_name = "wagtailadmin/generic/form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_others()  # Before anything is told of the row.
        if "row_pk" in kwargs and self.row is None:
            messages.warning(request, self.row_is_gone)
            return redirect(self.back_url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def row(self) -> Any:
        """What the screen is about, besides the customer."""
        return self.row_model.objects.filter(customer=self.customer, pk=self.kwargs.get("row_pk")).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"row": self.row, "submit_button_label": self.submit_button_label}
        return {**super().get_context_data(**kwargs), **own}
