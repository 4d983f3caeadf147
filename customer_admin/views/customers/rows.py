"""Screens about one row of a tab: a note, a payment method, a linked e-mail, a membership, an entry."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from customer_admin.models.keys import BIGGEST_KEY
from customer_admin.operations.differences import moment
from customer_admin.permissions import may
from customer_admin.selectors.deletions import deletion_of_row
from customer_admin.views.changes.links import rows_of_customer_url

from .screens import CustomerScreenMixin


class RowScreenMixin(CustomerScreenMixin):
    """`row_kwarg` in the address is the key of a row of this customer, in the model `row_model`.

    When it is not there any more `row_is_gone` is said, with who deleted it for those who may see changes, and leads
    back to the tab. What never was this customer's is not found.
    """

    row_model: ClassVar[Any]
    row_is_gone: ClassVar[Any]
    row_kwarg: ClassVar[str] = "row_pk"
    gone_is_told_on: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "POST")
    """What else is sent goes to the operation, which refuses it and leaves what was typed on the screen."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_others()  # Before anything is told of the row.
        if self.row_kwarg in kwargs and self.row is None and request.method in self.gone_is_told_on:
            return self.tell_row_is_gone()
        return super().dispatch(request, *args, **kwargs)

    def get_rows(self) -> Any:
        """All rows of the model, with what the screen shows of them."""
        return self.row_model._base_manager.all()

    @cached_property
    def row(self) -> Any:
        """What the screen is about; None when it is gone. Raises Http404 for what never was this customer's."""
        key = self.kwargs.get(self.row_kwarg)
        row = self.get_rows().filter(pk=key).first() if key is not None and key <= BIGGEST_KEY else None
        is_own = row.customer_id == self.customer.pk if row is not None else self._was_own(key)
        if key is not None and not is_own:
            raise Http404(_("This customer has no such record."))
        return row

    def _was_own(self, key: Any) -> bool:
        is_key = key is not None and key <= BIGGEST_KEY
        return is_key and self.row_model.history.filter(id=key, customer=self.customer.pk).exists()

    def tell_row_is_gone(self) -> HttpResponse:
        told, buttons, user = str(self.row_is_gone), [], self.request.user
        deletion = deletion_of_row(self.row_model, self.kwargs[self.row_kwarg]) if may(user, "view_changeset") else None
        if deletion is not None:
            who = _("%(who)s deleted it %(when)s.")
            told = f"{told} {who % {'who': deletion.actor_label, 'when': moment(deletion.created_at)}}"
            if url := rows_of_customer_url(user, deletion, self.customer):
                buttons = [messages.button(url, _("See the change"))]
        messages.warning(self.request, told, buttons=buttons)
        return redirect(self.back_url)
