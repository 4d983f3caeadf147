"""The list of customers: whom it finds, in which order, how many it says there are, and what it asks the database."""

import datetime
import re
from itertools import combinations

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site

from customer_admin.models import SYSTEM, Customer, recording
from customer_admin.snippets import customer_pages
from tests.factories import (
    lock,
    make_address,
    make_auditor,
    make_class,
    make_club,
    make_customer,
    make_login,
    make_manager,
    make_membership,
    make_note,
    make_order,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
URL = "customers:list"


@pytest.fixture
def staff(client):
    user = make_staff("sue")
    client.force_login(user)
    return user


@pytest.fixture
def customer():
    return make_customer(first_name="Ada", last_name="Müller", phone="(5) 555-4729", email="ada@example.com")


@pytest.fixture
def listed(client, staff):
    """A function that answers whom the list shows for such an address, as it does while somebody types."""

    def listed(**query):
        response = client.get(reverse("customers:list_results"), query)
        assert response.status_code == 200
        return list(response.context["object_list"])

    return listed


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("name", [URL, "customers:list_results"])
@pytest.mark.parametrize(
    ("make", "status"),
    [
        (None, 302),
        (lambda: make_user(permissions=("access_admin",)), 302),
        (make_staff, 200),
        (make_auditor, 200),
        (make_manager, 200),
    ],
)
def test_the_list_opens_for_those_who_may_see_customers(client, customer, name, make, status):
    if make is not None:
        client.force_login(make())
    response = client.get(reverse(name))
    assert response.status_code == status
    assert ("Müller" in response.content.decode()) == (status == 200)


@pytest.mark.parametrize("query", [{}, {"q": "person"}, {"login": "none", "alert": "stop"}, {"last_name": "person"}])
def test_the_list_asks_as_many_questions_for_fifty_customers_as_for_one(
    client, staff, query, django_assert_max_num_queries
):
    make_note(make_customer(last_name="Person", customer_class=make_class()), alert_clerk=True, alert_level="stop")
    with django_assert_max_num_queries(25) as few:
        assert len(client.get(reverse(URL), query).context["object_list"]) == 1
    for number in range(50):
        other = make_customer(last_name=f"Person {number}", customer_class=make_class())
        make_note(other, alert_clerk=True, alert_level="stop")
    with django_assert_max_num_queries(25) as many:
        response = client.get(reverse(URL), query)
    assert len(response.context["object_list"]) == 50
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("muller", True),
        ("MÜLLER ada", True),
        ("5554729", True),
        ("555 47 29", True),
        ("ada@example", True),
        ("mueller", False),
        ("%", False),
        ("ada_", False),
        ("\u0301", False),
    ],
)
def test_search_finds_any_part_in_any_order(listed, customer, query, found):
    assert listed(q=query) == ([customer] if found else [])


def test_a_customer_with_an_alert_is_marked_with_the_gravest_level(client, staff, customer):
    make_note(customer, alert_clerk=True, alert_level="info")
    make_note(customer, alert_clerk=True, alert_level="stop")
    make_note(customer, alert_clerk=True, alert_level="warning")
    make_note(make_customer())
    page = client.get(reverse(URL)).content.decode()
    assert page.count('title="Alert:') == 1
    assert page.count("Alert: Stop</span>") == 1


def test_a_merged_customer_is_not_listed(listed, customer):
    make_customer(last_name="Gone", merged_into=customer)
    assert listed() == [customer]


def test_filters_combine(listed, portal_on, customer):
    retail, club = make_class(name="Retail"), make_class(name="Club")
    other = make_customer(last_name="Other", customer_class=retail)
    make_note(other, alert_clerk=True)
    make_address(other, city="Lyon", postal_code="69001")
    third = make_customer(last_name="Third", customer_class=retail)
    fourth = make_customer(last_name="Fourth", customer_class=club)

    assert listed(customer_class=retail.pk) == [other, third]
    assert listed(customer_class=[retail.pk, club.pk]) == [fourth, other, third]
    assert listed(customer_class=retail.pk, alert="any") == [other]
    assert listed(city="lyo", q="oth") == [other]
    assert listed(postal_code="690", login="none") == [other]
    assert listed(postal_code="900") == []
    assert listed(login="enabled") == []


def test_logins_are_told_apart(listed, portal_on):
    who = {state: make_customer(last_name=state) for state in ("disabled", "enabled", "locked", "none")}
    logins = {state: make_login(customer) for state, customer in who.items() if state != "none"}
    with recording(actor=SYSTEM):
        logins["disabled"].is_enabled = False
        logins["disabled"].save()
    lock(logins["locked"])
    lock(logins["disabled"])  # Nobody signs in with it anyhow.
    for number in range(5):
        for states in combinations(who, number):
            assert listed(login=states) == [who[state] for state in who if state in states or not states]


