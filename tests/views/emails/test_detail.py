"""One mail: what became of it and what was sent, in a frame in which nothing of it can do anything."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customer_admin.models import OutgoingEmail
from tests.factories import make_auditor, make_customer, make_email, make_manager
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db
Status = OutgoingEmail.Status


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make_auditor())
    return client


def address(name: str, email: OutgoingEmail) -> str:
    return reverse(f"customer_admin_emails:{name}", args=[email.pk])


def detail(client: Client, email: OutgoingEmail) -> str:
    response = client.get(address("detail", email))
    assert response.status_code == 200
    return response.content.decode()


@each_role
def test_who_reads_a_mail(client: Client, role: str) -> None:
    email = make_email(make_customer(), sent_html="<p>Hello</p>")
    sign_in(client, role)
    for name in ("detail", "body"):
        response = client.get(address(name, email))
        assert is_refused(response, role) == (role not in ("staff", "auditor", "manager"))


def test_what_was_sent_is_shown(auditor: Client) -> None:
    email = make_email(
        make_customer(), from_address='"Shop" <shop@example.com>', sent_text="Hello\n<b>Ada", sent_html="<p>Hello</p>"
    )
    shown = detail(auditor, email)
    for text in ("Welcome", "ada@example.com", "&lt;shop@example.com&gt;", "Hello\n&lt;b&gt;Ada"):
        assert text in shown
    assert address("body", email) in shown
    assert "sandbox" in shown


def test_the_body_stands_alone_and_can_do_nothing(auditor: Client) -> None:
    body = "<script>alert(1)</script><img src='https://track.example/x.gif'>"
    response = auditor.get(address("body", make_email(sent_html=body)))
    assert response.content.decode() == body
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "default-src 'none'" in policy
    assert "allow-" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": Status.SENT}, "from before copies were"),
        ({"status": Status.QUEUED}, "Nothing was sent"),
        (
            {"status": Status.FAILED, "error": "TimeoutError: timed out"},
            "could not be reached (TimeoutError: timed out).",
        ),
        ({"status": Status.FAILED, "error": "550 Unknown user."}, "The mail server answered: 550 Unknown user."),
        ({"status": Status.FAILED, "error": "Use another address."}, "Use another address."),
        ({"status": Status.SKIPPED, "skip_reason": "portal_off"}, "The portal is off"),
        (
            {
                "status": Status.QUEUED,
                "error": "ConnectionRefusedError: refused",
                "next_attempt_at": timezone.now() + timedelta(days=1),
            },
            "It is tried again",
        ),
    ],
)
def test_what_became_of_it_is_said_in_words(auditor: Client, fields: dict[str, object], said: str) -> None:
    email = make_email(make_customer(), **fields)
    assert said in detail(auditor, email)
    assert auditor.get(address("body", email)).status_code == 404


def test_a_mail_and_its_repeats_lead_to_each_other(auditor: Client) -> None:
    first = make_email(make_customer())
    again = make_email(first.customer, resend_of=first, to_address="eve@example.com", asked_by="Marta <Hale>")
    shown = detail(auditor, first)
    assert f'href="{address("detail", again)}"' in shown
    assert "to eve@example.com" in shown
    assert "Marta &lt;Hale&gt;" in shown
    shown = detail(auditor, again)
    assert "This is a repeat of" in shown
    assert f'href="{address("detail", first)}"' in shown


def test_the_button_is_for_those_who_may_and_when_it_can_be(client: Client) -> None:
    email, waiting = make_email(make_customer()), make_email(make_customer(), status=Status.QUEUED)
    for user, may in ((make_auditor(), False), (make_manager(), True)):
        client.force_login(user)
        assert (address("resend", email) in detail(client, email)) == may
        assert address("resend", waiting) not in detail(client, waiting)


def test_a_mail_without_a_customer_leads_back_to_the_log(auditor: Client) -> None:
    assert f'href="{reverse("customer_admin_emails:index")}"' in detail(auditor, make_email(None))


@pytest.mark.parametrize("key", [0, 10**30])
def test_a_mail_that_is_not_there_is_not_found(auditor: Client, key: int) -> None:
    for name in ("detail", "body", "resend"):
        assert auditor.get(reverse(f"customer_admin_emails:{name}", args=[key])).status_code in (404, 302)
