"""What was selected in a list: rows by their keys, or all that the list showed with its search and filters."""

from array import array
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from customer_admin.models.keys import as_key


class Selection:
    """Reads the address that a list leads to: "id=3&id=7", or "id=all" with the search and filters of the list."""

    def __init__(self, model: Any, request: HttpRequest) -> None:
        listing = model.snippet_viewset.index_view
        self.view = listing.view_class(**listing.view_initkwargs)
        self.view.setup(request)
        named = request.GET.getlist("id")
        self.is_all = "all" in named
        self.named = set() if self.is_all else {as_key(text) for text in named} - {None}

    @property
    def is_unreadable(self) -> bool:
        """Whether a filter says nothing that can be understood: then the list does not show what was meant."""
        return self.is_all and bool(self.view.filters) and not self.view.filters.is_valid()

    @property
    def rows(self) -> QuerySet:
        """The rows as the list shows them, and no others than it could show."""
        if self.is_unreadable:
            return self.view.get_base_queryset().none()
        if self.is_all:
            return self.view.get_queryset()
        return self.view.order_queryset(self.view.get_base_queryset().filter(pk__in=self.named))

    @cached_property
    def keys(self) -> "array[int]":
        """Their keys, in the order of the list."""
        return keys_of(self.rows)

    @property
    def missing(self) -> int:
        """How many were named that are not there any more."""
        return len(self.named) - len(self.keys) if self.named else 0

    @property
    def fingerprint(self) -> str:
        """Tells this set of rows from another one."""
        return sha256(array("q", sorted(self.keys)).tobytes()).hexdigest()[:32]


def keys_of(rows: QuerySet) -> "array[int]":
    """The keys of all rows in their order: little memory for many of them, and one question that ends at once."""
    return array("q", rows.values_list("pk", flat=True).iterator(chunk_size=10_000))
