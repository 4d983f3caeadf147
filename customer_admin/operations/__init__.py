"""Every write. Screens, API, workers, commands and the portal call these; all arguments are named, `actor` first."""

from customer_admin.mail.links import login_of_token
from customer_admin.models import SYSTEM, acting_from, recording

from .accounts import hold_account
from .alerts import OpenedOrder, acknowledge_note, open_order
from .assignments import AssignedOrders, MovedOrder, assign_orders
from .baselines import Baseline, record_baseline
from .bulk import BulkChange, change_class_of, set_preferences
from .bulk_deletions import delete_classes, delete_clubs, delete_customers, delete_notes
from .classes import create_class, delete_class, update_class
from .clubs import create_club, delete_club, update_club
from .credit import add_credit_entry, counter_credit_entry
from .customers import create_customer, delete_customer, update_customer
from .duplicates import Dismissed, dismiss_duplicates, find_duplicates, look_again, start_search
from .extensions import save_extension
from .imports import ImportReport, RowProblem, import_customers, import_orders
from .linked_emails import link_email, resend_verification, unlink_email, update_linked_email, verify_linked_email
from .logins import create_login, delete_login, send_set_password, set_login_enabled, set_password, update_login
from .loyalty import add_loyalty_entry, counter_loyalty_entry
from .mail import deliver_email, queue_email, relay_due_emails
from .memberships import cancel_membership, hold_membership, join_club, resume_membership, update_membership
from .merge_batches import QueuedMerges, carry_out_merges, queue_approved_merge, queue_certain_merges, queue_merge
from .merge_requests import approve_merge, refuse_merge, request_merge
from .merges import Merge, merge_customers
from .notes import add_note, delete_note, update_note
from .payment_methods import add_payment_method, delete_payment_method, update_payment_method
from .resends import resend_email
from .reverts import RevertReport, follows_reverts_of, restore, revert_change_set
from .sign_in import check_credentials, request_password_reset, set_password_by_link
from .sign_in_failures import unlock_login
from .site_settings import update_settings

__all__ = [
    "SYSTEM",
    "AssignedOrders",
    "Baseline",
    "BulkChange",
    "Dismissed",
    "ImportReport",
    "Merge",
    "MovedOrder",
    "OpenedOrder",
    "QueuedMerges",
    "RevertReport",
    "RowProblem",
    "acknowledge_note",
    "acting_from",
    "add_credit_entry",
    "add_loyalty_entry",
    "add_note",
    "add_payment_method",
    "approve_merge",
    "assign_orders",
    "cancel_membership",
    "carry_out_merges",
    "change_class_of",
    "check_credentials",
    "counter_credit_entry",
    "counter_loyalty_entry",
    "create_class",
    "create_club",
    "create_customer",
    "create_login",
    "delete_class",
    "delete_classes",
    "delete_club",
    "delete_clubs",
    "delete_customer",
    "delete_customers",
    "delete_login",
    "delete_note",
    "delete_notes",
    "delete_payment_method",
    "deliver_email",
    "dismiss_duplicates",
    "find_duplicates",
    "follows_reverts_of",
    "hold_account",
    "hold_membership",
    "import_customers",
    "import_orders",
    "join_club",
    "link_email",
    "login_of_token",
    "look_again",
    "merge_customers",
    "open_order",
    "queue_approved_merge",
    "queue_certain_merges",
    "queue_email",
    "queue_merge",
    "record_baseline",
    "recording",
    "refuse_merge",
    "relay_due_emails",
    "request_merge",
    "request_password_reset",
    "resend_email",
    "resend_verification",
    "restore",
    "resume_membership",
    "revert_change_set",
    "save_extension",
    "send_set_password",
    "set_login_enabled",
    "set_password",
    "set_password_by_link",
    "set_preferences",
    "start_search",
    "unlink_email",
    "unlock_login",
    "update_class",
    "update_club",
    "update_customer",
    "update_linked_email",
    "update_login",
    "update_membership",
    "update_note",
    "update_payment_method",
    "update_settings",
    "verify_linked_email",
]
