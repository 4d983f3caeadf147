"""Deleting several rows of a list at once, through the operations and with the list's own filters."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction

from customer_admin import operations
from customer_admin.errors import CustomerAdminError
from customer_admin.models import AccountNote, ChangeSetKind, Club, Customer, CustomerClass, recording


def delete_one(actor: Any, row: Any) -> None:
    """Delete one row of a list by its operation."""
    if isinstance(row, Customer):
        operations.delete_customer(actor=actor, customer=row)
    elif isinstance(row, CustomerClass):
        operations.delete_class(actor=actor, customer_class=row)
    elif isinstance(row, Club):
        operations.delete_club(actor=actor, club=row)
    else:
        operations.delete_note(actor=actor, note=row)


class RecordDeleteBulkAction(DeleteBulkAction):
    """Wagtail's own takes "all in listing" for all there are, and names rows to people who may not see them."""

    aria_label = _("Delete what is selected")

    @classproperty
    def models(cls) -> list[Any]:
        return [Customer, CustomerClass, Club, AccountNote]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.permission_policy.user_has_permission(request.user, "delete"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """The keys of what the list showed: its search and filters stand in this address, too."""
        listing = self.model.snippet_viewset.index_view
        request = RequestFactory().get("/", self.request.GET)
        request.user = self.request.user
        view = listing.view_class(**listing.view_initkwargs)
        view.setup(request)
        return view.get_queryset().order_by().values_list("pk", flat=True)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except CustomerAdminError as refusal:
            messages.error(self.request, _("Nothing was deleted. %(why)s") % {"why": refusal.message})
            return redirect(self.next_url)

    @classmethod
    def execute_action(cls, objects: Any, **kwargs: Any) -> tuple[int, int]:
        actor = kwargs["self"].request.user
        with recording(actor=actor, kind=ChangeSetKind.DELETE):
            for row in objects:
                try:
                    delete_one(actor, row)
                except CustomerAdminError as refusal:
                    raise type(refusal)(f"{row}: {refusal.message}") from refusal
        return len(objects), 0
