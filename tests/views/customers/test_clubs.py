"""The tab of clubs, and joining, editing, holding, resuming and cancelling."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customer_admin.models import SYSTEM, ClubMembership, Customer
from customer_admin.operations import cancel_membership, delete_club, delete_customer, hold_membership
from tests.factories import make_club, make_customer, make_membership
from tests.unchanged import nothing_changes
from tests.views.changes.roles import each_role, is_refused, sign_in

pytestmark = pytest.mark.django_db
ACTIONS = ("club_edit", "club_hold", "club_resume", "club_cancel")


@pytest.fixture
def membership() -> ClubMembership:
    return make_membership(make_customer(), make_club(name="Cellar Circle", tiers="Silver\nGold"), tier="Silver")


@pytest.fixture
def staff(client: Client) -> Any:
    return sign_in(client, "staff")


def at(name: str, membership: ClubMembership) -> str:
    return reverse(f"customers:{name}", args=[membership.customer_id, membership.pk])


def tab_of(customer: Customer) -> str:
    return reverse("customers:tab", args=[customer.pk, "clubs"])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@each_role
def test_who_may_see_and_who_may_write(client: Client, membership: ClubMembership, role: str) -> None:
    client = sign_in(client, role)
    shown = client.get(tab_of(membership.customer))
    join = reverse("customers:club_join", args=[membership.customer_id])
    addresses = [join, *(at(name, membership) for name in ACTIONS)]
    if role in ("anonymous", "portal customer", "editor"):
        assert all(is_refused(response, role) for response in (shown, *map(client.get, addresses)))
        return
    assert shown.status_code == 200
    may = role != "auditor"
    assert [address in text_of(shown) for address in (join, at("club_edit", membership))] == [may, may]
    if may:
        assert all(client.get(address).status_code == 200 for address in addresses)
    else:
        with nothing_changes():
            assert all(is_refused(client.post(address, {"reason": "x"}), role) for address in addresses)


def test_those_that_count_come_first_and_each_says_how_it_stands(client: Client, staff: Any) -> None:
    customer, today = make_customer(), timezone.localdate()
    day = datetime.timedelta(days=1)
    for name, fields in (
        ("Left", {"status": "cancelled", "cancelled_on": today, "cancel_reason": "Moved away"}),
        ("Held", {"status": "on_hold", "on_hold_until": today}),
        ("Back", {"status": "on_hold", "on_hold_until": today - day}),
        ("Old", {"since": today - 900 * day}),
    ):
        make_membership(customer, make_club(name=name), **fields)
    response = client.get(tab_of(customer))
    clubs = [row.club.name for row in response.context["page"]]
    assert clubs == ["Back", "Old", "Held", "Left"]
    page = text_of(response)
    for told in ("On hold until", "Active: the hold ended on", "Cancelled on", "Moved away", "Change hold", "Resume"):
        assert told in page


def test_a_customer_joins(client: Client, staff: Any) -> None:
    customer, club = make_customer(), make_club(name="Table", tiers="Gold")
    address = reverse("customers:club_join", args=[customer.pk])
    page = text_of(client.get(address))
    assert '<option value="Gold">' in page
    typed = {"club": club.pk, "tier": "Gold", "since": "2026-01-02", "delivery_method": "pickup", "reason": "Fair"}
    response = client.post(address, typed, follow=True)
    assert response.redirect_chain == [(tab_of(customer), 302)]
    joined = customer.club_memberships.get()
    assert (joined.club, joined.tier, str(joined.since), joined.delivery_method) == (
        club,
        "Gold",
        "2026-01-02",
        "pickup",
    )
    with nothing_changes():
        assert "already" in " ".join(client.post(address, typed).context["form"].errors["club"])


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"club": ""}, "club"),
        ({"club": "9" * 40}, "club"),
        ({"club": "x\x00"}, "club"),
        ({"tier": "Platinum"}, "tier"),
        ({"tier": "x" * 10_000}, "tier"),
        ({"tier": "\x00"}, "tier"),
        ({"since": "soon"}, "since"),
        ({"delivery_method": "drone"}, "delivery_method"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_what_is_wrong_stands_on_its_field(client: Client, staff: Any, fields: dict[str, str], name: str) -> None:
    customer, club = make_customer(), make_club(tiers="Gold")
    typed = {"club": club.pk, "since": "2026-01-02", **fields}
    with nothing_changes():
        response = client.post(reverse("customers:club_join", args=[customer.pk]), typed)
    assert list(response.context["form"].errors) == [name]


def test_an_inactive_club_is_not_offered(client: Client, staff: Any) -> None:
    customer, club = make_customer(), make_club(name="Founders", is_active=False)
    address = reverse("customers:club_join", args=[customer.pk])
    assert "Founders" not in text_of(client.get(address))
    with nothing_changes():
        assert list(client.post(address, {"club": club.pk, "since": "2026-01-02"}).context["form"].errors) == ["club"]


def test_a_membership_is_edited_and_what_others_changed_meanwhile_is_told(
    client: Client, staff: Any, membership: ClubMembership
) -> None:
    address = at("club_edit", membership)
    seen = client.get(address).context["form"]["seen"].value()
    typed = {"tier": "Gold", "since": str(membership.since), "delivery_method": "ship", "seen": seen}
    assert client.post(address, typed).status_code == 302
    membership.refresh_from_db()
    assert (membership.tier, membership.delivery_method) == ("Gold", "ship")
    with nothing_changes():
        response = client.post(address, {**typed, "tier": ""})
    assert list(response.context["form"].errors) == ["tier"]
    again = {**typed, "tier": "", "seen": response.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    membership.refresh_from_db()
    assert membership.tier == ""
    with nothing_changes():
        assert client.post(address, {**typed, "seen": "forged"}).status_code == 200


def test_a_membership_is_held_resumed_and_cancelled(client: Client, staff: Any, membership: ClubMembership) -> None:
    until = timezone.localdate() + datetime.timedelta(days=9)
    for name, typed, status in (
        ("club_hold", {"on_hold_until": str(until), "reason": "Away"}, "on_hold"),
        ("club_resume", {}, "active"),
        ("club_hold", {}, "on_hold"),
        ("club_cancel", {"reason": "Moved away"}, "cancelled"),
    ):
        response = client.post(at(name, membership), typed, follow=True)
        assert response.redirect_chain == [(tab_of(membership.customer), 302)]
        membership.refresh_from_db()
        assert membership.status == status
    with nothing_changes():
        for name in ACTIONS:
            assert "was cancelled" in text_of(client.get(at(name, membership), follow=True))
        response = client.post(at("club_resume", membership), {})
    assert "can join Cellar Circle anew" in text_of(response)


def test_a_past_day_and_a_missing_reason_stand_on_their_fields(
    client: Client, staff: Any, membership: ClubMembership
) -> None:
    with nothing_changes():
        response = client.post(at("club_hold", membership), {"on_hold_until": "2001-01-01"})
        assert list(response.context["form"].errors) == ["on_hold_until"]
        assert list(client.post(at("club_cancel", membership), {}).context["form"].errors) == ["reason"]


def test_memberships_of_another_customer_are_not_found(client: Client, staff: Any, membership: ClubMembership) -> None:
    other = make_customer()
    for name in ACTIONS:
        for key in (membership.pk, 0):
            assert client.get(reverse(f"customers:{name}", args=[other.pk, key])).status_code == 404


def test_the_tab_asks_as_many_questions_for_many_as_for_one(
    client: Client, staff: Any, membership: ClubMembership, django_assert_max_num_queries: Any
) -> None:
    address = reverse("customers:tab_panel", args=[membership.customer_id, "clubs"])
    client.get(address)
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    for _each in range(12):
        make_membership(membership.customer)
    with django_assert_max_num_queries(20) as many:
        client.get(address)
    assert len(many) == len(few)


def test_the_history_names_the_club_also_when_it_is_gone(client: Client, membership: ClubMembership) -> None:
    sign_in(client, "manager")
    customer, club = membership.customer, membership.club
    hold_membership(actor=SYSTEM, membership=membership, reason="Away")
    page = text_of(client.get(reverse("customers:history", args=[customer.pk])))
    assert "Cellar Circle, Silver, since" in page
    cancel_membership(actor=SYSTEM, membership=membership, reason="Moved away")
    gone = delete_customer(actor=SYSTEM, customer=customer)
    delete_club(actor=SYSTEM, club=club)
    page = text_of(client.get(reverse("customer_admin_changes:detail", args=[gone.pk])))
    assert "Cellar Circle, deleted, Silver, since" in page
