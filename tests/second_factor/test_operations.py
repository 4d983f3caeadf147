from typing import Any

import pytest

from customer_admin.errors import PermissionRefused
from customer_admin.second_factor import operations
from customer_admin.second_factor.errors import CodeRefused, SecondFactorRefused
from customer_admin.second_factor.models import Authenticator, RecoveryCode, RecoveryDevice
from customer_admin.second_factor.permissions import SYSTEM
from customer_admin.second_factor.selectors import recovery_codes_left

from .conftest import Clock
from .factories import code_of, logged, make_manager, make_protected, make_staff, make_superuser, make_user, wrong_code

pytestmark = pytest.mark.django_db

KEY, OTHER_KEY = b"k" * 20, b"o" * 20


def has_second_factor(user: Any) -> bool:
    found = {model.objects.filter(user=user).exists() for model in (Authenticator, RecoveryDevice)}
    assert len(found) == 1
    return found.pop()


def test_enabling_gives_an_authenticator_and_ten_codes():
    user = make_staff()
    enabled = operations.enable_second_factor(actor=user, key=KEY, code=code_of(KEY))
    assert has_second_factor(user)
    assert len(enabled.recovery_codes) == recovery_codes_left(user) == 10
    assert logged(user) == ["second_factor.enable"]


def test_the_code_that_enabled_it_can_not_be_used_to_verify():
    somebody = make_protected()
    with pytest.raises(CodeRefused):
        operations.verify_second_factor(actor=somebody.user, code=somebody.code(0))


def test_enabling_is_refused_for_a_code_of_another_key():
    user = make_staff()
    with pytest.raises(CodeRefused) as refusal:
        operations.enable_second_factor(actor=user, key=KEY, code=wrong_code(KEY))
    assert set(refusal.value.fields) == {"code"}
    assert not has_second_factor(user)
    assert logged(user) == []


def test_enabling_twice_is_refused_and_leaves_the_first():
    somebody = make_protected()
    with pytest.raises(SecondFactorRefused, match="already on"):
        operations.enable_second_factor(actor=somebody.user, key=OTHER_KEY, code=code_of(OTHER_KEY))
    assert operations.verify_second_factor(actor=somebody.user, code=somebody.code())
    assert recovery_codes_left(somebody.user) == 10
    assert logged(somebody.user) == ["second_factor.enable"]


def test_enabling_is_refused_where_the_second_factor_is_switched_off(mode: Any):
    mode("off")
    user = make_staff()
    with pytest.raises(SecondFactorRefused, match="switched off"):
        operations.enable_second_factor(actor=user, key=KEY, code=code_of(KEY))
    assert not has_second_factor(user)


def test_only_people_with_admin_access_have_a_second_factor():
    for actor in (make_user(), make_user("wagtailadmin.access_admin", is_active=False), SYSTEM):
        with pytest.raises(PermissionRefused):
            operations.enable_second_factor(actor=actor, key=KEY, code=code_of(KEY))
        with pytest.raises(PermissionRefused):
            operations.verify_second_factor(actor=actor, code="123456")
    assert not Authenticator.objects.exists()


def test_a_recovery_code_works_once_and_is_logged():
    somebody = make_protected()
    code = somebody.recovery_codes[3]
    assert isinstance(operations.verify_second_factor(actor=somebody.user, code=code), RecoveryDevice)
    with pytest.raises(CodeRefused):
        operations.verify_second_factor(actor=somebody.user, code=code)
    assert recovery_codes_left(somebody.user) == 9
    assert logged(somebody.user) == ["second_factor.enable", "second_factor.recovery_code_used"]


def test_a_wrong_authenticator_code_does_not_slow_down_recovery_codes():
    somebody = make_protected()
    with pytest.raises(CodeRefused):
        operations.verify_second_factor(actor=somebody.user, code=wrong_code(somebody.key))
    assert operations.verify_second_factor(actor=somebody.user, code=somebody.recovery_codes[0])


def test_a_wrong_recovery_code_does_not_slow_down_the_authenticator():
    somebody = make_protected()
    with pytest.raises(CodeRefused, match="unused recovery code"):
        operations.verify_second_factor(actor=somebody.user, code="aaaa-bbbb-cccc-dddd")
    assert operations.verify_second_factor(actor=somebody.user, code=somebody.code())


