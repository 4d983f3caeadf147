"""Shows what an operation refused on the form it came from."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm

from customer_admin.errors import CustomerAdminError


def show_refusal(form: BaseForm, refusal: CustomerAdminError) -> None:
    """Put a refusal's messages onto the form: on its fields, on inline rows "<relation>.<row>.<field>", or on top."""
    for name, problems in (refusal.fields or {NON_FIELD_ERRORS: [refusal.message]}).items():
        for problem in problems:
            relation, _dot, rest = name.partition(".")
            formset = getattr(form, "formsets", {}).get(relation)
            if formset is not None:
                position, _dot, field = rest.partition(".")
                row = formset.forms_in_use[int(position)]
                row.add_error(field if field in row.fields else None, problem)
                form.add_error(None, problem)
            else:
                form.add_error(name if name in form.fields else None, problem)
