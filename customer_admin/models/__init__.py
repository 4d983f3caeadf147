"""All models, and the few names a host needs to track its own."""

from .acknowledgements import NoteAcknowledgement
from .actors import SYSTEM, Actor, ActorKind
from .addresses import Address
from .change_sets import ChangeSet, ChangeSetCustomer, ChangeSetKind, Source
from .customer_class import CustomerClass, InvoiceLayout
from .customers import Customer
from .history import Tracked, TrackedManager, TrackedQuerySet, tracked_models
from .logins import PortalLogin
from .mail import OutgoingEmail
from .notes import AccountNote
from .orders import Order, OrderLine
from .recording import acting_from, recording
from .sequences import Sequence
from .site_settings import CustomerAdminSettings
from .tax_documents import TaxDocument

__all__ = [
    "SYSTEM",
    "AccountNote",
    "Actor",
    "ActorKind",
    "Address",
    "ChangeSet",
    "ChangeSetCustomer",
    "ChangeSetKind",
    "Customer",
    "CustomerAdminSettings",
    "CustomerClass",
    "InvoiceLayout",
    "NoteAcknowledgement",
    "Order",
    "OrderLine",
    "OutgoingEmail",
    "PortalLogin",
    "Sequence",
    "Source",
    "TaxDocument",
    "Tracked",
    "TrackedManager",
    "TrackedQuerySet",
    "acting_from",
    "recording",
    "tracked_models",
]
