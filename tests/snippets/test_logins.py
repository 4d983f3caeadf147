"""The portal login on the customer's screens."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime

from customer_admin import operations
from customer_admin.errors import LoginRefused
from customer_admin.models import ChangeSet, OutgoingEmail, PortalLogin
from tests.factories import PASSWORD, lock, make_auditor, make_customer, make_manager, make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("portal_on")]


@pytest.fixture
def customer():
    return make_customer(email="ada@example.com")


@pytest.fixture
def staff(client):
    user = make_staff("sue")
    client.force_login(user)
    return user


@pytest.fixture
def login(customer):
    return operations.create_login(
        actor=make_manager(), customer=customer, email="ada@example.com", username="ada", password=PASSWORD
    )


def new(customer, **data):
    return reverse("customers:login_add", args=[customer.pk]), {
        "email": "ada@example.com",
        "username": "ada",
        "how": "mailed",
        "password": "",
        "password_again": "",
        **data,
    }


def edit(login, **data):
    return reverse("customers:login_edit", args=[login.customer_id]), {
        "email": login.email,
        "username": login.username,
        "is_enabled": "yes" if login.is_enabled else "no",
        **data,
    }


def errors(response):
    assert response.status_code == 200
    return {name: list(problems) for name, problems in response.context["form"].errors.items()}


def test_the_plus_stands_on_a_customer_without_a_login_and_the_pencil_on_one_with(client, staff, customer):
    page = reverse("customers:edit", args=[customer.pk])
    plus, pencil = new(customer)[0], reverse("customers:login_edit", args=[customer.pk])
    before = client.get(page).content.decode()
    assert (f'href="{plus}"' in before, f'href="{pencil}"' in before) == (True, False)
    operations.create_login(actor=staff, customer=customer, email="a@example.com", username="a", password=PASSWORD)
    after = client.get(page).content.decode()
    assert (f'href="{plus}"' in after, f'href="{pencil}"' in after) == (False, True)


def test_sending_the_mail_makes_a_login_without_a_password(client, staff, customer):
    response = client.post(*new(customer, reason="Asked on the phone"), follow=True)
    login = PortalLogin.objects.get()
    assert "on its way to ada@example.com" in response.content.decode()
    assert not login.user.has_usable_password()
    assert list(OutgoingEmail.objects.values_list("kind", "to_address")) == [("set_password", "ada@example.com")]
    assert ChangeSet.objects.get(actor=staff).reason == "Asked on the phone"


def test_a_typed_password_works_and_is_not_mailed(client, staff, customer):
    client.post(*new(customer, how="typed", password=PASSWORD, password_again=PASSWORD))
    login = PortalLogin.objects.get()
    assert login.user.check_password(PASSWORD)
    assert list(OutgoingEmail.objects.values_list("kind", flat=True)) == ["account_created"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "ada@"}, "email"),
        ({"email": ""}, "email"),
        ({"username": "bob@example.com"}, "username"),
        ({"how": "typed"}, "password"),
        ({"how": "typed", "password": PASSWORD, "password_again": "Other-Field-42"}, "password_again"),
        ({"how": "typed", "password": "sunny-field-42", "password_again": "sunny-field-42"}, "password"),
        ({"how": "typed", "password": "Password1", "password_again": "Password1"}, "password"),
        ({"password": PASSWORD, "password_again": PASSWORD}, "how"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_nothing_is_made(client, staff, customer, data, field):
    assert list(errors(client.post(*new(customer, **data)))) == [field]
    assert not PortalLogin.objects.exists()
    assert not OutgoingEmail.objects.exists()
    assert not ChangeSet.objects.filter(actor=staff).exists()


def test_taken_names_are_refused_whatever_their_case(client, staff, login):
    other = make_customer()
    response = client.post(*new(other, email="ADA@Example.com", username="Ada"))
    assert set(errors(response)) == {"email", "username"}


def test_a_double_click_makes_one_login_and_one_mail(client, staff, customer):
    client.post(*new(customer))
    response = client.post(*new(customer))
    assert "has a login already" in str(errors(response))
    assert PortalLogin.objects.count() == 1
    assert OutgoingEmail.objects.count() == 1


def test_the_new_login_form_of_a_customer_with_a_login_leads_to_it(client, staff, login):
    response = client.get(new(login.customer)[0])
    assert response.url == reverse("customers:login_edit", args=[login.customer_id])


def test_no_disables_and_yes_enables(client, staff, login):
    response = client.post(*edit(login, is_enabled="no"), follow=True)
    login.refresh_from_db()
    assert "signed out" in response.content.decode()
    assert (login.is_enabled, login.user.is_active) == (False, False)
    client.post(*edit(login, is_enabled="yes"))
    login.refresh_from_db()
    assert login.is_enabled


def test_editing_name_password_and_state_is_one_change_set(client, staff, login):
    before = ChangeSet.objects.count()
    client.post(
        *edit(
            login,
            username="lovelace",
            is_enabled="no",
            password="New-Field-77",
            password_again="New-Field-77",
            reason="x",
        )
    )
    assert ChangeSet.objects.count() == before + 1
    login.refresh_from_db()
    assert (login.username, login.is_enabled, login.user.check_password("New-Field-77")) == ("lovelace", False, True)


def test_the_button_mails_a_link_and_saves_nothing_else(client, staff, login):
    url, data = edit(login, username="ignored", send_set_password="1")
    client.post(url, data)
    login.refresh_from_db()
    assert login.username == "ada"
    assert OutgoingEmail.objects.filter(kind="set_password", login=login).count() == 1


def test_passwords_never_come_back_to_the_browser(client, staff, customer):
    url, data = new(customer, how="typed", password="Secret-Thing-1", password_again="Secret-Thing-2")
    assert "Secret-Thing" not in client.post(url, data).content.decode()


UNLOCK = ">Unlock</button>"


@pytest.fixture
def noon(monkeypatch):
    """Stop the clock at noon: a lock that begins now ends today."""
    stopped = localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: stopped)


def locked(login):
    lock(login)
    login.refresh_from_db()
    return f"Locked until {time_format(localtime(login.locked_until))}"


def test_a_lock_stands_on_the_page_of_the_customer_and_one_click_opens_it(client, noon, staff, login):
    page, address = (reverse(f"customers:{name}", args=[login.customer_id]) for name in ("inspect", "login_unlock"))
    assert "Locked until" not in client.get(page).content.decode()
    told = locked(login)
    shown = client.get(page).content.decode()
    assert told in shown
    assert f'action="{address}"' in shown
    assert "csrfmiddlewaretoken" in shown.partition(f'action="{address}"')[2].partition("</form>")[0]
    for _click in range(2):
        response = client.post(address, follow=True)
        assert response.redirect_chain == [(page, 302)]
        assert "Login unlocked." in response.content.decode()
    assert "Locked until" not in response.content.decode()
    operations.check_credentials(identifier="ada", password=PASSWORD)


def test_who_may_not_change_logins_sees_the_lock_and_no_button(client, noon, login):
    told = locked(login)
    client.force_login(make_auditor())
    page = client.get(reverse("customers:inspect", args=[login.customer_id])).content.decode()
    assert told in page
    assert UNLOCK not in page


def test_the_lock_stands_on_both_forms_and_that_of_the_login_opens_it(client, noon, staff, login):
    told, (address, data) = locked(login), edit(login, username="ignored", unlock="1")
    form = client.get(reverse("customers:edit", args=[login.customer_id])).content.decode()
    assert told in form
    assert UNLOCK not in form  # A form within the form would lose what was typed.
    form = client.get(address).content.decode()
    assert told in form
    assert UNLOCK in form
    response = client.post(address, data, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert "Login unlocked." in response.content.decode()
    assert "Locked until" not in response.content.decode()
    login.refresh_from_db()
    assert (login.username, login.is_locked) == ("ada", False)


def test_a_lock_that_ends_on_another_day_says_which(client, staff, login):
    end = timezone.now() + timedelta(days=2)
    lock(login, locked_until=end)
    page = client.get(reverse("customers:inspect", args=[login.customer_id])).content.decode()
    assert f"Locked until {date_format(localtime(end), 'SHORT_DATETIME_FORMAT')}" in page


def test_a_disabled_login_says_nothing_of_a_lock(client, staff, login):
    operations.set_login_enabled(actor=staff, login=login, enabled=False)
    lock(login)
    for name in ("inspect", "edit", "login_edit"):
        assert "Locked until" not in client.get(reverse(f"customers:{name}", args=[login.customer_id])).content.decode()


def test_unlocking_a_login_that_is_gone_leads_back_to_the_customer(client, staff, login, monkeypatch):
    def gone(**kwargs):
        raise LoginRefused("This login was deleted meanwhile.", code="gone")

    address, page = (reverse(f"customers:{name}", args=[login.customer_id]) for name in ("login_unlock", "inspect"))
    monkeypatch.setattr(operations, "unlock_login", gone)
    response = client.post(address, follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "deleted meanwhile" in response.content.decode()


def test_only_managers_delete_logins(client, staff, login):
    url = reverse("customers:login_delete", args=[login.customer_id])
    assert client.post(url).status_code == 302
    assert PortalLogin.objects.exists()
    client.force_login(make_manager())
    client.post(url)
    assert not PortalLogin.objects.exists()
    assert not get_user_model().objects.filter(pk=login.user_id).exists()


def test_a_second_click_on_delete_or_an_old_form_leads_back_to_the_customer(client, login):
    client.force_login(make_manager())
    names = ("login_delete", "login_edit", "login_unlock")
    places = [reverse(f"customers:{name}", args=[login.customer_id]) for name in names]
    operations.delete_login(actor=make_manager(), login=login)
    for place in places:
        for ask in (client.get, client.post):
            response = ask(place, follow=True)
            assert response.redirect_chain == [(reverse("customers:inspect", args=[login.customer_id]), 302)]
            assert "This customer has no login." in response.content.decode()
    client.force_login(make_user("editor", permissions=("view_image",)))
    assert "login" not in client.post(places[0], follow=True).content.decode()


def test_what_stands_against_deleting_a_login_is_said_on_the_page_of_the_customer(client, login, monkeypatch):
    def refuse(**kwargs):
        raise LoginRefused("This login is still needed elsewhere. Disable it instead.", code="needed")

    monkeypatch.setattr(operations, "delete_login", refuse)
    client.force_login(make_manager())
    response = client.post(reverse("customers:login_delete", args=[login.customer_id]), follow=True)
    assert response.status_code == 200
    assert "still needed elsewhere" in response.content.decode()
    assert PortalLogin.objects.filter(pk=login.pk).exists()


def test_wagtails_list_of_users_shows_staff_only(client, login):
    client.force_login(make_user("root", is_superuser=True))
    users = client.get(reverse("wagtailusers_users:index")).context["users"]
    assert login.user not in users
    assert users


def test_editing_or_deleting_a_portal_user_in_wagtail_leads_to_the_login(client, login):
    client.force_login(make_user("root", is_superuser=True))
    for name, target in (("edit", "login_edit"), ("delete", "login_delete")):
        response = client.post(reverse(f"wagtailusers_users:{name}", args=[login.user_id]))
        assert response.url == reverse(f"customers:{target}", args=[login.customer_id])
    assert PortalLogin.objects.filter(pk=login.pk).exists()


def test_a_bulk_deletion_of_all_users_spares_portal_users(client, login):
    root = make_user("root", is_superuser=True)
    client.force_login(root)
    User = get_user_model()
    bulk = reverse("wagtail_bulk_action", args=[User._meta.app_label, User._meta.model_name, "delete"])
    client.post(f"{bulk}?id=all&next={reverse('wagtailusers_users:index')}")
    assert set(User.objects.all()) == {root, login.user}


def test_a_customer_can_not_enter_the_admin_by_its_login_form(client, login):
    data = {"username": login.user.get_username(), "password": PASSWORD}
    response = client.post(reverse("wagtailadmin_login"), data)
    assert "no access to the admin" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_portal_off_means_no_new_login(client, staff, customer):
    from customer_admin.models import SYSTEM, CustomerAdminSettings, recording

    with recording(actor=SYSTEM):
        CustomerAdminSettings.objects.update(portal_enabled=False)
    url, data = new(customer)
    assert client.get(url).status_code == 302
    assert "portal of this site is off" in str(errors(client.post(url, data)))
