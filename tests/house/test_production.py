"""The production settings, each time in a process that has nothing but their environment."""

import json
from pathlib import Path

import pytest

from tests.house.commands import PRODUCTION, manage

ASK = """
import json
from django.conf import settings as s
from django.core.mail import EmailMessage
import dramatiq
connection = EmailMessage(to=["a@example.com"])
print(json.dumps({
    "hsts": [s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS],
    "proxy": getattr(s, "SECURE_PROXY_SSL_HEADER", None),
    "broker": type(dramatiq.get_broker()).__name__,
    "second_factor": s.CUSTOMER_ADMIN["SECOND_FACTOR"],
    "database": s.DATABASES["default"]["NAME"],
    "from": s.DEFAULT_FROM_EMAIL,
    "key": s.SECRET_KEY,
}))
"""


def settings_with(**environment: str) -> dict[str, object]:
    return json.loads(manage("shell", "--no-imports", "-c", ASK, **{**PRODUCTION, **environment}).stdout)


def test_check_deploy_finds_nothing() -> None:
    # Database checks would want a server; these settings are complete without one.
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert "System check identified no issues" in done.stdout + done.stderr


def test_check_deploy_finds_nothing_when_the_whole_domain_is_promised_either() -> None:
    environment = {**PRODUCTION, "HSTS_WHOLE_DOMAIN": "true", "HSTS_SECONDS": "31536000"}

    done = manage("check", "--deploy", "--fail-level", "WARNING", **environment)

    assert "no issues (0 silenced)" in done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"DJANGO_SETTINGS_MODULE"}))
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != name}

    done = manage("check", expect=1, **environment)

    assert f"Set the {name} environment variable" in done.stderr


def test_the_environment_decides() -> None:
    assert settings_with() == {
        "hsts": [3600, False],
        "proxy": None,
        "broker": "RedisBroker",
        "second_factor": "required",
        "database": "nothing",
        "from": "customers@example.com",
        "key": PRODUCTION["SECRET_KEY"],
    }


def test_secrets_may_stand_in_files(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("a-key-from-a-file-that-is-long-enough-0123456789-abcdefghij")
    environment = {key: value for key, value in PRODUCTION.items() if key != "SECRET_KEY"}

    done = manage("shell", "--no-imports", "-c", ASK, **environment, SECRET_KEY_FILE=str(file))

    assert json.loads(done.stdout)["key"] == file.read_text()


def test_rabbitmq_is_the_broker_where_it_is_named() -> None:
    assert settings_with(RABBITMQ_URL="amqp://127.0.0.1:1")["broker"] == "RabbitmqBroker"


def test_a_proxy_is_believed_only_when_there_is_one() -> None:
    assert settings_with(BEHIND_PROXY="true")["proxy"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_static_files_are_hashed_and_compressed_and_each_one_that_is_named_exists(tmp_path: Path) -> None:
    environment = {**PRODUCTION, "STATIC_ROOT": str(tmp_path)}

    manage("collectstatic", "--no-input", "--verbosity", "0", **environment)

    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    own = {name: hashed for name, hashed in paths.items() if name.startswith(("customer_admin/", "portal/"))}
    assert own
    for name, hashed in own.items():
        assert name != hashed
        assert (tmp_path / hashed).is_file()
    css = [hashed for name, hashed in own.items() if name.endswith(".css")]
    assert css
    assert all((tmp_path / f"{hashed}.gz").is_file() for hashed in css)


def test_workers_refuse_to_start_without_a_broker_that_reaches_them() -> None:
    done = manage("rundramatiq", expect=1, DJANGO_SETTINGS_MODULE="config.settings.test")

    assert "StubBroker" in done.stderr
    assert "REDIS_URL" in done.stderr
    assert "Traceback" not in done.stderr
