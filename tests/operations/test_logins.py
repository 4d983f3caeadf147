"""Portal logins: making, changing, disabling and deleting them."""

from typing import Any

import pytest
from django.contrib.auth import get_user, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client
from wagtail.models import Page, Site

from customer_admin.errors import LoginRefused, PermissionRefused
from customer_admin.models import SYSTEM, ChangeSet, Customer, OutgoingEmail, PortalLogin, recording
from customer_admin.operations import (
    create_login,
    delete_customer,
    delete_login,
    deliver_email,
    send_set_password,
    set_login_enabled,
    set_password,
    update_customer,
    update_login,
)
from customer_admin.operations.portal_users import create_portal_user
from tests.factories import (
    PASSWORD,
    make_auditor,
    make_customer,
    make_login,
    make_manager,
    make_note,
    make_portal_user,
    make_staff,
    make_user,
    open_portal,
)
from tests.threads import on_postgresql, run_together
from tests.unchanged import nothing_changes

pytestmark = pytest.mark.django_db

ADA: dict[str, Any] = {"email": "ada@example.com", "username": "ada", "password": PASSWORD}


@pytest.fixture
def customer() -> Customer:
    open_portal()
    return make_customer()


def mails() -> list[tuple[str, str]]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("kind", "to_address"))


def test_a_typed_password_makes_a_login_that_can_sign_in(customer: Customer) -> None:
    staff = make_staff()
    login = create_login(actor=staff, customer=customer, reason="By phone", **ADA)
    login.refresh_from_db()
    assert (login.customer, login.username, login.email, login.is_enabled) == (customer, "ada", "ada@example.com", True)
    assert login.user.check_password(PASSWORD)
    assert login.password_set_at is not None
    assert mails() == [("account_created", "ada@example.com")]
    change_set = ChangeSet.objects.order_by("closed").last()
    assert change_set is not None
    assert (change_set.kind, change_set.actor, change_set.reason) == ("create", staff, "By phone")
    assert [row.history_type for row in PortalLogin.history.filter(change_set=change_set)] == ["+"]
    assert change_set.touched.get().customer_id == customer.pk


def test_a_mailed_link_makes_a_login_without_a_password(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **{**ADA, "password": None}, send_set_password=True)
    assert not login.user.has_usable_password()
    assert login.password_set_at is None
    assert mails() == [("set_password", "ada@example.com")]


