"""Certificates of tax exemption: a few customers of the shop have one, and one has run out."""

import datetime
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.utils import timezone

from customer_admin.models import Customer
from customer_admin.models.actors import AnyActor
from customer_admin.operations import update_customer


@dataclass(frozen=True)
class Certificate:
    number: str
    reason: str
    region: str
    days_left: int
    """Counted from today."""
    has_document: bool


CERTIFICATES = (
    Certificate("OR-7741-2093", "Sells on, and charges the tax there", "Oregon", 290, True),
    Certificate("WA-118-55-20", "Sells on, and charges the tax there", "Washington", -40, False),
)


def enter_certificates(actor: AnyActor) -> None:
    """Give the first distributors their certificates."""
    distributors = Customer.objects.filter(customer_class__code="distributors").order_by("pk")
    for customer, certificate in zip(distributors, CERTIFICATES, strict=False):
        fields = {
            "tax_exempt_number": certificate.number,
            "tax_exempt_reason": certificate.reason,
            "tax_exempt_region": certificate.region,
            "tax_exempt_until": timezone.localdate() + datetime.timedelta(days=certificate.days_left),
        }
        if certificate.has_document:
            fields["tax_exempt_document"] = scan_of(customer, certificate)
        update_customer(actor=actor, customer=customer, **fields)


def scan_of(customer: Customer, certificate: Certificate) -> ContentFile:
    """A page with three lines of text, as a PDF that any reader opens."""
    name = customer.display_name.encode("ascii", "replace").decode().translate({ord(sign): None for sign in "()\\"})
    lines = ("Resale certificate", f"No. {certificate.number}, {certificate.region}", name)
    text = "BT /F1 20 Tf 60 760 Td 28 TL " + " ".join(f"({line}) '" for line in lines) + " ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    )
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    body += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n"
    body += f"{body.index('xref')}\n%%EOF\n"
    return ContentFile(body.encode("ascii"), name="Resale certificate.pdf")
