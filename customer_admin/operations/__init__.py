"""Every write. Screens, API, workers, commands and the portal call these; all arguments are named, `actor` first."""

from customer_admin.mail.links import login_of_token
from customer_admin.models import SYSTEM, acting_from, recording

from .alerts import OpenedOrder, acknowledge_note, open_order
from .baselines import Baseline, record_baseline
from .bulk import BulkChange, change_class_of, delete_customers, set_preferences
from .classes import create_class, delete_class, update_class
from .customers import create_customer, delete_customer, update_customer
from .imports import ImportReport, RowProblem, import_customers, import_orders
from .logins import create_login, delete_login, send_set_password, set_login_enabled, set_password, update_login
from .mail import deliver_email, queue_email, relay_due_emails
from .notes import add_note, delete_note, update_note
from .reverts import RevertReport, follows_reverts_of, restore, revert_change_set
from .sign_in import check_credentials, request_password_reset, set_password_by_link
from .site_settings import update_settings

__all__ = [
    "SYSTEM",
    "Baseline",
    "BulkChange",
    "ImportReport",
    "OpenedOrder",
    "RevertReport",
    "RowProblem",
    "acknowledge_note",
    "acting_from",
    "add_note",
    "change_class_of",
    "check_credentials",
    "create_class",
    "create_customer",
    "create_login",
    "delete_class",
    "delete_customer",
    "delete_customers",
    "delete_login",
    "delete_note",
    "deliver_email",
    "follows_reverts_of",
    "import_customers",
    "import_orders",
    "login_of_token",
    "open_order",
    "queue_email",
    "record_baseline",
    "recording",
    "relay_due_emails",
    "request_password_reset",
    "restore",
    "revert_change_set",
    "send_set_password",
    "set_login_enabled",
    "set_password",
    "set_password_by_link",
    "set_preferences",
    "update_class",
    "update_customer",
    "update_login",
    "update_note",
    "update_settings",
]
