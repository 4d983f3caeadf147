"""Why some fields can't be written through some doors."""

from customer_admin.models import tracked_models
from tests.sweep.changes import tracked_fields

MERGED = "set when customers are merged"
AS_MADE = "said once, when the row is made"
STAYS = "a row stays with whom it belongs to"
AUTHOR = "who wrote the note, which stays"
FACT = "another card or account is another payment method"
IMPORTED = "orders come from a shop, by import"
ON_SETTINGS = "staff set it on Wagtail's settings screen"
OF_THE_HOST = "the host's own code writes it, through doors of its own"
ENABLED = "a new login is enabled"
DECIDED = "a decision about duplicates stays, and is taken back"
SEEN_ONCE = "what somebody has seen at one time stays so"
ONCE = "an entry stays as it was written, and is countered"
LATER = "what becomes of a membership after it was made"
BY_LINK = "said when somebody opens the link that went to the address"
BY_PASSWORD = "said when somebody sets a password"

ENTRIES = {model._meta.label: ONCE for model in tracked_models() if model.is_only_countered}
"""Models whose rows nobody changes."""

WRITTEN_ONCE = {
    f"{model._meta.label}.{field.name}": ONCE
    for model in tracked_models()
    if model.is_only_countered
    for field in tracked_fields(model)
    if not field.primary_key and field.name not in model.movable_fields
}
"""All of them but whose they are."""

NEW_MEMBERSHIP = {
    f"customer_admin.ClubMembership.{name}": LATER
    for name in ("status", "on_hold_until", "cancelled_on", "cancel_reason")
}

NOT_ASKED = {
    "customer_admin.Customer.merged_into": MERGED,
    "customer_admin.Order": IMPORTED,
    "customer_admin.OrderLine": IMPORTED,
    "customer_admin.CustomerAdminSettings": ON_SETTINGS,
    "shop": OF_THE_HOST,
}
"""What neither the operations nor the screens for customers write."""

NOT_YET_VERIFIED = {
    "customer_admin.LinkedEmail.verified_at": BY_LINK,
    "customer_admin.LinkedEmail.verified_key": BY_LINK,
}
"""What a new linked e-mail has not."""

AS_IT_WAS = {
    "customer_admin.Customer.number": AS_MADE,
    "customer_admin.Customer.created_at": AS_MADE,
    "customer_admin.Address.customer": STAYS,
    "customer_admin.AccountNote.customer": STAYS,
    "customer_admin.AccountNote.author": AUTHOR,
    "customer_admin.AccountNote.author_label": AUTHOR,
    "customer_admin.AccountNote.created_at": AS_MADE,
    "customer_admin.DuplicateDismissal": DECIDED,
    "customer_admin.NoteAcknowledgement": SEEN_ONCE,
    "customer_admin.ClubMembership.customer": STAYS,
    "customer_admin.ClubMembership.club": STAYS,
    **ENTRIES,
    "customer_admin.LinkedEmail.customer": STAYS,
    "customer_admin.LinkedEmail.created_at": AS_MADE,
    "customer_admin.SavedPaymentMethod.customer": STAYS,
    "customer_admin.SavedPaymentMethod.kind": FACT,
    "customer_admin.SavedPaymentMethod.processor": FACT,
    "customer_admin.SavedPaymentMethod.token": FACT,
    "customer_admin.SavedPaymentMethod.brand": FACT,
    "customer_admin.SavedPaymentMethod.last_four": FACT,
    "customer_admin.SavedPaymentMethod.created_at": AS_MADE,
    "customer_admin.PortalLogin.customer": STAYS,
    "customer_admin.PortalLogin.user": STAYS,
    "customer_admin.PortalLogin.created_at": AS_MADE,
}
"""What no later edit changes."""

WIPED = {
    "customer_admin.PortalLogin.username": "leaves the history with the login, so that it is free again",
    "customer_admin.PortalLogin.email": "leaves the history with the login, so that it is free again",
}
"""What deleting a login takes out of its history on purpose."""

NOT_DELETED = {key: reason for key, reason in NOT_ASKED.items() if key.count(".") < 2}
"""Models of which none of these doors deletes a row."""