def test_after_wrong_codes_the_refusal_says_when_to_try_again(clock: Clock):
    somebody = make_protected()
    for _ in range(3):
        with pytest.raises(CodeRefused) as wrong:
            operations.verify_second_factor(actor=somebody.user, code=wrong_code(somebody.key))
        assert wrong.value.locked_until is None
        clock.forward(seconds=4)
    clock.forward(seconds=-3)
    with pytest.raises(CodeRefused, match="Try again in 3 seconds") as refusal:
        operations.verify_second_factor(actor=somebody.user, code=somebody.code())
    assert refusal.value.locked_until.timestamp() == clock.now + 3
    clock.forward(seconds=3)
    assert operations.verify_second_factor(actor=somebody.user, code=somebody.code())


def test_verifying_without_a_second_factor_is_refused():
    with pytest.raises(CodeRefused, match="Set one up"):
        operations.verify_second_factor(actor=make_staff(), code="123456")


def test_a_key_that_can_no_longer_be_read_is_refused_by_name(settings: Any):
    somebody = make_protected()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []
    with pytest.raises(SecondFactorRefused, match="no longer be read"):
        operations.verify_second_factor(actor=somebody.user, code=somebody.code())


def test_replacing_makes_the_new_authenticator_the_only_one_and_keeps_the_codes(clock: Clock):
    somebody = make_protected()
    operations.replace_authenticator(
        actor=somebody.user, key=OTHER_KEY, code=code_of(OTHER_KEY), current_code=somebody.code()
    )
    clock.forward(seconds=60)
    with pytest.raises(CodeRefused):
        operations.verify_second_factor(actor=somebody.user, code=somebody.code(0))
    clock.forward(seconds=1)
    assert operations.verify_second_factor(actor=somebody.user, code=code_of(OTHER_KEY))
    assert recovery_codes_left(somebody.user) == 10
    assert logged(somebody.user) == ["second_factor.enable", "second_factor.replace"]


def test_replacing_works_with_a_recovery_code_for_a_lost_phone():
    somebody = make_protected()
    operations.replace_authenticator(
        actor=somebody.user, key=OTHER_KEY, code=code_of(OTHER_KEY), current_code=somebody.recovery_codes[0]
    )
    assert operations.verify_second_factor(actor=somebody.user, code=code_of(OTHER_KEY, 1))


def test_replacing_with_a_slip_in_the_new_code_does_not_cost_a_recovery_code():
    somebody = make_protected()
    with pytest.raises(CodeRefused) as refusal:
        operations.replace_authenticator(
            actor=somebody.user, key=OTHER_KEY, code=wrong_code(OTHER_KEY), current_code=somebody.recovery_codes[0]
        )
    assert set(refusal.value.fields) == {"code"}
    assert recovery_codes_left(somebody.user) == 10


def test_replacing_is_refused_without_a_present_code():
    somebody = make_protected()
    with pytest.raises(CodeRefused) as refusal:
        operations.replace_authenticator(
            actor=somebody.user, key=OTHER_KEY, code=code_of(OTHER_KEY), current_code=wrong_code(somebody.key)
        )
    assert set(refusal.value.fields) == {"current_code"}
    assert Authenticator.objects.get(user=somebody.user).throttling_failure_count == 1
    assert logged(somebody.user) == ["second_factor.enable"]


def test_new_recovery_codes_replace_the_old_ones(clock: Clock):
    somebody = make_protected()
    new = operations.replace_recovery_codes(actor=somebody.user, code=somebody.code())
    assert len(new) == recovery_codes_left(somebody.user) == 10
    with pytest.raises(CodeRefused):
        operations.verify_second_factor(actor=somebody.user, code=somebody.recovery_codes[0])
    clock.forward(seconds=1)
    assert operations.verify_second_factor(actor=somebody.user, code=new[0])
    assert "second_factor.new_recovery_codes" in logged(somebody.user)


def test_new_recovery_codes_are_refused_without_a_present_code():
    somebody = make_protected()
    digests = set(RecoveryCode.objects.values_list("digest", flat=True))
    with pytest.raises(CodeRefused):
        operations.replace_recovery_codes(actor=somebody.user, code=wrong_code(somebody.key))
    assert set(RecoveryCode.objects.values_list("digest", flat=True)) == digests


