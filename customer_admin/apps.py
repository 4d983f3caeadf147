from typing import Any

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CustomerAdminConfig(AppConfig):
    name = "customer_admin"
    label = "customer_admin"
    verbose_name = _("Customer administration")
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        from .conf import app_settings

        for label, name in (("wagtailsnippets", "wagtail.snippets"), ("wagtailusers", "wagtail.users")):
            if label in apps.app_configs:  # So far it holds the apps above this one.
                raise ImproperlyConfigured(f'Move "customer_admin" above "{name}" in INSTALLED_APPS, to which it adds.')
        if app_settings.host("DRAMATIQ_BROKER") is None:
            # Without it django-dramatiq, which is loaded next, would fail in words about a library called pika.
            raise ImproperlyConfigured("DRAMATIQ_BROKER is not set. docs/how-to/install.md shows what to begin with.")

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers them)
        from .groups import create_groups

        if apps.is_installed("django_dramatiq"):
            from . import tasks  # noqa: F401  (who sends a message must know its actor)

        post_migrate.connect(create_groups, sender=self)
        # The host's viewset for users stays what it is, but its list leaves portal users out.
        users = apps.get_app_config("wagtailusers")
        users.user_viewset_of_host = users.user_viewset
        users.user_viewset = "customer_admin.views.users.StaffUserViewSet"
