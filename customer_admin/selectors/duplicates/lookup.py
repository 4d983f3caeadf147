"""Which customers somebody may be who is just being typed in, or who is there already: a handful of look-ups by key."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import models

from customer_admin.models import Customer, DuplicateDismissal, DuplicateSearch
from customer_admin.models.keys import digits_of, folded, storable
from customer_admin.models.match_keys import name_key, phone_key, place_key
from customer_admin.models.search_texts import search_text_of

from ..customer_list import estimate_of_living
from .comparing import Compared, compare
from .reading import add_few, address_texts
from .records import Records, RecordsBuilder
from .scoring import POSSIBLE_FROM, Scored, reasons_of, score
from .weights import Weights

LONGEST = 300
"""So much of a value that is typed in counts."""
MOST_OF_A_KEY = 60
"""So many customers with one key are looked at, since a look-up must stay quick with a phone that thousands share."""
SHOWN_FROM = 0.05
"""While somebody types little is known yet, so that even this is worth a look."""
NOBODY = -1
NAMED_BY = ("number", "first_name", "last_name", "company", "email")
TEXTS = ("first_name", "last_name", "company", "email", "phone", "account_number")


@dataclass(frozen=True)
class Duplicate:
    """A customer who may be the one that was asked about: how sure that is, from 0 to 1, and the codes of why.

    Of the customer there is what names them; the other fields are read when somebody asks for them.
    """

    customer: Customer
    certainty: float
    level: str
    reasons: list[str]


@dataclass(frozen=True)
class Asked:
    """Whom a look-up is about: the values by the names of the fields, the addresses likewise, and the key if any."""

    values: Mapping[str, str]
    birth_date: date | None
    addresses: Sequence[Mapping[str, str]]
    key: int | None = None

    @classmethod
    def of(cls, asked: Any) -> "Asked":
        """From a customer, or from what was typed: the model's fields, and `addresses` as dicts of theirs."""
        if isinstance(asked, Customer):
            values = {name: getattr(asked, name) for name in TEXTS}
            rows: Any = asked.addresses.values("line1", "postal_code", "city") if asked.pk else []
            return cls(values, asked.birth_date, list(rows), asked.pk)
        values = {name: storable(str(asked.get(name) or ""))[:LONGEST] for name in TEXTS}
        addresses = [
            {name: storable(str(row.get(name) or ""))[:LONGEST] for name in ("line1", "postal_code", "city")}
            for row in asked.get("addresses") or ()
        ]
        return cls(values, asked.get("birth_date"), addresses, asked.get("pk"))


def duplicates_of(
    asked: Customer | Mapping[str, Any], limit: int = 5, *, at_least: float | None = None
) -> list[Duplicate]:
    """The customers who may be this one, the most certain first, without those that somebody said are not.

    `asked` is a customer, or what was typed: fields of the model by name, `addresses` as a list of such, and `pk` of
    the customer who is being edited. Pairs below `at_least` are left out: what would be open for review when a
    customer is asked about, and less while somebody types.
    """
    whom = Asked.of(asked)
    if at_least is None:
        at_least = POSSIBLE_FROM if isinstance(asked, Customer) else SHOWN_FROM
    keys, params = candidates(whom)
    if not keys:
        return []
    records, compared, scored = _scored(whom, keys, params, {whom.key, *dismissed_with(whom.key)})
    order = np.argsort(-scored.certainty, kind="stable")
    best = [at for at in order.tolist() if scored.certainty[at] >= at_least][:limit]
    found = Customer.objects.only(*NAMED_BY).in_bulk([int(records.keys[compared.second[at]]) for at in best])
    levels = scored.levels()
    return [
        Duplicate(found[key], round(float(scored.certainty[at]), 4), str(levels[at]), reasons_of(compared, at))
        for at in best
        if (key := int(records.keys[compared.second[at]])) in found
    ]


