"""The addresses below those tabs that do more than show."""

from collections.abc import Callable
from typing import Any

from django.urls import path

from .credit_tab import AddCreditEntryView, CounterCreditEntryView
from .linked_emails import AddLinkedEmailView, EditLinkedEmailView, RemoveLinkedEmailView, ResendVerificationView
from .loyalty_tab import AddLoyaltyEntryView, CounterLoyaltyEntryView
from .memberships import (
    CancelMembershipView,
    EditMembershipView,
    HoldMembershipView,
    JoinClubView,
    ResumeMembershipView,
)
from .payment_methods import AddPaymentMethodView, DeletePaymentMethodView, EditPaymentMethodView


def urls_below_tabs(construct_view: Callable[[Any], Any]) -> list[Any]:
    """For the customers' view set, which says how its views are built."""
    method = "<int:pk>/payment-methods/<int:row_pk>"
    linked = "<int:pk>/linked-emails/<int:row_pk>"
    membership = "<int:pk>/clubs/<int:membership_pk>"
    return [
        path(address, construct_view(view), name=name)
        for address, view, name in (
            ("<int:pk>/payment-methods/new/", AddPaymentMethodView, "payment_method_add"),
            (f"{method}/", EditPaymentMethodView, "payment_method_edit"),
            (f"{method}/delete/", DeletePaymentMethodView, "payment_method_delete"),
            ("<int:pk>/linked-emails/new/", AddLinkedEmailView, "linked_email_add"),
            (f"{linked}/", EditLinkedEmailView, "linked_email_edit"),
            (f"{linked}/remove/", RemoveLinkedEmailView, "linked_email_remove"),
            (f"{linked}/resend/", ResendVerificationView, "linked_email_resend"),
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
