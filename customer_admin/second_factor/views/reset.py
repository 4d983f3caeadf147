"""For managers: who has a second factor, and taking it off somebody who lost theirs."""

from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import DateColumn, TitleColumn
from wagtail.admin.utils import get_user_display_name, get_valid_next_url_from_request
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.base import BaseListingView

from customer_admin.errors import PermissionRefused

from .. import operations, permissions, selectors
from ..models import Authenticator


def reset_url(user: Any) -> str:
    return reverse("customer_admin_second_factor:reset", args=(quote(user.pk),))


class ProtectedStaffView(BaseListingView):
    """Everybody with an authenticator. Managers need not be able to edit users to help somebody who lost theirs."""

    model = Authenticator
    page_title = gettext_lazy("Second factors of staff")
    header_icon = "lock"
    verbose_name_plural = gettext_lazy("second factors")
    index_url_name = "customer_admin_second_factor:staff"
    index_results_url_name = "customer_admin_second_factor:staff_results"
    template_name = "wagtailadmin/generic/listing.html"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    default_ordering = "-created_at"
    paginate_by = 50
    is_searchable = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.has_admin_access(request.user) or not request.user.has_perm(permissions.RESET):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def search_fields(self) -> list[str]:
        return [f"user__{get_user_model().USERNAME_FIELD}"]

    @cached_property
    def columns(self) -> list[Any]:
        return [
            TitleColumn(
                "user",
                label=_("User"),
                accessor=lambda authenticator: get_user_display_name(authenticator.user),
                get_url=self._reset_url_if_allowed,
                get_title_id=lambda authenticator: f"authenticator_{authenticator.pk}",
            ),
            DateColumn("created_at", label=_("Set up"), sort_key="created_at"),
            DateColumn("last_used_at", label=_("Last used"), sort_key="last_used_at"),
        ]

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("user", "user__wagtail_userprofile")

    def _reset_url_if_allowed(self, authenticator: Authenticator) -> str | None:
        if permissions.may_reset(self.request.user, authenticator.user):
            return reset_url(authenticator.user)
        return None


class ResetView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "customer_admin/second_factor/reset.html"
    page_title = gettext_lazy("Reset second factor")
    header_icon = "lock"

    @cached_property
    def user(self) -> Any:
        try:
            return get_user_model()._default_manager.get(pk=unquote(self.kwargs["pk"]))
        except (get_user_model().DoesNotExist, ValueError, ValidationError) as error:
            raise Http404 from error

    def get_page_subtitle(self) -> str:
        return get_user_display_name(self.user)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("customer_admin_second_factor:staff"), "label": ProtectedStaffView.page_title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.may_reset(request.user, self.user):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            was_on = operations.reset_second_factor(actor=request.user, user=self.user)
        except PermissionRefused as refusal:
            raise PermissionDenied(refusal.message) from refusal
        name = {"name": get_user_display_name(self.user)}
        if was_on:
            messages.success(
                request, _("The second factor of %(name)s is reset. Ask them to sign in and set up a new one.") % name
            )
        else:
            messages.info(request, _("%(name)s has no second factor, so there was nothing to reset.") % name)
        return redirect(self.get_next_url())

    def get_next_url(self) -> str:
        return get_valid_next_url_from_request(self.request) or reverse("customer_admin_second_factor:staff")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            name=get_user_display_name(self.user),
            has_second_factor=selectors.authenticator_of(self.user) is not None,
            next_url=self.get_next_url(),
            **kwargs,
        )
