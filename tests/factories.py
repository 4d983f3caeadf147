"""Makers of rows for tests. Each opens its own change set when none is open, as a door of the product would."""

import itertools
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Site

from customer_admin.conf import app_settings
from customer_admin.models import (
    SYSTEM,
    AccountNote,
    Address,
    Club,
    ClubMembership,
    CreditEntry,
    Customer,
    CustomerAdminSettings,
    CustomerClass,
    DuplicateDismissal,
    DuplicatePair,
    LinkedEmail,
    LoyaltyEntry,
    Order,
    OrderLine,
    OutgoingEmail,
    PortalLogin,
    SavedPaymentMethod,
    TaxDocument,
    Tracked,
    recording,
)
from customer_admin.models.keys import email_key
from customer_admin.models.sequences import next_values

_counter = itertools.count(1)
PASSWORD = "Sunny-Field-42"


def _save(instance: Any) -> Any:
    from customer_admin.models.recording import _current

    if not isinstance(instance, Tracked) or _current.get() is not None:
        instance.save()
    else:
        with recording(actor=SYSTEM, reason="Test data"):
            instance.save()
    return instance


def make_user(name: str = "", *, groups: tuple[str, ...] = (), permissions: tuple[str, ...] = (), **fields: Any) -> Any:
    """A user who may enter the admin when any group is given."""
    User = get_user_model()
    name = name or f"user{next(_counter)}"
    login = name if User.USERNAME_FIELD != User.EMAIL_FIELD else f"{name}@staff.example"
    user = User(**{User.USERNAME_FIELD: login, User.EMAIL_FIELD: f"{name}@staff.example", **fields})
    user.set_password(PASSWORD)
    user.save()
    user.groups.set(Group.objects.filter(name__in=groups))
    wanted = [*permissions, *(["access_admin"] if permissions else [])]
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return user


def make_staff(name: str = "", **fields: Any) -> Any:
    return make_user(name, groups=("Customer staff",), **fields)


def make_manager(name: str = "", **fields: Any) -> Any:
    return make_user(name, groups=("Customer managers",), **fields)


def make_auditor(name: str = "", **fields: Any) -> Any:
    return make_user(name, groups=("Customer auditors",), **fields)


def make_class(**fields: Any) -> CustomerClass:
    number = next(_counter)
    return _save(CustomerClass(**{"name": f"Class {number}", "code": f"class-{number}", **fields}))


def make_customer(**fields: Any) -> Customer:
    defaults: dict[str, Any] = {
        "number": f"T{next_values('customer_number')[0]}",
        "first_name": "Ada",
        "last_name": "Stone",
    }
    if "site" not in fields:
        defaults["site"] = Site.objects.get(is_default_site=True)
    return _save(Customer(**{**defaults, **fields}))


def make_address(customer: Customer, **fields: Any) -> Address:
    return _save(Address(customer=customer, **{"line1": "1 Main Street", "city": "Springfield", **fields}))


PDF = b"%PDF-1.4\n% a certificate\n"


def make_document(content: bytes = PDF, **fields: Any) -> TaxDocument:
    """A document that is kept in the private storage."""
    from django.core.files.base import ContentFile

    stored_as = app_settings.PRIVATE_STORAGE.save(f"tax-documents/{next(_counter)}.pdf", ContentFile(content))
    defaults = {"name": "certificate.pdf", "content_type": "application/pdf", "size": len(content)}
    return TaxDocument.objects.create(**{**defaults, "stored_as": stored_as, **fields})


def files_kept() -> set[str]:
    """The names of the documents in the private storage."""
    try:
        return set(app_settings.PRIVATE_STORAGE.listdir("tax-documents")[1])
    except FileNotFoundError:
        return set()


def make_note(customer: Customer, **fields: Any) -> AccountNote:
    return _save(AccountNote(customer=customer, **{"body": "Prefers the side door.", **fields}))


def make_pair(first: Customer, second: Customer, **fields: Any) -> DuplicatePair:
    """A pair of possible duplicates, `first` being the one with the smaller key."""
    values = {"certainty": 0.95, "level": "likely", "reasons": ["same_name", "same_phone"], **fields}
    return DuplicatePair.objects.create(first=first, second=second, **values)


def make_dismissal(customer: Customer, other: Customer | None = None, **fields: Any) -> DuplicateDismissal:
    values = {"dismissed_by_label": "Sue", "reason": "Cousins", **fields}
    return _save(DuplicateDismissal(customer=customer, other=other or make_customer(), **values))


