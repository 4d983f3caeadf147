"""All models, and the few names a host needs to track its own."""

from .acknowledgements import NoteAcknowledgement
from .actors import SYSTEM, Actor, ActorKind
from .addresses import Address
from .change_sets import ChangeSet, ChangeSetCustomer, ChangeSetKind, Source
from .clubs import Club, ClubMembership
from .credit import CreditEntry
from .customer_class import CustomerClass, InvoiceLayout
from .customers import Customer
from .duplicates import DuplicateDismissal, DuplicatePair, DuplicateSearch
from .entries import CounteredEntry
from .history import Tracked, TrackedManager, TrackedQuerySet, tracked_models
from .linked_emails import LinkedEmail, Notification
from .logins import PortalLogin
from .loyalty import LoyaltyEntry
from .mail import OutgoingEmail
from .merge_requests import MergeBatch, MergeRequest
from .notes import AccountNote
from .orders import Order, OrderLine
from .payment_methods import SavedPaymentMethod
from .recording import acting_from, recording
from .sequences import Sequence
from .site_settings import CustomerAdminSettings
from .tax_documents import TaxDocument
from .untracked_changes import UntrackedChange

__all__ = [
    "SYSTEM",
    "AccountNote",
    "Actor",
    "ActorKind",
    "Address",
    "ChangeSet",
    "ChangeSetCustomer",
    "ChangeSetKind",
    "Club",
    "ClubMembership",
    "CounteredEntry",
    "CreditEntry",
    "Customer",
    "CustomerAdminSettings",
    "CustomerClass",
    "DuplicateDismissal",
    "DuplicatePair",
    "DuplicateSearch",
    "InvoiceLayout",
    "LinkedEmail",
    "LoyaltyEntry",
    "MergeBatch",
    "MergeRequest",
    "NoteAcknowledgement",
    "Notification",
    "Order",
    "OrderLine",
    "OutgoingEmail",
    "PortalLogin",
    "SavedPaymentMethod",
    "Sequence",
    "Source",
    "TaxDocument",
    "Tracked",
    "TrackedManager",
    "TrackedQuerySet",
    "UntrackedChange",
    "acting_from",
    "recording",
    "tracked_models",
]
