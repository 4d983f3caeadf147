"""Forms that know which version of a record they show, so that two people can edit it at the same time.

The version goes to the operation as `seen`, and with it all that the form holds: the operation tells what the person
changed. When it refuses, `catch_up` brings what the person left alone up to date, and the version with it, so that a
second Save puts the person's own values in place and undoes nobody else's.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from customer_admin.operations.differences import columns_of
from customer_admin.selectors.history import Seen, is_same, version_of


class SeenField(forms.Field):
    """The version of what the form shows. Browsers are told not to bring back an older one with the Back button."""

    widget = forms.HiddenInput(attrs={"autocomplete": "off"})

    def __init__(self) -> None:
        super().__init__(required=False)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False  # It says nothing of what the person entered.

    def to_python(self, value: Any) -> Seen | None:
        try:
            return Seen.of(value)
        except ValueError as error:
            raise ValidationError(_("Open this page anew, then make your changes again.")) from error


class SeenForm(WagtailAdminModelForm):
    """The form of a tracked model and of the rows inside it."""

    seen = SeenField()

    def __init__(self, *args: Any, instance: Any = None, **kwargs: Any) -> None:
        is_new = instance is None or instance.pk is None
        is_bound = bool(args) or kwargs.get("data") is not None
        # Before anything is read from the instance.
        version = "" if is_new or is_bound else version_of(instance, *getattr(type(self), "formsets", ()))
        super().__init__(*args, instance=instance, **kwargs)
        self.initial["seen"] = version
        if self.is_bound and self.formsets:
            _let_go_of_missing_rows(self)

    @property
    def all_seen(self) -> list[Seen | None]:
        """Everything that the person saw, once the form is valid; operations note in it what was kept."""
        return [self.cleaned_data.get("seen")]


def key_of(formset: Any, position: int) -> str:
    """The key of the row that the form at `position` shows, also when that row is gone by now; "" for a new one."""
    row = formset.forms[position].instance
    return formset.gone.get(position, "") if row.pk is None else str(row.pk)


def catch_up(form: Any) -> None:
    """Give the fields that the person left alone the values that the operation found, and note the version of those."""
    seen: Seen | None = form.cleaned_data.get("seen")
    if seen is None:
        return
    data = form.data.copy()
    _take_over(data, form, seen)
    for relation, formset in getattr(form, "formsets", {}).items():
        for position, row in enumerate(formset.forms):
            row_seen = seen.rows.get(relation, {}).get(key_of(formset, position))
            if row_seen is not None:
                _take_over(data, row, row_seen)
            row.data = data
        formset.data = data
    data[form.add_prefix("seen")] = str(seen)
    form.data = data


def told_of_kept(*all_seen: Seen | None) -> str:
    """What others changed meanwhile and stays, as a sentence; "" for nothing."""
    kept = [difference.message for seen in all_seen if seen is not None for difference in seen.all_kept()]
    return _("Changed meanwhile, and kept: %(changes)s.") % {"changes": "; ".join(kept)} if kept else ""


def _take_over(data: QueryDict, form: Any, seen: Seen) -> None:
    since = seen.since
    if since is None or not since.later or since.before is None:
        return
    columns, entered = columns_of(type(form.instance)), getattr(form, "cleaned_data", {})
    shared = [columns[name] for name in entered if name in columns]
    alone = [c for c in shared if is_same(c, entered[c.name], getattr(since.before, c.attname))]
    if since.is_gone:
        if len(alone) == len(shared):
            _remove(data, form, shared)
        return
    for column in alone:
        _write(data, form, column, getattr(since.later[-1], column.attname))


def _remove(data: QueryDict, form: Any, shared: list[models.Field]) -> None:
    """Let the row be removed here as well; where nothing removes a row, let nothing stand in its fields."""
    if forms.formsets.DELETION_FIELD_NAME in form.fields:
        data[form.add_prefix(forms.formsets.DELETION_FIELD_NAME)] = "1"
        return
    nothing = type(form.instance)()
    for column in shared:
        _write(data, form, column, getattr(nothing, column.attname))


def _write(data: QueryDict, form: Any, column: models.Field, value: Any) -> None:
    field, name = form.fields[column.name], form.add_prefix(column.name)
    if isinstance(field.widget, forms.CheckboxInput):
        data.pop(name, None)
        if value:
            data[name] = "on"
    elif isinstance(field, forms.MultipleChoiceField):
        data.setlist(name, list(field.prepare_value(value)))
    else:
        formatted = field.widget.format_value(field.prepare_value(value))
        data[name] = formatted[0] if isinstance(formatted, list) and formatted else formatted or ""


def _let_go_of_missing_rows(form: Any) -> None:
    """Let rows that somebody removed meanwhile be new ones, which a formset can hold; `formset.gone` has their keys.

    Without that, all that the person would read is that a choice is not among those available.
    """
    try:
        seen = Seen.of(form.data.get(form.add_prefix("seen")))
    except ValueError:
        seen = None
    data = form.data.copy()
    for relation, formset in form.formsets.items():
        formset.gone = {}
        shown = seen.rows.get(relation, {}) if seen is not None else {}
        there = {str(row.pk) for row in formset.get_queryset()}
        # As many as are really built: the number that was posted may be any.
        for position in range(min(formset.initial_form_count(), formset.total_form_count())):
            name = f"{formset.add_prefix(position)}-{formset.model._meta.pk.name}"
            key = data.setdefault(name, "")
            # A row that is there belongs to another record: the version was forged, or somebody moved the row.
            if key in shown and key not in there and not formset.model._base_manager.filter(pk=key).exists():
                formset.gone[position] = key
                data[name] = ""
        formset.data = data
    form.data = data
