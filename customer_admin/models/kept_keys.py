"""References of rows that are a log: they outlive what they name."""

from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor


class _KeptKeyDescriptor(ForwardManyToOneDescriptor):
    def get_object(self, instance: models.Model) -> Any:
        try:
            return super().get_object(instance)
        except self.field.remote_field.model.DoesNotExist:
            return None


class KeptForeignKey(models.ForeignKey):
    """Keeps its key when the row that it names is deleted: it answers None then, and the row again once it is restored.

    No constraint of the database holds it. Nothing else gets the key of a deleted row, so it never names another one.
    """

    forward_related_accessor_class = _KeptKeyDescriptor

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **kwargs: Any) -> None:
        super().__init__(to, on_delete, **{"null": True, "blank": True, "db_constraint": False, **kwargs})
