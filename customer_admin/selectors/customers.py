"""Reads about customers that cross tables."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customer_admin.models import Customer

from .added_columns import added_columns
from .alerts import gravest_level
from .deletions import consequences_of_deleting


def customers_for_listing() -> QuerySet[Customer]:
    """The living customers with all that a row of the list shows, columns of a host included."""
    added = {column.alias: column.expression for column in added_columns()}
    customers = Customer.objects.select_related("customer_class", "portal_login")
    return customers.annotate(alert_level=gravest_level(), **added)


def goes_with(customer: Customer) -> list[str]:
    """What deleting the customer takes along or leaves behind, a sentence each, and what can't be brought back."""
    told = []
    consequences = consequences_of_deleting(customer)
    for each in sorted(consequences, key=lambda each: not (each.is_deleted and each.is_restorable)):
        values = {"count": each.count, "what": each.what}
        if not each.is_deleted:
            text = ngettext(
                "%(count)d %(what)s stays, without a customer.",
                "%(count)d %(what)s stay, without a customer.",
                each.count,
            )
        elif each.is_restorable:
            text = "%(count)d %(what)s"
        else:
            text = ngettext(
                "%(count)d %(what)s, for good: it is not part of the history, so restoring the customer does not bring "
                "it back.",
                "%(count)d %(what)s, for good: they are not part of the history, so restoring the customer does not "
                "bring them back.",
                each.count,
            )
        told.append(text % values)
    if customer.login is not None:
        told.append(_("The portal login. Its username and e-mail become free for others."))
    return told
