from base64 import b32encode
from typing import Any

import pytest
from django.db import connection

from customer_admin.second_factor.models import Authenticator, RecoveryCode, RecoveryDevice

from .conftest import Clock
from .factories import make_protected, make_staff, wrong_code

pytestmark = pytest.mark.django_db


def test_nothing_in_the_database_is_in_clear():
    somebody = make_protected()
    stored = ""
    for table in (model._meta.db_table for model in (Authenticator, RecoveryDevice, RecoveryCode)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            stored += repr(cursor.fetchall())
    assert len(stored) > 1000
    for form in (somebody.key.hex(), b32encode(somebody.key).decode(), repr(somebody.key)):
        assert form not in stored
    for code in somebody.recovery_codes:
        assert code not in stored
        assert code.replace("-", "") not in stored


def test_a_code_is_accepted_one_step_early_or_late_and_no_further(clock: Clock):
    for step, expected in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        somebody = make_protected(make_staff())
        Authenticator.objects.filter(user=somebody.user).update(last_t=-1)
        device = Authenticator.objects.get(user=somebody.user)
        assert device.verify_token(somebody.code(step)) is expected, step


def test_a_code_is_accepted_once():
    somebody = make_protected()
    assert Authenticator.objects.get(user=somebody.user).verify_token(somebody.code())
    assert not Authenticator.objects.get(user=somebody.user).verify_token(somebody.code())


def test_an_earlier_code_is_not_accepted_after_a_later_one():
    somebody = make_protected()
    Authenticator.objects.filter(user=somebody.user).update(last_t=-1)
    assert Authenticator.objects.get(user=somebody.user).verify_token(somebody.code(1))
    assert not Authenticator.objects.get(user=somebody.user).verify_token(somebody.code(0))


def test_the_same_step_used_twice_at_once_succeeds_once():
    somebody = make_protected()
    # Both were read before either was written, as two requests do.
    first = Authenticator.objects.get(user=somebody.user)
    second = Authenticator.objects.get(user=somebody.user)
    assert [first.verify_token(somebody.code()), second.verify_token(somebody.code())] == [True, False]


def test_a_failure_beside_a_success_does_not_make_the_code_usable_again():
    somebody = make_protected()
    slow = Authenticator.objects.get(user=somebody.user)
    Authenticator.objects.get(user=somebody.user).verify_token(somebody.code())
    assert not slow.verify_token(wrong_code(somebody.key))
    stored = Authenticator.objects.get(user=somebody.user)
    assert stored.last_t > slow.last_t
    assert stored.throttling_failure_count == 1


def test_two_failures_at_once_count_twice():
    somebody = make_protected()
    devices = [Authenticator.objects.get(user=somebody.user) for _ in range(2)]
    for device in devices:
        device.verify_token(wrong_code(somebody.key))
    assert Authenticator.objects.get(user=somebody.user).throttling_failure_count == 2


def test_the_same_recovery_code_used_twice_at_once_succeeds_once(monkeypatch: pytest.MonkeyPatch):
    somebody = make_protected()
    code = somebody.recovery_codes[0]
    filtered = RecoveryCode.objects.filter
    raced: list[bool] = []

    def filter_after_another_request(**conditions: Any) -> Any:
        # Between the comparison and the conditional write, another request uses the code up.
        if not raced:
            raced.append(True)
            raced.append(RecoveryDevice.objects.get(user=somebody.user).verify_token(code))
        return filtered(**conditions)

    monkeypatch.setattr(RecoveryCode.objects, "filter", filter_after_another_request)
    assert not RecoveryDevice.objects.get(user=somebody.user).verify_token(code)
    assert raced == [True, True]
    assert RecoveryCode.objects.exclude(used_at=None).count() == 1


def test_each_wrong_code_doubles_the_wait(clock: Clock):
    somebody = make_protected()
    waits = []
    for _ in range(4):
        Authenticator.objects.get(user=somebody.user).verify_token(wrong_code(somebody.key))
        _allowed, reason = Authenticator.objects.get(user=somebody.user).verify_is_allowed()
        waits.append(reason["locked_until"].timestamp() - clock.now)
        clock.forward(seconds=waits[-1])
    assert waits == [1, 2, 4, 8]


def test_while_waiting_even_the_right_code_is_refused_and_stays_usable(clock: Clock):
    somebody = make_protected()
    Authenticator.objects.get(user=somebody.user).verify_token(wrong_code(somebody.key))
    assert not Authenticator.objects.get(user=somebody.user).verify_token(somebody.code())
    clock.forward(seconds=1)
    device = Authenticator.objects.get(user=somebody.user)
    assert device.verify_token(somebody.code())
    device.refresh_from_db()
    assert device.throttling_failure_count == 0


def test_a_phone_whose_clock_runs_ahead_is_followed(clock: Clock):
    somebody = make_protected()
    for _ in range(3):
        device = Authenticator.objects.get(user=somebody.user)
        assert device.verify_token(somebody.code(device.drift + 1))
        clock.forward(seconds=30)
    assert Authenticator.objects.get(user=somebody.user).drift == 3


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "+12345", "1 2345"])
def test_what_has_not_the_shape_of_a_code_is_refused(typed: str):
    somebody = make_protected()
    assert not Authenticator.objects.get(user=somebody.user).verify_token(typed)


def test_ten_recovery_codes_differ_and_never_look_like_an_authenticator_code():
    codes = make_protected().recovery_codes
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 16 for code in codes)


@pytest.mark.parametrize(
    "write", [str, str.upper, lambda code: code.replace("-", ""), lambda code: code.replace("0", "o")]
)
def test_a_recovery_code_is_understood_however_it_is_written(write: Any):
    somebody = make_protected()
    assert RecoveryDevice.objects.get(user=somebody.user).verify_token(write(somebody.recovery_codes[0]))


def test_a_recovery_code_of_somebody_else_is_refused():
    somebody, other = make_protected(), make_protected()
    assert not RecoveryDevice.objects.get(user=other.user).verify_token(somebody.recovery_codes[0])


def test_a_recovery_code_moved_to_another_user_in_the_database_is_refused_there():
    somebody, other = make_protected(), make_protected()
    RecoveryCode.objects.filter(device__user=somebody.user).update(device=RecoveryDevice.objects.get(user=other.user))
    assert not RecoveryDevice.objects.get(user=other.user).verify_token(somebody.recovery_codes[0])


def test_verifying_moves_the_key_to_the_present_secret_key(settings: Any):
    settings.SECRET_KEY = "old"
    somebody = make_protected()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert Authenticator.objects.get(user=somebody.user).verify_token(somebody.code())
    settings.SECRET_KEY_FALLBACKS = []
    Authenticator.objects.filter(user=somebody.user).update(last_t=-1)
    assert Authenticator.objects.get(user=somebody.user).verify_token(somebody.code())
