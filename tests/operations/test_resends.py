"""Sending a mail once more: to whom it may go, who may have it sent, and how the two are chained."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from customer_admin.errors import LinkedEmailRefused, MailRefused, PermissionRefused
from customer_admin.models import SYSTEM, OutgoingEmail, PortalLogin
from customer_admin.operations import (
    delete_customer,
    delete_login,
    deliver_email,
    queue_email,
    resend_email,
    set_login_enabled,
    unlink_email,
    update_login,
)
from tests.factories import PASSWORD, make_auditor, make_customer, make_email, make_linked_email, make_staff, make_user
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

Status = OutgoingEmail.Status


def sent(email: OutgoingEmail | None = None) -> OutgoingEmail:
    """The mail, delivered."""
    email = email or OutgoingEmail.objects.get()
    assert deliver_email(email.pk)
    email.refresh_from_db()
    return email


@pytest.fixture
def email(db: None) -> OutgoingEmail:
    """A mail about a customer that has no secret in it."""
    return make_email(make_customer(email="ada@example.com"), kind="email_changed", context={"new": "x"})


def test_a_mail_is_sent_again_as_it_was_and_chained(email: OutgoingEmail) -> None:
    staff = make_staff("hale", first_name="Marta", last_name="Hale")
    again = resend_email(actor=staff, email=email)
    assert (again.resend_of, again.kind, again.customer, again.to_address, again.context, again.asked_by) == (
        email,
        "email_changed",
        email.customer,
        "ada@example.com",
        {"new": "x"},
        "Marta Hale",
    )
    assert (again.status, again.message_id == email.message_id) == (Status.QUEUED, False)


@pytest.mark.parametrize("address", ["hale@staff.example", " Eve@Example.com "])
def test_a_mail_without_a_secret_goes_to_another_address(email: OutgoingEmail, address: str) -> None:
    again = resend_email(actor=SYSTEM, email=email, to_address=address)
    assert again.to_address == address.strip()


@pytest.mark.parametrize(
    "address",
    ["nobody", "a@b", "a\0b@example.com", "\ud800@example.com", f"{'x' * 10_000}@example.com", "a@x.org\nBcc: b@x.org"],
)
def test_what_is_no_address_is_refused_on_its_field(email: OutgoingEmail, address: str) -> None:
    with nothing_changes(), pytest.raises(MailRefused) as refusal:
        resend_email(actor=SYSTEM, email=email, to_address=address)
    assert list(refusal.value.fields) == ["to_address"]


def test_a_second_click_is_answered_with_the_mail_of_the_first(email: OutgoingEmail) -> None:
    first = resend_email(actor=SYSTEM, email=email)
    with nothing_changes():
        assert resend_email(actor=SYSTEM, email=email) == first
    assert resend_email(actor=SYSTEM, email=email, to_address="eve@example.com") != first
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert resend_email(actor=SYSTEM, email=email) != first


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_send_one_mail() -> None:
    email = make_email(make_customer(email="ada@example.com"))
    run_together(*[lambda: resend_email(actor=SYSTEM, email=email)] * 3)
    assert email.resends.count() == 1


@pytest.mark.parametrize("status", [Status.QUEUED, Status.SENDING])
def test_a_mail_on_its_way_is_not_sent_again(email: OutgoingEmail, status: str) -> None:
    OutgoingEmail.objects.update(status=status)
    with nothing_changes(), pytest.raises(MailRefused, match="still on its way"):
        resend_email(actor=SYSTEM, email=email)


@pytest.mark.parametrize("status", [Status.SENT, Status.FAILED, Status.SKIPPED])
def test_what_was_sent_failed_or_skipped_is_sent_again(email: OutgoingEmail, status: str) -> None:
    OutgoingEmail.objects.update(status=status)
    assert resend_email(actor=SYSTEM, email=email).status == Status.QUEUED


def test_a_mail_about_a_customer_who_is_gone_is_not_sent_again(email: OutgoingEmail) -> None:
    delete_customer(actor=SYSTEM, customer=email.customer)
    with nothing_changes(), pytest.raises(MailRefused, match="customer whom this e-mail was about"):
        resend_email(actor=SYSTEM, email=email)


def test_a_mail_that_is_gone_is_not_sent_again(email: OutgoingEmail) -> None:
    copy = OutgoingEmail.objects.get()
    email.delete()
    with nothing_changes(), pytest.raises(MailRefused) as refusal:
        resend_email(actor=SYSTEM, email=copy)
    assert refusal.value.code == "gone"


def test_a_link_to_set_a_password_goes_to_nobody_else(login: PortalLogin) -> None:
    email = sent()
    for address in ("eve@example.com", "hale@staff.example"):
        with nothing_changes(), pytest.raises(MailRefused, match=r"only goes to ada@example\.com") as refusal:
            resend_email(actor=SYSTEM, email=email, to_address=address)
        assert (refusal.value.code, list(refusal.value.fields)) == ("secret", ["to_address"])


def test_a_link_follows_the_login_to_its_new_address(login: PortalLogin) -> None:
    email = sent()
    update_login(actor=SYSTEM, login=login, email="stone@example.com")
    with nothing_changes(), pytest.raises(MailRefused):
        resend_email(actor=SYSTEM, email=email, to_address="ada@example.com")
    again = resend_email(actor=SYSTEM, email=email)
    assert again.to_address == "stone@example.com"
    mail.outbox.clear()
    assert sent(again).status == Status.SENT
    assert mail.outbox[0].to == ["stone@example.com"]


def test_a_login_mail_without_a_link_goes_to_the_address_that_was_chosen(make_login: Any) -> None:
    login = make_login(password=PASSWORD)
    email = sent()
    elsewhere = resend_email(actor=SYSTEM, email=email, to_address="hale@staff.example")
    as_before = resend_email(actor=SYSTEM, email=email)
    update_login(actor=SYSTEM, login=login, email="stone@example.com")
    assert sent(elsewhere).to_address == "hale@staff.example"
    assert sent(as_before).to_address == "stone@example.com"


def test_a_mail_about_a_login_that_is_off_or_gone_is_not_sent_again(login: PortalLogin) -> None:
    email = sent()
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    with nothing_changes(), pytest.raises(MailRefused, match="disabled"):
        resend_email(actor=SYSTEM, email=email)
    delete_login(actor=SYSTEM, login=login)
    with nothing_changes(), pytest.raises(MailRefused, match="deleted"):
        resend_email(actor=SYSTEM, email=email)


def test_a_link_that_verifies_goes_to_the_linked_address_alone_and_not_too_often(db: None) -> None:
    linked = make_linked_email(make_customer(), email="books@example.com")
    email = sent(
        queue_email(kind="verify_linked_email", customer=linked.customer, linked_email=linked, to_address=linked.email)
    )
    with nothing_changes(), pytest.raises(MailRefused, match=r"only goes to books@example\.com"):
        resend_email(actor=SYSTEM, email=email, to_address="hale@staff.example")
    for _each in range(2):
        sent(resend_email(actor=SYSTEM, email=email))
    with nothing_changes(), pytest.raises(LinkedEmailRefused):
        resend_email(actor=SYSTEM, email=email)


def test_a_link_that_verifies_is_not_sent_again_for_an_address_that_is_gone_or_verified(db: None) -> None:
    customer = make_customer()
    linked, done = make_linked_email(customer), make_linked_email(customer, is_verified=True)
    fields = {"kind": "verify_linked_email"}
    first = make_email(customer, linked_email=linked, to_address=linked.email, **fields)
    second = make_email(customer, linked_email=done, to_address=done.email, **fields)
    unlink_email(actor=SYSTEM, linked=linked)
    for email, problem in ((first, "was removed"), (second, "verified already")):
        with nothing_changes(), pytest.raises(MailRefused, match=problem):
            resend_email(actor=SYSTEM, email=email)


def test_each_kind_asks_for_its_permission(login: PortalLogin, email: OutgoingEmail) -> None:
    about_login = OutgoingEmail.objects.get(kind="set_password")
    OutgoingEmail.objects.update(status=Status.SENT)
    keeper = make_user(permissions=("change_portallogin",))
    poster = make_user(permissions=("resend_outgoingemail",))
    for actor, which in (
        (make_auditor(), about_login),
        (make_auditor(), email),
        (keeper, email),
        (poster, about_login),
    ):
        with nothing_changes(), pytest.raises(PermissionRefused):
            resend_email(actor=actor, email=which)
    assert resend_email(actor=keeper, email=about_login).resend_of == about_login
    assert resend_email(actor=poster, email=email).resend_of == email