def test_a_login_whose_lock_has_ended_is_enabled(listed, portal_on, customer):
    lock(make_login(customer), locked_until=timezone.now() - datetime.timedelta(seconds=1))
    assert listed(login=["enabled"]) == [customer]
    assert listed(login=["locked"]) == []


def test_the_list_says_how_each_login_stands(client, staff, portal_on, customer):
    login = make_login(customer)
    for state in ("Enabled", "Locked"):
        cell = f'data-label="Portal login">{state}</td>'
        assert cell in client.get(reverse("customers:list")).content.decode()
        lock(login)


def test_members_are_found_by_their_club(listed):
    club, other = make_club(name="Cellar Circle"), make_club(name="Red Only")
    active, held, left, nobody = (make_customer(last_name=name) for name in "ABCD")
    make_membership(active, club)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    make_membership(held, other, status="on_hold", on_hold_until=yesterday)
    make_membership(left, club, status="cancelled", cancel_reason="Moved")

    assert listed(club=club.pk) == [active]
    assert listed(club=[club.pk, other.pk]) == [active, held]
    assert listed(club="none") == [left, nobody]
    assert listed(club=["none", other.pk]) == [held, left, nobody]
    assert listed(club="999999999999999999999") == []


def test_alerts_are_those_in_force_today(listed):
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    stop, info, past, none = (make_customer(last_name=name) for name in ("A", "B", "C", "D"))
    make_note(stop, alert_clerk=True, alert_level="stop", alert_until=today)
    make_note(info, alert_clerk=True, alert_level="info", alert_from=today)
    make_note(past, alert_clerk=True, alert_level="stop", alert_until=today - day)
    make_note(none)
    assert listed(alert="any") == [stop, info]
    assert listed(alert="stop") == [stop]
    assert listed(alert="warning") == []
    assert listed(alert="none") == [past, none]


def test_an_exemption_counts_until_its_last_day(listed):
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    endless = make_customer(last_name="A", tax_exempt=True)
    last_day = make_customer(last_name="B", tax_exempt=True, tax_exempt_until=today)
    expired = make_customer(last_name="C", tax_exempt=True, tax_exempt_until=today - day)
    never = make_customer(last_name="D", tax_exempt_until=today - day)
    assert listed(tax_exempt="yes") == [endless, last_day]
    assert listed(tax_exempt="expired") == [expired]
    assert listed(tax_exempt="no") == [never]


def test_days_are_those_of_the_site_and_both_ends_count(listed):
    moment = timezone.make_aware(datetime.datetime(2024, 5, 3, 23, 30))
    customer, other = make_customer(created_at=moment), make_customer(last_name="Z")
    make_order(customer, placed_at=moment)
    make_order(customer, placed_at=timezone.now(), status="cancelled")
    make_order(other)
    for name in ("created_at", "last_order_at"):
        assert listed(**{f"{name}_from": "2024-05-03", f"{name}_to": "2024-05-03"}) == [customer]
        assert listed(**{f"{name}_to": "2024-05-02"}) == []
        assert listed(**{f"{name}_from": "2024-05-04"}) == [other]


def test_preferences_are_asked_for_each(listed):
    both = make_customer(last_name="A", notify_marketing=True)
    neither = make_customer(last_name="B", notify_account=False)
    assert listed(notify_marketing="true") == [both]
    assert listed(notify_marketing="false") == [neither]
    assert listed(notify_account="false") == [neither]
    assert listed(notify_account="true", notify_marketing="true") == [both]


def test_a_field_can_be_asked_alone(listed):
    one = make_customer(first_name="Hall", last_name="Jo", company="Zoé & Co", email="a.b@example.com", phone="0171 23")
    other = make_customer(first_name="Zoé", last_name="Hall", company="", email="hall@example.org", phone="+1 55 5017")
    assert listed(first_name="hall") == [one]
    assert listed(last_name="hall") == [other]
    assert listed(last_name="jo") == [one]
    assert listed(company="zoe co") == [one]
    assert listed(email="HALL") == [other]
    assert listed(phone="(01) 71") == [one]
    assert listed(number=one.number[-3:]) == [one]
    assert listed(first_name="%") == listed(first_name="_") == listed(phone="hall") == []


def test_sites_are_offered_where_there_are_several(client, listed):
    here = make_customer()
    assert "site" not in client.get(reverse(URL)).context["filters"].form.fields
    site = Site.objects.create(hostname="other.example", root_page=Page.objects.first())
    there = make_customer(last_name="There", site=site)
    assert listed(site=site.pk) == [there]
    assert listed(site=[here.site_id, site.pk]) == [here, there]


