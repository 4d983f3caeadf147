"""Rows of models without history that went to another customer, noted beside the change set that moved them."""

from django.db import models

from .change_sets import ChangeSet


class UntrackedChange(models.Model):
    """One column of one row of a model that is not tracked, before and after a change set wrote it.

    `model` is the label in small letters, `object_key` the row's key as it is afterwards, `before` and `after` are
    values of `field`; all as text, whatever the types of the host's columns.
    """

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="untracked_changes")
    model = models.CharField(max_length=200)
    object_key = models.CharField(max_length=255)
    field = models.CharField(max_length=100)
    before = models.CharField(max_length=255)
    after = models.CharField(max_length=255)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.model} {self.object_key}: {self.field}"
