"""The mailbox of the development server shows what the file backend wrote."""

from pathlib import Path
from typing import Any

import pytest
from config.urls import urlpatterns as site_urls
from demo.mailbox import mails_in
from django.apps import apps
from django.core.mail.message import EmailMultiAlternatives
from django.test import Client
from django.urls import include, path

urlpatterns = [path("mailbox/", include("demo.urls")), *site_urls]
pytestmark = pytest.mark.skipif(not apps.is_installed("demo"), reason="This host has no demo.")


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DEBUG = True
    settings.ROOT_URLCONF = __name__
    settings.MAIL_FOLDER = tmp_path / "mail"
    return settings.MAIL_FOLDER


def write(folder: Path, file: str, *mails: EmailMultiAlternatives) -> None:
    """What Django's file backend writes: each mail, then a line of 79 hyphens."""
    folder.mkdir(exist_ok=True)
    with (folder / file).open("ab") as log:
        for mail in mails:
            log.write(mail.message().as_bytes() + b"\n" + b"-" * 79 + b"\n")


def make_mail(subject: str, *, date: str = "Sun, 22 Nov 2026 10:00:00 -0000", html: str = "") -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=subject,
        body=f"Hello,\nread https://shop.example/{subject}/ & smile.",
        from_email='"Alder & Vine" <hello@example.com>',
        to=["ada@example.com"],
        headers={"Date": date},
    )
    if html:
        mail.attach_alternative(html, "text/html")
    return mail


def test_the_newest_mail_comes_first_also_within_a_second(folder: Path) -> None:
    write(folder, "b.log", make_mail("second"), make_mail("third"))
    write(folder, "a.log", make_mail("first", date="Sun, 22 Nov 2026 09:00:00 +0000"))
    assert [mail.subject for mail in mails_in(folder)] == ["third", "second", "first"]
    assert len({mail.key for mail in mails_in(folder)}) == 3


def test_a_mail_that_is_being_written_waits_for_its_end(folder: Path) -> None:
    write(folder, "a.log", make_mail("whole"))
    with (folder / "a.log").open("ab") as log:
        log.write(b"Subject: half")
    assert [mail.subject for mail in mails_in(folder)] == ["whole"]


def test_an_empty_mailbox_says_how_mail_gets_there(folder: Path, client: Client) -> None:
    assert "No mail yet." in client.get("/mailbox/").content.decode()


def test_the_list_shows_subject_addressee_and_beginning_and_looks_again(folder: Path, client: Client) -> None:
    write(folder, "a.log", make_mail("Grüße & <b>"))
    response = client.get("/mailbox/")
    page = response.content.decode()
    assert "Grüße &amp; &lt;b&gt;" in page
    assert "to ada@example.com" in page
    assert "Hello, read" in page
    assert '<meta http-equiv="refresh" content="5">' in page
    assert "no-store" in response["Cache-Control"]


def test_a_mail_shows_both_forms_with_links_and_runs_nothing(folder: Path, client: Client) -> None:
    write(
        folder, "a.log", make_mail("one", html='<p>Read <a href="https://x.example/">this</a></p><script>go()</script>')
    )
    (mail,) = mails_in(folder)
    page = client.get(f"/mailbox/{mail.key}/").content.decode()
    assert "Alder &amp; Vine" in page
    assert '<a href="https://shop.example/one/"' in page
    assert "&lt;a href=&quot;https://x.example/&quot;&gt;this&lt;/a&gt;" in page
    assert "<script" not in page
    sandbox = page.split('sandbox="')[1].split('"')[0]
    assert "allow-scripts" not in sandbox
    assert "allow-same-origin" not in sandbox


def test_a_mail_that_is_not_there_is_not_found(folder: Path, client: Client) -> None:
    assert client.get("/mailbox/0123456789abcdef/").status_code == 404


@pytest.mark.parametrize("address", ["/mailbox/", "/mailbox/0123456789abcdef/"])
def test_there_is_no_mailbox_without_debug(folder: Path, client: Client, settings: Any, address: str) -> None:
    settings.DEBUG = False
    assert client.get(address).status_code == 404


def test_production_has_no_address_for_it() -> None:
    from config.settings import base

    assert "demo" not in base.INSTALLED_APPS


def test_only_reading_is_possible(folder: Path, client: Client) -> None:
    assert client.post("/mailbox/").status_code == 405
