"""The addresses below those tabs that do more than show."""

from collections.abc import Callable
from typing import Any

from django.urls import path

from .credit_tab import AddCreditEntryView, CounterCreditEntryView
from .loyalty_tab import AddLoyaltyEntryView, CounterLoyaltyEntryView
from .memberships import (
    CancelMembershipView,
    EditMembershipView,
    HoldMembershipView,
    JoinClubView,
    ResumeMembershipView,
)


def urls_below_tabs(construct_view: Callable[[Any], Any]) -> list[Any]:
    """For the customers' view set, which says how its views are built."""
    membership = "<int:pk>/clubs/<int:membership_pk>"
    return [
        path(address, construct_view(view), name=name)
        for address, view, name in (
            ("<int:pk>/loyalty/add/", AddLoyaltyEntryView, "loyalty_add"),
            ("<int:pk>/loyalty/<int:entry_pk>/counter/", CounterLoyaltyEntryView, "loyalty_counter"),
            ("<int:pk>/credit/add/", AddCreditEntryView, "credit_add"),
            ("<int:pk>/credit/<int:entry_pk>/counter/", CounterCreditEntryView, "credit_counter"),
            ("<int:pk>/clubs/join/", JoinClubView, "club_join"),
            (f"{membership}/", EditMembershipView, "club_edit"),
            (f"{membership}/hold/", HoldMembershipView, "club_hold"),
            (f"{membership}/resume/", ResumeMembershipView, "club_resume"),
            (f"{membership}/cancel/", CancelMembershipView, "club_cancel"),
        )
    ]
