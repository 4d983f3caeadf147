"""Where the Wagtail admin is. Knows no models, so every middleware may ask."""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


def is_in_admin(request: HttpRequest) -> bool:
    """Whether the request is for a page of the Wagtail admin, if this host has one."""
    try:
        return request.path.startswith(reverse("wagtailadmin_home"))
    except NoReverseMatch:
        return False
