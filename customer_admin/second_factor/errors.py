"""Refusals of the second factor. A screen puts `fields` beside its inputs and `message` above them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from customer_admin.errors import CustomerAdminError


class SecondFactorRefused(CustomerAdminError):
    """The second factor can't be turned on, changed, turned off or read like this."""


class CodeRefused(SecondFactorRefused):
    """A code is wrong, was used before, or comes too soon after wrong ones: `locked_until` says when to try again."""

    def __init__(
        self,
        message: str = "",
        *,
        fields: Mapping[str, Sequence[str] | str] | None = None,
        locked_until: datetime | None = None,
    ) -> None:
        self.locked_until = locked_until
        super().__init__(message, fields=fields)
