"""What stands against merging accounts, each with what settles it."""

from collections.abc import Iterator, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customer_admin.errors import Obstacle
from customer_admin.models import ClubMembership, CreditEntry, Customer

from ..credit import unsettled_credit
from .rules import MergeRule, all_rules, register_merge_rule


def obstacles_to_merge(survivor: Customer, going: Sequence[Customer]) -> list[Obstacle]:
    """All of them, each about the account at which it is settled."""
    found = list(_other_sites(survivor, going))
    for rule in all_rules():
        if rule.obstacles is not None:
            found += rule.obstacles(survivor, going)
    return found


def _other_sites(survivor: Customer, going: Sequence[Customer]) -> Iterator[Obstacle]:
    for each in going:
        if each.site_id != survivor.site_id:
            told = _("%(customer)s belongs to another site. Only accounts of one site can be merged.")
            yield Obstacle("site", each.pk, told % {"customer": each})


def _credit_on_hold(survivor: Customer, going: Sequence[Customer]) -> Iterator[Obstacle]:
    by_key = {each.pk: each for each in going}
    for key, balances in unsettled_credit(by_key).items():
        for each in balances:
            if each.on_hold:
                told = _(
                    "%(held)s %(currency)s of %(customer)s's store credit are on hold. Release or spend them first."
                )
                held = number_format(each.on_hold, 2, force_grouping=True)
                values = {"held": held, "currency": each.currency, "customer": by_key[key]}
                yield Obstacle("credit", key, told % values)


def _two_memberships(survivor: Customer, going: Sequence[Customer]) -> Iterator[Obstacle]:
    accounts = {each.pk: each for each in (survivor, *going)}
    members = ClubMembership.objects.current().filter(customer__in=accounts).order_by("club__name", "club", "pk")
    seen: dict[int, int] = {}
    for club, name, customer in members.values_list("club", "club__name", "customer"):
        first = seen.setdefault(club, customer)
        if customer != first:
            # At the account that goes, if that is one of the two.
            at, other = (first, customer) if customer == survivor.pk else (customer, first)
            told = _("%(customer)s and %(other)s are both members of %(club)s. Cancel one of the memberships first.")
            values = {"customer": accounts[at], "other": accounts[other], "club": name}
            yield Obstacle("club", at, told % values)


register_merge_rule(CreditEntry, MergeRule(obstacles=_credit_on_hold))
register_merge_rule(ClubMembership, MergeRule(obstacles=_two_memberships, lets_clash_stay=False))
