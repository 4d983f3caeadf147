"""Reads about customers that cross tables."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.models import AccountNote, Customer


def customers_for_listing() -> QuerySet[Customer]:
    """The living customers with all that a row of the list shows."""
    return Customer.objects.select_related("customer_class", "portal_login").annotate(
        has_alert=Exists(AccountNote.objects.in_force().filter(customer=OuterRef("pk")))
    )


def alerts_of(customer: Customer) -> list[AccountNote]:
    """The notes in force that alert whoever opens the customer, the gravest first."""
    gravity = {"stop": 0, "warning": 1, "info": 2}
    notes = AccountNote.objects.in_force().filter(customer=customer)
    return sorted(notes, key=lambda note: gravity[note.alert_level])


def goes_with(customer: Customer) -> list[str]:
    """What deleting the customer takes along or leaves behind, a sentence each."""
    addresses, notes = customer.addresses.count(), customer.account_notes.count()
    orders = customer.orders.count()
    told = []
    if addresses:
        told.append(ngettext("%(count)d address", "%(count)d addresses", addresses) % {"count": addresses})
    if notes:
        told.append(ngettext("%(count)d note", "%(count)d notes", notes) % {"count": notes})
    if customer.login is not None:
        told.append(_("The portal login. Its username and e-mail become free for others."))
    if orders:
        told.append(
            ngettext("%(count)d order stays, without a customer.", "%(count)d orders stay, without a customer.", orders)
            % {"count": orders}
        )
    return told
