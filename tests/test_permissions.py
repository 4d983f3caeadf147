"""Who may do what: the table, line by line."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from customer_admin.errors import PermissionRefused
from customer_admin.models import SYSTEM, Actor, ActorKind, ChangeSet, ChangeSetKind, Customer
from customer_admin.operations import set_login_enabled
from customer_admin.permissions import (
    AUDITORS,
    GROUPS,
    MANAGERS,
    STAFF,
    may,
    may_revert,
    permissions_for_groups,
    require,
)
from tests.factories import make_auditor, make_customer, make_manager, make_portal_user, make_staff, make_user

pytestmark = pytest.mark.django_db

READING = {
    "view_customer",
    "view_accountnote",
    "view_order",
    "view_outgoingemail",
    "view_changeset",
    "view_portallogin",
    "view_loyaltyentry",
    "view_creditentry",
    "view_club",
    "view_clubmembership",
}
WRITING = {
    "add_customer",
    "change_customer",
    "add_accountnote",
    "change_accountnote",
    "acknowledge_accountnote",
    "add_portallogin",
    "change_portallogin",
    "add_loyaltyentry",
    "add_creditentry",
    "add_clubmembership",
    "change_clubmembership",
}
MANAGING = {"delete_customer", "delete_portallogin", "import_customer", "change_customeradminsettings"}
MANAGING |= {"add_club", "change_club", "delete_club"}
OWN = {"view_customer", "change_customer", "change_portallogin", "view_order"}


def of(actor: Any, **about: Any) -> set[str]:
    return {name for name in READING | WRITING | MANAGING if may(actor, name, **about)}


def test_staff_read_and_write_and_do_not_manage() -> None:
    assert of(make_staff()) == READING | WRITING


def test_auditors_read() -> None:
    assert of(make_auditor()) == READING


def test_managers_do_all() -> None:
    assert of(make_manager()) == READING | WRITING | MANAGING


def test_superusers_do_all_and_others_nothing() -> None:
    assert of(make_user(is_superuser=True)) == READING | WRITING | MANAGING
    assert of(make_user()) == set()
    assert of(make_manager(is_active=False)) == set()


def test_a_single_permission_is_enough_for_what_it_names() -> None:
    assert of(make_user(permissions=("delete_customer",))) == {"delete_customer"}


def test_customers_do_what_concerns_themselves() -> None:
    own, other = make_customer(), make_customer()
    user = make_portal_user(own)
    assert of(user, customer=own) == OWN
    assert of(user, customer=other) == set()
    assert of(user) == set()
    assert of(user, customer=Customer()) == set()


def test_a_disabled_customer_does_nothing() -> None:
    own = make_customer()
    user = make_portal_user(own)
    set_login_enabled(actor=SYSTEM, login=user.portal_login, enabled=False)
    assert of(type(user).objects.get(pk=user.pk), customer=own) == set()


def test_a_customer_stays_one_whatever_the_user_row_says() -> None:
    own = make_customer()
    user = make_portal_user(own)
    user.is_superuser = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename="delete_customer"))
    user = type(user).objects.get(pk=user.pk)
    assert of(user) == set()
    assert of(user, customer=own) == OWN


def test_a_customer_without_a_login_is_nobody() -> None:
    nobody = Actor(kind=ActorKind.CUSTOMER, label="Forged")
    assert of(nobody, customer=Customer()) == set()
    assert of(nobody, customer=make_customer()) == set()


def test_a_programme_without_a_user_may_nothing_and_the_system_all() -> None:
    assert of(Actor(kind=ActorKind.INTEGRATION, label="Till")) == set()
    assert of(Actor(kind=ActorKind.STAFF, label="Forged")) == set()
    assert of(SYSTEM) == READING | WRITING | MANAGING


def test_nobody_is_no_actor() -> None:
    for nobody in (None, AnonymousUser(), "ann"):
        with pytest.raises(TypeError):
            may(nobody, "view_customer")
        with pytest.raises(TypeError):
            require(nobody, "view_customer")


def test_require_answers_the_actor_or_refuses_in_words() -> None:
    staff = make_staff("ann", first_name="Ann", last_name="Field")
    actor = require(staff, "view_customer")
    assert (actor.kind, actor.user, actor.label) == (ActorKind.STAFF, staff, "Ann Field")
    assert require(actor, "view_customer") is actor
    with pytest.raises(PermissionRefused, match="You do not have permission to do this"):
        require(staff, "delete_customer")


def test_managers_may_all_that_others_may_and_auditors_read_and_take_back_and_nothing_else() -> None:
    assert STAFF < MANAGERS
    assert AUDITORS < MANAGERS
    taking_back = {"audit_changeset", "revert_changeset", "undo_changeset"}
    assert taking_back == AUDITORS - STAFF
    assert {name for name in AUDITORS if not name.startswith("view_")} == {*taking_back, "export_customer"}
    assert set(GROUPS) == {"Customer staff", "Customer auditors", "Customer managers"}


def test_what_was_done_in_bulk_is_taken_back_with_a_permission_of_its_own() -> None:
    undo, revert = make_user(permissions=("undo_changeset",)), make_user(permissions=("revert_changeset",))
    bulk = {kind for kind in ChangeSetKind if may_revert(undo, ChangeSet(kind=kind))}
    assert bulk == {"merge", "assign", "import"}
    others = set(ChangeSetKind) - bulk - {"erase"}
    assert {kind for kind in ChangeSetKind if may_revert(revert, ChangeSet(kind=kind))} == others
    assert {kind for kind in ChangeSetKind if may_revert(make_auditor(), ChangeSet(kind=kind))} == others | bulk
    assert not any(may_revert(make_staff(), ChangeSet(kind=kind)) for kind in ChangeSetKind)


def test_each_permission_that_is_asked_for_exists() -> None:
    existing = set(
        Permission.objects.filter(content_type__app_label="customer_admin").values_list("codename", flat=True)
    )
    assert existing >= MANAGERS


def test_the_group_editor_offers_what_the_snippets_do_not() -> None:
    offered = set(permissions_for_groups().values_list("codename", flat=True))
    assert offered == {
        "import_customer",
        "export_customer",
        "decide_duplicates",
        "view_portallogin",
        "add_portallogin",
        "change_portallogin",
        "delete_portallogin",
        "view_order",
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
        "acknowledge_accountnote",
        "view_loyaltyentry",
        "add_loyaltyentry",
        "view_creditentry",
        "add_creditentry",
        "view_clubmembership",
        "add_clubmembership",
        "change_clubmembership",
        "view_taxdocument",
        "audit_changeset",
        "revert_changeset",
        "undo_changeset",
    }
