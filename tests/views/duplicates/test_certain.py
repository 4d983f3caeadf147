"""Merging customers who are certainly the same, many at once."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse, reverse_lazy

from customer_admin.models import SYSTEM, ChangeSet, Customer, DuplicatePair, MergeBatch, MergeRequest
from customer_admin.operations import carry_out_merges, find_duplicates, merge_customers
from customer_admin.selectors.merges import MOST_TO_MERGE
from tests.factories import make_customer, make_manager, make_pair, make_staff, settle

pytestmark = pytest.mark.django_db
INDEX = reverse_lazy("customer_admin_duplicates:index")
CERTAIN = reverse_lazy("customer_admin_duplicates:certain")


def couple(name: str) -> tuple[Customer, Customer]:
    fields: dict[str, Any] = {
        "first_name": name, "last_name": f"Of{name}", "email": f"{name.lower()}@example.com",
        "birth_date": date(1980, 5, 12),
    }  # fmt: skip
    return make_customer(**fields), make_customer(**fields)


@pytest.fixture
def couples(db: None) -> list[tuple[Customer, Customer]]:
    made = [couple(name) for name in ("Ada", "Grace", "Emmy")]
    find_duplicates(actor=SYSTEM)
    return made


@pytest.fixture
def ann(client: Client) -> Any:
    user = make_manager("ann")
    client.force_login(user)
    return user


def text_of(client: Client, url: Any) -> str:
    return client.get(url).content.decode()


def test_the_report_offers_it_to_those_who_may(client: Client, couples: Any) -> None:
    for make, is_offered in ((make_manager, True), (make_staff, False)):
        client.force_login(make())
        page = text_of(client, INDEX)
        assert (str(CERTAIN) in page) is is_offered
    client.force_login(make_manager())
    assert str(CERTAIN) not in text_of(client, f"{INDEX}?status=dismissed")


def test_nothing_is_offered_where_no_pair_is_certain(client: Client, ann: Any) -> None:
    make_pair(*couple("Ada"), level="likely")
    assert str(CERTAIN) not in text_of(client, INDEX)
    assert "There are no certain duplicates to merge." in text_of(client, CERTAIN)


def test_all_are_shown_and_merged_once_their_number_is_typed(client: Client, ann: Any, couples: Any) -> None:
    page = text_of(client, CERTAIN)
    for pair in couples:
        for each in pair:
            assert each.number in page
    assert "Merge 3 accounts into others" in page
    page = client.post(CERTAIN, {"count": "2"}).content.decode()
    assert "These are 3 customers now" in page
    assert not MergeBatch.objects.exists()
    response = client.post(CERTAIN, {"count": "3", "reason": "Import of May"})
    batch = MergeBatch.objects.get()
    assert response.url == reverse("customers:merge_batch", args=[batch.pk])
    assert batch.requests.count() == 3
    going = text_of(client, response.url)
    assert "3 merges in the background" in going
    carry_out_merges(batch=batch)
    assert "3 merges are done." in text_of(client, response.url)
    assert set(ChangeSet.objects.filter(kind="merge").values_list("reason", flat=True)) == {"Import of May"}


def test_the_ticked_ones_alone_can_be_merged(client: Client, ann: Any, couples: Any) -> None:
    pair = DuplicatePair.objects.get(first=couples[1][0])
    response = client.post(CERTAIN, {"pair": [pair.pk], "next": str(INDEX), "reason": ""})
    assert response.url == f"{CERTAIN}?pair={pair.pk}"
    page = text_of(client, response.url)
    assert couples[1][0].number in page
    assert couples[0][0].number not in page
    client.post(response.url, {"count": "1"})
    assert [sorted(each.accounts) for each in MergeRequest.objects.all()] == [[each.pk for each in couples[1]]]


def test_what_is_ticked_must_be_certain(client: Client, ann: Any, couples: Any) -> None:
    pair = make_pair(couples[0][0], couples[1][0], level="likely")
    assert "None of the pairs that you ticked is certain" in text_of(client, f"{CERTAIN}?pair={pair.pk}")


@pytest.mark.parametrize("pairs", [[], ["x"], ["99999999999999999999"], ["\0"]])
def test_without_a_tick_the_report_says_so(client: Client, ann: Any, couples: Any, pairs: list[str]) -> None:
    response = client.post(CERTAIN, {"pair": pairs}, follow=True)
    assert response.redirect_chain == [(INDEX, 302)]
    assert "Tick the pairs first" in response.content.decode()
    assert client.get(f"{CERTAIN}?pair=" + (pairs[0] if pairs else "")).status_code == 200


def test_a_double_click_queues_them_once(client: Client, ann: Any, couples: Any) -> None:
    client.post(CERTAIN, {"count": "3"})
    response = client.post(CERTAIN, {"count": "3"}, follow=True)
    assert "under way already" in response.content.decode()
    assert MergeRequest.objects.count() == 3


def test_where_two_people_decide_they_are_asked_for(client: Client, ann: Any, couples: Any) -> None:
    settle(merges_need_second=True)
    response = client.post(CERTAIN, {"count": "3"}, follow=True)
    assert response.redirect_chain == [(reverse("customers:merge_requests"), 302)]
    assert "3 merges wait for a second person." in response.content.decode()
    request = MergeRequest.objects.earliest("pk")
    client.force_login(make_manager("bob"))
    page = text_of(client, reverse("customers:merge_request", args=[request.pk]))
    assert "Approve, and merge" in page
    assert "changed since" not in page


def test_more_than_can_be_merged_at_once_are_left_out(client: Client, ann: Any) -> None:
    everybody = [make_customer(first_name="Ada", last_name="Lovelace") for _number in range(MOST_TO_MERGE + 2)]
    for each in everybody[1:]:
        make_pair(everybody[0], each, level="certain")
    page = text_of(client, CERTAIN)
    assert f"1 other customer is there more than {MOST_TO_MERGE + 1} times" in page
    assert "There are no certain duplicates to merge." not in page
    assert 'name="count"' not in page
    response = client.post(CERTAIN, {"count": "0"}, follow=True)
    assert response.redirect_chain == [(INDEX, 302)]
    assert "Nothing was merged" in response.content.decode()


def test_what_is_merged_already_is_not_asked_for_again(client: Client, ann: Any, couples: Any) -> None:
    pair = DuplicatePair.objects.get(first=couples[1][0])
    client.post(f"{CERTAIN}?pair={pair.pk}", {"count": "1"})
    page = text_of(client, CERTAIN)
    assert "1 other customer is being merged already" in page
    assert "Type 2 to confirm" in page
    client.post(CERTAIN, {"count": "2"})
    assert MergeRequest.objects.count() == 3


def test_what_was_merged_by_hand_meanwhile_is_told(client: Client, ann: Any, couples: Any) -> None:
    pair = DuplicatePair.objects.get(first=couples[1][0])
    merge_customers(actor=SYSTEM, survivor=couples[1][0], duplicates=[couples[1][1]])
    response = client.post(f"{CERTAIN}?pair={pair.pk}", {"count": "1"}, follow=True)
    assert response.redirect_chain == [(INDEX, 302)]
    assert "Nothing was merged" in response.content.decode()
    assert not MergeRequest.objects.exists()


def test_many_take_no_more_questions(
    client: Client, ann: Any, couples: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(100) as few:
        text_of(client, CERTAIN)
    for number in range(5):
        make_pair(*couple(f"Mia{number}"), level="certain")
    with django_assert_max_num_queries(len(few)):
        text_of(client, CERTAIN)
