import pytest
from django.core.management import CommandError, call_command

from customer_admin.second_factor.models import Authenticator, RecoveryDevice

from .factories import logged, make_protected, make_staff, make_superuser

pytestmark = pytest.mark.django_db


def test_the_command_resets_a_locked_out_superuser(capsys: pytest.CaptureFixture[str]):
    boss = make_protected(make_superuser())
    call_command("reset_second_factor", boss.user.get_username())
    assert not Authenticator.objects.exists()
    assert not RecoveryDevice.objects.exists()
    assert logged(boss.user)[-1] == "second_factor.reset"
    assert "is reset" in capsys.readouterr().out


def test_the_command_says_when_there_is_nothing_to_reset(capsys: pytest.CaptureFixture[str]):
    user = make_staff()
    call_command("reset_second_factor", user.get_username())
    assert "nothing to reset" in capsys.readouterr().out
    assert logged(user) == []


def test_the_command_refuses_a_name_that_nobody_has():
    with pytest.raises(CommandError, match="nobody-of-this-name"):
        call_command("reset_second_factor", "nobody-of-this-name")
