"""Where what stands against deleting a customer can be settled, for those who may go there."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from customer_admin.errors import Obstacle
from customer_admin.permissions import may


@dataclass(frozen=True)
class LinkedObstacle:
    """An obstacle with the address where it is settled, and the words of the link; both are "" where there is none."""

    message: str
    url: str = ""
    label: str = ""

    def __str__(self) -> str:
        return self.message


def linked(obstacle: Obstacle, user: Any) -> LinkedObstacle:
    """The obstacle with its link, if `user` may follow it."""
    places = {
        "orders": ("view_order", "customers:orders", [], _("See the orders")),
        "club": ("view_clubmembership", "customers:tab", ["clubs"], _("See the clubs")),
        "credit": ("view_creditentry", "customers:tab", ["credit"], _("See the store credit")),
        "merged": ("view_changeset", "customers:history", [], _("See the history")),
    }
    if obstacle.kind not in places or not may(user, places[obstacle.kind][0]):
        return LinkedObstacle(obstacle.message)
    _permission, name, more, label = places[obstacle.kind]
    return LinkedObstacle(obstacle.message, reverse(name, args=[obstacle.customer_id, *more]), label)
