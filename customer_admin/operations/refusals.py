"""Turns Django's validation errors into this app's refusals."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from customer_admin.errors import CustomerAdminError
from customer_admin.models.keys import storable


def check(
    instance: models.Model,
    refusal: type[CustomerAdminError],
    *,
    exclude: Iterable[str] = (),
    validate_constraints: bool = True,
    prefix: str = "",
) -> None:
    """Run the model's own validation. Raises `refusal` with the messages by field; `prefix` stands before its name."""
    try:
        _clean_texts(instance)  # First, since validation itself asks the database for these texts.
        instance.full_clean(exclude=set(exclude), validate_constraints=validate_constraints)
    except ValidationError as error:
        raise refused(error, refusal, prefix) from error


def _clean_texts(instance: models.Model) -> None:
    """No text is an empty one. Raises ValidationError for characters that no database, or not each, can store."""
    errors = {}
    for field in instance._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and field.attname in instance.__dict__:
            text = instance.__dict__[field.attname]
            if text is None and not field.null:
                setattr(instance, field.attname, "")
            elif isinstance(text, str) and storable(text) != text:
                errors[field.name] = _("This has a character in it that can't be stored. Type it anew.")
    if errors:
        raise ValidationError(errors)


def needed_by(error: ProtectedError | RestrictedError) -> str:
    """The names of what stands against a deletion, such as "customers, orders"."""
    needing = error.protected_objects if isinstance(error, ProtectedError) else error.restricted_objects
    return ", ".join(sorted({str(row._meta.verbose_name_plural) for row in needing}))


def refused(error: ValidationError, refusal: type[CustomerAdminError], prefix: str = "") -> CustomerAdminError:
    """The refusal that says what `error` says; `prefix` stands before each field's name."""
    fields = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return refusal(fields={f"{prefix}{name}": messages for name, messages in fields.items()})


def cleaned(field: models.Field, value: Any, refusal: type[CustomerAdminError], name: str = "") -> Any:
    """The value as the field holds it, for what is reckoned with before it is saved. Raises `refusal` on the field."""
    try:
        return field.clean(value, None)
    except ValidationError as error:
        raise refusal(fields={name or field.name: error.messages}) from error


def assign(instance: models.Model, fields: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Set the given fields. Raises TypeError, as Python does for a wrong keyword, for a field that is not `allowed`."""
    unknown = set(fields) - set(allowed)
    if unknown:
        raise TypeError(f"{type(instance).__name__} has no field {', '.join(sorted(unknown))} that could be set.")
    for name, value in fields.items():
        setattr(instance, name, value)
