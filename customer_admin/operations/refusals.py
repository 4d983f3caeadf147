"""Turns Django's validation errors into this app's refusals."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from customer_admin.errors import CustomerAdminError


def check(instance: models.Model, refusal: type[CustomerAdminError], *, exclude: Iterable[str] = ()) -> None:
    """Run the model's own validation. Raises `refusal` with the messages by field."""
    try:
        instance.full_clean(exclude=set(exclude))
    except ValidationError as error:
        raise refused(error, refusal) from error


def refused(error: ValidationError, refusal: type[CustomerAdminError], prefix: str = "") -> CustomerAdminError:
    """The refusal that says what `error` says; `prefix` stands before each field's name."""
    fields = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return refusal(fields={f"{prefix}{name}": messages for name, messages in fields.items()})


def assign(instance: models.Model, fields: dict[str, Any], allowed: Iterable[str]) -> None:
    """Set the given fields. Raises TypeError, as Python does for a wrong keyword, for a field that is not `allowed`."""
    unknown = set(fields) - set(allowed)
    if unknown:
        raise TypeError(f"{type(instance).__name__} has no field {', '.join(sorted(unknown))} that could be set.")
    for name, value in fields.items():
        setattr(instance, name, value)