def test_the_user_behind_a_login_shows_nothing_of_it(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    user = get_user_model().objects.get(pk=login.user_id)
    values = [str(getattr(user, field.attname)) for field in user._meta.concrete_fields]
    assert not [value for value in values if value == "ada" or "ada@example.com" in value]
    assert (user.is_active, user.is_superuser, user.groups.count()) == (True, False, 0)
    assert not user.has_perm("wagtailadmin.access_admin")


def test_space_around_names_is_left_out(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **{**ADA, "email": " ada@example.com ", "username": "\tada "})
    assert (login.email, login.username) == ("ada@example.com", "ada")


@pytest.mark.parametrize(("password", "mail"), [(None, False), ("", False), (PASSWORD, True)])
def test_it_is_either_a_password_or_a_mail(customer: Customer, password: str | None, mail: bool) -> None:
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        create_login(actor=SYSTEM, customer=customer, **{**ADA, "password": password}, send_set_password=mail)
    assert list(caught.value.fields) == ["password"]


def test_a_customer_has_one_login(customer: Customer) -> None:
    create_login(actor=SYSTEM, customer=customer, **ADA)
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        create_login(actor=SYSTEM, customer=customer, email="b@example.com", username="b", password=PASSWORD)
    assert caught.value.code == "exists"


def test_there_are_no_logins_while_the_portal_is_off(customer: Customer) -> None:
    open_portal(is_open=False)
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        create_login(actor=SYSTEM, customer=customer, **ADA)
    assert caught.value.code == "off"


def test_a_customer_that_is_gone_or_merged_gets_no_login(customer: Customer) -> None:
    merged = make_customer(merged_into=customer)
    gone = make_customer()
    stale = Customer.objects.get(pk=gone.pk)
    delete_customer(actor=SYSTEM, customer=gone)
    for nobody, code in ((merged, "merged"), (stale, "gone")):
        with nothing_changes(), pytest.raises(LoginRefused) as caught:
            create_login(actor=SYSTEM, customer=nobody, **ADA)
        assert caught.value.code == code
        assert nobody.login is None


TAKEN_USERNAME = {"username": ["This username is taken. Choose another one."]}
TAKEN_EMAIL = {
    "email": ["Another login has this e-mail address. Use another address, or open that customer."],
}
OTHERS_EMAIL = {
    "username": ["A username with an @ must be the e-mail address of this login. Choose another one."],
}
UNSEEN = {"username": ["This username has a character in it that can't be seen. Type it anew."]}
UNSTORABLE = ["This has a character in it that can't be stored. Type it anew."]


@pytest.mark.parametrize(
    ("email", "username", "problems"),
    [
        ("new@example.com", "José", TAKEN_USERNAME),
        ("new@example.com", "JOSÉ", TAKEN_USERNAME),
        ("new@example.com", "Jose\u0301", TAKEN_USERNAME),
        ("new@example.com", "ｊｏｓé", TAKEN_USERNAME),
        ("new@example.com", " josé ", TAKEN_USERNAME),
        ("jose@müller.example", "new", TAKEN_EMAIL),
        ("JOSE@MÜLLER.example", "new", TAKEN_EMAIL),
        ("jose@xn--mller-kva.example", "new", TAKEN_EMAIL),
        ("jose@mu\u0308ller.example", "new", TAKEN_EMAIL),
        ("jose@müller.example", "josé", {**TAKEN_USERNAME, **TAKEN_EMAIL}),
        ("new@example.com", "jose@müller.example", OTHERS_EMAIL),
        ("new@example.com", "jose＠müller.example", OTHERS_EMAIL),
        ("new@example.com", "jose﹫müller.example", OTHERS_EMAIL),
        ("new@example.com", "@", OTHERS_EMAIL),
        ("new@example.com", "jo\u200bsé", UNSEEN),
        ("new@example.com", "jo\u202esé", UNSEEN),
        ("new@example.com", "jo\x07", UNSEEN),
        ("new@example.com", "jo\x00", {"username": UNSTORABLE}),
        ("new@example.com\x00", "new", {"email": UNSTORABLE}),
        ("new@example.com", "\ud800", {"username": UNSTORABLE}),
        ("new@example.com", "", {"username": ["This field cannot be blank."]}),
        ("", "new", {"email": ["This field cannot be blank."]}),
        ("no address", "new", {"email": ["Enter an e-mail address such as name@example.com."]}),
        ("new@example.com", "x" * 151, {"username": ["Ensure this value has at most 150 characters (it has 151)."]}),
        ("new@example.com", "ﷺ" * 150, {"username": ["This username is too long. Choose a shorter one."]}),
        ("ﷺ" * 200 + "@example.com", "new", {"email": ["This e-mail address is too long. Use another one."]}),
    ],
)
def test_a_name_that_is_taken_or_broken_is_refused_on_its_field(email: str, username: str, problems: dict) -> None:
    make_login(username="josé", email="jose@müller.example")
    page = Page.get_first_root_node().add_child(instance=Page(title="Shop", slug="shop"))
    elsewhere = make_customer(site=Site.objects.create(hostname="shop.example", root_page=page))
    open_portal(elsewhere.site)
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        create_login(actor=SYSTEM, customer=elsewhere, email=email, username=username, password=PASSWORD)
    assert caught.value.fields == problems
    login = make_login(elsewhere, "other")
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        update_login(actor=SYSTEM, login=login, email=email, username=username)
    assert caught.value.fields == problems


@pytest.mark.parametrize(
    ("email", "username"),
    [
        ("a+01@example.com", "jose"),
        ("josé@müller.example", "josé@müller.example"),
        ("JOSÉ@xn--mller-kva.example", "josé@MÜLLER.example"),
        ("用户@例子.广告", "用户"),
        ("x@example.com", "O'Neil the 3rd"),
    ],
)
def test_names_that_only_look_alike_are_free(customer: Customer, email: str, username: str) -> None:
    make_login(username="josé", email="a@example.com")
    login = create_login(actor=SYSTEM, customer=customer, email=email, username=username, password=PASSWORD)
    login.refresh_from_db()
    assert (login.email, login.username) == (email, username)


@pytest.mark.parametrize(
    ("password", "problems"),
    [
        ("Ab1", ["Use at least 8 characters."]),
        ("alllower1", ["Add an upper-case letter."]),
        ("ALLUPPER1", ["Add a lower-case letter."]),
        ("NoDigitsHere", ["Add a digit."]),
        ("é", ["Use at least 8 characters.", "Add an upper-case letter.", "Add a digit."]),
        ("Password1", ["This password is used by many people. Choose another one."]),
        ("AdaLovelace1", ["This password is too similar to the username or e-mail. Choose another one."]),
        ("Ada.Lovelace@example.com1", ["This password is too similar to the username or e-mail. Choose another one."]),
    ],
)
def test_a_weak_password_is_refused(customer: Customer, password: str, problems: list[str]) -> None:
    names = {"email": "ada.lovelace@example.com", "username": "adalovelace"}
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        create_login(actor=SYSTEM, customer=customer, password=password, **names)
    assert caught.value.fields == {"password": problems}
    login = create_login(actor=SYSTEM, customer=customer, password=PASSWORD, **names)
    for change in (update_login, set_password):
        with nothing_changes(), pytest.raises(LoginRefused) as caught:
            change(actor=SYSTEM, login=login, password=password)
        assert caught.value.fields == {"password": problems}


@pytest.mark.parametrize("password", ["Ünïcödé7x", "Correct Horse 9", "A1" + "b" * 5000, "ÄäÖöÜü٣٣", " Aa1 Bb2 "])
def test_a_good_password_is_taken_as_it_was_typed(customer: Customer, password: str) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **{**ADA, "password": password})
    assert login.user.check_password(password)


