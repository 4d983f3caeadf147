"""Shows what operations refused on the form it came from."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS

from customer_admin.errors import ChangedMeanwhile, CustomerAdminError

from .meanwhile import catch_up


def show_refusal(form: Any, refusal: CustomerAdminError) -> None:
    """Put a refusal's messages onto the form.

    On its fields, on inline rows "<relation>.<row>.<field>", on what a host added "<part>.<field>", or on top. What is
    wrong with the rows as a set has the name of their relation alone.
    """
    parts = {name: part.form for name, part in getattr(form, "parts", {}).items()}
    for shown in (form, *parts.values()):
        if "seen" in shown.fields:
            catch_up(shown)
    for name, problems in (refusal.fields or {NON_FIELD_ERRORS: [refusal.message]}).items():
        for problem in problems:
            relation, _dot, rest = name.partition(".")
            formset = getattr(form, "formsets", {}).get(relation)
            if formset is not None and not rest:
                formset.non_form_errors().append(problem)
                form.add_error(None, problem)
            elif formset is not None:
                position, _dot, field = rest.partition(".")
                row = formset.forms_in_use[int(position)]
                row.add_error(field if field in row.fields else None, problem)
                if not isinstance(refusal, ChangedMeanwhile):
                    form.add_error(None, problem)
            elif relation in parts:
                part = parts[relation]
                part.add_error(rest if rest in part.fields else None, problem)
                form.add_error(None, problem)
            else:
                form.add_error(name if name in form.fields else None, problem)


class Refusals:
    """Collects what several operations of one form refuse, so that all of it is shown at once."""

    def __init__(self) -> None:
        self._found: list[tuple[str, CustomerAdminError]] = []

    @contextmanager
    def collected(self, row: str = "") -> Iterator[None]:
        """Collect a refusal of what is done inside; `row` is the place of the inline row that it is about."""
        try:
            yield
        except CustomerAdminError as refusal:
            self._found.append((f"{row}." if row else "", refusal))

    def refuse(self) -> None:
        """Raise all that was collected as one refusal, of the kind and with the message of the first."""
        if not self._found:
            return
        fields: dict[str, list[str]] = {}
        for prefix, refusal in self._found:
            for name, problems in (refusal.fields or {NON_FIELD_ERRORS: [refusal.message]}).items():
                fields.setdefault(f"{prefix}{name}", []).extend(problems)
        first = self._found[0][1]
        raise type(first)(first.message, fields=fields, code=first.code) from first
