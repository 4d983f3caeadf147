"""The page behind the link that verifies a linked e-mail. It needs no login and no portal.

Opening the link only shows a button: mail scanners open links, people press buttons. The token stands in the address,
so no browser may pass that on or keep the page.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customer_admin.errors import LinkedEmailRefused
from customer_admin.mail.verification import linked_email_of_token
from customer_admin.models import LinkedEmail
from customer_admin.operations import verify_linked_email

TEMPLATE = "customer_admin/verify_email.html"


# The token is the proof, and nobody who has it needs another site to send it. A check by cookie and Referer would only
# turn away those whose browser keeps either back, which this page asks it to do.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_email(request: HttpRequest, token: str) -> HttpResponse:
    """The button, what pressing it did, or why the link is dead."""
    is_done = False
    linked = linked_email_of_token(token)
    if linked is not None and request.method == "POST":
        try:
            linked = verify_linked_email(token=token)
            is_done = True
        except LinkedEmailRefused:
            linked = None
    response = render(request, TEMPLATE, _context(linked, is_done), status=200 if linked is not None else 410)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _context(linked: LinkedEmail | None, is_done: bool) -> dict[str, object]:
    if linked is None:
        return {"linked_email": None}
    site = linked.customer.site
    return {
        "linked_email": linked,
        "is_done": is_done or linked.is_verified,
        "site_name": site.site_name or site.hostname,
        "notifications": [each.label for each in linked.notifications],
    }
