"""Rows become the cleaned fields of a model, under the same rules as `full_clean`, without a query per row."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from customer_admin.errors import ImportRefused
from customer_admin.files.mappings import Fields, Formats, Source
from customer_admin.files.values import BadValue, Reader, reader_for

Clean = Callable[[Any], Any]
_KINDS: tuple[tuple[type[models.Field], str], ...] = (
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.DecimalField, "decimal"),
    (models.BooleanField, "yes_no"),
)


class RecordReader:
    """Reads the fields that a mapping names for one model.

    `columns` are those whose cells rows hold, `product_columns` those of the product. An empty cell says nothing: the
    model's default applies, unless the field is `required`. `plain` are fields that are looked up elsewhere and only
    read as text here. Raises ImportRefused for a mapping that names no such field or a constant that can't be right.
    """

    def __init__(
        self,
        model: type[models.Model],
        mapped: Fields,
        formats: Formats,
        *,
        columns: Sequence[str],
        allowed: frozenset[str],
        required: frozenset[str] = frozenset(),
        plain: frozenset[str] = frozenset(),
        product_columns: Sequence[str] = (),
    ) -> None:
        if unknown := sorted(set(mapped) - allowed):
            raise ImportRefused(
                _("The mapping names the field %(unknown)s, which there is not. A %(model)s has: %(fields)s.")
                % {
                    "unknown": ", ".join(unknown),
                    "model": model._meta.verbose_name,
                    "fields": ", ".join(sorted(allowed)),
                },
                code="field",
            )
        if missing := sorted(required - set(mapped)):
            raise ImportRefused(
                _("The mapping must say where the field %(missing)s of a %(model)s comes from.")
                % {"missing": ", ".join(missing), "model": model._meta.verbose_name},
                code="field",
            )
        self._null = formats.null | {""}
        self._constants: dict[str, Any] = {}
        self._sources: list[tuple[str, str, bool, int, Reader]] = []
        self._texts: list[tuple[str, list[str], list[list[int]], Clean]] = []
        for name, source in mapped.items():
            field = model._meta.get_field(name)
            read = reader_for("text" if name in plain else _kind_of(field), source, formats)
            clean = _as_it_is if name in plain else _cleaner(field, needed=name in required)
            if source.constant is not None:
                self._constants |= self._constant(name, source.constant, read, clean)
                continue
            if source.lines:
                self._texts.append(_text_of_lines(name, field, source, columns, clean))
                continue
            position = (product_columns if source.of_product else columns).index(source.column)
            take = _taker(read, clean, needed=name in required)
            self._sources.append((name, source.column, source.of_product, position, take))

    def read(self, cells: Sequence[str], product: Sequence[str] = ()) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """(field to value, column to what is wrong with it)."""
        values = dict(self._constants)
        errors: dict[str, list[str]] = {}
        for name, column, of_product, position, take in self._sources:
            try:
                value = take((product if of_product else cells)[position])
                if value is not None:
                    values[name] = value
            except BadValue as error:
                errors.setdefault(column, []).append(str(error))
            except ValidationError as error:
                errors.setdefault(column, []).extend(error.messages)
        for name, names, lines, clean in self._texts:
            try:
                if text := self._joined(cells, lines):
                    values[name] = clean(text)
            except ValidationError as error:
                errors.setdefault(", ".join(names), []).extend(error.messages)
        return values, errors

    def _joined(self, cells: Sequence[str], lines: list[list[int]]) -> str:
        """One text of the cells at these places, a line each; cells and lines that say nothing are left out."""
        rows = ((text for at in line if (text := cells[at].strip()) not in self._null) for line in lines)
        return "\n".join(row for row in map(" ".join, rows) if row)

    def says_nothing(self, cells: Sequence[str]) -> bool:
        """Whether all cells that are read are empty."""
        single = all(cells[position].strip() in self._null for _n, _c, _p, position, *_rest in self._sources)
        return single and not any(self._joined(cells, lines) for _name, _names, lines, _clean in self._texts)

    @property
    def column_of(self) -> dict[str, str]:
        """The column that each field is read from."""
        return {name: column for name, column, *_rest in self._sources}

    @property
    def columns_read(self) -> list[str]:
        """The columns of the row that any field is read from."""
        several = [column for _name, names, *_rest in self._texts for column in names]
        return [*(column for _name, column, of_product, *_rest in self._sources if not of_product), *several]

    @staticmethod
    def _constant(name: str, constant: str, read: Reader, clean: Clean) -> dict[str, Any]:
        try:
            value = read(constant)
            return {} if value is None else {name: clean(value)}
        except (BadValue, ValidationError) as error:
            messages = error.messages if isinstance(error, ValidationError) else [str(error)]
            raise ImportRefused(
                _("The mapping gives “%(value)s” for %(field)s. %(reason)s")
                % {"value": constant, "field": name, "reason": " ".join(messages)},
                code="field",
            ) from error


def in_words(errors: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """(the columns at fault, what is wrong) as one text each."""
    if len(errors) == 1:
        ((column, messages),) = errors.items()
        return column, " ".join(messages)
    return ", ".join(errors), " ".join(f"{column}: {' '.join(messages)}" for column, messages in errors.items())


def check_field(model: type[models.Model], name: str, value: Any) -> list[str]:
    """What is wrong with a value that was computed for the field."""
    try:
        model._meta.get_field(name).clean(value, None)  # type: ignore[union-attr]
    except ValidationError as error:
        return error.messages
    return []


def _text_of_lines(
    name: str, field: Any, source: Source, columns: Sequence[str], clean: Clean
) -> tuple[str, list[str], list[list[int]], Clean]:
    if not isinstance(field, models.TextField):
        raise ImportRefused(
            _("“lines” makes a text of several lines, which %(field)s can't hold. Name one column.") % {"field": name},
            code="field",
        )
    return name, source.columns, [[columns.index(column) for column in line] for line in source.lines], clean


def _kind_of(field: Any) -> str:
    if field.name == "country":
        return "country"
    return next((kind for type_, kind in _KINDS if isinstance(field, type_)), "text")


def _cleaner(field: Any, *, needed: bool) -> Clean:
    """Does what `Model.clean_fields` does for this field; the choices are listed once, not once per row."""
    choices = None if field.choices is None else {key for key, _label in field.flatchoices}

    def clean(value: Any) -> Any:
        if field.blank and value in field.empty_values:
            if needed:
                raise ValidationError(field.error_messages["blank"])
            return value
        if value is None and field.empty_strings_allowed:
            value = ""
        if choices is None:
            return field.clean(value, None)
        value = field.to_python(value)
        if value not in field.empty_values and value not in choices:
            raise ValidationError(field.error_messages["invalid_choice"], params={"value": value})
        if value == "":
            raise ValidationError(field.error_messages["blank"])
        field.run_validators(value)
        return value

    return clean


def _taker(read: Reader, clean: Clean, *, needed: bool) -> Reader:
    """Reads and cleans the text of a cell. Texts recur in many columns, so the latest answers are kept."""

    @lru_cache(maxsize=4096)
    def take(text: str) -> Any:
        value = read(text)
        return clean(value) if needed or value is not None else None

    return take


def _as_it_is(value: Any) -> Any:
    return "" if value is None else value
