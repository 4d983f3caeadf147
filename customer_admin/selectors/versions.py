"""The versions of one record, and what differs between two of them."""

from typing import Any

from django.db.models import QuerySet

from customer_admin.models import Tracked

from .changes import FieldChange, changed_fields, told_together
from .texts import Texts


def versions_of(model: type[Tracked], key: Any) -> QuerySet:
    """The history rows of the record, newest first, with their change sets."""
    own = model.history.filter(**{model._meta.pk.attname: key})
    return own.select_related("change_set").order_by("-history_id")


def differences(model: type[Tracked], older: Any, newer: Any) -> tuple[FieldChange, ...]:
    """In which fields two versions of a record differ, with those that people read together as one."""
    texts = Texts(model, [older, newer])
    fields = changed_fields(model, older, newer, texts)
    return told_together(model, fields, older, newer, texts)


def title_of(model: type[Tracked], version: Any) -> str:
    """The name of the record as it was in that version."""
    return Texts(model, []).title(version)
