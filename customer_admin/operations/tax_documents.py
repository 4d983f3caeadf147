"""Takes in the document of a tax exemption: looks at what it really is, and keeps it in the private storage."""

import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from customer_admin.conf import app_settings
from customer_admin.errors import CustomerRefused
from customer_admin.models import TaxDocument
from customer_admin.models.keys import storable

DOCUMENT_FIELD = "tax_exempt_document"
KINDS = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
)
"""How a document of each kind that is taken begins, what it is, and how its name may end, the usual way first."""
LONGEST_NAME = 150


_stored: ContextVar[list[str] | None] = ContextVar("customer_admin_stored_documents", default=None)


@contextmanager
def no_document_without_its_row() -> Iterator[None]:
    """Remove the documents that were stored inside when it fails as a whole, since then their rows go as well.

    It stands around the transaction.
    """
    stored: list[str] = []
    around, token = _stored.get(), _stored.set(stored)
    try:
        yield
    except BaseException:
        for name in stored:
            _storage().delete(name)
        raise
    finally:
        _stored.reset(token)
    if around is not None:
        around += stored


def keep_document(fields: dict[str, Any]) -> None:
    """Put a document that was given as a file into the storage, and its row into `fields` instead.

    Must run inside `no_document_without_its_row()` and a transaction. Raises CustomerRefused.
    """
    file, stored = fields.get(DOCUMENT_FIELD), _stored.get()
    if not isinstance(file, File):
        return
    assert stored is not None
    document = _take_in(file)
    stored.append(document.stored_as)
    document.save()
    fields[DOCUMENT_FIELD] = document


def _take_in(file: File) -> TaxDocument:
    storage, largest = _storage(), app_settings.PRIVATE_DOCUMENT_MAX_BYTES
    if not file.size:
        raise _refused(_("This file is empty. Choose another one."))
    if file.size > largest:
        raise _refused(
            _("This file has %(size)s, and at most %(largest)s are taken. Scan it with fewer details, or as a PDF.")
            % {"size": filesizeformat(file.size), "largest": filesizeformat(largest)}
        )
    file.seek(0)
    beginning = file.read(16)
    file.seek(0)
    for signature, content_type, endings in KINDS:
        if beginning.startswith(signature):
            stored_as = storage.save(f"tax-documents/{uuid.uuid4().hex}{endings[0]}", file)
            name = _clean_name(file.name or "", endings)
            return TaxDocument(name=name, content_type=content_type, size=file.size, stored_as=stored_as)
    raise _refused(_("This is no PDF, PNG or JPEG, whatever its name says. Save it as one of these and try again."))


def _clean_name(name: str, endings: tuple[str, ...]) -> str:
    """The last part of the name without what nobody sees, with an ending that says what the file really is."""
    last = storable(name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip()
    stem, dot, ending = seen.rpartition(".")
    if dot and f".{ending.lower()}" in endings:
        return f"{stem.strip()[:LONGEST_NAME] or _('document')}.{ending}"
    return f"{seen.strip('.')[:LONGEST_NAME] or _('document')}{endings[0]}"


def _storage() -> Any:
    storage = app_settings.PRIVATE_STORAGE
    if storage is None:
        raise _refused(_("This site has no place for documents yet. Ask whoever runs it to set PRIVATE_STORAGE."))
    return storage


def _refused(message: str) -> CustomerRefused:
    return CustomerRefused(fields={DOCUMENT_FIELD: message}, code="document")
