"""The net under views of others: what they write in the admin belongs to a change set of whoever is signed in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from customer_admin.admin_paths import is_in_admin
from customer_admin.models import Source, acting_from, recording
from customer_admin.operations.refusals import needed_by
from customer_admin.retries import Attempts

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ChangeSetMiddleware:
    """Opens a change set around each request to the admin that may write. Stands after the authentication.

    Such a request is one transaction: an error undoes all of it, and one that met another in a deadlock is done again.
    Screens of this app call operations, which give their own kind and reason to the same change set.
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
            return self._recorded(request, user)

    def _recorded(self, request: HttpRequest, user: Any) -> HttpResponse:
        attempts = Attempts(request)
        request.recorded = attempts  # type: ignore[attr-defined]
        while True:
            attempts.begin()
            try:
                with recording(actor=user):
                    response = self.get_response(request)
                    attempts.streams = response.streaming
                    if response.status_code >= 500:  # An error below that was made a response before it came here.
                        transaction.set_rollback(True)
            except DatabaseError as error:  # When the change set was closed, or at the commit.
                if not attempts.break_off(error):
                    raise
            if not attempts.is_broken_off:
                return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        attempts = getattr(request, "recorded", None)
        if attempts is None:
            return None
        transaction.set_rollback(True)
        if isinstance(exception, ProtectedError | RestrictedError):
            # Wagtail's own screens let go of a site or the like without asking who needs it.
            needing = needed_by(exception)
            messages.error(request, _("This is still needed by: %(what)s. Nothing was deleted.") % {"what": needing})
            return redirect(request.get_full_path())
        # Nobody sees this response, and nobody is told of an error that the next try has not.
        return HttpResponse(status=503) if attempts.break_off(exception) else None
