"""What a refused form says of its fields, and how what was typed may be stored."""

from typing import Any


def rows_of(form: Any) -> list[Any]:
    """The form, the rows inside it, and what a host added."""
    rows = [row for formset in getattr(form, "formsets", {}).values() for row in formset.forms]
    return [form, *rows, *(part.form for part in getattr(form, "parts", {}).values())]


def refused_fields(response: Any) -> set[str]:
    """The names, as browsers send them, of the fields that have an error on the page."""
    rows = rows_of(response.context["form"])
    return {row[name].html_name for row in rows for name in row.fields if row[name].errors}


def problems(response: Any) -> list[Any]:
    return [row.errors for row in rows_of(response.context["form"])]


def as_stored(text: str) -> set[str]:
    """A form takes off the space around; a field of several lines keeps its lines as browsers send them."""
    return {text, text.strip(), text.strip().replace("\r\n", "\n")}
