"""Merges in the background: how they begin, how far they are, and what became of each."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customer_admin.models import Customer, MergeBatch, MergeRequest
from customer_admin.operations import carry_out_merges, queue_merge, request_merge
from customer_admin.selectors import merges
from customer_admin.selectors.merges import merge_preview
from tests.factories import make_club, make_customer, make_manager, make_membership, make_order, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(client: Client) -> Any:
    user = make_manager("ann")
    client.force_login(user)
    return user


@pytest.fixture
def both(db: None) -> tuple[Customer, Customer]:
    stays, goes = make_customer(last_name="Byron"), make_customer(last_name="Lovelace")
    make_order(goes)
    return stays, goes


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merges, "MANY_ROWS", 1)


def page_of(batch: MergeBatch) -> str:
    return reverse("customers:merge_batch", args=[batch.pk])


def text_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def progress(client: Client, batch: MergeBatch) -> dict[str, Any]:
    return dict(client.get(reverse("customers:merge_batch_progress", args=[batch.pk])).json())


@pytest.mark.usefixtures("few_are_many")
def test_a_merge_of_many_rows_goes_to_a_worker(client: Client, ann: Any, both: tuple[Customer, Customer]) -> None:
    stays, goes = both
    url = f"{reverse('customers:merge', args=[stays.pk])}?with={goes.pk}"
    page = text_of(client, url)
    assert "done in the background" in page
    seen = merge_preview(stays, [goes]).fingerprint
    name = "customer_admin.order.customer"
    data = {"do": "merge", "confirm": stays.number, "seen": seen, "listed": [name], "move": [name], "reason": "Same"}
    response = client.post(url, data)
    batch = MergeBatch.objects.get()
    assert response.url == page_of(batch)
    assert Customer.objects.filter(pk=goes.pk).exists()
    carry_out_merges(batch=batch)
    page = text_of(client, page_of(batch))
    for text in ("1 merge is done.", stays.number, "See what changed", "Undo"):
        assert text in page


@pytest.mark.usefixtures("few_are_many")
def test_an_approved_one_goes_to_a_worker_as_well(client: Client, ann: Any, both: tuple[Customer, Customer]) -> None:
    settle(merges_need_second=True)
    stays, goes = both
    seen = merge_preview(stays, [goes]).fingerprint
    asked = request_merge(actor=make_manager("bob"), survivor=stays, duplicates=[goes])
    url = reverse("customers:merge_request", args=[asked.pk])
    response = client.post(url, {"decision": "approve", "seen": seen})
    batch = MergeBatch.objects.get()
    assert response.url == page_of(batch)
    assert "Waiting for a worker" in text_of(client, url)
    assert client.post(url, {"decision": "approve", "seen": seen}, follow=True).status_code == 200
    carry_out_merges(batch=batch)
    assert "Merged" in text_of(client, url)


def test_the_page_says_how_far_it_is_and_leads_on(client: Client, ann: Any, both: tuple[Customer, Customer]) -> None:
    batch = queue_merge(actor=ann, survivor=both[0], duplicates=[both[1]])
    MergeBatch.objects.update(progress=0.5)
    page = text_of(client, page_of(batch))
    assert "Merging in the background" in page
    assert 'value="50"' in page
    assert progress(client, batch) == {"is_going_on": True, "percent": 50}
    listed = text_of(client, reverse("customers:merge_requests"))
    assert page_of(batch) in listed
    assert "50 % done" in listed
    carry_out_merges(batch=batch)
    assert progress(client, batch) == {"is_going_on": False, "percent": 100}


def test_without_a_worker_the_page_says_whom_to_ask(client: Client, ann: Any, both: tuple[Customer, Customer]) -> None:
    batch = queue_merge(actor=ann, survivor=both[0], duplicates=[both[1]])
    assert "No worker has begun yet" not in text_of(client, page_of(batch))
    long_ago = batch.started_at.replace(year=batch.started_at.year - 1)
    MergeBatch.objects.update(started_at=long_ago, seen_at=long_ago)
    assert "No worker has begun yet" in text_of(client, page_of(batch))


def test_what_could_not_be_merged_says_why_and_leads_to_it(
    client: Client, ann: Any, both: tuple[Customer, Customer]
) -> None:
    batch = queue_merge(actor=ann, survivor=both[0], duplicates=[both[1]])
    club = make_club(name="Reds")
    for each in both:
        make_membership(each, club)
    carry_out_merges(batch=batch)
    page = text_of(client, page_of(batch))
    for text in ("1 is left for you.", "Reds", "Merge by hand", f"/{both[0].pk}/merge/?with={both[1].pk}"):
        assert text in page


def test_who_is_deleted_since_does_no_harm(client: Client, ann: Any, both: tuple[Customer, Customer]) -> None:
    batch = queue_merge(actor=ann, survivor=both[0], duplicates=[both[1]])
    MergeRequest.objects.update(accounts=[10**6, 10**6 + 1])
    carry_out_merges(batch=batch)
    page = text_of(client, page_of(batch))
    assert "A customer who was deleted" in page
    assert "deleted meanwhile" in page


def test_many_take_no_more_questions_than_few(
    client: Client, ann: Any, both: tuple[Customer, Customer], django_assert_max_num_queries: Any
) -> None:
    batch = queue_merge(actor=ann, survivor=both[0], duplicates=[both[1]])
    carry_out_merges(batch=batch)
    with django_assert_max_num_queries(100) as few:
        text_of(client, page_of(batch))
    (request,) = batch.requests.all()
    for _number in range(10):
        MergeRequest.objects.create(
            batch=batch,
            accounts=[make_customer().pk, make_customer().pk],
            state=request.state,
            change_set=request.change_set,
            asked_label="ann",
        )
    with django_assert_max_num_queries(len(few)):
        text_of(client, page_of(batch))


def test_all_batches_are_counted_in_one_question(client: Client, ann: Any, django_assert_max_num_queries: Any) -> None:
    url = reverse("customers:merge_requests")

    def add(state: str) -> None:
        batch = MergeBatch.objects.create(started_by=ann, started_by_label="Ann")
        MergeRequest.objects.create(accounts=[1, 2], state=state, asked_by=ann, asked_label="Ann", batch=batch)

    add("queued")
    text_of(client, url)
    with django_assert_max_num_queries(100) as few:
        assert "0 % done" in text_of(client, url)
    for _number in range(5):
        add("failed")
    with django_assert_max_num_queries(len(few)):
        assert text_of(client, url).count("1 is left for you") == 5


def test_a_request_whose_accounts_are_gone_still_says_how_many_there_were(client: Client, ann: Any) -> None:
    MergeRequest.objects.create(accounts=[10**9, 10**9 + 1, 10**9 + 2], asked_by=ann, asked_label="Ann")
    assert "2 accounts into a customer who was deleted" in text_of(client, reverse("customers:merge_requests"))
