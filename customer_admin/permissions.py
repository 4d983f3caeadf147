"""Who may do what. Operations call `require`; screens call `may` to hide what would be refused."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customer_admin.errors import PermissionRefused

from .models import Actor, ActorKind, ChangeSet, ChangeSetKind, Customer
from .models.actors import AnyActor

APP = "customer_admin"

ENTRANCE = {"wagtailadmin.access_admin"}
STAFF = {
    "view_customer",
    "add_customer",
    "change_customer",
    "export_customer",
    "view_customerclass",
    "view_accountnote",
    "add_accountnote",
    "change_accountnote",
    "delete_accountnote",
    "acknowledge_accountnote",
    "view_portallogin",
    "add_portallogin",
    "change_portallogin",
    "view_order",
    "view_loyaltyentry",
    "add_loyaltyentry",
    "view_creditentry",
    "add_creditentry",
    "view_club",
    "view_clubmembership",
    "add_clubmembership",
    "change_clubmembership",
    "view_outgoingemail",
    "resend_outgoingemail",
    "view_linkedemail",
    "add_linkedemail",
    "change_linkedemail",
    "delete_linkedemail",
    "view_savedpaymentmethod",
    "add_savedpaymentmethod",
    "change_savedpaymentmethod",
    "delete_savedpaymentmethod",
    "view_changeset",
    "view_taxdocument",
}
OVERSIGHT = {"audit_changeset", "revert_changeset", "undo_changeset"}
AUDITORS = {name for name in STAFF if name.startswith("view_")} | {"export_customer"} | OVERSIGHT
MANAGERS = (
    STAFF
    | OVERSIGHT
    | {
        "delete_customer",
        "assign_order",
        "decide_duplicates",
        "add_customerclass",
        "change_customerclass",
        "delete_customerclass",
        "add_club",
        "change_club",
        "delete_club",
        "delete_portallogin",
        "import_customer",
        "merge_customer",
        "change_customeradminsettings",
    }
)


def _of_app(codenames: set[str]) -> set[str]:
    return {f"{APP}.{codename}" for codename in codenames}


GROUPS = {
    "Customer staff": _of_app(STAFF) | ENTRANCE,
    "Customer auditors": _of_app(AUDITORS) | ENTRANCE,
    "Customer managers": _of_app(MANAGERS) | ENTRANCE | {"customer_admin_second_factor.reset_second_factor"},
}
"""The groups that every installation gets, with their permissions as far as those apps are installed.

Each can be cut differently in the group editor.
"""


def may(actor: AnyActor, permission: str, *, customer: Customer | None = None) -> bool:
    """Whether `actor` has a permission, of this app by its codename ("add_customer") or of a host ("shop.view_card").

    `customer` is whom it is about: a customer may see and change what is their own.
    """
    actor = Actor.of(actor)
    if actor.kind == ActorKind.SYSTEM:
        return True
    if actor.kind == ActorKind.CUSTOMER:
        own = customer is not None and customer.pk is not None and customer.pk == actor.customer_id
        own = own and actor.user.is_active  # A disabled login may nothing, whatever session is left of it.
        return own and permission in {"view_customer", "change_customer", "change_portallogin", "view_order"}
    return bool(actor.user and actor.user.has_perm(permission if "." in permission else f"{APP}.{permission}"))


def require(actor: AnyActor, permission: str, *, customer: Customer | None = None) -> Actor:
    """The actor, when `may` says yes. Raises PermissionRefused otherwise."""
    actor = Actor.of(actor)
    if not may(actor, permission, customer=customer):
        raise PermissionRefused(
            _("You do not have permission to do this. Ask whoever manages the groups of this site.")
        )
    return actor


def may_merge(actor: AnyActor) -> bool:
    """Whether `actor` may merge accounts, which nobody can who does not see them."""
    return may(actor, "view_customer") and may(actor, "merge_customer")


BULK_WORK = {ChangeSetKind.MERGE, ChangeSetKind.ASSIGN, ChangeSetKind.IMPORT}


def permission_to_revert(change_set: ChangeSet) -> str:
    """The codename of the permission that taking `change_set` back asks for."""
    return "undo_changeset" if change_set.kind in BULK_WORK else "revert_changeset"


def may_revert(actor: AnyActor, change_set: ChangeSet) -> bool:
    """Whether `actor` may take back what this change set did, or a part of it. Nobody may bring back erased data."""
    return change_set.kind != ChangeSetKind.ERASE and may(actor, permission_to_revert(change_set))


def permissions_for_groups() -> QuerySet[Permission]:
    """The permissions that Wagtail's group editor offers besides those of the snippets."""
    shown = {"view_portallogin", "add_portallogin", "change_portallogin", "delete_portallogin"}
    shown |= {
        "import_customer",
        "export_customer",
        "merge_customer",
        "decide_duplicates",
        "view_changeset",
        "acknowledge_accountnote",
    } | OVERSIGHT
    shown |= {"view_order", "assign_order", "view_outgoingemail", "resend_outgoingemail", "view_taxdocument"}
    shown |= {"view_loyaltyentry", "add_loyaltyentry", "view_creditentry", "add_creditentry"}
    shown |= {"view_clubmembership", "add_clubmembership", "change_clubmembership"}
    for name in ("linkedemail", "savedpaymentmethod"):
        shown |= {f"{action}_{name}" for action in ("view", "add", "change", "delete")}
    return Permission.objects.filter(content_type__app_label=APP, codename__in=shown)
