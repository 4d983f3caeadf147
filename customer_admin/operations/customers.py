"""Creating, changing and deleting customers with their addresses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, ProtectedError, RestrictedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Site

from customer_admin.errors import (
    ChangedMeanwhile,
    CustomerAdminError,
    CustomerRefused,
    DeleteRefused,
    PermissionRefused,
)
from customer_admin.models import (
    ActorKind,
    ChangeSet,
    ChangeSetKind,
    Customer,
    CustomerClass,
    Order,
    recording,
)
from customer_admin.models.actors import AnyActor
from customer_admin.models.sequences import next_values
from customer_admin.permissions import require
from customer_admin.selectors.history import Seen
from customer_admin.selectors.site_settings import settings_of

from .addresses import addresses_of, replace_addresses
from .addresses_meanwhile import settle_addresses
from .meanwhile import Meanwhile
from .refusals import assign, check, needed_by

CUSTOMER_FIELDS = frozenset(
    {
        "site", "customer_class", "first_name", "last_name", "company", "email", "phone", "birth_date",
        "account_number", "language", "referral_source", "notify_account", "notify_marketing", "tax_exempt",
        "tax_exempt_number", "tax_exempt_reason", "tax_exempt_region", "tax_exempt_until",
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


def create_customer(
    *,
    actor: AnyActor,
    reason: str = "",
    addresses: Sequence[Mapping[str, Any]] = (),
    **fields: Any,
) -> Customer:
    """A new customer with the next number of its site.

    `fields` are those of `CUSTOMER_FIELDS`; site and class default to the installation's. A name or a company is
    required. `addresses` are dicts of `Address` fields. Raises PermissionRefused, CustomerRefused.
    """
    require(actor, "add_customer")
    customer = Customer()
    assign(customer, fields, CUSTOMER_FIELDS)
    if customer.site_id is None:
        customer.site = _default_site()
    take_class_defaults(customer, given=fields)
    _check_customer(customer, chosen_class="customer_class" in fields)
    with recording(actor=actor, kind=ChangeSetKind.CREATE, reason=reason):
        customer.number = new_numbers(customer.site)[0]
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
    named is removed. `seen` is the `version_of` the customer when the person began, with "addresses" if those were
    shown: what others changed since then stays, unless the person changed the same. Raises PermissionRefused, also to
    customers for what is not in `OWN_FIELDS`; CustomerRefused, ChangedMeanwhile.
    """
    actor = require(actor, "change_customer", customer=customer)
    if actor.kind == ActorKind.CUSTOMER and not OWN_FIELDS.issuperset(fields):
        raise PermissionRefused(_("You can't change this yourself. Please ask us to."))
    with recording(actor=actor, kind=ChangeSetKind.EDIT, reason=reason):
        customer, seen = _locked(customer, ChangedMeanwhile), Seen.of(seen)
        meanwhile = Meanwhile(actor)
        fields = meanwhile.settle(customer, fields, seen)
        existing = addresses_of(customer) if addresses is not None else {}
        rows = settle_addresses(addresses or (), existing, seen, meanwhile)
        meanwhile.refuse()
        former = {"site": customer.site_id, "customer_class": customer.customer_class_id}
        assign(customer, fields, CUSTOMER_FIELDS)
        # The database answers for a reference that is there already.
        unchanged = [name for name, key in former.items() if getattr(customer, f"{name}_id") == key]
        _check_customer(customer, chosen_class="customer_class" not in unchanged, unchanged=unchanged)
        customer.save()
        if addresses is not None:
            replace_addresses(customer, rows, existing)
    return customer


def delete_customer(*, actor: AnyActor, customer: Customer, reason: str = "") -> ChangeSet:
    """Remove a customer with addresses, notes and login; orders stay without a customer. Answers the change set.

    `restore` brings all of it back, the login too while its names are free. Raises PermissionRefused, and DeleteRefused
    with everything that stands against it.
    """
    from .logins import switch_login_off

    require(actor, "delete_customer")
    with recording(actor=actor, kind=ChangeSetKind.DELETE, reason=reason) as current:
        customer = _locked(customer, DeleteRefused)
        if obstacles := obstacles_to_delete(customer):
            raise DeleteRefused(" ".join(obstacles))
        if customer.login is not None:
            switch_login_off(customer.login)
        try:
            customer.delete()
        except (ProtectedError, RestrictedError) as error:
            raise DeleteRefused(
                _("This customer is still needed by: %(what)s. Move or remove these first.")
                % {"what": needed_by(error)}
            ) from error
    assert current.change_set is not None
    return current.change_set


def obstacles_to_delete(customer: Customer) -> list[str]:
    """What stands against deleting `customer`, a sentence each that says what to do."""
    return obstacles_to_delete_many([customer])[customer.pk]


def obstacles_to_delete_many(customers: Iterable[Customer]) -> dict[Any, list[str]]:
    """The same for each of many customers, by their keys; as many questions as for one."""
    obstacles: dict[Any, list[str]] = {customer.pk: [] for customer in customers}
    open_orders = Order.objects.filter(customer__in=obstacles, status=Order.Status.OPEN).order_by()
    for key, count in open_orders.values_list("customer_id").annotate(count=Count("pk")):
        obstacles[key].append(
            ngettext(
                "%(count)d order is still open. Complete or cancel it first.",
                "%(count)d orders are still open. Complete or cancel them first.",
                count,
            )
            % {"count": count}
        )
    merged = Customer.all_objects.filter(merged_into__in=obstacles).order_by()
    for key in merged.values_list("merged_into_id", flat=True).distinct():
        obstacles[key].append(_("Other accounts were merged into this one. Undo those merges first."))
    return obstacles


def new_numbers(site: Site, count: int = 1) -> list[str]:
    """Customer numbers that nobody has or ever had."""
    prefix = settings_of(site).number_prefix
    return [f"{prefix}{value}" for value in next_values("customer_number", count)]


def take_class_defaults(customer: Customer, given: Mapping[str, Any]) -> None:
    """Give a new customer the default class, unless one was given, and what its class says about tax."""
    if "customer_class" not in given:
        customer.customer_class = CustomerClass.objects.filter(is_default=True, is_active=True).first()
    if "tax_exempt" not in given and customer.customer_class is not None:
        customer.tax_exempt = customer.customer_class.tax_exempt_by_default


def check_name_and_class(customer: Customer, *, chosen_class: bool) -> None:
    """The rules for a customer that the model does not know. Raises CustomerRefused."""
    if not any(name and name.strip() for name in (customer.first_name, customer.last_name, customer.company)):
        raise CustomerRefused(fields={"last_name": _("Enter a name or a company.")})
    if chosen_class and customer.customer_class is not None and not customer.customer_class.is_active:
        raise CustomerRefused(fields={"customer_class": _("This class is no longer active. Choose another one.")})


def _check_customer(customer: Customer, *, chosen_class: bool, unchanged: Iterable[str] = ()) -> None:
    check_name_and_class(customer, chosen_class=chosen_class)
    check(customer, CustomerRefused, exclude=["number", *unchanged])


def _locked(customer: Customer, refusal: type[CustomerAdminError]) -> Customer:
    found = Customer.all_objects.select_for_update().filter(pk=customer.pk).first()
    if found is None:
        raise refusal(_("This customer was deleted meanwhile."), code="gone")
    return found


def _default_site() -> Site:
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        raise CustomerRefused(fields={"site": _("Say which site the customer belongs to: no site is the default one.")})
    return site