def test_active_filters_are_shown_and_can_be_taken_off(client, staff):
    retail = make_class(name="Retail")
    query = {"customer_class": retail.pk, "city": "Lyon", "tax_exempt": "yes", "created_at_from": "2024-05-03"}
    response = client.get(reverse(URL), query)
    shown = [(each.field_label, each.value) for each in response.context["view"].active_filters]
    assert shown == [
        ("Class", "Retail"),
        ("Tax exempt", "Exempt today"),
        ("City", "Lyon"),
        ("Created", "May 3, 2024 - any"),
    ]


def test_each_order_is_the_same_searched_or_not_and_backwards(listed):
    start = timezone.now()
    for place, (number, company) in enumerate([("P10", "zeta"), ("P9", "Éa"), ("P100", ""), ("P11", "b")]):
        mail = ["z@example.com", "", "Y@example.com", "ä@example.com"][place]
        day = start - datetime.timedelta(days=place)
        names = {"first_name": "Person", "last_name": "ABBA"[place], "company": company, "email": mail}
        each = make_customer(number=number, created_at=day, **names)
        if place:
            make_order(each, placed_at=day)
    expected = {
        "sort_name": ["P10", "P11", "P9", "P100"],
        "number": ["P9", "P10", "P11", "P100"],
        "sort_company": ["P11", "P9", "P10", "P100"],
        "sort_email": ["P11", "P100", "P10", "P9"],
        "created_at": ["P11", "P100", "P9", "P10"],
        "last_order_at": ["P10", "P11", "P100", "P9"],
    }
    for query in ({}, {"q": "person"}, {"alert": "none"}):
        for ordering, numbers in expected.items():
            assert [each.number for each in listed(ordering=ordering, **query)] == numbers
            assert [each.number for each in listed(ordering=f"-{ordering}", **query)] == numbers[::-1]


def test_pages_leave_nobody_out(listed):
    everybody = [make_customer(last_name=f"Person {number:03}") for number in range(103)]
    for query in ({}, {"q": "person"}, {"alert": "none"}):
        pages = [listed(p=page, **query) for page in (1, 2, 3)]
        assert [len(page) for page in pages] == [50, 50, 3]
        assert [each for page in pages for each in page] == everybody
        assert listed(p=99, **query) == pages[2]


def test_beyond_the_bound_the_page_says_what_it_leaves_out(client, staff, monkeypatch):
    monkeypatch.setattr(customer_pages, "COUNTED", 60)
    monkeypatch.setattr(customer_pages.SearchedCustomersPaginator, "bound", 60)
    for number in range(170):
        make_customer(last_name=f"Person {number:03}")
    searched = client.get(reverse(URL), {"q": "person", "p": 9})
    assert "Over 60 customers match" in text_of(searched)
    assert "These pages show 60 of them." in text_of(searched)
    assert (searched.context["page_obj"].number, searched.context["paginator"].num_pages) == (2, 2)
    assert len(searched.context["object_list"]) == 10
    # A filter has an order that can be followed to the end.
    shown = []
    for page in (1, 2, 3, 4):
        filtered = client.get(reverse(URL), {"alert": "none", "p": page})
        shown += [each.last_name for each in filtered.context["object_list"]]
    assert shown == [f"Person {number:03}" for number in range(170)]
    assert "These pages" not in text_of(filtered)
    assert "Over 60 customers match" in text_of(client.get(reverse(URL), {"alert": "none"}))
    assert "170 customers match" in text_of(filtered)


def test_an_estimate_is_told_as_one_and_counted_where_it_matters(client, staff, monkeypatch):
    everybody = [make_customer(last_name=f"Person {number:03}") for number in range(230)]
    monkeypatch.setattr(customer_pages, "estimate_of_living", lambda: 1_002_345)
    first = client.get(reverse(URL))
    assert "About 1,000,000 customers" in text_of(first)
    assert list(first.context["object_list"]) == everybody[:50]
    for page in (5, 6, 20_000, 10**15):
        last = client.get(reverse(URL), {"p": page})
        assert list(last.context["object_list"]) == everybody[200:]
        assert "230 customers" in text_of(last)
        assert last.context["page_obj"].number == 5
    monkeypatch.setattr(customer_pages, "estimate_of_living", lambda: 120)
    assert list(client.get(reverse(URL), {"p": 4}).context["object_list"]) == everybody[150:200]


