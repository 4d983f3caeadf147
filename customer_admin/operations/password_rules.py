"""What a customer's password must be: one rule for the staff form, set-up, reset and change."""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customer_admin.models import PortalLogin

MINIMUM_LENGTH = 8


class PasswordRules:
    """At least eight characters with an upper-case letter, a lower-case letter and a digit; nothing commonly used."""

    help_text = property(
        lambda self: (
            _(
                "At least %(length)d characters, with an upper-case and a lower-case letter and a digit. "
                "Nothing that many people use."
            )
            % {"length": MINIMUM_LENGTH}
        )
    )

    def problems(self, password: str, *, username: str = "", email: str = "") -> list[str]:
        """What is wrong with `password`, a sentence each; empty when it is good."""
        checks = [
            (len(password) >= MINIMUM_LENGTH, _("Use at least %(length)d characters.") % {"length": MINIMUM_LENGTH}),
            (any(char.isupper() for char in password), _("Add an upper-case letter.")),
            (any(char.islower() for char in password), _("Add a lower-case letter.")),
            (any(char.isdecimal() for char in password), _("Add a digit.")),
        ]
        problems = [message for good, message in checks if not good]
        return problems + self._too_easy(password, username, email)

    def _too_easy(self, password: str, username: str, email: str) -> list[str]:
        person: Any = PortalLogin(username=username, email=email)
        problems = []
        for validator, message in (
            (CommonPasswordValidator(), _("This password is used by many people. Choose another one.")),
            (
                UserAttributeSimilarityValidator(user_attributes=("username", "email")),
                _("This password is too similar to the username or e-mail. Choose another one."),
            ),
        ):
            try:
                validator.validate(password, person)
            except ValidationError:
                problems.append(message)
        return problems


password_rules = PasswordRules()
