"""A column that holds any number of a set of choices."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class ChoiceListField(models.TextField):
    """A tuple of codes, in the order of the choices and each once; stored, and compared, as text with commas between.

    Codes have no comma. What is stored and no longer among the choices stays, at the end.
    """

    description = "Any number of a set of choices"
    default_error_messages = {"invalid_list": _("Choose among what is listed. Not listed is: %(values)s.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": tuple, "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)  # The database does not know them, so another one needs no migration.
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> tuple[str, ...]:
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, Iterable):
            raise ValidationError(
                self.error_messages["invalid_list"], code="invalid_list", params={"values": str(value)}
            )
        wanted = {str(code) for code in (value.split(",") if isinstance(value, str) else value)} - {""}
        known = [str(code) for code, _label in self.flatchoices if code in wanted]
        return (*known, *sorted(wanted - set(known)))

    def get_prep_value(self, value: Any) -> str:
        return ",".join(self.to_python(value))

    def value_to_string(self, obj: Any) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: Any) -> None:
        unknown = [code for code in value if code not in dict(self.flatchoices)]
        if unknown:
            raise ValidationError(
                self.error_messages["invalid_list"], code="invalid_list", params={"values": ", ".join(unknown)}
            )
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def formfield(self, **kwargs: Any) -> Any:
        return forms.MultipleChoiceField(
            **{
                "choices": self.choices,
                "required": not self.blank,
                "label": capfirst(str(self.verbose_name)),
                "help_text": self.help_text,
                "widget": forms.CheckboxSelectMultiple,
                **kwargs,
            }
        )