def levels_between(customer: Customer, others: Iterable[int]) -> dict[int, str]:
    """How sure it is of each of the customers with these keys that it is this one, as a level."""
    keys = list(others)
    if not keys:
        return {}
    records, compared, scored = _scored(Asked.of(customer), ", ".join(["%s"] * len(keys)), keys)
    levels = scored.levels()
    return {int(records.keys[compared.second[at]]): str(levels[at]) for at in range(len(compared))}


def _scored(
    whom: Asked, keys: str, params: Sequence[Any], leaving_out: Collection[Any] = ()
) -> tuple[Records, Compared, Scored]:
    """The one who is asked about beside each of the customers whose keys this SQL gives."""
    weights, shares, population = known_weights()
    builder = RecordsBuilder()
    texts = {name: folded(value) for name, value in whom.values.items()}
    builder.add(NOBODY, search_text_of({**texts, "phone": digits_of(whom.values["phone"])}), whom.birth_date)
    for row in whom.addresses:
        builder.add_address(NOBODY, *address_texts(row["line1"], row["postal_code"], row["city"]))
    add_few(builder, keys, params, leaving_out)
    records = builder.records(shares=dict(shares), population=population)
    others = np.arange(1, len(records))
    compared = compare(records, np.zeros_like(others), others)
    return records, compared, score(compared, weights, max(population, len(records)))


def candidates(whom: Asked) -> tuple[str, list[Any]]:
    """SQL that gives the keys of those with whom one is worth comparing, or "", and its parameters."""
    arms = _arms(whom)
    found = (f"SELECT id FROM ({arm} LIMIT {MOST_OF_A_KEY}) arm{at}" for at, (arm, _value) in enumerate(arms))
    return " UNION ".join(found), [value for _arm, value in arms]


def dismissed_with(key: int | None) -> set[int]:
    """The customers of whom somebody said that they are not the one with this key."""
    if key is None:
        return set()
    decisions = DuplicateDismissal.objects.filter(models.Q(customer=key) | models.Q(other=key))
    return {each for pair in decisions.values_list("customer_id", "other_id") for each in pair} - {key}


def _arms(whom: Asked) -> list[tuple[str, Any]]:
    """SQL that finds customers by one key each, which an index answers alone, and the key."""
    text = {name: folded(value) for name, value in whom.values.items()}
    living = "SELECT id FROM customer_admin_customer WHERE merged_into_id IS NULL AND"
    found: list[tuple[str, Any]] = [
        (f"{living} sort_email = %s", text["email"][:254] or None),
        (f"{living} phone_key = %s", phone_key(whom.values["phone"])),
        (f"{living} name_key = %s", name_key(text["first_name"], text["last_name"], text["company"])),
        (f"{living} sort_company = %s", text["company"][:200] or None),
        (f"{living} birth_date = %s", whom.birth_date),
        (
            f"{living} site_id IN (SELECT id FROM wagtailcore_site) AND account_number = %s",
            whom.values["account_number"].strip() or None,
        ),
    ]
    places = {key for row in whom.addresses if (key := place_key(row["line1"], row["postal_code"])) is not None}
    place = "SELECT DISTINCT customer_id AS id FROM customer_admin_address WHERE place_key = %s"
    found += [(place, key) for key in sorted(places)]
    return [(arm, value) for arm, value in found if value is not None]


def known_weights() -> tuple[Weights, dict[str, dict[str, float]], int]:
    """The weights and the common names that the last search learned, and about how many customers there are."""
    done = DuplicateSearch.objects.filter(status=DuplicateSearch.Status.DONE)
    last = done.values_list("pk", "finished_at").first()
    if last is None:
        return Weights.from_json(None), {}, estimate_of_living() or Customer.objects.count()
    return _learned_by(*last)


@lru_cache(4)
def _learned_by(key: int, finished_at: datetime) -> tuple[Weights, dict[str, dict[str, float]], int]:
    """What this search learned, which stays as it is."""
    search = DuplicateSearch.objects.only("learned", "customers").get(pk=key)
    return Weights.from_json(search.learned.get("weights")), search.learned.get("shares", {}), search.customers
