"""The groups of staff that every installation gets."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions

from .permissions import GROUPS


def create_groups(sender: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Create each group that is missing, with its permissions; a group that is there keeps what staff made of it."""
    from django.contrib.auth.models import Group, Permission

    for name, permissions in GROUPS.items():
        group, created = Group.objects.using(using).get_or_create(name=name)
        if not created:
            continue
        for label in {permission.partition(".")[0] for permission in permissions} & set(apps.app_configs):
            create_permissions(apps.get_app_config(label), verbosity=0, using=using)
            codenames = {
                permission.partition(".")[2] for permission in permissions if permission.startswith(f"{label}.")
            }
            found = Permission.objects.using(using).filter(content_type__app_label=label, codename__in=codenames)
            group.permissions.add(*found)