def test_disabling_deletes_everything():
    somebody = make_protected()
    operations.disable_second_factor(actor=somebody.user, code=somebody.code())
    assert not has_second_factor(somebody.user)
    assert not RecoveryCode.objects.exists()
    assert logged(somebody.user) == ["second_factor.enable", "second_factor.disable"]


def test_disabling_is_refused_with_a_wrong_code_and_the_attempt_counts():
    somebody = make_protected()
    with pytest.raises(CodeRefused):
        operations.disable_second_factor(actor=somebody.user, code=wrong_code(somebody.key))
    assert has_second_factor(somebody.user)
    assert Authenticator.objects.get(user=somebody.user).throttling_failure_count == 1


def test_disabling_is_refused_where_everybody_needs_one(mode: Any):
    mode("required")
    somebody = make_protected()
    with pytest.raises(SecondFactorRefused, match="Everybody needs"):
        operations.disable_second_factor(actor=somebody.user, code=somebody.code())
    assert has_second_factor(somebody.user)
    assert operations.verify_second_factor(actor=somebody.user, code=somebody.code()), "the code must not be used up"


def test_a_manager_resets_the_second_factor_of_staff():
    manager, somebody = make_manager(), make_protected()
    assert operations.reset_second_factor(actor=manager, user=somebody.user) is True
    assert not has_second_factor(somebody.user)
    assert logged(somebody.user) == ["second_factor.enable", "second_factor.reset"]


def test_the_log_names_who_reset():
    from wagtail.models import ModelLogEntry

    manager, somebody = make_manager(), make_protected()
    operations.reset_second_factor(actor=manager, user=somebody.user)
    assert ModelLogEntry.objects.get(action="second_factor.reset").user == manager


def test_resetting_again_finds_nothing_and_writes_nothing():
    manager, somebody = make_manager(), make_protected()
    operations.reset_second_factor(actor=manager, user=somebody.user)
    assert operations.reset_second_factor(actor=manager, user=somebody.user) is False
    assert logged(somebody.user).count("second_factor.reset") == 1


def test_resetting_touches_nobody_else():
    somebody, other = make_protected(), make_protected()
    operations.reset_second_factor(actor=make_manager(), user=somebody.user)
    assert has_second_factor(other.user)
    assert recovery_codes_left(other.user) == 10


@pytest.mark.parametrize(
    ("make_actor", "make_target", "allowed"),
    [
        (make_user, make_staff, False),
        (make_staff, make_staff, False),
        (make_manager, make_staff, True),
        (make_manager, make_superuser, False),
        (make_superuser, make_staff, True),
        (make_superuser, make_superuser, True),
        (lambda: make_user("customer_admin_second_factor.reset_second_factor"), make_staff, False),
        (lambda: SYSTEM, make_superuser, True),
    ],
    ids=[
        "portal customer",
        "staff",
        "manager",
        "manager, a superuser's",
        "superuser",
        "superuser, another's",
        "permission without admin access",
        "system",
    ],
)
def test_who_may_reset(make_actor: Any, make_target: Any, allowed: bool):
    actor, target = make_actor(), make_protected(make_target())
    if allowed:
        operations.reset_second_factor(actor=actor, user=target.user)
    else:
        with pytest.raises(PermissionRefused):
            operations.reset_second_factor(actor=actor, user=target.user)
    assert has_second_factor(target.user) is not allowed


@pytest.mark.parametrize("make_actor", [make_manager, make_superuser])
def test_nobody_resets_their_own_second_factor_around_the_code(make_actor: Any):
    somebody = make_protected(make_actor())
    with pytest.raises(PermissionRefused):
        operations.reset_second_factor(actor=somebody.user, user=somebody.user)
    assert has_second_factor(somebody.user)


def test_an_actor_that_carries_a_user_is_understood():
    class Actor:
        kind = "staff"
        user = make_manager

    actor, somebody = Actor(), make_protected()
    actor.user = make_manager()
    assert operations.reset_second_factor(actor=actor, user=somebody.user) is True
