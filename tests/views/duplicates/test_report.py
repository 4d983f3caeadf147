"""The report of possible duplicates: what it shows to whom, and what its buttons do."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from customer_admin.models import SYSTEM, Customer, DuplicateDismissal, DuplicatePair, DuplicateSearch
from customer_admin.operations import (
    delete_customer,
    dismiss_duplicates,
    find_duplicates,
    merge_customers,
    revert_change_set,
)
from customer_admin.selectors.duplicates.pairs import MOST_OF_A_GROUP
from tests.change_sets import newest
from tests.factories import make_address, make_customer, make_manager, make_staff
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, sign_in

pytestmark = pytest.mark.django_db
INDEX = reverse_lazy("customer_admin_duplicates:index")
DISMISS = reverse_lazy("customer_admin_duplicates:dismiss")
SEARCH = reverse_lazy("customer_admin_duplicates:search")
ADA: dict[str, Any] = {
    "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": "030 1234567",
    "birth_date": date(1980, 5, 12),
}  # fmt: skip


@pytest.fixture
def twice(db: None) -> tuple[Customer, Customer]:
    for number in range(20):
        make_customer(first_name=f"Person{number}", last_name=f"Nobody{number}", email="")
    pair = make_customer(**ADA), make_customer(**{**ADA, "phone": "+49 30 1234567"})
    find_duplicates(actor=SYSTEM)
    return pair


def text_of(client: Client, url: Any = INDEX) -> str:
    return client.get(url).content.decode()


@each_role
def test_staff_look_and_managers_decide(client: Client, role: str, twice: tuple[Customer, Customer]) -> None:
    response = sign_in(client, role).get(INDEX)
    assert (response.status_code == 200) is (role in ("staff", "auditor", "manager"))
    page = response.content.decode()
    assert ("Same name, same e-mail, same phone, same birth date" in page) is (response.status_code == 200)
    for button in ("Look for duplicates now", "Ticked pairs are not duplicates"):
        assert (button in page) is (role == "manager")


def test_both_stand_side_by_side_with_what_agrees_marked(client: Client, twice: tuple[Customer, Customer]) -> None:
    make_address(twice[0], line1="12 Main Street")
    client.force_login(make_staff())
    page = text_of(client)
    assert page.count('class="customer-admin-pair__agrees"') == 5
    for text in (*(each.number for each in twice), "12 Main Street", "+49 30 1234567", "99 %", "Certain"):
        assert text in page


def test_merging_is_offered_to_those_who_may(client: Client, twice: tuple[Customer, Customer]) -> None:
    first, second = twice
    client.force_login(make_manager())
    assert f"/customers/{first.pk}/merge/?with={second.pk}" in text_of(client)
    client.force_login(make_staff())
    assert "/merge/" not in text_of(client)


def test_a_group_is_shown_together(client: Client, twice: tuple[Customer, Customer]) -> None:
    make_customer(**ADA)
    find_duplicates(actor=SYSTEM)
    client.force_login(make_staff())
    assert "3 pairs that belong together" in text_of(client)


def test_a_large_group_is_not_shown_at_once(client: Client, twice: tuple[Customer, Customer]) -> None:
    for _number in range(12):
        make_customer(**ADA)
    find_duplicates(actor=SYSTEM)
    assert DuplicatePair.objects.count() > 3 * MOST_OF_A_GROUP
    client.force_login(make_manager())
    page = text_of(client)
    assert page.count("<article") == MOST_OF_A_GROUP
    assert f"More than {MOST_OF_A_GROUP} pairs that belong together" in page


def test_headings_leave_no_level_out_and_name_each_pair(client: Client, twice: tuple[Customer, Customer]) -> None:
    client.force_login(make_manager())
    name = f"{twice[0]} – {twice[1]}"
    (level,) = re.findall(rf"<(h\d)[^>]*>{re.escape(name)}</", text_of(client))
    assert level == "h2"
    make_customer(**ADA)
    find_duplicates(actor=SYSTEM)
    (level,) = re.findall(rf"<(h\d)[^>]*>{re.escape(name)}</", text_of(client))
    assert level == "h3"


def test_one_pair_is_dismissed_with_a_reason_and_taken_back(client: Client, twice: tuple[Customer, Customer]) -> None:
    mia = make_manager("mia")
    client.force_login(mia)
    pair = DuplicatePair.objects.get()
    data = {"only": pair.pk, "reason": "Cousins", "next": f"{INDEX}?level=certain"}
    response = client.post(DISMISS, data, follow=True)
    assert response.redirect_chain == [(f"{INDEX}?level=certain", 302)]
    page = response.content.decode()
    assert "1 pair is not shown any more" in page
    assert reverse("customer_admin_changes:revert", args=[newest().pk]) in page
    assert (newest().actor, newest().reason) == (mia, "Cousins")
    assert "Cousins" in text_of(client, f"{INDEX}?status=dismissed")
    revert_change_set(actor=mia, change_set=newest())
    assert pair.first.number in text_of(client)


def test_the_enter_key_is_about_the_ticked_pairs(client: Client, twice: tuple[Customer, Customer]) -> None:
    client.force_login(make_manager())
    form = text_of(client).partition(f'<form action="{DISMISS}"')[2]
    first, *others = re.findall(r"<button[^>]*>", form.partition("</form>")[0])
    assert "name=" not in first
    assert 'name="only"' in others[0]


def test_ticked_pairs_are_dismissed_in_one_change_set(client: Client, twice: tuple[Customer, Customer]) -> None:
    make_customer(**ADA)
    find_duplicates(actor=SYSTEM)
    client.force_login(make_manager())
    client.post(DISMISS, {"pair": list(DuplicatePair.objects.values_list("pk", flat=True)), "reason": ""})
    assert DuplicateDismissal.objects.count() == 3
    assert newest().touched.count() >= 2


@pytest.mark.parametrize("data", [{}, {"pair": ["x", "9" * 30, "\0"]}, {"only": "-1"}])
def test_nothing_ticked_changes_nothing(client: Client, data: dict[str, Any], twice: tuple[Customer, Customer]) -> None:
    client.force_login(make_manager())
    response = client.post(DISMISS, {**data, "next": "https://example.com/"}, follow=True)
    assert response.redirect_chain == [(INDEX, 302)]
    assert "Tick the pairs first" in response.content.decode()
    assert not DuplicateDismissal.objects.exists()


@pytest.mark.parametrize(
    ("reason", "told"), [("x" * 501, "may have 500 characters at most"), ("a\0b", "Null characters are not allowed")]
)
def test_a_reason_that_can_not_be_kept_is_told_of(
    client: Client, reason: str, told: str, twice: tuple[Customer, Customer]
) -> None:
    client.force_login(make_manager())
    page = client.post(
        DISMISS, {"pair": DuplicatePair.objects.get().pk, "reason": reason}, follow=True
    ).content.decode()
    assert told in page
    assert "Tick the pairs first" not in page
    assert not DuplicateDismissal.objects.exists()


@pytest.mark.parametrize("what", ["merged", "decided", "gone"])
def test_pairs_that_somebody_else_was_quicker_with_are_told_of(
    client: Client, what: str, twice: tuple[Customer, Customer]
) -> None:
    client.force_login(make_manager())
    data = {"pair": DuplicatePair.objects.get().pk, "reason": "Cousins"}
    if what == "merged":
        merge_customers(actor=SYSTEM, survivor=twice[0], duplicates=[twice[1]])
    elif what == "decided":
        dismiss_duplicates(actor=SYSTEM, pairs=[twice])
    else:
        delete_customer(actor=SYSTEM, customer=twice[1])
    with nothing_changes():
        response = client.post(DISMISS, data, follow=True)
    assert "Nothing was left to decide" in response.content.decode()


@pytest.mark.parametrize(
    "query", ["level=x&status=y", "customer=abc", "customer=99999999999999999999", "p=x", "p=-1", "p=999999999999"]
)
def test_what_makes_no_sense_in_the_address_is_passed_over(
    client: Client, query: str, twice: tuple[Customer, Customer]
) -> None:
    client.force_login(make_staff())
    assert client.get(f"{INDEX}?{query}").status_code == 200


def test_filters_narrow_the_pairs(client: Client, twice: tuple[Customer, Customer]) -> None:
    client.force_login(make_staff())
    assert "There are no such pairs" in text_of(client, f"{INDEX}?level=possible")
    assert twice[0].number in text_of(client, f"{INDEX}?level=certain&customer={twice[1].pk}")


def test_a_search_is_started_and_shows_how_far_it_is(client: Client) -> None:
    client.force_login(make_manager())
    assert "Nobody has looked for duplicates yet" in text_of(client)
    client.post(SEARCH)
    assert DuplicateSearch.objects.get().status == "waiting"
    assert "<progress" in text_of(client)
    assert client.get(SEARCH).json() == {"is_going_on": True, "percent": 0}
    find_duplicates(actor=SYSTEM, search=DuplicateSearch.objects.get())
    assert "No duplicates are left to review" in text_of(client)


def test_a_search_whose_worker_was_killed_can_be_started_again_by_those_who_may(client: Client) -> None:
    long_ago = timezone.now() - timedelta(minutes=16)
    DuplicateSearch.objects.create(status="running", progress=0.4, created_at=long_ago, seen_at=long_ago)
    for make, is_offered in ((make_manager, True), (make_staff, False)):
        client.force_login(make())
        page = text_of(client)
        assert "The last search did not come to its end." in page
        assert ("Start it again." in page) is is_offered
    client.force_login(make_manager("mia"))
    client.post(SEARCH)
    assert list(DuplicateSearch.objects.values_list("status", flat=True)) == ["waiting", "running"]


def test_as_many_questions_for_many_pairs_as_for_one(
    client: Client, twice: tuple[Customer, Customer], django_assert_max_num_queries: Any
) -> None:
    for _number in range(5):
        make_customer(**ADA)
    find_duplicates(actor=SYSTEM)
    client.force_login(make_manager())
    text_of(client)
    with django_assert_max_num_queries(30):
        text_of(client)


def test_the_customer_and_the_first_page_lead_to_the_pairs(client: Client, twice: tuple[Customer, Customer]) -> None:
    client.force_login(make_manager())
    page = text_of(client, reverse("customers:inspect", args=[twice[0].pk]))
    assert f"{INDEX}?customer={twice[0].pk}" in page
    home = text_of(client, reverse("wagtailadmin_home"))
    assert "Duplicates to review" in home
    assert f"{twice[0]} – {twice[1]}" in home  # Two of one name are told apart by their numbers.
    dismiss_duplicates(actor=SYSTEM, pairs=[twice])
    page = text_of(client, reverse("customers:inspect", args=[twice[0].pk]))
    assert f"{INDEX}?customer={twice[0].pk}" not in page


def test_the_menu_of_the_list_has_the_report(client: Client) -> None:
    client.force_login(make_staff())
    assert str(INDEX) in text_of(client, reverse("customers:list"))
