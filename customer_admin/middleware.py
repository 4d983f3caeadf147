"""The net under views of others: what they write in the admin belongs to a change set of whoever is signed in."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from customer_admin.admin_paths import is_in_admin
from customer_admin.models import Source, acting_from, recording

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ChangeSetMiddleware:
    """Opens a change set around each request to the admin that may write. Stands after the authentication.

    Such a request is one transaction: an error undoes all of it. Screens of this app call operations, which give
    their own kind and reason to the same change set.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_in_admin(request):
            with acting_from(Source.PORTAL):
                return self.get_response(request)
        user = request.user
        with acting_from(Source.SCREEN):
            if request.method in SAFE_METHODS or not user.is_authenticated or hasattr(user, "portal_login"):
                return self.get_response(request)
            with recording(actor=user):
                request.is_recorded = True  # type: ignore[attr-defined]
                response = self.get_response(request)
                if response.status_code >= 500:  # An error below that was made a response before it came here.
                    transaction.set_rollback(True)
                return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if getattr(request, "is_recorded", False):
            transaction.set_rollback(True)
