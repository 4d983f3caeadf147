"""Documents of tax exemptions, and what is asked of whoever makes a customer tax exempt."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile

from customer_admin.errors import CustomerRefused
from customer_admin.models import SYSTEM, ChangeSet, Customer, TaxDocument
from customer_admin.operations import (
    create_customer,
    delete_customer,
    restore,
    revert_change_set,
    update_customer,
)
from tests.change_sets import newest
from tests.factories import PDF, files_kept, make_class, make_customer, make_staff
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


def upload(content: bytes = PDF, name: str = "certificate.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_document_is_kept_under_a_name_that_tells_nothing() -> None:
    staff, customer = make_staff(), make_customer()
    update_customer(actor=staff, customer=customer, tax_exempt_document=upload(), reason="Brought it along")
    document = Customer.objects.get().tax_exempt_document
    assert (document.name, document.content_type, document.size) == ("certificate.pdf", "application/pdf", len(PDF))
    assert document.open().read() == PDF
    assert "certificate" not in document.stored_as
    change_set = ChangeSet.objects.get(actor=staff)
    assert change_set.reason == "Brought it along"
    assert Customer.history.get(change_set=change_set).tax_exempt_document_id == document.pk


def test_a_new_customer_comes_with_a_document() -> None:
    customer = create_customer(actor=SYSTEM, company="A", tax_exempt=True, tax_exempt_document=upload(PNG, "a.png"))
    assert Customer.objects.get(pk=customer.pk).tax_exempt_document.content_type == "image/png"


@pytest.mark.parametrize(
    ("content", "name", "kept_as"),
    [
        (PDF, "Certificate 2026.PDF", "Certificate 2026.PDF"),
        (JPEG, "scan.jpeg", "scan.jpeg"),
        (PDF, "page.html", "page.html.pdf"),
        (PNG, "photo.jpg", "photo.jpg.png"),
        (PDF, "../../etc/passwd", "passwd.pdf"),
        (PDF, "C:\\temp\\zeugnis.pdf", "zeugnis.pdf"),
        (PDF, "a\x00b\r\nc.pdf", "abc.pdf"),
        (PDF, "a\u202efdp.exe", "afdp.exe.pdf"),
        (PDF, "\ud800.pdf", "document.pdf"),
        (PDF, "", "document.pdf"),
        (PDF, "..", "document.pdf"),
        (PDF, "شهادة 📄.pdf", "شهادة 📄.pdf"),
        (PDF, "x" * 300 + ".pdf", "x" * 150 + ".pdf"),
        (PDF, "=CMD().pdf", "=CMD().pdf"),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_do_no_harm(content: bytes, name: str, kept_as: str) -> None:
    file = ContentFile(content)
    file.name = name
    customer = make_customer()
    update_customer(actor=SYSTEM, customer=customer, tax_exempt_document=file)
    assert Customer.objects.get().tax_exempt_document.name == kept_as


class Huge(io.BytesIO):
    """A file that says how large it is, without being so."""

    size = 100 * 1024 * 1024


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (File(io.BytesIO(), name="empty.pdf"), "This file is empty."),
        (File(Huge(PDF), name="huge.pdf"), "at most 10.0"),
        (upload(b"<html><script>alert(1)</script></html>"), "This is no PDF, PNG or JPEG"),
        (upload(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg"), "This is no PDF, PNG or JPEG"),
        (upload(b"\n%PDF-1.4"), "This is no PDF, PNG or JPEG"),
        (upload(b"MZ\x90\x00"), "This is no PDF, PNG or JPEG"),
    ],
)
def test_what_is_no_document_is_refused_on_its_field(file: Any, told: str) -> None:
    customer, before = make_customer(), files_kept()
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        update_customer(actor=SYSTEM, customer=customer, tax_exempt_document=file)
    assert list(caught.value.fields) == ["tax_exempt_document"]
    assert told in caught.value.message.replace("\xa0", " ")
    with nothing_changes(), pytest.raises(CustomerRefused):
        create_customer(actor=SYSTEM, company="A", tax_exempt_document=file)
    assert (files_kept(), TaxDocument.objects.count()) == (before, 0)


def test_without_a_storage_a_document_is_refused_in_words(settings: Any) -> None:
    settings.STORAGES = {name: each for name, each in settings.STORAGES.items() if name != "customer_admin_private"}
    with nothing_changes(), pytest.raises(CustomerRefused, match="no place for documents"):
        create_customer(actor=SYSTEM, company="A", tax_exempt_document=upload())


def test_a_refusal_for_another_reason_leaves_no_file() -> None:
    customer, before = make_customer(), files_kept()
    with nothing_changes(), pytest.raises(CustomerRefused):
        update_customer(actor=SYSTEM, customer=customer, email="nobody", tax_exempt_document=upload())
    assert (files_kept(), TaxDocument.objects.count()) == (before, 0)


def test_a_replaced_document_stays_and_comes_back_with_its_name() -> None:
    customer = make_customer()
    update_customer(actor=SYSTEM, customer=customer, tax_exempt_document=upload(name="first.pdf"))
    first = Customer.objects.get().tax_exempt_document
    update_customer(actor=SYSTEM, customer=customer, tax_exempt_document=upload(PNG, "second.png"))
    revert_change_set(actor=SYSTEM, change_set=newest())
    document = Customer.objects.get().tax_exempt_document
    assert (document, document.name, document.open().read()) == (first, "first.pdf", PDF)


def test_a_removed_document_and_that_of_a_deleted_customer_come_back() -> None:
    customer = make_customer()
    update_customer(actor=SYSTEM, customer=customer, tax_exempt_document=upload())
    update_customer(actor=SYSTEM, customer=customer, tax_exempt_document=None)
    assert Customer.objects.get().tax_exempt_document is None
    revert_change_set(actor=SYSTEM, change_set=newest())
    restore(actor=SYSTEM, change_set=delete_customer(actor=SYSTEM, customer=customer))
    assert Customer.objects.get().tax_exempt_document.open().read() == PDF


def test_staff_who_say_that_a_customer_is_tax_exempt_say_why() -> None:
    staff, customer = make_staff(), make_customer()
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        update_customer(actor=staff, customer=customer, tax_exempt=True, tax_exempt_number=" ")
    assert list(caught.value.fields) == ["tax_exempt_number", "tax_exempt_reason"]
    assert caught.value.code == "certificate"
    with nothing_changes(), pytest.raises(CustomerRefused) as caught:
        create_customer(actor=staff, company="A", tax_exempt=True, tax_exempt_number="X-1")
    assert list(caught.value.fields) == ["tax_exempt_reason"]
    certificate = {"tax_exempt_number": "X-1", "tax_exempt_reason": "Charity"}
    update_customer(actor=staff, customer=customer, tax_exempt=True, **certificate)
    assert create_customer(actor=staff, company="A", tax_exempt=True, **certificate).is_tax_exempt_today


def test_classes_programs_and_what_was_so_before_are_not_asked_for_a_certificate() -> None:
    staff, exempt = make_staff(), make_class(tax_exempt_by_default=True)
    customer = create_customer(actor=staff, company="A", customer_class=exempt)
    assert customer.tax_exempt
    update_customer(actor=staff, customer=customer, tax_exempt=True, phone="1")
    assert create_customer(actor=SYSTEM, company="A", tax_exempt=True).tax_exempt


def test_another_class_changes_nothing_else() -> None:
    customer = make_customer(notify_marketing=True)
    update_customer(actor=SYSTEM, customer=customer, customer_class=make_class(tax_exempt_by_default=True))
    assert Customer.history.order_by("history_id").last().history_changed == " customer_class "
