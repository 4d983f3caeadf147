"""Taking change sets back: what it does, who may, and what it leaves behind."""

import datetime
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customer_admin.errors import DeleteRefused, PermissionRefused, RevertRefused
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    ChangeSet,
    Customer,
    CustomerClass,
    Order,
    OutgoingEmail,
    PortalLogin,
    recording,
)
from customer_admin.operations import (
    create_customer,
    create_login,
    delete_class,
    delete_customer,
    delete_login,
    restore,
    revert_change_set,
    set_login_enabled,
    set_password,
    update_customer,
    update_login,
)
from tests.change_sets import edited, newest
from tests.factories import (
    PASSWORD,
    make_address,
    make_auditor,
    make_class,
    make_customer,
    make_login,
    make_manager,
    make_note,
    make_order,
    make_portal_user,
    make_staff,
    make_user,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db


def test_an_edit_is_taken_back_by_a_change_set_that_says_who_and_why() -> None:
    customer = make_customer(first_name="Ada", phone="1")
    edit = edited(customer, first_name="Grace", phone="2")
    auditor = make_auditor()

    report = revert_change_set(actor=auditor, change_set=edit, reason="Wrong customer")

    customer.refresh_from_db()
    assert (customer.first_name, customer.phone) == ("Ada", "1")
    assert "ada" in customer.search_text
    revert = report.change_set
    assert (revert.kind, revert.actor, revert.reason, revert.reverts) == ("revert", auditor, "Wrong customer", edit)
    assert [(row.ref, row.action, row.fields) for row in report.rows] == [
        (f"customer_admin.customer:{customer.pk}", "change", {"first_name", "phone"})
    ]
    row = customer.history.get(change_set=revert)
    assert (row.history_type, row.first_name, row.history_changed.split()) == ("~", "Ada", ["first_name", "phone"])


def test_a_second_call_does_no_harm() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    revert_change_set(actor=SYSTEM, change_set=edit)
    with nothing_changes():
        report = revert_change_set(actor=SYSTEM, change_set=edit)
    assert (report.rows, report.clashes, report.done_already, report.change_set) == ((), (), 1, None)


def test_a_dry_run_tells_the_same_and_writes_nothing() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    with nothing_changes():
        dry = revert_change_set(actor=SYSTEM, change_set=edit, dry_run=True)
    report = revert_change_set(actor=SYSTEM, change_set=edit)
    assert dry.rows == report.rows
    assert (dry.change_set, dry.dry_run) == (None, True)


def test_what_took_back_can_be_taken_back() -> None:
    customer = make_customer(phone="1")
    first = revert_change_set(actor=SYSTEM, change_set=edited(customer, phone="2")).change_set
    second = revert_change_set(actor=SYSTEM, change_set=first).change_set
    customer.refresh_from_db()
    assert (customer.phone, second.reverts) == ("2", first)


def test_one_field_or_one_row_can_be_taken_back_alone() -> None:
    customer = make_customer(first_name="Ada", phone="1")
    note = make_note(customer, body="old")
    with recording(actor=SYSTEM) as current:
        Customer.objects.filter(pk=customer.pk).update(first_name="Grace", phone="2")
        AccountNote.objects.filter(pk=note.pk).update(body="new")

    revert_change_set(
        actor=SYSTEM, change_set=current.change_set, only=[f"customer_admin.customer:{customer.pk}:phone"]
    )
    customer.refresh_from_db(), note.refresh_from_db()
    assert (customer.first_name, customer.phone, note.body) == ("Grace", "1", "new")

    revert_change_set(actor=SYSTEM, change_set=current.change_set, only=[f"customer_admin.accountnote:{note.pk}"])
    customer.refresh_from_db(), note.refresh_from_db()
    assert (customer.first_name, note.body) == ("Grace", "old")


@pytest.mark.parametrize(
    "ref",
    [
        "nonsense",
        "customer_admin.customer:x",
        "customer_admin.customer:999999",
        "customer_admin.customer:1:nothing",
        "auth.user:1",
        "",
    ],
)
def test_what_is_not_in_the_change_set_is_refused(ref: str) -> None:
    edit = edited(make_customer(), phone="2")
    with nothing_changes(), pytest.raises(RevertRefused, match="no such row in this change"):
        revert_change_set(actor=SYSTEM, change_set=edit, only=[ref])


@pytest.mark.parametrize(
    ("kind", "permission"),
    [("edit", "revert_changeset"), ("delete", "revert_changeset"), ("merge", "undo_changeset"),
     ("assign", "undo_changeset"), ("import", "undo_changeset")],
)  # fmt: skip
def test_each_kind_asks_for_its_permission(kind: str, permission: str) -> None:
    customer = make_customer(phone="1")
    with recording(actor=SYSTEM, kind=kind) as current:
        Customer.objects.update(phone="2")
    other = ({"revert_changeset", "undo_changeset"} - {permission}).pop()
    for refused in (make_staff(), make_user(permissions=(other,)), make_portal_user(customer)):
        with nothing_changes(), pytest.raises(PermissionRefused):
            revert_change_set(actor=refused, change_set=current.change_set)
    revert_change_set(actor=make_user(permissions=(permission,)), change_set=current.change_set)
    customer.refresh_from_db()
    assert customer.phone == "1"


def test_a_field_of_a_row_that_was_created_is_nothing_to_take_back() -> None:
    customer = make_customer(phone="1")
    creation = newest()
    edited(customer, phone="2")
    with nothing_changes():
        ref = f"customer_admin.customer:{customer.pk}:phone"
        report = revert_change_set(actor=SYSTEM, change_set=creation, only=[ref])
    assert (report.rows, report.clashes) == ((), ())


def test_auditors_and_managers_take_back_and_restore() -> None:
    for actor in (make_auditor(), make_manager()):
        customer = make_customer(phone="1")
        revert_change_set(actor=actor, change_set=edited(customer, phone="2"))
        gone = delete_customer(actor=SYSTEM, customer=customer)
        assert restore(actor=actor, change_set=gone).actor == actor
        assert Customer.objects.get(pk=customer.pk).phone == "1"


def test_a_row_or_field_of_one_customer_is_taken_back_alone_and_nobody_elses() -> None:
    first, second = make_customer(phone="1", first_name="Ada"), make_customer(phone="1")
    with recording(actor=SYSTEM) as current:
        Customer.objects.update(phone="2", first_name="Grace")
    only = [f"customer_admin.customer:{first.pk}:phone"]
    with nothing_changes(), pytest.raises(RevertRefused, match="no such row"):
        revert_change_set(actor=SYSTEM, change_set=current.change_set, only=only, customer=second)
    revert_change_set(actor=SYSTEM, change_set=current.change_set, only=only, customer=first)
    first.refresh_from_db()
    assert (first.phone, first.first_name) == ("1", "Grace")


def test_a_change_of_fields_that_the_model_no_longer_has_is_taken_back_in_the_others() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    Customer.history.filter(change_set=edit).update(history_changed=" phone  fax ")
    report = revert_change_set(actor=SYSTEM, change_set=edit)
    assert [row.fields for row in report.rows] == [{"phone"}]
    customer.refresh_from_db()
    assert customer.phone == "1"


def test_a_time_of_the_last_write_that_is_tracked_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    monkeypatch.setattr(Customer._meta.get_field("birth_date"), "auto_now", True, raising=False)
    Customer.history.filter(change_set=edit).update(history_changed=" phone  birth_date ")
    revert_change_set(actor=SYSTEM, change_set=edit)
    customer.refresh_from_db()
    assert (customer.phone, customer.birth_date) == ("1", timezone.now().date())


def test_erased_data_never_comes_back() -> None:
    make_customer()
    with recording(actor=SYSTEM, kind="erase") as current:
        Customer.objects.update(phone="")
        Customer.objects.update(first_name="–")
    with nothing_changes(), pytest.raises(RevertRefused, match="gone for good"):
        revert_change_set(actor=SYSTEM, change_set=current.change_set)


def test_a_change_set_that_is_still_open_is_refused() -> None:
    make_customer()
    with recording(actor=SYSTEM) as current:
        Customer.objects.update(phone="1")
        with pytest.raises(RevertRefused, match="still being written"):
            revert_change_set(actor=SYSTEM, change_set=current.change_set)


def test_a_customer_who_was_created_goes_again_with_what_came_along() -> None:
    staff = make_staff()
    customer = create_customer(actor=staff, last_name="Stone", addresses=[{"line1": "1 Road"}, {"line1": "2 Road"}])
    revert_change_set(actor=SYSTEM, change_set=newest())
    assert not Customer.all_objects.filter(pk=customer.pk).exists()
    assert Address.objects.count() == 0
    again = revert_change_set(actor=SYSTEM, change_set=newest()).change_set
    assert Address.objects.filter(customer_id=customer.pk, is_primary=True).get().line1 == "1 Road"
    assert again.kind == "revert"


def test_a_deleted_customer_comes_back_with_addresses_notes_orders_and_login_as_one_step() -> None:
    customer = make_customer()
    key, address, note = customer.pk, make_address(customer, is_primary=True), make_note(customer, body="Allergic")
    order = make_order(customer, lines=2, status="completed")
    login = make_login(customer, "ada")
    gone = delete_customer(actor=make_manager(), customer=customer)
    assert not type(login.user).objects.get(pk=login.user_id).is_active

    change_set = restore(actor=make_auditor(), change_set=gone, reason="By mistake")

    back = Customer.objects.get(pk=key)
    assert (back.number, back.sort_name) == (customer.number, customer.sort_name)
    assert (back.addresses.get().pk, back.account_notes.get().body) == (address.pk, "Allergic")
    assert note.pk == back.account_notes.get().pk
    assert list(back.orders.all()) == [order]
    assert (back.portal_login.pk, back.portal_login.username, back.portal_login.user_id) == (
        login.pk,
        "ada",
        login.user_id,
    )
    assert back.portal_login.user.is_active
    assert (change_set.kind, change_set.reverts, change_set.reason) == ("revert", gone, "By mistake")
    with nothing_changes(), pytest.raises(RevertRefused, match="Nothing that this change deleted is missing"):
        restore(actor=SYSTEM, change_set=gone)


def test_a_change_that_deleted_nothing_restores_nothing() -> None:
    edit = edited(make_customer(), phone="2")
    with nothing_changes(), pytest.raises(RevertRefused, match="Nothing that this change deleted is missing"):
        restore(actor=SYSTEM, change_set=edit)


def test_a_login_whose_names_are_taken_by_now_stays_away_and_says_who_has_them() -> None:
    customer = make_customer()
    login = make_login(customer, "ada")
    gone = delete_customer(actor=SYSTEM, customer=customer)
    taker = make_login(make_customer(), "ada")
    with nothing_changes(), pytest.raises(RevertRefused) as caught:
        restore(actor=SYSTEM, change_set=gone)
    clashes = {(c.kind, c.model, c.row_key, c.other) for c in caught.value.report.clashes}
    assert clashes == {("taken", PortalLogin, login.pk, (PortalLogin, taker.pk))}
    report = revert_change_set(actor=SYSTEM, change_set=gone, resolve="keep")
    assert PortalLogin not in {row.model for row in report.rows}
    assert Customer.objects.get(pk=customer.pk).login is None
    assert not type(login.user).objects.get(pk=login.user_id).is_active


def test_a_login_that_was_deleted_for_good_never_comes_back() -> None:
    gone = delete_login(actor=SYSTEM, login=make_login())
    for resolve in (None, "keep", "overwrite"):
        with (
            nothing_changes(),
            pytest.raises(RevertRefused, match="Nothing of this change can be taken back") as caught,
        ):
            revert_change_set(actor=SYSTEM, change_set=gone, resolve=resolve)
        assert {clash.kind for clash in caught.value.report.clashes} == {"lost"}


def test_a_password_is_not_set_back_and_that_is_said() -> None:
    login = make_login()
    set_password(actor=SYSTEM, login=login, password="Other-Field-43")
    hash_before = type(login.user).objects.get(pk=login.user_id).password
    with nothing_changes(), pytest.raises(RevertRefused, match="Nothing of this change") as caught:
        revert_change_set(actor=SYSTEM, change_set=newest(), resolve="keep")
    assert [(c.kind, c.field) for c in caught.value.report.clashes] == [("lost", "password_set_at")]
    assert type(login.user).objects.get(pk=login.user_id).password == hash_before


def test_the_user_follows_when_disabling_is_taken_back() -> None:
    login = make_login()
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    revert = revert_change_set(actor=SYSTEM, change_set=newest()).change_set
    assert type(login.user).objects.get(pk=login.user_id).is_active
    revert_change_set(actor=SYSTEM, change_set=revert)
    assert not type(login.user).objects.get(pk=login.user_id).is_active


def test_taking_back_a_new_login_shuts_the_user_out_and_frees_the_names() -> None:
    customer = make_customer()
    login = make_login(customer, "ada")
    change_set = ChangeSet.objects.filter(kind="create").order_by("closed").last()
    revert = revert_change_set(actor=SYSTEM, change_set=change_set).change_set
    assert not type(login.user).objects.get(pk=login.user_id).is_active
    revert_change_set(actor=SYSTEM, change_set=revert)
    back = PortalLogin.objects.get()
    assert (back.username, back.user.is_active, back.user.check_password(PASSWORD)) == ("ada", True, True)


def test_the_former_address_is_told_when_a_logins_e_mail_is_set_back() -> None:
    login = make_login(username="ada")
    update_login(actor=SYSTEM, login=login, email="new@example.com")
    OutgoingEmail.objects.all().delete()
    revert_change_set(actor=SYSTEM, change_set=newest())
    assert [(mail.kind, mail.to_address) for mail in OutgoingEmail.objects.all()] == [
        ("email_changed", "new@example.com")
    ]


def test_the_remaining_address_becomes_primary_when_the_primary_one_goes() -> None:
    customer = make_customer()
    first = create_and_add(customer, "1 Road", is_primary=True)
    create_and_add(customer, "2 Road", is_primary=False)
    revert_change_set(actor=SYSTEM, change_set=first)
    assert [(address.line1, address.is_primary) for address in customer.addresses.all()] == [("2 Road", True)]


def create_and_add(customer: Customer, line1: str, *, is_primary: bool) -> ChangeSet:
    make_address(customer, line1=line1, is_primary=is_primary)
    return newest()


def test_sent_mails_do_not_stand_in_the_way_and_stay() -> None:
    customer = make_customer()
    change_set = newest()
    OutgoingEmail.objects.create(customer=customer, kind="x", to_address="a@example.com")
    report = revert_change_set(actor=SYSTEM, change_set=change_set)
    assert report.clashes == ()
    assert OutgoingEmail.objects.get().customer is None


def test_many_rows_take_as_many_statements_as_few() -> None:
    def queries(count: int) -> int:
        for _number in range(count):
            make_order(make_customer())
        with recording(actor=SYSTEM) as current:
            Order.objects.update(status="cancelled")
            Customer.objects.update(birth_date=datetime.date(1990, 1, 1))
        with CaptureQueriesContext(connection) as captured:
            revert_change_set(actor=SYSTEM, change_set=current.change_set)
        return len(captured)

    assert queries(3) == queries(60) <= 40


def test_a_class_that_became_the_default_gives_way_again() -> None:
    old = make_class(is_default=True)
    with recording(actor=SYSTEM) as current:
        CustomerClass.objects.filter(pk=old.pk).update(is_default=False)
        new = make_class(is_default=True)
    revert_change_set(actor=SYSTEM, change_set=current.change_set)
    assert CustomerClass.objects.get(is_default=True) == old
    assert not CustomerClass.objects.filter(pk=new.pk).exists()


@on_postgresql
def test_two_who_take_back_at_once_do_it_once() -> None:
    customer = make_customer(phone="1")
    edit = edited(customer, phone="2")
    answers = run_together(*[lambda: revert_change_set(actor=SYSTEM, change_set=edit).change_set] * 4)
    assert len([answer for answer in answers if answer is not None]) == 1
    assert ChangeSet.objects.filter(reverts=edit).count() == 1


@on_postgresql
def test_of_two_who_restore_at_once_one_is_told_that_nothing_is_missing() -> None:
    for _round in range(5):
        customer = make_customer()
        note = make_note(customer)
        with recording(actor=SYSTEM) as deletion:
            note.delete()
        answers = run_together(*[lambda gone=deletion.change_set: restore(actor=SYSTEM, change_set=gone)] * 4)
        assert len([answer for answer in answers if isinstance(answer, ChangeSet)]) == 1
        assert len([answer for answer in answers if isinstance(answer, RevertRefused)]) == 3


@on_postgresql
def test_who_restores_a_customer_a_moment_later_is_not_told_of_values_that_others_took() -> None:
    for _round in range(5):
        customer = make_customer()
        make_address(customer, is_primary=True)
        gone = delete_customer(actor=SYSTEM, customer=customer)
        answers = run_together(*[lambda gone=gone: restore(actor=SYSTEM, change_set=gone)] * 3)
        assert sorted(getattr(answer, "code", "done") for answer in answers) == ["done", "nothing", "nothing"]


@on_postgresql
@pytest.mark.parametrize("first", ["revert", "deletion"])
def test_a_class_that_goes_while_its_customer_comes_back_breaks_neither(first: str) -> None:
    customer_class = make_class()
    gone = delete_customer(actor=SYSTEM, customer=make_customer(customer_class=customer_class))
    begun = threading.Event()

    def work(name: str, write: Callable[[], object]) -> None:
        if name != first:
            begun.wait(timeout=10)
        with transaction.atomic():
            write()
            begun.set()
            time.sleep(0.3 if name == first else 0)

    answers = run_together(
        lambda: work("revert", lambda: revert_change_set(actor=SYSTEM, change_set=gone)),
        lambda: work("deletion", lambda: delete_class(actor=SYSTEM, customer_class=customer_class)),
    )
    expected = (None, DeleteRefused) if first == "revert" else (RevertRefused, None)
    assert tuple(answer if answer is None else type(answer) for answer in answers) == expected


@on_postgresql
def test_taking_back_during_an_edit_loses_neither() -> None:
    for number in range(5):
        customer = make_customer(phone="1", first_name="Ada")
        edit = edited(customer, phone=f"2{number}")
        answers = run_together(
            lambda customer=customer: update_customer(actor=SYSTEM, customer=customer, first_name="Grace"),
            lambda edit=edit: revert_change_set(actor=SYSTEM, change_set=edit),
        )
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        customer.refresh_from_db()
        assert (customer.phone, customer.first_name) == ("1", "Grace")


@on_postgresql
def test_a_login_made_while_its_customer_is_taken_back_never_hangs_in_the_air() -> None:
    from tests.factories import open_portal

    for _round in range(5):
        open_portal()
        customer = create_customer(actor=SYSTEM, last_name="Stone")
        creation = newest()
        name = f"u{customer.pk}"
        run_together(
            lambda creation=creation: revert_change_set(actor=SYSTEM, change_set=creation),
            lambda customer=customer, name=name: create_login(
                actor=SYSTEM, customer=customer, email=f"{name}@example.com", username=name, password=PASSWORD
            ),
        )
        there = Customer.objects.filter(pk=customer.pk).exists()
        assert PortalLogin.objects.filter(username=name).exists() == there
