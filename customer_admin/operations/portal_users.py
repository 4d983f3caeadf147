"""The user row behind a portal login."""

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models


def create_portal_user() -> Any:
    """A saved user with a generated name, no password and no rights.

    What the customer types stands on the login, so the name can't collide with a staff user's, and nobody can reset
    the password at the admin's door. User models that want more fields name their own function in
    `CUSTOMER_ADMIN["PORTAL_USER_FACTORY"]`.
    """
    User = get_user_model()
    name = f"portal-{uuid.uuid4().hex}"
    address = f"{name}@portal.invalid"  # RFC 2606: never delivered to anybody.
    name_field = User._meta.get_field(User.USERNAME_FIELD)
    values = {User.USERNAME_FIELD: address if isinstance(name_field, models.EmailField) else name}
    email_field = User._meta.get_field(User.EMAIL_FIELD) if getattr(User, "EMAIL_FIELD", None) else None
    if getattr(email_field, "unique", False):
        values[User.EMAIL_FIELD] = address
    user = User(**values)
    user.set_unusable_password()
    user.save()
    return user
