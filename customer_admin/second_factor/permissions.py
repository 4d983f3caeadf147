"""Who may do what with a second factor: everybody with admin access their own, a manager that of others.

An actor is a user, or an object with `kind` and `user` as `customer_admin` has them. Its class is not imported, because
this app also runs where the models of `customer_admin` are not installed.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

ADMIN_ACCESS = "wagtailadmin.access_admin"
RESET = "customer_admin_second_factor.reset_second_factor"


@dataclass(frozen=True)
class SystemActor:
    """Whoever has a shell on the server."""

    kind: str = "system"
    user: None = None
    label: str = "System"


SYSTEM = SystemActor()


def acting_user(actor: Any) -> Any:
    """The user who acts, or None for the system."""
    return actor if isinstance(actor, get_user_model()) else actor.user


def has_admin_access(user: Any) -> bool:
    """Whether the second factor is this user's business at all; portal customers share the table and are not asked."""
    return bool(user.is_authenticated and user.has_perm(ADMIN_ACCESS))


def may_have_second_factor(actor: Any) -> bool:
    user = acting_user(actor)
    return user is not None and has_admin_access(user)


def may_reset(actor: Any, user: Any) -> bool:
    """Not one's own, which would be a way around the code; and a superuser's only by a superuser or the system."""
    if getattr(actor, "kind", None) == "system":
        return True
    by = acting_user(actor)
    if by is None or by.pk == user.pk or not has_admin_access(by) or not by.has_perm(RESET):
        return False
    return by.is_superuser or not user.is_superuser
