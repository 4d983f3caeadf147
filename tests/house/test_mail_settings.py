"""The mail settings in the form of this Django, 5.2 or 6.1."""

import json

from tests.house.commands import PRODUCTION, manage

ASK = """
import json
from django.core import mail
connection = mail.mailers["default"] if hasattr(mail, "mailers") else mail.get_connection()
print(json.dumps([type(connection).__module__, connection.host, connection.port, connection.username,
    connection.password, bool(connection.use_tls), bool(connection.use_ssl), connection.timeout]))
"""
SMTP = "django.core.mail.backends.smtp"


def transport(url: str) -> list[object]:
    return json.loads(manage("shell", "--no-imports", "-c", ASK, **{**PRODUCTION, "EMAIL_URL": url}).stdout)


def test_starttls() -> None:
    assert transport("smtp+tls://ada:p%40ss@mail.example.com:587") == [
        SMTP, "mail.example.com", 587, "ada", "p@ss", True, False, 20,
    ]  # fmt: skip


def test_tls_at_once() -> None:
    assert transport("smtp+ssl://ada:word@mail.example.com:465")[1:7] == [
        "mail.example.com", 465, "ada", "word", False, True,
    ]  # fmt: skip


def test_a_plain_server_without_an_account() -> None:
    assert transport("smtp://127.0.0.1")[1:7] == ["127.0.0.1", 25, "", "", False, False]
