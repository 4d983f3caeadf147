"""Documents that prove a tax exemption, kept where no address leads."""

from typing import IO, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customer_admin.conf import app_settings


class TaxDocument(models.Model):
    """One uploaded document. A row never changes: another document is another row.

    So the customer's history can bring any of them back, and is where it stands who attached which; nothing is tracked
    here. `stored_as` is the name in the storage for private files, which tells nothing; `name` is the file's own.
    """

    name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField()
    stored_as = models.CharField(max_length=100, unique=True)
    uploaded_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tax document")
        verbose_name_plural = _("tax documents")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name

    def open(self) -> IO[Any]:
        """The content. Raises OSError when the storage has no such file."""
        storage = app_settings.PRIVATE_STORAGE
        if storage is None:
            raise FileNotFoundError(self.stored_as)
        return storage.open(self.stored_as)
