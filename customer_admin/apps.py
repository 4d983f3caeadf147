from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CustomerAdminConfig(AppConfig):
    name = "customer_admin"
    label = "customer_admin"
    verbose_name = _("Customer administration")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers them)
        from .groups import create_groups

        post_migrate.connect(create_groups, sender=self)
