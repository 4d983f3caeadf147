"""Reads about customer classes."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from customer_admin.models import Customer, CustomerClass

from .site_settings import sites_that_give_each


def obstacles_to_delete_class(customer_class: CustomerClass) -> list[str]:
    """What stands against deleting the class, a sentence each that says what to do."""
    return obstacles_to_delete_classes([customer_class])[customer_class.pk]


def obstacles_to_delete_classes(classes: Iterable[CustomerClass]) -> dict[int, list[str]]:
    """The same by the keys of several classes. As many questions for many as for one."""
    keys = [customer_class.pk for customer_class in classes]
    having = Customer.all_objects.filter(customer_class=OuterRef("pk")).order_by()
    used = set(CustomerClass.objects.filter(Exists(having), pk__in=keys).values_list("pk", flat=True))
    given = sites_that_give_each(keys)
    told = _("Customers have this class. Deactivate it instead: it stays with them.")
    return {key: [*([told] if key in used else []), *([given_by(given[key])] if key in given else [])] for key in keys}


def given_by(sites: list[str]) -> str:
    """That new customers of these sites get a class, and where to choose another one."""
    return _("New customers of %(sites)s get this class. Choose another default class in the settings first.") % {
        "sites": ", ".join(sites)
    }
