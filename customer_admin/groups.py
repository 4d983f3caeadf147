"""The groups of staff that every installation gets."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions

from .permissions import APP, GROUPS


def create_groups(sender: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Create each group that is missing, with its permissions; a group that is there keeps what staff made of it."""
    from django.contrib.auth.models import Group, Permission

    create_permissions(sender, verbosity=0, using=using)
    for name, codenames in GROUPS.items():
        group, created = Group.objects.using(using).get_or_create(name=name)
        if created:
            own = Permission.objects.using(using).filter(content_type__app_label=APP, codename__in=codenames)
            entrance = Permission.objects.using(using).filter(
                content_type__app_label="wagtailadmin", codename="access_admin"
            )
            group.permissions.set([*own, *entrance])