def make_payment_method(customer: Customer, **fields: Any) -> SavedPaymentMethod:
    defaults = {"token": f"tok_{next(_counter)}_9x7Kq2mB", "brand": "Visa", "last_four": "4242"}
    return _save(SavedPaymentMethod(customer=customer, **{**defaults, **fields}))


def make_linked_email(customer: Customer, *, is_verified: bool = False, **fields: Any) -> LinkedEmail:
    linked = LinkedEmail(customer=customer, **{"email": f"books{next(_counter)}@example.com", **fields})
    if is_verified:
        linked.verified_at, linked.verified_key = timezone.now(), email_key(linked.email)
    return _save(linked)


def make_email(customer: Customer | None = None, **fields: Any) -> OutgoingEmail:
    """A mail of a host's own kind that was sent."""
    defaults: dict[str, Any] = {
        "kind": "welcome",
        "to_address": "ada@example.com",
        "subject": "Welcome",
        "status": OutgoingEmail.Status.SENT,
    }
    return OutgoingEmail.objects.create(customer=customer, **{**defaults, **fields})


def make_order(customer: Customer | None = None, *, lines: int = 0, **fields: Any) -> Order:
    from decimal import Decimal

    defaults = {
        "number": f"SO{next(_counter)}",
        "placed_at": timezone.now(),
        "currency": "USD",
        "total": Decimal("10.00"),
    }
    order = _save(Order(customer=customer, **{**defaults, **fields}))
    for position in range(1, lines + 1):
        _save(OrderLine(order=order, position=position, description=f"Item {position}", unit_price=Decimal("5")))
    return order


def make_loyalty(customer: Customer, kind: str = "points", quantity: int = 10, **fields: Any) -> LoyaltyEntry:
    values = {"reason": "Bought at the bar", **fields}
    return _save(LoyaltyEntry(customer=customer, kind=kind, quantity=quantity, **values))


def make_credit(customer: Customer, amount: Any = 50, on_hold: Any = 0, **fields: Any) -> CreditEntry:
    values = {"kind": "deposit", "currency": "USD", "reason": "Gift card", **fields}
    return _save(CreditEntry(customer=customer, amount=amount, on_hold=on_hold, **values))


def make_club(**fields: Any) -> Club:
    return _save(Club(**{"name": f"Club {next(_counter)}", **fields}))


def make_membership(customer: Customer, club: Club | None = None, **fields: Any) -> ClubMembership:
    return _save(ClubMembership(customer=customer, club=club or make_club(), **fields))


def open_portal(site: Site | None = None, *, is_open: bool = True) -> None:
    """Turn the portal of a site on or off, by default that of the default site."""
    with recording(actor=SYSTEM, reason="Test data"):
        CustomerAdminSettings.objects.update_or_create(
            site=site or Site.objects.get(is_default_site=True), defaults={"portal_enabled": is_open}
        )


def settle(site: Site | None = None, **fields: Any) -> CustomerAdminSettings:
    """Save settings of a site, by default those of the default site."""
    with recording(actor=SYSTEM, reason="Test data"):
        site = site or Site.objects.get(is_default_site=True)
        return CustomerAdminSettings.objects.update_or_create(site=site, defaults=fields)[0]


def make_login(customer: Customer | None = None, username: str = "", **fields: Any) -> PortalLogin:
    """The login of a customer of a site whose portal is on, with the password of all factories."""
    from customer_admin.operations import create_login

    customer = customer or make_customer()
    username = username or f"login{next(_counter)}"
    open_portal(customer.site)
    values: dict[str, Any] = {"email": f"{username}@example.com", "password": PASSWORD, "reason": "Test data"}
    return create_login(actor=SYSTEM, customer=customer, username=username, **{**values, **fields})


def lock(login: PortalLogin, **columns: Any) -> None:
    """Lock the login as five wrong passwords do, or set only these columns."""
    now = timezone.now()
    locked = {"failed_sign_ins": 5, "last_failed_at": now, "locked_until": now + app_settings.SIGN_IN_LOCK}
    QuerySet(PortalLogin).filter(pk=login.pk).update(**(columns or locked))


def make_portal_user(customer: Customer | None = None) -> Any:
    """The user behind the login of a customer, as a request would have it."""
    return get_user_model().objects.get(pk=make_login(customer).user_id)