def test_a_change_tells_the_former_address(customer: Customer) -> None:
    staff = make_staff()
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    login = update_login(actor=staff, login=login, email="new@example.com", username="ada2", reason="Moved")
    login.refresh_from_db()
    assert (login.email, login.username, login.username_key) == ("new@example.com", "ada2", "ada2")
    assert mails()[1:] == [("email_changed", "ada@example.com")]
    change_set = ChangeSet.objects.order_by("closed").last()
    assert change_set is not None
    assert (change_set.kind, change_set.actor, change_set.reason) == ("edit", staff, "Moved")


def test_a_username_that_is_the_address_follows_it(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **{**ADA, "username": "ada@example.com"})
    login = update_login(actor=SYSTEM, login=login, email="new@example.com", username="ada@example.com")
    assert (login.email, login.username) == ("new@example.com", "new@example.com")
    assert update_login(actor=SYSTEM, login=login, email="newer@example.com", username="ada").username == "ada"


def test_the_same_names_in_another_case_are_ones_own(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    assert update_login(actor=SYSTEM, login=login, username="ADA", email="Ada@Example.com").username == "ADA"


def test_a_change_of_nothing_leaves_nothing(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    with nothing_changes():
        update_login(actor=SYSTEM, login=login, username="ada", email="ada@example.com", password="")
        set_login_enabled(actor=SYSTEM, login=login, enabled=True)


@pytest.mark.parametrize("field", ["is_enabled", "customer", "user", "username_key", "password_set_at"])
def test_other_fields_of_a_login_cannot_be_given(customer: Customer, field: str) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    with nothing_changes(), pytest.raises(TypeError, match=f"PortalLogin has no field {field}"):
        update_login(actor=SYSTEM, login=login, **{field: False})


def is_signed_in(client: Client) -> bool:
    request = HttpRequest()
    request.session = client.session  # type: ignore[assignment]
    return get_user(request).is_authenticated


def test_disabling_and_a_new_password_end_sessions_at_once(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    phone, desk = Client(), Client()
    for client in (phone, desk):
        client.force_login(login.user)
        assert is_signed_in(client)
    login = set_login_enabled(actor=SYSTEM, login=login, enabled=False, reason="Asked to")
    assert (is_signed_in(phone), is_signed_in(desk)) == (False, False)
    login = set_login_enabled(actor=SYSTEM, login=login, enabled=True)
    phone.force_login(login.user)
    set_password(actor=SYSTEM, login=login, password="Another-Field-43")
    assert not is_signed_in(phone)
    assert list(PortalLogin.history.order_by("history_id").values_list("is_enabled", flat=True)) == [
        True,
        False,
        True,
        True,
    ]


def test_a_disabled_login_keeps_its_names(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    other = make_customer()
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        create_login(actor=SYSTEM, customer=other, **ADA)
    assert caught.value.fields == {**TAKEN_USERNAME, **TAKEN_EMAIL}


def test_no_link_is_sent_to_a_disabled_login(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    email = send_set_password(actor=SYSTEM, login=login)
    assert (email.kind, email.to_address, email.login) == ("set_password", "ada@example.com", login)
    login = set_login_enabled(actor=SYSTEM, login=login, enabled=False)
    with nothing_changes(), pytest.raises(LoginRefused) as caught:
        send_set_password(actor=SYSTEM, login=login)
    assert caught.value.code == "disabled"


def test_deleting_takes_the_names_out_of_the_history_and_frees_them(customer: Customer) -> None:
    manager = make_manager()
    login = create_login(actor=SYSTEM, customer=customer, **{**ADA, "password": None}, send_set_password=True)
    update_login(actor=SYSTEM, login=login, username="ada2")
    user_id = login.user_id
    change_set = delete_login(actor=manager, login=login, reason="Asked to")
    assert (change_set.kind, change_set.actor, change_set.reason) == ("delete", manager, "Asked to")
    assert not get_user_model().objects.filter(pk=user_id).exists()
    assert not PortalLogin.objects.exists()
    assert list(PortalLogin.history.order_by("history_id").values_list("history_type", "username", "email")) == [
        ("+", "", ""),
        ("~", "", ""),
        ("-", "", ""),
    ]
    waiting = OutgoingEmail.objects.get(kind="set_password")
    assert deliver_email(waiting.pk) is False
    waiting.refresh_from_db()
    assert (waiting.status, waiting.skip_reason) == ("skipped", "login_gone")
    fresh = Customer.objects.get(pk=customer.pk)
    assert fresh.login is None
    assert create_login(actor=SYSTEM, customer=fresh, **ADA).username == "ada"


def test_a_login_that_is_gone_is_refused_in_words(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    stale = PortalLogin.objects.get(pk=login.pk)
    delete_login(actor=SYSTEM, login=login)
    for call in (
        lambda: update_login(actor=SYSTEM, login=stale, username="x"),
        lambda: set_login_enabled(actor=SYSTEM, login=stale, enabled=False),
        lambda: set_password(actor=SYSTEM, login=stale, password=PASSWORD),
        lambda: delete_login(actor=SYSTEM, login=stale),
    ):
        with nothing_changes(), pytest.raises(LoginRefused) as caught:
            call()
        assert caught.value.code == "gone"


def test_a_user_deleted_elsewhere_leaves_a_customer_without_login(customer: Customer) -> None:
    login = create_login(actor=SYSTEM, customer=customer, **ADA)
    make_note(customer)
    with recording(actor=make_manager()):
        get_user_model().objects.get(pk=login.user_id).delete()
    fresh = Customer.objects.get(pk=customer.pk)
    assert (fresh.login, fresh.login_status) == (None, "")
    assert PortalLogin.history.order_by("history_id").last().history_type == "-"
    update_customer(actor=SYSTEM, customer=fresh, company="Still here")
    create_login(actor=SYSTEM, customer=fresh, **ADA)


def test_who_may_do_what_with_logins(customer: Customer) -> None:
    login = make_login(customer)
    own = get_user_model().objects.get(pk=login.user_id)
    answers = {}
    for name, actor in {
        "staff": make_staff(),
        "auditor": make_auditor(),
        "manager": make_manager(),
        "nobody": make_user(),
        "own": own,
        "other": make_portal_user(),
        "system": SYSTEM,
    }.items():
        calls = {
            "create": lambda: create_login(actor=actor, customer=make_customer(), **{**ADA, **names(actor)}),  # noqa: B023
            "update": lambda: update_login(actor=actor, login=login, username=names(actor)["username"] + "x"),  # noqa: B023
            "mail": lambda: send_set_password(actor=actor, login=login),  # noqa: B023
            "password": lambda: set_password(actor=actor, login=login, password=PASSWORD),  # noqa: B023
            "enable": lambda: set_login_enabled(actor=actor, login=login, enabled=True),  # noqa: B023
            "delete": lambda: delete_login(actor=actor, login=make_login()),  # noqa: B023
        }
        answers[name] = [what for what, call in calls.items() if permitted(call)]
    everything = ["create", "update", "mail", "password", "enable", "delete"]
    assert answers == {
        "staff": everything[:-1],
        "auditor": [],
        "manager": everything,
        "nobody": [],
        "own": ["update", "mail", "password"],
        "other": [],
        "system": everything,
    }


def names(actor: Any) -> dict[str, str]:
    name = f"by{getattr(actor, 'pk', 'system')}"
    return {"username": name, "email": f"{name}@example.com"}


def permitted(call: Any) -> bool:
    try:
        call()
    except PermissionRefused:
        return False
    return True


def test_nobody_is_no_actor(customer: Customer) -> None:
    login = make_login(customer)
    for call in (update_login, delete_login, send_set_password):
        with nothing_changes(), pytest.raises(TypeError):
            call(actor=AnonymousUser(), login=login)


def test_a_portal_user_fits_the_hosts_user_model() -> None:
    user = create_portal_user()
    name = user.get_username()
    assert name.startswith("portal-")
    name_field = user._meta.get_field(user.USERNAME_FIELD)
    assert len(name) <= (name_field.max_length or 1000)
    user.clean_fields(exclude=["password"])
    assert not user.has_usable_password()
    assert create_portal_user().get_username() != name


def test_a_portal_user_of_a_model_known_by_its_address_gets_one_that_reaches_nobody(monkeypatch: Any) -> None:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.db import models

    class Person(AbstractBaseUser):
        address = models.EmailField(unique=True)
        contact = models.EmailField(unique=True)
        USERNAME_FIELD = "address"
        EMAIL_FIELD = "contact"
        saved = False

        class Meta:
            app_label = "tests"
            managed = False

        def save(self, *args: Any, **kwargs: Any) -> None:
            self.saved = True

    monkeypatch.setattr("customer_admin.operations.portal_users.get_user_model", lambda: Person)
    user = create_portal_user()
    assert user.saved
    assert user.address == user.contact
    assert user.address.startswith("portal-")
    assert user.address.endswith("@portal.invalid")


@on_postgresql
def test_two_logins_of_one_name_at_once_are_refused_on_the_field() -> None:
    open_portal()
    for number in range(5):
        first, second = make_customer(), make_customer()
        answers = run_together(
            lambda n=number, c=first: create_login(
                actor=SYSTEM, customer=c, username=f"Ada{n}", email=f"a{n}@example.com", password=PASSWORD
            ),
            lambda n=number, c=second: create_login(
                actor=SYSTEM, customer=c, username=f"ADA{n}", email=f"b{n}@example.com", password=PASSWORD
            ),
        )
        refused = [answer for answer in answers if isinstance(answer, LoginRefused)]
        assert [refusal.fields for refusal in refused] == [TAKEN_USERNAME]
        assert sorted(type(answer).__name__ for answer in answers) == ["LoginRefused", "PortalLogin"]
    assert get_user_model().objects.count() == PortalLogin.objects.count() == OutgoingEmail.objects.count() == 5


@on_postgresql
def test_two_logins_of_one_customer_at_once_are_one() -> None:
    open_portal()
    customer = make_customer()
    answers = run_together(
        *(
            lambda n=n: create_login(
                actor=SYSTEM, customer=customer, username=f"ada{n}", email=f"a{n}@example.com", password=PASSWORD
            )
            for n in range(3)
        )
    )
    assert sorted(getattr(answer, "code", "made") for answer in answers) == ["exists", "exists", "made"]


@on_postgresql
def test_two_renames_to_one_name_at_once_are_refused_on_the_field() -> None:
    for number in range(5):
        first, second = make_login(), make_login()
        answers = run_together(
            *(
                lambda login=login, n=number: update_login(actor=SYSTEM, login=login, username=f"same{n}")
                for login in (first, second)
            )
        )
        assert sorted(str(getattr(answer, "fields", "")) for answer in answers) == ["", str(TAKEN_USERNAME)]


@on_postgresql
def test_a_login_deleted_during_a_change_is_refused_in_words() -> None:
    for _round in range(5):
        login = make_login()
        answers = run_together(
            lambda login=login: delete_login(actor=SYSTEM, login=login),
            lambda login=login: update_login(actor=SYSTEM, login=login, username=f"x{login.pk}"),
            lambda login=login: set_login_enabled(actor=SYSTEM, login=login, enabled=False),
        )
        assert {type(answer) for answer in answers} <= {ChangeSet, PortalLogin, LoginRefused}
        assert not PortalLogin.history.exclude(username="").exists()
