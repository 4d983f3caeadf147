"""A new value for any field, and a row of any model, so that no sweep has to name fields one by one."""

import datetime
import itertools
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import Site

from customer_admin.models import SYSTEM, Customer, CustomerClass, Order, TaxDocument, Tracked, recording
from tests.factories import make_class, make_customer, make_document, make_order, make_user
from tests.sweep.changes import tracked_fields

_numbers = itertools.count(10)


def make_site() -> Site:
    root_page = Site.objects.get(is_default_site=True).root_page
    return Site.objects.create(hostname=f"s{next(_numbers)}.example", root_page=root_page)


_makers: dict[Any, Callable[[], Any]] = {
    Customer: make_customer,
    CustomerClass: make_class,
    Order: make_order,
    Site: make_site,
    TaxDocument: make_document,
    get_user_model(): make_user,
    ContentType: lambda: ContentType.objects.create(app_label="nowhere", model=f"model{next(_numbers)}"),
}


def another(field: Any, row: Any = None) -> Any:
    """A value of the field that neither `row` nor any other row has: for a key, a new row of the other model."""
    number = next(_numbers)
    held = getattr(row, field.attname, None)
    if field.is_relation:
        return make_row(field.related_model)
    if field.flatchoices:
        return next(value for value, _label in field.flatchoices if value and value != held)
    if isinstance(field, models.BooleanField):
        return not held
    if isinstance(field, models.DecimalField):
        return Decimal(number % 90 + 2).quantize(Decimal(1).scaleb(-field.decimal_places))
    if isinstance(field, models.IntegerField):
        return number
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    moment = datetime.datetime(2001, 1, 1, 12, tzinfo=datetime.UTC) + datetime.timedelta(days=number)
    if isinstance(field, models.DateField):
        return moment if isinstance(field, models.DateTimeField) else moment.date()
    if isinstance(field, models.EmailField) or "email" in field.name:
        return f"v{number}@example.com"
    return f"v{number}v"[-(field.max_length or 99) :]


def others(model: type[Tracked], names: Iterable[str], row: Any = None) -> dict[str, Any]:
    """Another value than `row` has, or a new one would have, for each of these fields but the key.

    They come in the order of the model, so that what begins does so before it ends.
    """
    wanted, row = set(names), row or model()
    fields = [field for field in tracked_fields(model) if field.name in wanted and not field.primary_key]
    return {field.name: another(field, row) for field in fields}


def new_row(model: type[Tracked]) -> Any:
    """A row that is not saved yet, with a value of its own in every field."""
    return model(**key_of(model), **others(model, {field.name for field in tracked_fields(model)}))


def key_of(model: type[Tracked]) -> dict[str, Any]:
    """The key of a new row that does not get one by itself: another row, whose key it shares."""
    key = model._meta.pk
    return {key.name: another(key)} if key.is_relation else {}


def make_row(model: Any) -> Any:
    """A saved row of any model with no more than it needs."""
    if model in _makers:
        return _makers[model]()
    needed = {field.name for field in tracked_fields(model) if _is_needed(field)}
    with recording(actor=SYSTEM, reason="Test data"):
        row = model(**key_of(model), **others(model, needed))
        row.save()
    return row


def _is_needed(field: Any) -> bool:
    return not (field.null or field.has_default() or (field.blank and not field.is_relation))
