"""Who acts: the person or the machine in whose name something is written."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    STAFF = "staff", _("Staff")
    CUSTOMER = "customer", _("Customer")
    INTEGRATION = "integration", _("Integration")
    SYSTEM = "system", _("System")


@dataclass(frozen=True)
class Actor:
    """One who acts. `label` is how history names them, kept as it was even when the user is gone."""

    kind: ActorKind
    user: Any = None
    label: str = ""

    @classmethod
    def of(cls, who: "AnyActor") -> "Actor":
        """The actor for a user (staff, or a customer when the user stands behind a portal login) or an actor itself."""
        if isinstance(who, Actor):
            return who
        if not getattr(who, "is_authenticated", False):
            raise TypeError(f"An actor is a signed-in user or an Actor, not {who!r}.")
        login = getattr(who, "portal_login", None)
        if login is not None:
            return cls(kind=ActorKind.CUSTOMER, user=who, label=str(login.customer))
        full_name = who.get_full_name() if hasattr(who, "get_full_name") else ""  # Not each user model has one.
        return cls(kind=ActorKind.STAFF, user=who, label=full_name or who.get_username())

    @property
    def user_id(self) -> Any:
        """The key of the user who acts; None for the system, which is never a person."""
        return None if self.kind == ActorKind.SYSTEM else getattr(self.user, "pk", None)

    @property
    def customer_id(self) -> int | None:
        """The key of the customer who acts here, or None for everybody else."""
        login = getattr(self.user, "portal_login", None)
        return login.customer_id if login is not None else None


AnyActor: TypeAlias = Any
"""What operations take as `actor`: a signed-in user or an `Actor`."""

SYSTEM = Actor(kind=ActorKind.SYSTEM, label="System")
"""The actor of work that no person asked for. It may do everything, and the history says it was the system."""
