"""The operations, called by other programs of the host."""

from django.utils import timezone

from customer_admin import operations
from customer_admin.models import (
    AccountNote,
    Address,
    Club,
    ClubMembership,
    CreditEntry,
    Customer,
    CustomerClass,
    LinkedEmail,
    LoyaltyEntry,
    PortalLogin,
    SavedPaymentMethod,
)
from customer_admin.operations.addresses import ADDRESS_FIELDS
from customer_admin.operations.classes import CLASS_FIELDS
from customer_admin.operations.clubs import CLUB_FIELDS
from customer_admin.operations.customers import CUSTOMER_FIELDS
from customer_admin.operations.linked_emails import LINKED_EMAIL_FIELDS
from customer_admin.operations.loyalty import LOYALTY_FIELDS
from customer_admin.operations.memberships import MEMBERSHIP_FIELDS
from customer_admin.operations.notes import NOTE_FIELDS
from customer_admin.operations.payment_methods import CHANGEABLE, METHOD_FIELDS
from tests.factories import (
    PASSWORD,
    make_address,
    make_class,
    make_club,
    make_credit,
    make_customer,
    make_dismissal,
    make_linked_email,
    make_login,
    make_loyalty,
    make_membership,
    make_note,
    make_order,
    make_payment_method,
    open_portal,
)
from tests.sweep.door import Watch, door
from tests.sweep.doors.reasons import (
    AS_IT_WAS,
    ENABLED,
    NEW_MEMBERSHIP,
    NOT_ASKED,
    NOT_DELETED,
    NOT_YET_VERIFIED,
    WIPED,
)
from tests.sweep.values import another, others


@door(
    "operations",
    "created",
    closed_to=NOT_ASKED | NEW_MEMBERSHIP | NOT_YET_VERIFIED | {"customer_admin.PortalLogin.is_enabled": ENABLED},
)
def create(watch: Watch) -> None:
    person, customer = watch.person, make_customer()
    open_portal()
    values, address = others(Customer, CUSTOMER_FIELDS), others(Address, ADDRESS_FIELDS)
    with watch.going_through():
        operations.create_customer(actor=person, addresses=[address], **values)
    with watch.going_through():
        operations.add_note(actor=person, customer=customer, **others(AccountNote, NOTE_FIELDS))
    note, order = make_note(customer, alert_clerk=True), make_order(customer)
    with watch.going_through():
        operations.acknowledge_note(actor=person, note=note, order=order)
    pair = customer, make_customer()
    with watch.going_through():
        operations.dismiss_duplicates(actor=person, pairs=[pair], reason="Cousins")
    with watch.going_through():
        operations.create_class(actor=person, **{**others(CustomerClass, CLASS_FIELDS), "is_active": True})
    with watch.going_through():
        operations.create_class(actor=person, **others(CustomerClass, CLASS_FIELDS - {"is_default"}))
    with watch.going_through():
        operations.create_login(
            actor=person, customer=customer, email="new@example.com", username="new", password=PASSWORD
        )
    create_books(watch, customer)
    create_contacts(watch, customer)


def create_books(watch: Watch, customer: Customer) -> None:
    person = watch.person
    values = others(LoyaltyEntry, LOYALTY_FIELDS - {"kind"})
    with watch.going_through():
        entry = operations.add_loyalty_entry(actor=person, customer=customer, kind="points", **values)
    with watch.going_through():
        operations.counter_loyalty_entry(actor=person, entry=entry, reason="Wrong")
    make_credit(customer, 5000, currency="EUR")
    values = others(CreditEntry, {"amount", "reason", "on"}) | {"currency": "EUR"}
    with watch.going_through():
        held = operations.add_credit_entry(actor=person, customer=customer, kind="hold", **values)
    with watch.going_through():
        operations.counter_credit_entry(actor=person, entry=held, reason="Wrong")
    with watch.going_through():
        operations.create_club(actor=person, **others(Club, CLUB_FIELDS))
    own = {"club": make_club(), "payment_method": make_payment_method(customer)}
    values = others(ClubMembership, MEMBERSHIP_FIELDS) | own
    with watch.going_through():
        operations.join_club(actor=person, customer=customer, **values)


