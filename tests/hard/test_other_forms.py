"""Hard text in forms that ask for something first: a link from a mail, a second factor, or that nobody is signed in."""

from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from customer_admin.mail.links import set_password_link
from portal.tree import make_portal
from tests.factories import PDF, make_customer, make_login, make_user
from tests.hard.fields import refused_fields
from tests.hard.strings import STRINGS
from tests.second_factor.factories import make_protected, signed_in
from tests.sweep.browser import as_shown, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(db: None) -> None:
    make_portal(site=Site.objects.get(is_default_site=True))


@pytest.mark.usefixtures("portal")
def test_a_hard_password_is_set_or_refused_on_its_field() -> None:
    login, taken = make_login(), []
    for name, text in STRINGS.items():
        client = Client()
        form = client.get(urlsplit(set_password_link(login)).path)["Location"]
        response = client.post(form, {"password": text, "repeated": text})
        if response.status_code == 302:
            taken.append(name)
            login.refresh_from_db()
            login.user.refresh_from_db()
            assert login.user.check_password(text)
        else:
            assert refused_fields(response) & {"password", "repeated"}, name
    assert "quotes" in taken


@pytest.mark.usefixtures("portal")
def test_hard_names_and_passwords_sign_nobody_in(client: Client) -> None:
    for text in STRINGS.values():
        for page, data in (
            ("/portal/sign-in/", {"identifier": text, "password": text, "next": text}),
            (reverse("wagtailadmin_login"), {"username": text, "password": text, "next": text}),
        ):
            response = client.post(page, data)
            assert response.status_code == 200
            assert response.context["form"].errors
            assert "<script>alert(" not in response.content.decode()


def test_hard_codes_are_refused_on_their_field() -> None:
    protected = make_protected()
    outside, inside = signed_in(protected.user), signed_in(protected.user, verified_with=protected)
    for name in ("markup", "digits of another script", "nothing inside", "10,000 characters", "a huge number"):
        for page, client in (
            ("verify", outside), ("new_recovery_codes", inside), ("turn_off", inside), ("set_up", inside)
        ):  # fmt: skip
            text = STRINGS[name]
            data = {"code": text, "current_code": text}
            response = client.post(reverse(f"customer_admin_second_factor:{page}"), data)
            assert response.status_code == 200
            assert refused_fields(response), (page, name)


def test_a_hard_name_of_a_file_is_kept_so_that_pages_and_downloads_work(client: Client) -> None:
    client.force_login(make_user("hard", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    customer, kept = make_customer(tax_exempt=True, tax_exempt_number="T 1", tax_exempt_reason="Resale"), 0
    url = reverse("customers:edit", args=[customer.pk])
    for text in STRINGS.values():
        document = SimpleUploadedFile("certificate.pdf", PDF)
        document._name = f"{text[:250]}.pdf"  # As a program would send it; Django reads no more of it.
        response = client.post(url, {**as_shown(shown(client, url)), "tax_exempt_document": document})
        if response.status_code != 302:
            assert "tax_exempt_document" in refused_fields(response)
            continue
        kept += 1
        page = client.get(reverse("customers:tab", args=[customer.pk, "account"]))
        assert "<script>alert(" not in page.content.decode()
        sent = client.get(reverse("customers:tax_document", args=[customer.pk]))
        assert sent.getvalue() == PDF
    assert kept
