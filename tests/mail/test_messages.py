"""What is in a mail, in which language and under which names."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import translation
from wagtail.models import Site

from customer_admin.mail.messages import build_message, in_words, sender_of
from customer_admin.models import CustomerAdminSettings, OutgoingEmail, PortalLogin
from customer_admin.operations import deliver_email, queue_email, request_password_reset
from tests.factories import PASSWORD, make_customer
from tests.mail.portal import SITE_NAME, open_portal, token_in


def deliver_newest() -> Any:
    deliver_email(OutgoingEmail.objects.first().pk)
    return mail.outbox[-1]


def html_of(message: Any) -> str:
    ((html, kind),) = [(part.content, part.mimetype) for part in message.alternatives]
    assert kind == "text/html"
    return html


@pytest.mark.parametrize("kind", ["set_password", "password_reset"])
def test_text_and_html_both_carry_the_link(login: PortalLogin, kind: str) -> None:
    if kind == "password_reset":
        request_password_reset(identifier="ADA")
    message = deliver_newest()
    token = token_in(message.body)
    assert token == token_in(html_of(message))
    assert f'href="https://shop.example/set-password/{token}/"' in html_of(message)
    assert "The link works once, for 3 days." in message.body
    assert "The link works once, for 3 days." in html_of(message)


def test_the_mail_about_a_new_account_has_the_sign_in_page_and_no_password(make_login: Any) -> None:
    make_login(password=PASSWORD)
    message = deliver_newest()
    assert message.subject == f"Your login for {SITE_NAME}"
    for text in (message.body, html_of(message), str(message.message())):
        assert PASSWORD not in text
        assert "https://shop.example/sign-in/" in text
        assert "set-password" not in text


def test_names_are_escaped_in_html_and_plain_elsewhere(make_login: Any) -> None:
    make_login(customer=make_customer(first_name="Ann", last_name="O'Neill <b>"))
    message = deliver_newest()
    assert message.subject == "Set your password for Stone & Sons' Farm"
    assert "Hello Ann O'Neill <b>," in message.body
    assert "Hello Ann O&#x27;Neill &lt;b&gt;," in html_of(message)
    assert "Stone &amp; Sons&#x27; Farm" in html_of(message)


def test_a_mail_speaks_the_customers_language(make_login: Any) -> None:
    make_login(customer=make_customer(email="ada@example.com", language="de"))
    with translation.override("en"):
        message = deliver_newest()
        assert translation.get_language() == "en"
    assert '<html lang="de">' in html_of(message)


@pytest.mark.parametrize(
    ("language", "spoken"), [("de-AT", "de"), ("DE", "de"), ("tlh", "en"), ("../..", "en"), ("", "en")]
)
def test_a_language_that_is_not_spoken_here_gets_the_nearest(make_login: Any, language: str, spoken: str) -> None:
    make_login(customer=make_customer(email="ada@example.com", language=language))
    assert f'<html lang="{spoken}">' in html_of(deliver_newest())


def test_the_message_id_stays_the_same_when_a_mail_is_tried_again(login: PortalLogin) -> None:
    email = OutgoingEmail.objects.get()
    first, second = (build_message(OutgoingEmail.objects.get()).message()["Message-ID"] for _ in range(2))
    assert first == second == f"<{email.message_id}@example.com>"


def test_a_mail_asks_out_of_office_replies_to_stay_quiet(login: PortalLogin) -> None:
    assert deliver_newest().message()["Auto-Submitted"] == "auto-generated"


def test_a_site_names_its_own_sender(make_login: Any) -> None:
    open_portal(sender_name='Ada "The Vine" Stone', sender_email="shop@müller.example")
    make_login()
    message = deliver_newest().message()
    assert message["From"] == '"Ada \\"The Vine\\" Stone" <shop@xn--mller-kva.example>'
    assert message["Message-ID"].endswith("@xn--mller-kva.example>")


def test_a_sender_name_beyond_ascii_arrives(make_login: Any, mail_server: Any) -> None:
    open_portal(sender_name="Müller, Söhne & Co", sender_email="shop@example.com")
    make_login()
    deliver_email(OutgoingEmail.objects.get().pk)
    address = mail_server.received[0]["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == ("Müller, Söhne & Co", "shop@example.com")


@pytest.mark.parametrize(
    "name", ["Shop\r\nBcc: all@example.com", "Shop\nBcc: all@example.com", "Shop\x0bBcc: x", "S\0"]
)
def test_a_line_break_in_a_name_begins_no_header(make_login: Any, mail_server: Any, name: str) -> None:
    settings = CustomerAdminSettings(site=Site.objects.get(), sender_name=name, sender_email="shop@example.com")
    assert sender_of(settings).isprintable()

    login = make_login()
    email = OutgoingEmail.objects.get()
    email.from_address = sender_of(settings)
    email.customer.site.site_name = name
    email.save()
    message = build_message(email)
    assert message.subject.isprintable()
    assert message.message()["Bcc"] is None
    message.send()
    assert mail_server.recipients == [login.email]


def test_a_sender_that_is_too_long_is_the_bare_address(portal: Any) -> None:
    settings = CustomerAdminSettings(sender_name='"' * 100, sender_email=f"{'x' * 60}@{'y.' * 90}example")
    assert sender_of(settings) == settings.sender_email


def test_a_mail_to_a_customer_without_a_login_names_the_site(portal: Any) -> None:
    queue_email(kind="email_changed", customer=make_customer(email="ada@example.com"))
    assert deliver_newest().subject == f"Your e-mail address at {SITE_NAME} was changed"


def test_a_mail_about_nobody_any_more_is_still_a_mail(portal: Any, settings: Any) -> None:
    settings.WAGTAIL_SITE_NAME = "Our shop"
    queue_email(kind="email_changed", to_address="ada@example.com")
    assert deliver_newest().subject == "Your e-mail address at Our shop was changed"


def test_text_from_old_data_with_a_nul_can_be_sent(portal: Any) -> None:
    email = queue_email(kind="email_changed", customer=make_customer(email="ada@example.com"))
    email.customer.first_name = "A\0da"
    message = build_message(email)
    assert "\0" not in message.body + message.subject + html_of(message)


@pytest.mark.parametrize(
    ("lifetime", "words"),
    [
        (timedelta(days=3), "3 days"),
        (timedelta(days=1, hours=5), "1 day"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(minutes=20), "20 minutes"),
    ],
)
def test_a_lifetime_is_told_in_its_largest_unit(lifetime: timedelta, words: str) -> None:
    assert in_words(lifetime) == words