def create_contacts(watch: Watch, customer: Customer) -> None:
    person = watch.person
    method = others(SavedPaymentMethod, METHOD_FIELDS) | {"last_four": "4242"}
    at_home = {"billing_address": make_address(customer)}
    for what in ({"kind": "bank_account", "expires_on": None}, {"kind": "card", "token": "of the card"}):
        with watch.going_through():
            operations.add_payment_method(actor=person, customer=customer, **{**method, **at_home, **what})
    with watch.going_through():
        operations.link_email(
            actor=person, customer=customer, **{**others(LinkedEmail, LINKED_EMAIL_FIELDS), "gets_account": False}
        )


@door("operations", "changed", closed_to=NOT_ASKED | AS_IT_WAS)
def update(watch: Watch) -> None:
    person, customer = watch.person, make_customer()
    first, second = make_address(customer, is_primary=True), make_address(customer)
    note, customer_class, login = make_note(customer), make_class(), make_login(customer)
    values = others(Customer, CUSTOMER_FIELDS, customer)
    address = others(Address, ADDRESS_FIELDS - {"kind"}, second)
    with watch.going_through():
        operations.update_customer(
            actor=person, customer=customer, addresses=[{"id": first.pk}, {"id": second.pk, **address}], **values
        )
    with watch.going_through():
        operations.update_customer(
            actor=person, customer=customer, addresses=[{"id": first.pk, "kind": another_kind(first)}]
        )
    with watch.going_through():
        operations.update_note(actor=person, note=note, **others(AccountNote, NOTE_FIELDS, note))
    with watch.going_through():
        operations.update_class(
            actor=person,
            customer_class=customer_class,
            **others(CustomerClass, CLASS_FIELDS - {"is_default"}, customer_class),
        )
    with watch.going_through():
        operations.update_class(actor=person, customer_class=customer_class, is_active=True, is_default=True)
    with watch.going_through():
        operations.update_login(
            actor=person, login=login, email="other@example.com", username="other", password="Windy-Hill-77"
        )
    with watch.going_through():
        operations.set_login_enabled(actor=person, login=login, enabled=False)
    club, membership = make_club(), make_membership(customer)
    with watch.going_through():
        operations.update_club(actor=person, club=club, **others(Club, CLUB_FIELDS, club))
    values = others(ClubMembership, MEMBERSHIP_FIELDS, membership)
    values |= {"payment_method": make_payment_method(customer)}
    with watch.going_through():
        operations.update_membership(actor=person, membership=membership, **values)
    with watch.going_through():
        operations.hold_membership(actor=person, membership=membership, until=timezone.localdate())
    with watch.going_through():
        operations.resume_membership(actor=person, membership=membership)
    with watch.going_through():
        operations.cancel_membership(actor=person, membership=membership, reason="Moved away")
    method, linked = make_payment_method(customer), make_linked_email(customer, is_verified=True)
    values = others(SavedPaymentMethod, CHANGEABLE, method) | {"billing_address": first}
    with watch.going_through():
        operations.update_payment_method(actor=person, method=method, **values)
    with watch.going_through():
        operations.update_linked_email(actor=person, linked=linked, **others(LinkedEmail, LINKED_EMAIL_FIELDS, linked))


def another_kind(address: Address) -> str:
    return str(another(Address._meta.get_field("kind"), address))


@door("operations", "deleted", closed_to=NOT_DELETED | WIPED)
def delete(watch: Watch) -> None:
    person, customer = watch.person, make_customer()
    make_address(customer), make_note(customer), make_dismissal(customer)
    make_loyalty(customer), make_membership(customer, status="cancelled", cancel_reason="Moved away")
    operations.counter_credit_entry(actor=person, entry=make_credit(customer), reason="Wrong")
    note, login, customer_class = make_note(customer, alert_clerk=True), make_login(customer), make_class()
    operations.acknowledge_note(actor=person, note=note, order=make_order(customer))
    address = make_address(customer)
    for each in range(2):
        method = make_payment_method(customer, billing_address=address)
        linked = make_linked_email(customer, label=str(each))
    with watch.going_through():
        operations.delete_payment_method(actor=person, method=method)
    with watch.going_through():
        operations.unlink_email(actor=person, linked=linked)
    key = ("customer_admin.PortalLogin", login.pk)
    with watch.going_through():
        operations.delete_note(actor=person, note=note)
    with watch.going_through():
        operations.delete_class(actor=person, customer_class=customer_class)
    club = make_club()
    with watch.going_through():
        operations.delete_club(actor=person, club=club)
    with watch.going_through(without={key: {"username", "email"}}):
        operations.delete_login(actor=person, login=PortalLogin.objects.get())
    with watch.going_through():
        operations.delete_customer(actor=person, customer=customer)
