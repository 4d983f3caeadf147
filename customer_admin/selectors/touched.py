"""`ChangeSet.touched_fields` in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst

from customer_admin.models import ChangeSet

from .changes import models_touched


@dataclass(frozen=True)
class Touched:
    """A model that a change set wrote to, and the fields that it changed in rows that were there before."""

    label: str
    name: str
    fields: tuple[str, ...]


def touched_in_words(change_set: ChangeSet) -> Iterator[Touched]:
    """What a change set touched, customers first. What a reader need not see is left out."""
    names = set(change_set.touched_fields.split())
    for model in models_touched(change_set):
        label = model._meta.label_lower
        fields = [
            str(field.verbose_name)
            for field in model.history.model.tracked_fields
            if f"{label}.{field.name}" in names and field.name not in model.hidden_in_history
        ]
        yield Touched(label, capfirst(str(model._meta.verbose_name)), tuple(dict.fromkeys(fields)))
