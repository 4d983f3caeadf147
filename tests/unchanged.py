"""The promise of each refusal, that nothing changed, was queued or written as history; and undoing what was tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from customer_admin.models import ChangeSet, ChangeSetCustomer, OutgoingEmail, tracked_models


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of this app and of the users, by table."""
    models = [ChangeSet, ChangeSetCustomer, OutgoingEmail, get_user_model()]
    for model in tracked_models():
        models += [model, model.history.model]
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values_list()) for model in models}


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before


@contextmanager
def undone() -> Iterator[None]:
    """Afterwards all is as it was, for something else to be tried with the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
