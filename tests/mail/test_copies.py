"""What is kept of a mail: what was sent, and nothing that opens something."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from customer_admin.models import SYSTEM, OutgoingEmail, PortalLogin
from customer_admin.operations import deliver_email, update_login
from tests.mail.portal import token_in


def delivered(**fields: Any) -> OutgoingEmail:
    email = OutgoingEmail.objects.get(**fields)
    deliver_email(email.pk)
    email.refresh_from_db()
    return email


def test_a_mail_is_kept_as_it_was_sent(login: PortalLogin) -> None:
    update_login(actor=SYSTEM, login=login, email="stone@example.com")
    email = delivered(kind="email_changed")
    (message,) = mail.outbox
    assert email.sent_text == message.body
    assert email.sent_html == message.alternatives[0][0]


def test_a_link_is_not_kept_with_the_mail(login: PortalLogin) -> None:
    email = delivered()
    token = token_in(mail.outbox[0].body)
    assert "https://shop.example/set-password/…/" in email.sent_text
    assert "https://shop.example/set-password/…/" in email.sent_html
    for part in token.split(":"):
        assert part not in f"{email.sent_text}{email.sent_html}{email.subject}"


@pytest.mark.parametrize(
    "written",
    ['{{ link|make_list|join:" " }}', "{{ link|urlencode:'' }}", '{{ link|slice:":70" }} {{ link|slice:"70:" }}'],
)
def test_however_a_host_writes_the_link_it_is_not_kept(
    login: PortalLogin, settings: Any, tmp_path: Path, written: str
) -> None:
    folder = tmp_path / "customer_admin" / "emails" / "set_password"
    folder.mkdir(parents=True)
    for name in ("subject.txt", "body.txt", "body.html"):
        (folder / name).write_text(f"Here: {written}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    email = delivered()
    assert email.status == OutgoingEmail.Status.SENT
    kept = f"{email.subject}{email.sent_text}{email.sent_html}"
    sent = mail.outbox[0].body.removeprefix("Here: ")
    assert sent not in kept
    assert sent[-40:-10] not in kept


def test_a_mail_that_was_not_sent_has_no_copy(login: PortalLogin, mail_server: Any) -> None:
    mail_server.refuse_recipient = "550 5.1.1 No such person here"
    email = delivered()
    assert (email.status, email.sent_text, email.sent_html) == (OutgoingEmail.Status.FAILED, "", "")
