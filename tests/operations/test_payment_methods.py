"""Payment methods: what may be kept, what may be changed, and who did it."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from customer_admin.errors import ChangedMeanwhile, DeleteRefused, PaymentMethodRefused, PermissionRefused
from customer_admin.models import ChangeSet, ClubMembership, Customer, SavedPaymentMethod
from customer_admin.operations import (
    SYSTEM,
    add_payment_method,
    delete_customer,
    delete_payment_method,
    payment_methods,
    restore,
    revert_change_set,
    update_customer,
    update_payment_method,
)
from customer_admin.selectors.history import version_of
from customer_admin.selectors.timelines import changes_for_customer
from tests.factories import (
    make_address,
    make_auditor,
    make_club,
    make_customer,
    make_membership,
    make_payment_method,
    make_staff,
    make_user,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db
CARD = {"token": "tok_1N3T00LkdIwHu7ix", "brand": "Visa", "last_four": "4242"}
NUMBER = "4111 1111 1111 1111"


@pytest.fixture
def customer(db: None) -> Customer:
    return make_customer()


def add(customer: Customer, **fields: Any) -> SavedPaymentMethod:
    return add_payment_method(actor=SYSTEM, customer=customer, **{**CARD, **fields})


def test_a_card_is_added_with_who_and_why() -> None:
    staff, customer = make_staff("hale"), make_customer()
    address = make_address(customer)

    method = add_payment_method(
        actor=staff,
        customer=customer,
        reason="Asked on the phone",
        holder="  Ada Stone ",
        expires_on=datetime.date(2027, 2, 3),
        billing_address=address,
        **CARD,
    )

    method.refresh_from_db()
    assert (str(method), method.holder, method.expires_on) == (
        "Visa •••• 4242",
        "Ada Stone",
        datetime.date(2027, 2, 28),
    )
    assert method.billing_address == address
    change_set = ChangeSet.objects.get(pk=method.history.get().change_set_id)
    assert (change_set.actor, change_set.reason, change_set.kind) == (staff, "Asked on the phone", "create")


def test_the_same_one_added_again_is_the_one_that_is_there() -> None:
    customer = make_customer()
    first = add(customer)
    with nothing_changes():
        assert add(customer) == first


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_double_click_adds_one() -> None:
    customer = make_customer()
    run_together(*[lambda: add(customer)] * 3)
    assert SavedPaymentMethod.objects.count() == 1


def test_the_token_of_another_method_is_refused() -> None:
    customer = make_customer()
    add(customer)
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        add(customer, brand="Mastercard")
    assert refusal.value.fields == {
        "token": ["This customer has a payment method with this token already: Visa •••• 4242."]
    }
    assert add(make_customer()).token == CARD["token"]


@pytest.mark.parametrize("field", ["token", "processor", "brand", "holder", "label", "reason"])
@pytest.mark.parametrize("number", [NUMBER, "I paid with ４１１１-1111-1111-1111 there", "DE89 3704 0044 0532 0130 00"])
def test_a_full_number_is_refused_in_every_text(customer: Customer, field: str, number: str) -> None:
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        add(customer, **{field: number})
    assert list(refusal.value.fields) == [field]
    assert "Only the last four digits may be kept." in refusal.value.message


def test_every_text_field_of_the_model_refuses_a_number() -> None:
    texts = [field for field in SavedPaymentMethod._meta.concrete_fields if field.get_internal_type() == "CharField"]
    unchecked = {field.name for field in texts if field.choices is None and not _refuses(field)}
    assert unchecked == set()


def _refuses(field: Any) -> bool:
    try:
        field.run_validators("4111111111111111")
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("last_four", ["", "424", "42424", "٤٢٤٢", "42a2", "42 42", "\0", "\ud800"])
def test_last_four_digits_are_four_digits(customer: Customer, last_four: str) -> None:
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        add(customer, last_four=last_four)
    assert list(refusal.value.fields) == ["last_four"]


@pytest.mark.parametrize("text", ["=CMD()", "مرحبا", "😀", "<script>alert(1)</script>"])
def test_strange_texts_are_stored_as_they_are(customer: Customer, text: str) -> None:
    method = add(customer, holder=text, label=text)
    method.refresh_from_db()
    assert (method.holder, method.label) == (text, text)


@pytest.mark.parametrize("text", ["x" * 10_000, "a\0b", "\ud800"])
@pytest.mark.parametrize("field", ["token", "holder", "processor"])
def test_texts_that_can_not_be_stored_are_refused_on_their_field(customer: Customer, field: str, text: str) -> None:
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        add(customer, **{field: text})
    assert list(refusal.value.fields) == [field]


def test_a_bank_account_does_not_expire(customer: Customer) -> None:
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        add(customer, kind="bank_account", expires_on=datetime.date(2027, 1, 1))
    assert list(refusal.value.fields) == ["expires_on"]


def test_an_address_of_somebody_else_is_refused(customer: Customer) -> None:
    elsewhere = make_address(make_customer())
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        add(customer, billing_address=elsewhere)
    assert list(refusal.value.fields) == ["billing_address"]


def test_a_card_expires_at_the_end_of_its_month() -> None:
    today = timezone.localdate()
    assert not SavedPaymentMethod(expires_on=today).is_expired
    assert SavedPaymentMethod(expires_on=today - datetime.timedelta(days=1)).is_expired
    assert not SavedPaymentMethod().is_expired


@pytest.mark.parametrize(("token", "masked"), [("tok_1N3T00Lk", "…00Lk"), ("12345678", "…")])
def test_a_token_is_never_shown_in_full(token: str, masked: str) -> None:
    assert SavedPaymentMethod(token=token).masked_token == masked


def test_the_history_says_everything_but_the_token_in_words() -> None:
    customer = make_customer()
    address = make_address(customer, line1="2 Mill Lane", city="York", country="GB")
    method = add(customer, expires_on=datetime.date(2027, 2, 1))
    update_payment_method(actor=SYSTEM, method=method, holder="Ada", billing_address=address)

    told = [
        (field.label, field.before, field.after, field.is_concealed)
        for entry in changes_for_customer(list(ChangeSet.objects.order_by("pk")), customer).values()
        for change in entry.rows
        if change.model is SavedPaymentMethod
        for field in change.fields
    ]
    assert ("Holder", "", "Ada", False) in told
    assert ("Billing address", "", "2 Mill Lane, York, GB", False) in told
    assert ("Last four digits", "", "4242", False) in told
    assert CARD["token"] not in str(told)


def test_what_the_processor_said_can_not_be_changed() -> None:
    method = make_payment_method(make_customer())
    with nothing_changes(), pytest.raises(TypeError):
        update_payment_method(actor=SYSTEM, method=method, token="another")


def test_expiry_holder_label_and_address_are_changed_by_one_change_set() -> None:
    customer = make_customer()
    method = make_payment_method(customer)
    fields = {"holder": "Eve", "label": "Club", "expires_on": datetime.date(2030, 6, 30)}
    changed = update_payment_method(actor=SYSTEM, method=method, billing_address=make_address(customer), **fields)
    changed.refresh_from_db()
    assert {name: getattr(changed, name) for name in fields} == fields
    with nothing_changes():
        update_payment_method(actor=SYSTEM, method=method, **fields)


def test_a_full_number_is_refused_in_a_change_too() -> None:
    method = make_payment_method(make_customer())
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        update_payment_method(actor=SYSTEM, method=method, holder=f"Ada {NUMBER}")
    assert list(refusal.value.fields) == ["holder"]


def test_two_people_who_change_the_same_are_told() -> None:
    method, staff = make_payment_method(make_customer()), make_staff()
    seen = version_of(method)
    update_payment_method(actor=SYSTEM, method=method, holder="Eve")
    with nothing_changes(), pytest.raises(ChangedMeanwhile) as refusal:
        update_payment_method(actor=staff, method=method, holder="Ada", seen=seen)
    assert list(refusal.value.fields) == ["holder"]


def test_what_was_deleted_meanwhile_can_not_be_changed() -> None:
    method = make_payment_method(make_customer())
    delete_payment_method(actor=SYSTEM, method=method)
    method = SavedPaymentMethod(pk=method.pk or 1, customer=method.customer)
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        update_payment_method(actor=SYSTEM, method=method, holder="Ada")
    assert refusal.value.code == "gone"


def test_nothing_is_added_to_a_customer_who_is_gone() -> None:
    customer = make_customer()
    copy = Customer(pk=customer.pk)
    delete_customer(actor=SYSTEM, customer=customer)
    with nothing_changes(), pytest.raises(PaymentMethodRefused) as refusal:
        add(copy)
    assert refusal.value.code == "gone"


def test_a_deleted_method_comes_back_with_its_token() -> None:
    method = make_payment_method(make_customer())
    key, token = method.pk, method.token
    change_set = delete_payment_method(actor=SYSTEM, method=method, reason="Lost")
    assert not SavedPaymentMethod.objects.exists()
    with nothing_changes():
        delete_payment_method(actor=SYSTEM, method=SavedPaymentMethod(pk=key, customer=method.customer))

    revert_change_set(actor=SYSTEM, change_set=change_set)

    assert SavedPaymentMethod.objects.get(pk=key).token == token


def test_what_stands_against_a_deletion_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    method = make_payment_method(make_customer())
    monkeypatch.setattr(payment_methods, "obstacles_to_delete_payment_method", lambda method: ["The club needs it."])
    with nothing_changes(), pytest.raises(DeleteRefused, match="The club needs it"):
        delete_payment_method(actor=SYSTEM, method=method)


def test_a_removed_address_leaves_the_method_without_one() -> None:
    customer = make_customer()
    method = make_payment_method(customer, billing_address=make_address(customer))
    update_customer(actor=SYSTEM, customer=customer, addresses=[])
    method.refresh_from_db()
    assert method.billing_address is None
    assert method.history.first().billing_address_id is None


def test_methods_go_with_their_customer_and_come_back() -> None:
    customer = make_customer()
    address = make_address(customer)
    method = make_payment_method(customer, billing_address=address)
    before = SavedPaymentMethod.objects.values().get()

    change_set = delete_customer(actor=SYSTEM, customer=customer)
    assert not SavedPaymentMethod.objects.exists()

    restore(actor=SYSTEM, change_set=change_set)
    assert SavedPaymentMethod.objects.values().get(pk=method.pk) == before


def test_who_may_only_look_can_not_write() -> None:
    customer, auditor = make_customer(), make_auditor()
    method = make_payment_method(customer)
    for attempt in (
        lambda: add_payment_method(actor=auditor, customer=customer, **CARD),
        lambda: update_payment_method(actor=auditor, method=method, holder="Ada"),
        lambda: delete_payment_method(actor=auditor, method=method),
    ):
        with nothing_changes(), pytest.raises(PermissionRefused):
            attempt()


def test_a_method_pays_for_the_clubs_that_are_chosen_and_no_others(customer: Customer) -> None:
    staff = make_staff()
    method, other = make_payment_method(customer), make_payment_method(customer, token="tok_other")
    kept, ended = (make_membership(customer, payment_method=method) for _each in range(2))
    begun, left = make_membership(customer, payment_method=other), make_membership(customer, payment_method=other)

    update_payment_method(
        actor=staff, method=method, pays_for=[kept, begun], pays_no_longer_for=[ended], reason="New card"
    )

    paid = {row.pk: row.payment_method for row in ClubMembership.objects.all()}
    assert paid == {kept.pk: method, begun.pk: method, ended.pk: None, left.pk: other}
    change_set = ChangeSet.objects.latest("closed")
    assert (change_set.actor, change_set.reason) == (staff, "New card")
    written = ClubMembership.history.filter(change_set=change_set)
    assert set(written.values_list("id", flat=True)) == {begun.pk, ended.pk}
    with nothing_changes():
        update_payment_method(actor=staff, method=method, pays_for=[kept, begun], pays_no_longer_for=[ended])


def test_memberships_of_another_customer_are_not_paid(customer: Customer) -> None:
    method, others = make_payment_method(customer), make_membership(make_customer())
    with nothing_changes():
        update_payment_method(actor=SYSTEM, method=method, pays_for=[others])


def test_who_may_not_change_memberships_says_nothing_about_clubs(customer: Customer) -> None:
    user = make_user(permissions=("change_savedpaymentmethod",))
    method, membership = make_payment_method(customer), make_membership(customer)
    with nothing_changes(), pytest.raises(PermissionRefused):
        update_payment_method(actor=user, method=method, pays_for=[membership])


@pytest.mark.parametrize("status", ["active", "on_hold"])
def test_a_method_that_pays_for_a_club_is_not_deleted(customer: Customer, status: str) -> None:
    method = make_payment_method(customer)
    make_membership(customer, make_club(name="Cellar Circle"), payment_method=method, status=status)
    with nothing_changes(), pytest.raises(DeleteRefused, match="Cellar Circle"):
        delete_payment_method(actor=SYSTEM, method=method)


def test_a_cancelled_membership_lets_go_of_the_method(customer: Customer) -> None:
    method = make_payment_method(customer)
    gone = make_membership(customer, payment_method=method, status="cancelled", cancel_reason="Moved")
    change_set = delete_payment_method(actor=SYSTEM, method=method)

    gone.refresh_from_db()
    assert gone.payment_method is None
    assert change_set is not None
    revert_change_set(actor=SYSTEM, change_set=change_set)
    gone.refresh_from_db()
    assert gone.payment_method == method
