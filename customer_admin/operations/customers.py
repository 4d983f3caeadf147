"""Creating, changing and deleting customers with their addresses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _
from wagtail.models import Site

from customer_admin.errors import (
    ChangedMeanwhile,
    CustomerRefused,
    DeleteRefused,
    Obstacle,
    PermissionRefused,
)
from customer_admin.models import (
    ActorKind,
    ChangeSet,
    ChangeSetKind,
    Customer,
    CustomerAdminSettings,
    recording,
)
from customer_admin.models.actors import Actor, AnyActor
from customer_admin.models.requirable import ADDRESS_KINDS
from customer_admin.models.sequences import next_values
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen
from customer_admin.selectors.obstacles import obstacles_to_delete
from customer_admin.selectors.site_settings import default_class_of, settings_of

from .accounts import locked_account
from .addresses import addresses_of, replace_addresses
from .addresses_meanwhile import settle_addresses
from .held_rows import hold
from .meanwhile import Meanwhile
from .refusals import assign, check, needed_by
from .required_fields import check_emptied, check_required, empty_of, kinds_of, required_of
from .sent_twice import made_since
from .tax_documents import DOCUMENT_FIELD, keep_document, no_document_without_its_row

CUSTOMER_FIELDS = frozenset(
    {
        "site", "customer_class", "first_name", "last_name", "company", "email", "phone", "birth_date",
        "account_number", "language", "referral_source", "notify_account", "notify_marketing", "tax_exempt",
        "tax_exempt_number", "tax_exempt_reason", "tax_exempt_region", "tax_exempt_until", "tax_exempt_document",
    }
)  # fmt: skip
"""The fields of a customer that may be given to `create_customer` and `update_customer`."""

OWN_FIELDS = frozenset(
    {
        "first_name", "last_name", "company", "email", "phone", "birth_date", "language", "notify_account",
        "notify_marketing",
    }
)  # fmt: skip
"""Those that customers may change about themselves; class, tax and account number are for staff to say."""

REFERENCES = ("site", "customer_class", "tax_exempt_document")


def create_customer(
    *,
    actor: AnyActor,
    reason: str = "",
    addresses: Sequence[Mapping[str, Any]] = (),
    newest_seen: int | None = None,
    **fields: Any,
) -> Customer:
    """A new customer with the next number of its site.

    `fields` are those of `CUSTOMER_FIELDS`; site and class default to the installation's, and what the settings of the
    site say is required. A name or a company always is. A "tax_exempt_document" is a Django `File`, or a `TaxDocument`
    that is kept already. Staff who say that the customer is tax exempt give number and reason of the certificate.
    `addresses` are dicts of `Address` fields. `newest_seen` is the key of the newest customer when `actor` began, 0 for
    none: when `actor` made the same one since, that one is the answer, so a form that is sent twice makes one. Raises
    PermissionRefused, CustomerRefused.
    """
    actor = require(actor, "add_customer")
    with no_document_without_its_row(), recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        customer = Customer()
        # It is stored once it is sure that the customer is a new one.
        document = {DOCUMENT_FIELD: fields.pop(DOCUMENT_FIELD)} if DOCUMENT_FIELD in fields else {}
        assign(customer, fields, CUSTOMER_FIELDS)
        if customer.site_id is None:
            customer.site = _default_site()
        settings = settings_of(customer.site)
        take_class_defaults(customer, fields, settings)
        if twin := made_since(newest_seen, actor, customer, CUSTOMER_FIELDS - {DOCUMENT_FIELD}, addresses):
            return twin
        keep_document(document)
        assign(customer, document, CUSTOMER_FIELDS)
        _check_customer(customer, chosen_class="customer_class" in fields)
        _check_certificate(actor, customer, was_exempt="tax_exempt" not in fields)
        check_required(customer, kinds_of(addresses, {}), required_of(actor, settings))
        customer.number = new_numbers(settings)[0]
        customer.save()
        replace_addresses(customer, addresses, {})
    return customer


def update_customer(
    *,
    actor: AnyActor,
    customer: Customer,
    reason: str = "",
    addresses: Sequence[Mapping[str, Any]] | None = None,
    seen: Seen | str | None = None,
    **fields: Any,
) -> Customer:
    """The customer with the given fields changed; fields that are not given stay.

    `addresses` replaces the whole set: dicts with an "id" change that address, those without are new, and what is not
    named is removed. What the settings of the site require can't be emptied; what was empty before may stay so. `seen`
    is the `version_of` the customer when the person began, with "addresses" if those were shown: what others changed
    since then stays, unless the person changed the same. Raises PermissionRefused, also to customers for what is not in
    `OWN_FIELDS`; CustomerRefused, ChangedMeanwhile.
    """
    actor = require(actor, "change_customer", customer=customer)
    if actor.kind == ActorKind.CUSTOMER and not OWN_FIELDS.issuperset(fields):
        raise PermissionRefused(_("You can't change this yourself. Please ask us to."))
    with no_document_without_its_row(), recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        keep_document(fields)
        customer, seen = locked_account(customer, ChangedMeanwhile), Seen.of(seen)
        meanwhile = Meanwhile(actor)
        fields = meanwhile.settle(customer, fields, seen)
        existing = addresses_of(customer) if addresses is not None else {}
        rows = settle_addresses(addresses or (), existing, seen, meanwhile)
        meanwhile.refuse()
        former = {name: getattr(customer, f"{name}_id") for name in REFERENCES}
        was_exempt, empty_before = customer.tax_exempt, empty_of(customer, existing)
        assign(customer, fields, CUSTOMER_FIELDS)
        # The database answers for a reference that is there already.
        unchanged = [name for name, key in former.items() if getattr(customer, f"{name}_id") == key]
        _check_customer(customer, chosen_class="customer_class" not in unchanged, unchanged=unchanged)
        _check_certificate(actor, customer, was_exempt=was_exempt)
        # Addresses that were not given stay as they are.
        kinds = kinds_of(rows, existing) if addresses is not None else ADDRESS_KINDS.values()
        check_emptied(actor, customer, kinds, empty_before=empty_before)
        customer.save()
        if addresses is not None:
            replace_addresses(customer, rows, existing)
    return customer


def delete_customer(*, actor: AnyActor, customer: Customer, reason: str = "") -> ChangeSet:
    """Remove a customer with addresses, notes, books, cancelled memberships and login.

    Orders stay without a customer. Answers the change set; `restore` brings all of it back, the login too while its
    names are free. Raises PermissionRefused, and DeleteRefused whose `obstacles` are all that stands against it.
    """
    from .logins import switch_login_off

    require(actor, "delete_customer")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        customer = locked_account(customer, DeleteRefused, or_merged=True)
        if obstacles := obstacles_to_delete(customer):
            raise DeleteRefused(obstacles=obstacles)
        if customer.login is not None:
            switch_login_off(customer.login)
        try:
            customer.delete()
        except (ProtectedError, RestrictedError) as error:
            told = _("This customer is still needed by: %(what)s. Move or remove these first.")
            needed = Obstacle("needed", customer.pk, told % {"what": needed_by(error)})
            raise DeleteRefused(obstacles=[needed]) from error
    assert current.change_set is not None
    return current.change_set


def new_numbers(settings: CustomerAdminSettings, count: int = 1) -> list[str]:
    """Customer numbers that nobody has or ever had, with the prefix of these settings."""
    return [f"{settings.number_prefix}{value}" for value in next_values("customer_number", count)]


def take_class_defaults(customer: Customer, given: Mapping[str, Any], settings: CustomerAdminSettings) -> None:
    """Give a new customer the default class, unless one was given, and what its class says about tax."""
    if "customer_class" not in given:
        customer.customer_class = default_class_of(settings)
    if "tax_exempt" not in given and customer.customer_class is not None:
        customer.tax_exempt = customer.customer_class.tax_exempt_by_default


def check_name_and_class(customer: Customer, *, chosen_class: bool) -> None:
    """The rules for a customer that the model does not know. Raises CustomerRefused."""
    if not any(name and name.strip() for name in (customer.first_name, customer.last_name, customer.company)):
        raise CustomerRefused(fields={"last_name": _("Enter a name or a company.")})
    if chosen_class and customer.customer_class is not None and not customer.customer_class.is_active:
        raise CustomerRefused(fields={"customer_class": _("This class is no longer active. Choose another one.")})


def class_is_gone() -> CustomerRefused:
    message = _("This class was deleted meanwhile. Choose another one.")
    return CustomerRefused(fields={"customer_class": message}, code="gone")


def _check_customer(customer: Customer, *, chosen_class: bool, unchanged: Iterable[str] = ()) -> None:
    check_name_and_class(customer, chosen_class=chosen_class)
    given = customer.customer_class if "customer_class" not in unchanged else None
    if given is not None and given.pk is not None and not hold(given):
        raise class_is_gone()
    check(customer, CustomerRefused, exclude=["number", *unchanged])


def _check_certificate(actor: Actor, customer: Customer, *, was_exempt: bool) -> None:
    """Who makes a customer tax exempt by hand says why; what classes, imports and programs say is not asked."""
    if was_exempt or not customer.tax_exempt or actor.kind != ActorKind.STAFF:
        return
    asked = {
        "tax_exempt_number": _("Enter the number of the certificate, or untick “tax exempt”."),
        "tax_exempt_reason": _("Say why this customer pays no tax, or untick “tax exempt”."),
    }
    if missing := {name: text for name, text in asked.items() if not getattr(customer, name).strip()}:
        raise CustomerRefused(fields=missing, code="certificate")


def _default_site() -> Site:
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        raise CustomerRefused(fields={"site": _("Say which site the customer belongs to: no site is the default one.")})
    return site
