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
    back to the tab. One that went to another customer opens there. What never was this customer's is not found.
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
        if self.row is not None and self.row.customer_id != self.customer.pk:
            return self.lead_to_owner()
        return super().dispatch(request, *args, **kwargs)

    def get_rows(self) -> Any:
        """All rows of the model, with what the screen shows of them."""
        return self.row_model._base_manager.all()

    @cached_property
    def row(self) -> Any:
        """What the screen is about; None when it is gone. Raises Http404 for what never was this customer's."""
        key = self.kwargs.get(self.row_kwarg)
        row = self.get_rows().filter(pk=key).first() if key is not None and key <= BIGGEST_KEY else None
        if key is not None and not self._is_or_was_own(row, key):
            raise Http404(_("This customer has no such record."))
        return row

    def _is_or_was_own(self, row: Any, key: Any) -> bool:
        if row is not None and self.customer.pk in (row.customer_id, row.customer.merged_into_id):
            return True
        return key <= BIGGEST_KEY and self.row_model.history.filter(id=key, customer=self.customer.pk).exists()

    def lead_to_owner(self) -> HttpResponse:
        """The same screen at the customer whose the row is now; what was sent is not done, since it may not fit there.

        What stayed behind with an account that was merged has no screen any more.
        """
        owner = self.row.customer
        if owner.merged_into_id == self.customer.pk:
            told = _("This stayed behind with %(number)s when that account was merged into this one.")
            messages.info(self.request, told % {"number": owner.number})
            return redirect(self.back_url)
        if self.request.method in ("GET", "HEAD"):
            messages.info(self.request, _("This belongs to %(customer)s now.") % {"customer": owner})
        else:
            told = _("This went to %(customer)s meanwhile, and nothing was saved. Do it here once more.")
            messages.warning(self.request, told % {"customer": owner})
        name = self.request.resolver_match.view_name  # type: ignore[union-attr]
        key = owner.pk if owner.merged_into_id is None else owner.merged_into_id
        return redirect(name, **{**self.kwargs, "pk": key})

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
