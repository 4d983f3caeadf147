"""The outbox: what is written with its cause, what is sent, and what happens when it can't be."""

import logging
from datetime import timedelta
from smtplib import SMTPAuthenticationError
from typing import Any

import dramatiq
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as MemoryBackend
from django.db import connection, transaction
from django.utils import timezone

from customer_admin import tasks
from customer_admin.errors import LoginRefused, MailRefused
from customer_admin.mail.links import login_of_token
from customer_admin.models import SYSTEM, ChangeSet, OutgoingEmail, PortalLogin
from customer_admin.operations import (
    create_login,
    delete_login,
    deliver_email,
    queue_email,
    relay_due_emails,
    send_set_password,
    set_login_enabled,
    update_login,
)
from customer_admin.operations.mail import due_emails
from tests.factories import PASSWORD, make_customer
from tests.mail.fixtures import use_mail_backend
from tests.mail.portal import PlainAddresses, open_portal, token_in
from tests.mail.queues import empty_queues, run_queued
from tests.threads import on_postgresql, run_together

Status = OutgoingEmail.Status


class RefusingBackend(MemoryBackend):
    """A mail server whose sign-in fails."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPAuthenticationError(535, b"5.7.8 Wrong password")


class AddressesWithoutPages(PlainAddresses):
    """A portal of which somebody removed the page."""

    def set_password(self, token: str) -> str:
        raise RuntimeError("There is no page to set a password.")


def only_mail() -> OutgoingEmail:
    return OutgoingEmail.objects.get()


def make_due(email: OutgoingEmail) -> None:
    OutgoingEmail.objects.filter(pk=email.pk).update(next_attempt_at=timezone.now())


def test_a_commit_sends_exactly_one_mail(
    make_login: Any, mail_server: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_login()
        assert run_queued() == 0
    assert run_queued() == 1

    (message,) = mail_server.received
    email = only_mail()
    assert message["To"] == "ada@example.com"
    assert message["Message-ID"] == f"<{email.message_id}@example.com>"
    assert (email.status, email.attempts, email.error, email.subject) == (Status.SENT, 1, "", message["Subject"])
    assert email.sent_at is not None
    relay_due_emails()
    assert run_queued() == 0
    assert deliver_email(email.pk) is False
    assert len(mail_server.received) == 1


def test_a_rollback_leaves_no_mail(make_login: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        make_login()
        transaction.set_rollback(True)
    assert not OutgoingEmail.objects.exists()
    assert relay_due_emails() == []
    assert run_queued() == 0
    assert mail.outbox == []


def test_a_broker_that_is_away_at_commit_costs_nothing(
    make_login: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("Nobody listens.")

    with monkeypatch.context() as patch:
        patch.setattr(dramatiq.get_broker(), "enqueue", away)
        with django_capture_on_commit_callbacks(execute=True):
            make_login()
    assert run_queued() == 0
    assert only_mail().status == Status.QUEUED

    assert relay_due_emails() == [only_mail().pk]
    assert run_queued() == 1
    assert len(mail.outbox) == 1


def test_mail_waits_while_the_mail_server_is_down(login: PortalLogin, mail_server: Any) -> None:
    mail_server.stop()
    email = only_mail()
    before = timezone.now()
    assert deliver_email(email.pk) is False
    email.refresh_from_db()
    assert email.status == Status.QUEUED
    assert email.error.startswith("ConnectionRefusedError")
    assert timedelta(seconds=29) < email.next_attempt_at - before < timedelta(seconds=40)
    assert relay_due_emails() == []  # It waits for the end of its pause.

    mail_server.start()
    make_due(email)
    assert relay_due_emails() == [email.pk]
    assert run_queued() == 1
    email.refresh_from_db()
    assert (email.status, email.attempts, email.error) == (Status.SENT, 2, "")
    assert [message["Message-ID"] for message in mail_server.received] == [f"<{email.message_id}@example.com>"]


def test_each_pause_is_longer_and_the_last_try_fails_for_good(login: PortalLogin, settings: Any) -> None:
    use_mail_backend(settings, f"{__name__}.RefusingBackend")
    settings.CUSTOMER_ADMIN = {**settings.CUSTOMER_ADMIN, "MAIL_MAX_ATTEMPTS": 4}
    email = only_mail()
    pauses = []
    for _attempt in range(3):
        make_due(email)
        deliver_email(email.pk)
        email.refresh_from_db()
        assert email.status == Status.QUEUED
        pauses.append(round((email.next_attempt_at - timezone.now()).total_seconds(), -1))
    assert pauses == [30, 120, 480]
    make_due(email)
    deliver_email(email.pk)
    email.refresh_from_db()
    assert (email.status, email.attempts, email.error) == (Status.FAILED, 4, "535 5.7.8 Wrong password")
    assert due_emails() == []


def test_an_address_refused_for_good_fails_at_once_with_the_reason(login: PortalLogin, mail_server: Any) -> None:
    mail_server.refuse_recipient = "550 5.1.1 No such person here"
    deliver_email(only_mail().pk)
    email = only_mail()
    assert (email.status, email.attempts) == (Status.FAILED, 1)
    assert email.error == "550 5.1.1 No such person here"


def test_an_address_refused_for_now_is_tried_again(login: PortalLogin, mail_server: Any) -> None:
    mail_server.refuse_recipient = "451 4.7.1 Please try again later"
    deliver_email(only_mail().pk)
    email = only_mail()
    assert (email.status, email.error) == (Status.QUEUED, "451 4.7.1 Please try again later")


def test_a_refused_message_fails_without_keeping_the_link_that_the_server_quotes(
    login: PortalLogin, mail_server: Any, settings: Any
) -> None:
    token = "WzEsImE0MCJd:1tXyZ9:" + "x" * 43
    mail_server.refuse_data = f"554 5.7.1 Blocked address https://shop.example/set-password/{token}/ in text"
    deliver_email(only_mail().pk)
    email = only_mail()
    assert email.status == Status.FAILED
    assert email.error == "554 5.7.1 Blocked address https://shop.example/set-password/…/ in text"


def test_letters_beyond_ascii_before_the_at_fail_clearly(make_login: Any, mail_server: Any) -> None:
    make_login(email="jürgen@example.com")
    deliver_email(only_mail().pk)
    email = only_mail()
    assert (email.status, email.attempts) == (Status.FAILED, 1)
    assert email.error == (
        "Letters beyond ASCII before the @ of an address can't be sent to from here. Use another address."
    )
    assert mail_server.received == []


def test_letters_beyond_ascii_in_the_domain_are_delivered(make_login: Any, mail_server: Any) -> None:
    make_login(email="ada@müller.example")
    deliver_email(only_mail().pk)
    assert only_mail().status == Status.SENT
    assert mail_server.recipients == ["ada@xn--mller-kva.example"]


def test_a_mail_without_any_address_is_refused(portal: Any) -> None:
    with pytest.raises(MailRefused, match="no e-mail address"):
        queue_email(kind="email_changed", customer=make_customer(email=""))
    assert not OutgoingEmail.objects.exists()


def test_a_missing_portal_page_is_tried_again(login: PortalLogin, settings: Any) -> None:
    settings.CUSTOMER_ADMIN = {**settings.CUSTOMER_ADMIN, "PORTAL_ADDRESSES": f"{__name__}.AddressesWithoutPages"}
    deliver_email(only_mail().pk)
    assert (only_mail().status, only_mail().error) == (
        Status.QUEUED,
        "RuntimeError: There is no page to set a password.",
    )


@on_postgresql
def test_two_workers_at_once_send_one_mail(login: PortalLogin, mail_server: Any) -> None:
    key = only_mail().pk
    answers = run_together(*[lambda: deliver_email(key)] * 4)
    assert sorted(answers) == [False, False, False, True]
    assert len(mail_server.received) == 1
    assert only_mail().attempts == 1


def test_a_claimed_mail_is_left_alone_until_its_lease_ends(login: PortalLogin) -> None:
    email = only_mail()
    soon = timezone.now() + timedelta(seconds=30)
    OutgoingEmail.objects.update(status=Status.SENDING, attempts=1, next_attempt_at=soon)
    assert deliver_email(email.pk) is False
    assert relay_due_emails() == []
    make_due(email)
    assert deliver_email(email.pk) is True
    assert only_mail().attempts == 2


def test_a_mail_that_stops_every_worker_ends_as_failed(login: PortalLogin) -> None:
    OutgoingEmail.objects.update(status=Status.SENDING, attempts=8, next_attempt_at=timezone.now())
    assert deliver_email(only_mail().pk) is False
    email = only_mail()
    assert (email.status, email.error) == (Status.FAILED, "Each worker that tried to send this stopped.")
    assert mail.outbox == []


def test_a_worker_whose_lease_ran_out_does_not_overwrite_the_next_ones_note(login: PortalLogin, settings: Any) -> None:
    key = only_mail().pk

    class SlowBackend(MemoryBackend):
        def send_messages(self, messages: Any) -> int:
            OutgoingEmail.objects.filter(pk=key).update(attempts=2, status=Status.SENT, subject="By the next one")
            raise TimeoutError

    globals()["SlowBackend"] = SlowBackend
    use_mail_backend(settings, f"{__name__}.SlowBackend")
    deliver_email(key)
    email = only_mail()
    assert (email.status, email.attempts, email.subject, email.error) == (Status.SENT, 2, "By the next one", "")


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["set_password", "account_created"])
def test_mail_about_a_disabled_login_is_skipped(make_login: Any, password: str | None) -> None:
    login = make_login(**({"password": password} if password else {}))
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    assert deliver_email(only_mail().pk) is False
    email = only_mail()
    assert (email.status, email.skip_reason) == (Status.SKIPPED, OutgoingEmail.SkipReason.LOGIN_DISABLED)
    assert mail.outbox == []


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["set_password", "account_created"])
def test_mail_about_a_deleted_login_is_skipped(make_login: Any, password: str | None) -> None:
    login = make_login(**({"password": password} if password else {}))
    delete_login(actor=SYSTEM, login=login)
    assert deliver_email(only_mail().pk) is False
    email = only_mail()
    assert (email.status, email.skip_reason) == (Status.SKIPPED, OutgoingEmail.SkipReason.LOGIN_GONE)
    assert mail.outbox == []


def test_no_link_is_sent_while_the_portal_is_off(login: PortalLogin) -> None:
    open_portal(portal_enabled=False)
    deliver_email(only_mail().pk)
    assert (only_mail().status, only_mail().skip_reason) == (Status.SKIPPED, OutgoingEmail.SkipReason.PORTAL_OFF)


def test_a_link_goes_to_the_address_that_the_login_has_at_delivery(login: PortalLogin) -> None:
    update_login(actor=SYSTEM, login=login, email="ada.stone@example.com")
    for email in OutgoingEmail.objects.order_by("pk"):
        deliver_email(email.pk)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["ada.stone@example.com"], "Set your password for Stone & Sons' Farm"),
        (["ada@example.com"], "Your e-mail address at Stone & Sons' Farm was changed"),
    ]
    assert OutgoingEmail.objects.get(kind="set_password").to_address == "ada.stone@example.com"


def test_the_link_is_stored_nowhere(login: PortalLogin, mail_server: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mail_server.refuse_recipient = "451 Not now"
    deliver_email(only_mail().pk)
    mail_server.refuse_recipient = ""
    make_due(only_mail())
    deliver_email(only_mail().pk)
    body = mail_server.received[0].get_body(("plain",)).get_content()
    token = token_in(body)
    assert login_of_token(token) == login

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                assert token not in str(row), table
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # The mail server's own.
    assert ours == [f"Mail {only_mail().pk} (set_password) could not be sent: SMTPRecipientsRefused"]


def test_a_row_of_the_outbox_tells_who_what_and_when(login: PortalLogin) -> None:
    email = only_mail()
    assert (email.customer, email.login, email.kind) == (login.customer, login, "set_password")
    assert (email.section, email.to_address, email.subject, email.context) == (
        OutgoingEmail.Section.NOTIFICATION,
        "ada@example.com",
        "",
        {},
    )
    assert str(email) == "set_password → ada@example.com"


def test_the_context_of_a_mail_is_stored_without_nul(portal: Any) -> None:
    email = queue_email(
        kind="email_changed",
        customer=make_customer(email="ada@example.com"),
        context={"names\0": ["Ada\0", {"of": "a\0b"}], "count": 3},
    )
    email.refresh_from_db()
    assert email.context == {"names": ["Ada", {"of": "ab"}], "count": 3}


def test_an_error_with_a_nul_in_it_can_be_noted(login: PortalLogin, settings: Any) -> None:
    class OddBackend(MemoryBackend):
        def send_messages(self, messages: Any) -> int:
            raise OSError("broken\0pipe")

    globals()["OddBackend"] = OddBackend
    use_mail_backend(settings, f"{__name__}.OddBackend")
    deliver_email(only_mail().pk)
    assert only_mail().error == "OSError: brokenpipe"


def test_a_transport_that_takes_nothing_is_no_success(login: PortalLogin, settings: Any) -> None:
    class IdleBackend(MemoryBackend):
        def send_messages(self, messages: Any) -> int:
            return 0

    globals()["IdleBackend"] = IdleBackend
    use_mail_backend(settings, f"{__name__}.IdleBackend")
    deliver_email(only_mail().pk)
    assert (only_mail().status, only_mail().error) == (Status.FAILED, "The mail transport took no message.")


def test_relaying_again_queues_a_waiting_mail_once(login: PortalLogin) -> None:
    tasks._waiting.clear()
    empty_queues()
    tasks.relay_email()
    tasks.relay_email()
    tasks.relay_email()
    assert run_queued() == 1
    assert len(mail.outbox) == 1


def test_a_new_worker_process_relays_what_the_former_one_had_queued(login: PortalLogin) -> None:
    tasks._waiting.clear()
    tasks.relay_email()
    empty_queues()  # The in-process queue dies with its process, and so does the memory of what it held.
    tasks._waiting.clear()
    tasks.relay_email()
    assert run_queued() == 1


def test_a_relayed_message_that_is_lost_is_queued_again_after_a_lease(login: PortalLogin, settings: Any) -> None:
    tasks._waiting.clear()
    settings.CUSTOMER_ADMIN = {**settings.CUSTOMER_ADMIN, "MAIL_LEASE": timedelta(0)}
    tasks.relay_email()
    empty_queues()
    tasks.relay_email()
    assert run_queued() == 1


def test_a_backlog_is_relayed_in_parts_and_the_oldest_first(portal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("customer_admin.operations.mail.RELAY_BATCH", 2)
    customer = make_customer(email="ada@example.com")
    keys = [queue_email(kind="email_changed", customer=customer).pk for _ in range(5)]
    assert relay_due_emails(limit=2) == keys[:2]
    assert relay_due_emails(limit=2, leave_out=set(keys[:2])) == []
    assert relay_due_emails(limit=None) == keys


def test_an_operation_that_is_refused_queues_nothing(login: PortalLogin) -> None:
    before = ChangeSet.objects.count()
    with pytest.raises(LoginRefused):
        create_login(
            actor=SYSTEM, customer=make_customer(), email="ada@example.com", username="x", send_set_password=True
        )
    assert OutgoingEmail.objects.count() == 1
    assert ChangeSet.objects.count() == before + 1  # The customer of this test.


def test_sending_a_second_link_is_a_mail_of_its_own(login: PortalLogin) -> None:
    second = send_set_password(actor=SYSTEM, login=login)
    assert second.message_id != OutgoingEmail.objects.order_by("pk").first().message_id
    assert OutgoingEmail.objects.filter(kind="set_password").count() == 2
