"""The admin's login form, closed to customers."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms.auth import LoginForm


class StaffLoginForm(LoginForm):
    """Refuses who has no access to the admin instead of signing them in and turning them away afterwards."""

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if hasattr(user, "portal_login") or not user.has_perm("wagtailadmin.access_admin"):
            raise ValidationError(_("This account has no access to the admin."), code="no_access")