def test_any_page_number_leads_somewhere(listed, customer):
    for page in ("abc", "-1", "0", "9999999999999", "9" * 5000, "1.5", "\x00", "٣", ""):
        for query in ({}, {"q": "ada"}, {"alert": "none"}):
            assert listed(p=page, **query) == [customer], page


NOT_UNDERSTOOD = [
    ("customer_class", "9999999999999999999", "Class"),
    ("customer_class", "x", "Class"),
    ("customer_class", "\x00", "Class"),
    ("login", "closed", "Portal login"),
    ("alert", "grave", "Alert"),
    ("tax_exempt", "maybe", "Tax exempt"),
    ("notify_account", "1; DROP", "Account notifications"),
    ("city", "a\x00b", "City"),
    ("city", "x" * 10_000, "City"),
    ("phone", "\x00", "Phone"),
    ("created_at_from", "garbage", "Created"),
    ("created_at_from", "9999-12-31", "Created"),
    ("created_at_to", "0001-01-01", "Created"),
    ("last_order_at_to", "99999999999999-01-01", "Last order"),
]


def test_a_value_that_can_not_be_understood_is_named_and_shows_nobody(client, staff, customer):
    for name, value, label in NOT_UNDERSTOOD:
        response = client.get(reverse(URL), {name: value})
        assert response.status_code == 200
        assert list(response.context["object_list"]) == [], name
        text = text_of(response)
        assert f"{label}: " in text
        assert "Nobody is shown" in text


def test_days_the_wrong_way_round_are_refused(client, staff, customer):
    response = client.get(reverse(URL), {"created_at_from": "2024-02-01", "created_at_to": "2024-01-01"})
    assert list(response.context["object_list"]) == []
    assert "The last day is before the first one." in text_of(response)


def test_hostile_text_finds_nobody_and_is_escaped(client, staff, customer):
    surrogate = "\ud800".encode("utf-8", "surrogatepass")
    for value in (surrogate, "x" * 180, "عربي\u202e", "😀", "=CMD()", "\\", "'\"", "%_", "<i>b"):
        for names in (["q"], ["last_name", "city", "postal_code", "number", "phone", "email"]):
            response = client.get(reverse(URL), dict.fromkeys(names, value))
            assert response.status_code == 200
            assert list(response.context["object_list"]) == []
            assert "<i>b" not in response.content.decode()


def test_a_search_term_without_end_and_one_with_nul_are_survived(listed, customer):
    assert listed(q="x" * 10_000) == []
    assert listed(q="mul\x00ler") == [customer]
    assert listed(ordering="garbage") == [customer]
    assert listed(ordering="-\x00") == [customer]


def test_hostile_values_are_shown_as_they_are(client, staff):
    make_customer(first_name="", last_name="<script>alert(1)</script>", company="=CMD()<i>", phone="<b>1</b>")
    page = client.get(reverse(URL)).content.decode()
    assert "<script>alert(1)" not in page
    assert ">=CMD()&lt;i&gt;</td>" in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page


def test_an_empty_list_says_what_to_do(client, customer):
    client.force_login(make_auditor())
    nothing = client.get(reverse(URL), {"q": "nobody"})
    assert "No customers match. Check the spelling, or remove a filter." in text_of(nothing)
    assert "Show all customers" in text_of(nothing)
    with recording(actor=SYSTEM):
        Customer.objects.all().delete()
    assert "No customers yet." in text_of(client.get(reverse(URL)))
    assert "Add the first customer" not in text_of(client.get(reverse(URL)))
    client.force_login(make_staff())
    assert "Add the first customer" in text_of(client.get(reverse(URL)))


def test_all_that_is_found_can_be_had_without_pages(rf, staff, customer):
    """What bulk actions and exports start from."""
    for number in range(60):
        make_customer(last_name=f"Person {number}")
    listing = Customer.snippet_viewset.index_view
    view = listing.view_class(**listing.view_initkwargs)
    request = rf.get("/", {"q": "person", "p": "2"})
    request.user = staff
    view.setup(request)
    assert view.get_queryset().count() == 60


def test_who_may_not_see_logins_orders_and_clubs_is_told_nothing_of_them(client):
    customer = make_customer()
    make_membership(customer, club := make_club())
    make_order(customer)
    client.force_login(make_user(permissions=("view_customer",)))

    response = client.get(reverse(URL))
    assert {"login_status", "last_order_at"}.isdisjoint(response.context["table"].columns)
    assert {"login", "club", "last_order_at"}.isdisjoint(response.context["filters"].form.fields)
    other = make_customer()
    for query in ({"club": club.pk}, {"login": "enabled"}, {"ordering": "-last_order_at"}):
        assert set(client.get(reverse(URL), query).context["object_list"]) == {customer, other}
