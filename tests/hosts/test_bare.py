"""What only the bare host can show: its own user model, no portal, no second factor."""

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from customer_admin.models import OutgoingEmail, PortalLogin
from customer_admin.operations import SYSTEM, create_login, deliver_email, queue_email
from tests.factories import PASSWORD, make_customer, make_staff
from tests.hosts.bare.people.models import Person
from tests.mail.portal import open_portal

pytestmark = pytest.mark.django_db


def make_login(**fields: Any) -> PortalLogin:
    open_portal()
    values = {"email": "ada@example.com", "username": "ada", "password": PASSWORD, **fields}
    return create_login(actor=SYSTEM, customer=make_customer(), **values)


def test_neither_portal_nor_second_factor_is_installed() -> None:
    assert not apps.is_installed("portal")
    assert not apps.is_installed("customer_admin.second_factor")


def test_portal_users_get_an_address_that_is_no_staff_users() -> None:
    login = make_login()

    assert isinstance(login.user, Person)
    assert login.user.email.startswith("portal-")
    assert login.user.email.endswith("@portal.invalid")


def test_a_staff_user_may_have_the_address_of_a_login() -> None:
    staff = make_staff("ada")
    login = make_login(email=staff.email)

    assert login.user != staff


def test_staff_sign_in_with_their_address_where_the_admin_stands_here(client: Client) -> None:
    staff = make_staff("clerk")
    address = reverse("wagtailadmin_login")

    response = client.post(address, {"username": staff.email, "password": PASSWORD})

    assert address == "/office/login/"
    assert (response.status_code, response.headers["Location"]) == (302, "/office/")


def test_customers_are_refused_at_the_admins_door(client: Client) -> None:
    login = make_login()

    response = client.post(reverse("wagtailadmin_login"), {"username": login.user.email, "password": PASSWORD})

    assert response.status_code == 200
    assert "This account has no access to the admin." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_mail_with_a_link_waits_where_there_is_no_portal_to_lead_to() -> None:
    login = make_login()
    email = queue_email(kind="set_password", login=login)

    assert deliver_email(email.pk) is False
    email.refresh_from_db()
    assert email.status == OutgoingEmail.Status.QUEUED
    assert email.error == 'RuntimeError: CUSTOMER_ADMIN["PORTAL_ADDRESSES"] is not set.'
