"""What a browser posts from a form as it is shown, and with some fields filled in anew."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm, CheckboxInput, FileField
from django.test import Client

from customer_admin.models import Tracked
from tests.factories import PDF
from tests.sweep.values import others


def shown(client: Client, address: str) -> Any:
    """The form on this page."""
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["form"]


def submit(client: Client, address: str, data: dict[str, Any]) -> None:
    """Post the form; it must be taken, which the page after it shows."""
    response = client.post(address, data)
    assert response.status_code == 302, _problems(response)


def _problems(response: Any) -> Any:
    form = (response.context or {}).get("form")
    formsets = getattr(form, "formsets", {})
    return [form and form.errors, *(formset.errors for formset in formsets.values())]


def as_shown(form: BaseForm) -> dict[str, Any]:
    data = _posted(form, {})
    for formset in getattr(form, "formsets", {}).values():
        data |= _posted(formset.management_form, {})
        for row in formset.forms:
            data |= _posted(row, {})
    return data


def filled_in(form: Any) -> dict[str, Any]:
    """With another value in every field that stands for a tracked one."""
    return _posted(form, _others(form))


def with_row(form: Any, relation: str) -> dict[str, Any]:
    """One more inline row, with a value in every field."""
    formset = form.formsets[relation]
    row = formset.empty_form
    position = len(formset.forms)
    data = {name.replace("__prefix__", str(position)): value for name, value in _posted(row, _others(row)).items()}
    return {**data, f"{formset.prefix}-TOTAL_FORMS": position + 1}


def with_rows_changed(form: Any, relation: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for row in form.formsets[relation].forms:
        data |= _posted(row, _others(row))
    return data


def without_rows(form: Any, relation: str) -> dict[str, Any]:
    return {f"{row.prefix}-DELETE": "on" for row in form.formsets[relation].forms}


def _others(form: Any) -> dict[str, Any]:
    model: type[Tracked] = form._meta.model
    return others(model, form.fields, form.instance)


def _posted(form: BaseForm, values: dict[str, Any]) -> dict[str, Any]:
    """Unticked boxes are there with "", which `submit` leaves to the form like a field that was not sent."""
    data: dict[str, Any] = {}
    for name in form.fields:
        bound = form[name]
        value = values.get(name, bound.value())
        if isinstance(bound.field, FileField):
            data[bound.html_name] = SimpleUploadedFile("new.pdf", PDF) if name in values else ""
        elif isinstance(bound.field.widget, CheckboxInput):
            data[bound.html_name] = "on" if value else ""
        else:
            data[bound.html_name] = _sent(value)
    return {name: value for name, value in data.items() if not name.endswith("-DELETE")}


def _sent(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return "" if value is None else str(getattr(value, "pk", value))
