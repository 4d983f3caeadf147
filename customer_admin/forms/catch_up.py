"""Brings a form up to date that somebody filled in while another person saved the same customer.

What the person changed stays as typed. What they left alone takes the values that are stored by now, so that a second
Save puts their changes in place and undoes nobody else's.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict


def catch_up(form: Any, fresh: Any, before: Mapping[str, Mapping[Any, Any]]) -> list[str]:
    """Update the bound `form` from `fresh`, an unbound one of the row as it is now; answer the labels of what changed.

    `before` holds the history rows that the person saw: under "" the row itself by its key, under the name of each
    inline relation its rows by theirs.
    """
    data = form.data.copy()
    changed = _take_over(data, form, fresh, before[""].get(form.instance.pk))
    form.data = data
    for relation, formset in form.formsets.items():
        stored = {row.instance.pk: row for row in fresh.formsets[relation].forms}
        for row in formset.forms:
            key = row.instance.pk
            if key in stored:
                changed += _take_over(data, row, stored[key], before[relation].get(key))
            row.data = data
        formset.data = data
    return list(dict.fromkeys(changed))


def _take_over(data: QueryDict, form: Any, fresh: Any, before: Any) -> list[str]:
    """Write stored values over those fields of `form` that still hold what they held `before`."""
    changed = []
    for name, field in form.fields.items():
        if before is None or not hasattr(before, name) or name not in form.cleaned_data:
            continue
        seen = getattr(before, f"{name}_id", None) if hasattr(before, f"{name}_id") else getattr(before, name)
        typed = form.cleaned_data[name]
        now = fresh[name].value()
        if (now if now is not None else "") != (seen if seen is not None else ""):
            changed.append(str(field.label))
            if getattr(typed, "pk", typed) == seen:
                _write(data, form.add_prefix(name), field.widget, now)
    return changed


def _write(data: QueryDict, name: str, widget: forms.Widget, value: Any) -> None:
    if isinstance(widget, forms.CheckboxInput):
        data.pop(name, None)
        if value:
            data[name] = "on"
    else:
        formatted = widget.format_value(value)
        data[name] = formatted[0] if isinstance(formatted, list) and formatted else formatted or ""
