"""How the values of history rows read: names instead of keys, labels instead of codes."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _

from customer_admin.models import Tracked

from .history import newest_rows

EMPTY = (None, "")


class Texts:
    """The texts of some history rows of one model, with the names of other rows looked up all at once.

    Where such a row is gone, its name says so, unless `coming_back` has it as (model, key). Fields that are hidden in
    the history are not looked up unless `told` names them.
    """

    def __init__(
        self,
        model: type[Tracked],
        rows: Sequence[Any],
        coming_back: Collection[tuple[Any, Any]] = (),
        told: Collection[str] = (),
    ) -> None:
        self.model = model
        self.fields = model.history.model.tracked_fields  # Asked for once: each access to `history` costs.
        self.names: dict[str, dict[Any, str]] = {}
        self.choices: dict[str, dict[Any, Any]] = {}
        hidden = set(model.hidden_in_history).difference(told)
        for field in self.fields:
            if field.is_relation and field.name not in hidden:
                keys = {getattr(row, field.attname) for row in rows} - {None}
                self.names[field.name] = _names_of(field.related_model, keys, coming_back) if keys else {}

    def title(self, row: Any) -> str:
        """The row's own name as it was then."""
        values = {
            field.attname: getattr(row, field.attname)
            for field in self.fields
            if field.name not in self.model.concealed_fields
        }
        named = [self.names.get(name, {}).get(values[f"{name}_id"]) for name in self.model.titled_by]
        return ", ".join(filter(None, [*named, str(self.model(**values))]))

    def of(self, field: models.Field, row: Any) -> str:
        """The value of `field` in a history row, for people; "" for none, and for what is concealed."""
        value = getattr(row, field.attname) if row is not None else None
        if value in EMPTY or field.name in self.model.concealed_fields:
            return ""
        if field.is_relation:
            return self.names[field.name][value]
        choices = self._choices_of(field)
        if isinstance(value, tuple):
            return ", ".join(str(choices.get(each, each)) for each in value)
        if choices:
            return str(choices.get(value, value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(field, models.DateTimeField):
            return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        return str(localize(value))

    def _choices_of(self, field: models.Field) -> dict[Any, Any]:
        if field.name not in self.choices:
            self.choices[field.name] = dict(field.flatchoices)
        return self.choices[field.name]

    def together(self, row: Any) -> str:
        """The fields that are read together, in the lines that the model gives; "" for no row."""
        fields = {field.name: field for field in self.fields}
        lines = (
            " ".join(filter(None, (self.of(fields[name], row) for name in line))) for line in self.model.read_together
        )
        return "\n".join(filter(None, lines))


def _names_of(model: Any, keys: set[Any], coming_back: Collection[tuple[Any, Any]]) -> dict[Any, str]:
    """What rows that others refer to are called; those that are gone as they were called last."""
    names = {key: str(row) for key, row in model._base_manager.in_bulk(keys).items()}
    gone = keys - set(names)
    former = newest_rows(model, gone) if gone and issubclass(model, Tracked) else {}
    for key in gone:
        name = (Texts(model, []).title(former[key]) if key in former else "") or _("no. %(key)s") % {"key": key}
        names[key] = name if (model, key) in coming_back else _("%(name)s, deleted") % {"name": name}
    return names
