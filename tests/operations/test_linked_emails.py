"""Linked e-mails: nothing goes to an address before somebody there opened a link, and each change of it is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from customer_admin.errors import ChangedMeanwhile, LinkedEmailRefused, PermissionRefused
from customer_admin.mail.verification import linked_email_of_token, verification_token
from customer_admin.models import SYSTEM, ActorKind, ChangeSet, Customer, LinkedEmail, OutgoingEmail
from customer_admin.operations import (
    delete_customer,
    deliver_email,
    link_email,
    resend_verification,
    restore,
    revert_change_set,
    unlink_email,
    update_linked_email,
    verify_linked_email,
)
from customer_admin.selectors.history import version_of
from tests.factories import make_auditor, make_customer, make_linked_email, make_staff
from tests.mail.verifying import token_of_verification
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db
Status, SkipReason = OutgoingEmail.Status, OutgoingEmail.SkipReason


@pytest.fixture
def customer(db: None) -> Customer:
    return make_customer(email="ada@example.com")


def link(customer: Customer, email: str = "books@example.com", **fields: Any) -> LinkedEmail:
    return link_email(actor=SYSTEM, customer=customer, email=email, **fields)


def deliver(email: OutgoingEmail) -> OutgoingEmail:
    deliver_email(email.pk)
    email.refresh_from_db()
    return email


def age_mails(by: timedelta) -> None:
    OutgoingEmail.objects.update(created_at=timezone.now() - by)


def test_a_linked_address_is_sent_a_link_that_verifies_it(customer: Customer) -> None:
    staff = make_staff("hale")
    linked = link_email(
        actor=staff, customer=customer, email=" books@example.com ", gets_orders=True, reason="Asked by phone"
    )
    assert (linked.email, linked.is_verified) == ("books@example.com", False)
    change_set = ChangeSet.objects.get(pk=linked.history.get().change_set_id)
    assert (change_set.actor, change_set.reason) == (staff, "Asked by phone")

    email = deliver(OutgoingEmail.objects.get())
    assert (email.status, email.to_address, email.customer) == (Status.SENT, "books@example.com", customer)
    (message,) = mail.outbox
    token = token_of_verification(message.body)
    assert token_of_verification(str(message.alternatives[0][0])) == token

    verified = verify_linked_email(token=token)

    assert verified == linked
    linked.refresh_from_db()
    assert linked.is_verified
    change_set = ChangeSet.objects.order_by("-closed")[0]
    assert (change_set.actor_kind, change_set.actor, change_set.actor_label, change_set.reason) == (
        ActorKind.CUSTOMER,
        None,
        "books@example.com",
        "Opened the link that was sent to books@example.com",
    )


def test_verifying_twice_changes_nothing(customer: Customer) -> None:
    token = verification_token(link(customer))
    first = verify_linked_email(token=token)
    with nothing_changes():
        assert verify_linked_email(token=token) == first


def test_the_token_is_stored_nowhere(customer: Customer) -> None:
    link(customer)
    email = deliver(OutgoingEmail.objects.get())
    token = token_of_verification(mail.outbox[0].body)
    assert token not in f"{email.sent_text}{email.sent_html}{email.context}{email.subject}"
    assert "/verify-email/…/" in email.sent_text


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\0", "😀", "x" * 10_000])
def test_a_made_up_link_is_refused_kindly(token: str) -> None:
    with nothing_changes(), pytest.raises(LinkedEmailRefused, match="Ask for a new mail") as refusal:
        verify_linked_email(token=token)
    assert refusal.value.code == "link"


def test_a_link_dies_with_its_lifetime(customer: Customer, settings: Any) -> None:
    token = verification_token(link(customer))
    settings.CUSTOMER_ADMIN = {**getattr(settings, "CUSTOMER_ADMIN", {}), "VERIFY_LINK_LIFETIME": timedelta(seconds=-1)}
    with nothing_changes(), pytest.raises(LinkedEmailRefused):
        verify_linked_email(token=token)


def test_a_link_is_good_for_one_address(customer: Customer) -> None:
    linked = link(customer)
    token = verification_token(linked)
    update_linked_email(actor=SYSTEM, linked=linked, email="other@example.com")
    with nothing_changes(), pytest.raises(LinkedEmailRefused):
        verify_linked_email(token=token)


def test_a_link_dies_with_its_row(customer: Customer) -> None:
    linked = link(customer)
    token = verification_token(linked)
    unlink_email(actor=SYSTEM, linked=linked)
    link(customer)
    assert linked_email_of_token(token) is None


def test_another_address_has_to_be_verified_anew(customer: Customer) -> None:
    linked = make_linked_email(customer, is_verified=True)
    changed = update_linked_email(actor=SYSTEM, linked=linked, email="other@example.com")
    assert not changed.is_verified
    email = OutgoingEmail.objects.get()
    assert (email.kind, email.to_address) == ("verify_linked_email", "other@example.com")


def test_other_capital_letters_are_the_same_address(customer: Customer) -> None:
    linked = make_linked_email(customer, email="books@example.com", is_verified=True)
    assert update_linked_email(actor=SYSTEM, linked=linked, email="Books@Example.com").is_verified
    assert not OutgoingEmail.objects.exists()


def test_an_address_that_a_revert_brings_back_is_not_verified_by_what_came_between(customer: Customer) -> None:
    linked = make_linked_email(customer, email="never@example.com")
    update_linked_email(actor=SYSTEM, linked=linked, email="read@example.com")
    edit = ChangeSet.objects.order_by("-closed")[0]
    linked.refresh_from_db()
    verify_linked_email(token=verification_token(linked))

    revert_change_set(actor=SYSTEM, change_set=edit)

    linked.refresh_from_db()
    assert (linked.email, linked.is_verified) == ("never@example.com", False)
    assert not LinkedEmail.objects.verified().exists()


def test_a_mail_to_a_former_address_is_not_sent(customer: Customer) -> None:
    linked = link(customer)
    first = OutgoingEmail.objects.get()
    update_linked_email(actor=SYSTEM, linked=linked, email="other@example.com")
    assert (deliver(first).status, first.skip_reason) == (Status.SKIPPED, SkipReason.ADDRESS_CHANGED)


def test_a_mail_about_a_removed_or_verified_address_is_not_sent(customer: Customer) -> None:
    linked, other = link(customer), link(customer, "two@example.com")
    first, second = OutgoingEmail.objects.order_by("pk")
    unlink_email(actor=SYSTEM, linked=linked)
    verify_linked_email(token=verification_token(other))
    assert (deliver(first).status, first.skip_reason) == (Status.SKIPPED, SkipReason.LINKED_EMAIL_GONE)
    assert (deliver(second).status, second.skip_reason) == (Status.SKIPPED, SkipReason.ALREADY_VERIFIED)
    assert mail.outbox == []


def test_the_same_one_linked_again_is_the_one_that_is_there(customer: Customer) -> None:
    linked = link(customer)
    with nothing_changes():
        assert link(customer) == linked


@pytest.mark.parametrize(
    ("email", "problem"),
    [
        ("ADA@example.com", "the customer's own address"),
        ("Books@EXAMPLE.com", "linked to this customer already"),
        ("", "can’t be blank|cannot be blank"),
        ("nobody", "Enter an e-mail address"),
        ("a\0b@example.com", "can't be stored"),
        ("\ud800@example.com", "can't be stored"),
        (f"{'x' * 10_000}@example.com", "at most 254"),
    ],
)
def test_an_address_that_can_not_be_linked_is_refused_on_its_field(
    customer: Customer, email: str, problem: str
) -> None:
    make_linked_email(customer, email="books@example.com")
    with nothing_changes(), pytest.raises(LinkedEmailRefused, match=problem) as refusal:
        link(customer, email)
    assert list(refusal.value.fields) == ["email"]


def test_an_address_can_be_linked_to_several_customers(customer: Customer) -> None:
    link(customer)
    assert link(make_customer()).email == "books@example.com"


def test_an_address_that_another_row_has_is_refused_in_a_change(customer: Customer) -> None:
    make_linked_email(customer, email="books@example.com")
    linked = make_linked_email(customer)
    with nothing_changes(), pytest.raises(LinkedEmailRefused) as refusal:
        update_linked_email(actor=SYSTEM, linked=linked, email="Books@example.com")
    assert list(refusal.value.fields) == ["email"]


def test_no_address_is_flooded(customer: Customer) -> None:
    for _each in range(2):
        link(make_customer())
    linked = link(customer)
    age_mails(timedelta(minutes=5))
    with nothing_changes(), pytest.raises(LinkedEmailRefused, match="3 mails within the last hour") as refusal:
        resend_verification(actor=SYSTEM, linked=linked)
    assert (refusal.value.code, list(refusal.value.fields)) == ("too_many", ["email"])
    stranger = make_customer()
    with nothing_changes(), pytest.raises(LinkedEmailRefused):
        link(stranger, "BOOKS@example.com")
    unlink_email(actor=SYSTEM, linked=linked)
    with nothing_changes(), pytest.raises(LinkedEmailRefused):
        link(customer)
    age_mails(timedelta(minutes=61))
    assert link(customer).email == "books@example.com"


def test_a_second_click_sends_no_second_mail(customer: Customer) -> None:
    linked = link(customer)
    assert resend_verification(actor=SYSTEM, linked=linked) == OutgoingEmail.objects.get()
    age_mails(timedelta(minutes=2))
    resend_verification(actor=SYSTEM, linked=linked)
    assert OutgoingEmail.objects.count() == 2


def test_a_verified_address_is_not_asked_again(customer: Customer) -> None:
    linked = make_linked_email(customer, is_verified=True)
    with nothing_changes(), pytest.raises(LinkedEmailRefused) as refusal:
        resend_verification(actor=SYSTEM, linked=linked)
    assert refusal.value.code == "verified"


def test_two_people_who_change_the_same_are_told(customer: Customer) -> None:
    linked, staff = make_linked_email(customer), make_staff()
    seen = version_of(linked)
    update_linked_email(actor=SYSTEM, linked=linked, label="Books")
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as refusal:
        update_linked_email(actor=staff, linked=linked, label="Partner", seen=seen)
    assert list(refusal.value.fields) == ["label"]


def test_what_was_removed_meanwhile_can_not_be_changed(customer: Customer) -> None:
    linked = make_linked_email(customer)
    copy = LinkedEmail.objects.get()
    unlink_email(actor=SYSTEM, linked=linked)
    for attempt in (update_linked_email, resend_verification):
        with nothing_changes(), pytest.raises(LinkedEmailRefused) as refusal:
            attempt(actor=SYSTEM, linked=copy)
        assert refusal.value.code == "gone"
    with nothing_changes():
        unlink_email(actor=SYSTEM, linked=copy)


def test_nothing_is_linked_to_a_customer_who_is_gone(customer: Customer) -> None:
    copy = Customer(pk=customer.pk)
    delete_customer(actor=SYSTEM, customer=customer)
    with nothing_changes(), pytest.raises(LinkedEmailRefused) as refusal:
        link(copy)
    assert refusal.value.code == "gone"


def test_linked_emails_go_with_their_customer_and_come_back_verified(customer: Customer) -> None:
    make_linked_email(customer, is_verified=True)
    before = LinkedEmail.objects.values().get()

    change_set = delete_customer(actor=SYSTEM, customer=customer)
    assert not LinkedEmail.objects.exists()

    restore(actor=SYSTEM, change_set=change_set)
    assert LinkedEmail.objects.values().get() == before
    assert LinkedEmail.objects.get().is_verified


def test_who_may_only_look_can_not_write(customer: Customer) -> None:
    linked, auditor = make_linked_email(customer), make_auditor()
    for attempt in (
        lambda: link_email(actor=auditor, customer=customer, email="books@example.com"),
        lambda: update_linked_email(actor=auditor, linked=linked, label="Books"),
        lambda: unlink_email(actor=auditor, linked=linked),
        lambda: resend_verification(actor=auditor, linked=linked),
    ):
        with nothing_changes(), pytest.raises(PermissionRefused):
            attempt()
