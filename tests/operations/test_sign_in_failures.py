"""Logins are locked after wrong passwords, and opened again."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customer_admin import operations
from customer_admin.errors import LoginRefused, PermissionRefused
from customer_admin.mail.links import set_password_token
from customer_admin.models import SYSTEM, ChangeSet, PortalLogin
from customer_admin.models.logins import LoginState
from customer_admin.operations import check_credentials, unlock_login
from customer_admin.operations.sign_in_failures import count_failure, forget_failures
from tests.factories import PASSWORD, lock, make_auditor, make_login, make_staff
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "Another-Field-43"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def login() -> PortalLogin:
    return make_login(username="ada")


def try_with(password: str) -> str:
    """The code of the refusal, or "in"."""
    try:
        check_credentials(identifier="ada", password=password)
    except LoginRefused as refusal:
        return refusal.code
    return "in"


def fail(times: int) -> None:
    for _time in range(times):
        assert try_with("wrong") == "wrong"


def state_of(login: PortalLogin) -> tuple[int, bool]:
    """How many wrong passwords are counted, and whether the login is locked."""
    login.refresh_from_db()
    return login.failed_sign_ins, login.is_locked


def later(login: PortalLogin, by: timedelta) -> None:
    """As if all that happened to the login had happened so much earlier."""
    login.refresh_from_db()
    for name in ("last_failed_at", "locked_until"):
        if (moment := getattr(login, name)) is not None:
            lock(login, **{name: moment - by})


def test_five_wrong_passwords_in_a_row_lock_a_login_for_a_quarter_of_an_hour(login: PortalLogin) -> None:
    fail(4)
    assert state_of(login) == (4, False)
    fail(1)
    assert state_of(login) == (5, True)
    assert timedelta(minutes=14) < login.locked_until - timezone.now() <= timedelta(minutes=15)
    assert try_with(PASSWORD) == "wrong"
    later(login, 16 * MINUTE)
    assert try_with(PASSWORD) == "in"
    assert state_of(login) == (0, False)


def test_the_site_says_how_many_and_how_long(login: PortalLogin, settings: Any) -> None:
    settings.CUSTOMER_ADMIN = {
        **getattr(settings, "CUSTOMER_ADMIN", {}),
        "SIGN_IN_FAILURES": 1,
        "SIGN_IN_LOCK": timedelta(hours=2),
    }
    fail(1)
    assert timedelta(minutes=119) < PortalLogin.objects.get().locked_until - timezone.now() <= timedelta(hours=2)


def test_a_right_password_in_between_lets_counting_begin_anew(login: PortalLogin) -> None:
    fail(4)
    assert try_with(PASSWORD) == "in"
    fail(4)
    assert state_of(login) == (4, False)


def test_failures_of_long_ago_do_not_count(login: PortalLogin) -> None:
    fail(4)
    later(login, 16 * MINUTE)
    fail(1)
    assert state_of(login) == (1, False)


def test_a_lock_that_ended_is_forgotten_with_the_next_wrong_password(login: PortalLogin) -> None:
    fail(5)
    later(login, 16 * MINUTE)
    fail(1)
    assert state_of(login) == (1, False)
    assert login.locked_until is None


def test_while_it_is_locked_no_password_is_tried_and_the_lock_stays_as_long_as_it_was(
    login: PortalLogin, monkeypatch: Any
) -> None:
    lock(login)
    hashed: list[str] = []
    monkeypatch.setattr("customer_admin.operations.sign_in.make_password", hashed.append)
    monkeypatch.setattr(type(login.user), "check_password", lambda *args: pytest.fail("A password was tried."))
    with nothing_changes():
        assert [try_with("wrong"), try_with(PASSWORD)] == ["wrong", "wrong"]
    assert hashed == ["wrong", PASSWORD]  # It takes as long as any other answer.


def test_a_locked_login_an_unknown_name_and_a_wrong_password_are_refused_alike(login: PortalLogin) -> None:
    answers = []
    for identifier, password in (("ada", "wrong"), ("nobody", "wrong"), ("ada", PASSWORD)):
        with pytest.raises(LoginRefused) as caught:
            check_credentials(identifier=identifier, password=password)
        answers.append((caught.value.code, caught.value.message, caught.value.fields))
        lock(login)
    assert answers[0] == answers[1] == answers[2]
    assert "“Forgot password” opens it at once" in answers[0][1]


def test_a_right_password_writes_only_when_there_is_something_to_forget(login: PortalLogin) -> None:
    for failures, written in ((0, 0), (2, 1)):
        fail(failures)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert try_with(PASSWORD) == "in"
        assert sum(query["sql"].startswith("UPDATE") for query in queries) == written


def test_a_disabled_login_is_locked_too_so_that_nobody_guesses_its_password(login: PortalLogin) -> None:
    operations.set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    fail(4)
    assert try_with(PASSWORD) == "disabled"
    fail(5)
    assert try_with(PASSWORD) == "wrong"
    login.refresh_from_db()
    assert login.state == LoginState.DISABLED


def test_failures_and_locks_are_no_history(login: PortalLogin) -> None:
    change_sets, rows = ChangeSet.objects.count(), PortalLogin.history.count()
    fail(6)
    unlock_login(actor=make_staff(), login=login)
    assert (ChangeSet.objects.count(), PortalLogin.history.count()) == (change_sets, rows)


def by_link(login: PortalLogin) -> None:
    operations.set_password_by_link(token=set_password_token(login), password=NEW_PASSWORD)


def by_staff(login: PortalLogin) -> None:
    operations.set_password(actor=make_staff(), login=login, password=NEW_PASSWORD)


def with_other_fields(login: PortalLogin) -> None:
    operations.update_login(actor=make_staff(), login=login, email="a@example.com", password=NEW_PASSWORD)


@pytest.mark.parametrize("set_password", [by_link, by_staff, with_other_fields])
def test_a_new_password_unlocks(login: PortalLogin, set_password: Any) -> None:
    lock(login)
    set_password(login)
    assert state_of(login) == (0, False)
    assert try_with(NEW_PASSWORD) == "in"


def test_another_address_alone_unlocks_nothing(login: PortalLogin) -> None:
    lock(login)
    operations.update_login(actor=make_staff(), login=login, email="a@example.com")
    assert state_of(login) == (5, True)


def test_enabling_unlocks(login: PortalLogin) -> None:
    login = operations.set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    lock(login)
    operations.set_login_enabled(actor=SYSTEM, login=login, enabled=True)
    assert state_of(login) == (0, False)


def test_a_login_that_comes_back_with_its_customer_is_not_locked(login: PortalLogin) -> None:
    lock(login)
    change_set = operations.delete_customer(actor=SYSTEM, customer=login.customer)
    operations.restore(actor=SYSTEM, change_set=change_set)
    assert state_of(login) == (0, False)


def test_taking_a_change_back_leaves_a_lock_alone(login: PortalLogin) -> None:
    operations.update_login(actor=SYSTEM, login=login, username="lovelace")
    lock(login)
    operations.revert_change_set(actor=SYSTEM, change_set=ChangeSet.objects.latest("closed"))
    assert state_of(login) == (5, True)
    assert login.username == "ada"


def test_staff_unlock_and_the_log_says_who_and_why(login: PortalLogin, caplog: Any) -> None:
    lock(login)
    staff = make_staff("sue")
    with caplog.at_level(logging.INFO, logger="customer_admin.logins"):
        unlock_login(actor=staff, login=login, reason="Rang us")
        unlock_login(actor=staff, login=login, reason="Twice")
    assert state_of(login) == (0, False)
    (line,) = caplog.messages
    assert all(part in line for part in (str(staff.pk), str(login.pk), "Rang us"))
    assert try_with(PASSWORD) == "in"


def test_who_may_not_change_logins_unlocks_none(login: PortalLogin) -> None:
    lock(login)
    for actor in (make_auditor(), login.user):
        with nothing_changes(), pytest.raises(PermissionRefused):
            unlock_login(actor=actor, login=login)


def test_a_login_that_is_gone_is_not_unlocked(login: PortalLogin) -> None:
    operations.delete_login(actor=SYSTEM, login=login)
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        unlock_login(actor=SYSTEM, login=login)
    assert caught.value.code == "gone"


def test_a_login_that_was_locked_or_deleted_while_its_password_was_checked_stays_closed(login: PortalLogin) -> None:
    assert forget_failures(login)
    lock(login)
    with nothing_changes():
        assert not forget_failures(login)
        count_failure(login)
    operations.delete_login(actor=SYSTEM, login=login)
    with nothing_changes():
        assert not forget_failures(login)
        count_failure(login)


@on_postgresql
def test_of_wrong_passwords_at_once_each_one_counts(settings: Any) -> None:
    settings.CUSTOMER_ADMIN = {**getattr(settings, "CUSTOMER_ADMIN", {}), "SIGN_IN_FAILURES": 50}
    login = make_login(username="ada")
    assert run_together(*[lambda: try_with("wrong")] * 8) == ["wrong"] * 8
    assert state_of(login) == (8, False)


@on_postgresql
def test_wrong_passwords_at_once_lock_once() -> None:
    login = make_login(username="ada")
    run_together(*[lambda: try_with("wrong")] * 9)
    assert state_of(login) == (5, True)
    assert try_with(PASSWORD) == "wrong"


@on_postgresql
def test_a_new_password_among_wrong_ones_leaves_the_login_open_or_locked_never_half() -> None:
    for _round in range(5):
        login = make_login()
        wrong = [lambda login=login: count_failure(login)] * 6
        run_together(lambda login=login: by_staff(login), *wrong)
        failures, is_locked = state_of(login)
        assert is_locked == (failures >= 5)
        assert (login.locked_until is None) == (not is_locked)
