"""Which accounts a merge is about, as its address names them, and where that address leads by now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from customer_admin.models import Customer
from customer_admin.models.keys import BIGGEST_KEY
from customer_admin.selectors.customer_numbers import Numbered


@dataclass(frozen=True)
class ChosenAccounts:
    """`survivor` is None as long as nobody said who stays. `told` says what became of accounts that were named.

    `done` are those that were merged into the survivor before.
    """

    survivor: Customer | None
    going: tuple[Customer, ...]
    done: tuple[Customer, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def keys(self) -> list[int]:
        return [each.pk for each in (self.survivor, *self.going) if each is not None]

    @property
    def url(self) -> str:
        return merge_url(self.survivor.pk if self.survivor is not None else None, [each.pk for each in self.going])

    def with_survivor(self, key: int | None) -> str:
        """The address at which the account with this key is the one that stays."""
        if key not in self.keys:
            return self.url
        return merge_url(key, [other for other in self.keys if other != key])

    def without(self, key: int | None) -> str:
        """The address without the account with this key. Who stays stays, as long as it is one of them."""
        left = [each.pk for each in self.going if each.pk != key]
        if self.survivor is None or self.survivor.pk != key:
            return merge_url(self.survivor.pk if self.survivor is not None else None, left)
        return merge_url(None, left)

    def with_others(self, customers: Iterable[Customer]) -> str:
        """The address with these as well. The first one stays, if nobody does yet."""
        keys = list(dict.fromkeys([*self.keys, *(each.pk for each in customers)]))
        new = [key for key in keys if key not in self.keys]
        first = self.survivor.pk if self.survivor is not None else next(iter(new), None)
        return merge_url(first, [key for key in keys if key != first])


def merge_url(survivor: int | None, going: Sequence[int] = ()) -> str:
    """The screen with these accounts, given by their keys."""
    url = reverse("customers:merge", args=[] if survivor is None else [survivor])
    query = urlencode([("with", key) for key in going])
    return f"{url}?{query}" if query else url


def chosen_accounts(survivor: int | None, going: Iterable[int]) -> ChosenAccounts:
    """The accounts with these keys as they are now. Raises Http404 when the one that stays was never there."""
    keys = list(dict.fromkeys(going))
    if survivor is not None and survivor > BIGGEST_KEY:
        raise Http404(_("There is no such customer."))
    found = Customer.all_objects.select_related("merged_into").in_bulk([*keys, *([survivor] if survivor else [])])
    told: list[str] = []
    stays: Customer | None = None
    if survivor is not None:
        if survivor not in found:
            raise Http404(_("There is no such customer."))
        stays = _living(found[survivor], told)
    others: dict[Any, Customer] = {}
    done = []
    for key in keys:
        row = found.get(key)
        if row is None:
            told.append(_("One of these accounts is not there any more and is left out."))
        elif stays is not None and row.merged_into_id == stays.pk:
            done.append(row)
        else:
            living = _living(row, told)
            if stays is None or living.pk != stays.pk:
                others[living.pk] = living
    return ChosenAccounts(stays, tuple(others.values()), tuple(done), tuple(told))


def told_of_merged(named: Iterable[Numbered]) -> list[str]:
    """A sentence for each number that belongs to an account that was merged."""
    return [_told(each.merged, each.customer) for each in named if each.merged]


def _living(customer: Customer, told: list[str]) -> Customer:
    if customer.merged_into is None:
        return customer
    told.append(_told(customer.number, customer.merged_into))
    return customer.merged_into


def _told(merged: str, survivor: Customer) -> str:
    told = _("%(number)s was merged into %(customer)s, which is meant here.")
    return told % {"number": merged, "customer": survivor}
