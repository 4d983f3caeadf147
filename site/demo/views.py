"""The mailbox of the development server: everybody's mail, so that its links can be followed without a mail server."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .mailbox import mail_with, mails_in


@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The list of mails, the newest first; it looks for new ones by itself."""
    mails = mails_in(_folder())
    return render(request, "demo/mailbox.html", {"mails": mails})


@never_cache
@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: who, what, and both of its forms."""
    found = mail_with(key, _folder())
    if found is None:
        raise Http404("There is no such mail. It may have been deleted from the folder.")
    return render(request, "demo/mail.html", {"mail": found})


def _folder() -> Path:
    """Where the mails are. Everybody's mail is shown to everybody, so there is none outside of development."""
    if not settings.DEBUG:
        raise Http404
    return Path(settings.MAIL_FOLDER)
