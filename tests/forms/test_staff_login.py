"""The admin's door is closed to customers."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from customer_admin.forms.staff_login import StaffLoginForm
from tests.factories import PASSWORD, make_login, make_staff, make_user

pytestmark = pytest.mark.django_db

NO_ACCESS = ["This account has no access to the admin."]


def form_of(user: Any, password: str = PASSWORD) -> StaffLoginForm:
    return StaffLoginForm(data={"username": user.get_username(), "password": password})


def test_staff_come_in() -> None:
    assert form_of(make_staff()).is_valid()


def test_customers_do_not_even_with_rights() -> None:
    user = get_user_model().objects.get(pk=make_login().user_id)
    assert form_of(user).non_field_errors() == NO_ACCESS
    user.is_superuser = True
    user.save()
    assert form_of(user).non_field_errors() == NO_ACCESS


def test_users_without_access_do_not_come_in() -> None:
    assert form_of(make_user()).non_field_errors() == NO_ACCESS


def test_access_is_spoken_of_after_a_right_password_only() -> None:
    (error,) = form_of(make_user(), "wrong").non_field_errors()
    assert error not in NO_ACCESS


def test_what_a_customer_types_is_no_staff_username() -> None:
    login = make_login()
    for name in (login.username, login.email):
        form = StaffLoginForm(data={"username": name, "password": PASSWORD})
        assert not form.is_valid()
        assert form.non_field_errors() != NO_ACCESS


def test_the_admins_login_page_refuses_customers(client: Client) -> None:
    user = get_user_model().objects.get(pk=make_login().user_id)
    response = client.post(reverse("wagtailadmin_login"), {"username": user.get_username(), "password": PASSWORD})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_admins_forgotten_password_never_mails_customers(client: Client) -> None:
    login = make_login()
    staff = make_staff()
    for address in (login.email, login.username, login.customer.email):
        client.post(reverse("wagtailadmin_password_reset"), {"email": address})
    assert mail.outbox == []
    client.post(reverse("wagtailadmin_password_reset"), {"email": getattr(staff, staff.EMAIL_FIELD)})
    assert [message.to for message in mail.outbox] == [[getattr(staff, staff.EMAIL_FIELD)]]


def test_the_address_of_a_user_behind_a_login_reaches_nobody() -> None:
    user = get_user_model().objects.get(pk=make_login().user_id)
    assert getattr(user, user.EMAIL_FIELD).rpartition("@")[2] in ("", "portal.invalid")
