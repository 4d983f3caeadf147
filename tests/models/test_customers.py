"""The customer: how it is named, found and kept findable."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customer_admin.models import SYSTEM, Address, Customer, PortalLogin, recording
from customer_admin.models.keys import email_key, unique_key
from tests.factories import make_address, make_customer, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"first_name": "Ada", "last_name": "Stone", "company": "Acme"}, "Ada Stone"),
        ({"first_name": "", "last_name": "Stone"}, "Stone"),
        ({"first_name": "", "last_name": "", "company": "Acme"}, "Acme"),
        ({"first_name": "", "last_name": "", "email": "ada@example.com"}, "ada@example.com"),
        ({"first_name": "", "last_name": "", "number": "C77"}, "C77"),
    ],
)
def test_a_customer_is_named_by_what_is_known(fields: dict[str, str], name: str) -> None:
    customer = Customer(**{"number": "C1", **fields})
    assert customer.display_name == name
    assert str(customer) == ("C77" if name == "C77" else f"{name} (C1)")


def test_an_exemption_counts_up_to_its_last_day() -> None:
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    assert Customer(tax_exempt=True).is_tax_exempt_today
    assert Customer(tax_exempt=True, tax_exempt_until=today).is_tax_exempt_today
    assert not Customer(tax_exempt=True, tax_exempt_until=today - day).is_tax_exempt_today
    assert not Customer(tax_exempt=False, tax_exempt_until=today + day).is_tax_exempt_today


@pytest.fixture
def jorg() -> Customer:
    make_customer(first_name="Somebody", last_name="Else", phone="111")
    return make_customer(
        number="C4711",
        first_name="Jörg",
        last_name="Müller-Łąka",
        company="Smith & Söhne 100%",
        email="Joerg+shop@Müller.example",
        phone="(5) 555-4729",
        account_number="10-40_30",
    )


@pytest.mark.parametrize(
    "query",
    [
        "muller",
        "MÜLLER",
        "mu\u0308ller",
        "Müller Jörg",
        "jorg mull",
        "sohne muller jorg",
        "C4711",
        "c4711 muller",
        "10-40_30",
        "10-40",
        "joerg+shop@muller.example",
        "(5) 555-4729",
        "5 555 47 29",
        "55554729",
        "555-4729",
        "4729",
        "05 555 4729",
        "+49 5 555 4729",
        "0049 (5) 555/4729",
        "muller 4729",
        "100%",
        "&",
        "",
        "  ",
    ],
)
def test_a_customer_is_found(jorg: Customer, query: str) -> None:
    assert jorg in Customer.objects.search(query)


@pytest.mark.parametrize(
    "query", ["mueller", "%", "_", "1_0", "m%r", "10-40%30", "10_40", "\\", "muller smithers", "9999", "%%%", "'"]
)
def test_a_customer_is_not_found_by_what_is_not_there(jorg: Customer, query: str) -> None:
    found = Customer.objects.search(query)
    if query in {"%", "_"}:  # These stand in the text themselves, and nobody else has them.
        assert list(found) == [jorg]
    else:
        assert not found.exists()


def test_a_number_with_a_country_code_is_found_without_it() -> None:
    customer = make_customer(phone="+49 (0)171 123 45 67")
    for query in ("0171 1234567", "+49 171 1234567", "171 1234567", "+49 (0)171 1234567", "0049 171 1234567"):
        assert list(Customer.objects.search(query)) == [customer], query
    assert not Customer.objects.search("+49 172 1234567").exists()


@pytest.mark.parametrize("query", ["\x00", "a\x00b", "\ud800", "x" * 100_000, "a " * 50_000, "(" * 5000, "1" * 5000])
def test_no_query_breaks_the_search(jorg: Customer, query: str) -> None:
    assert len(Customer.objects.search(query)) in (0, 1, 2)


def test_merged_customers_are_not_found() -> None:
    survivor = make_customer(last_name="Stone")
    make_customer(last_name="Stone", merged_into=survivor)
    assert list(Customer.objects.search("stone")) == [survivor]
    assert Customer.all_objects.search("stone").count() == 2


def test_update_fields_keep_the_search_text_of_the_row() -> None:
    customer = make_customer(first_name="Ada", last_name="Stone", phone="111")
    stale = Customer.objects.get(pk=customer.pk)
    with recording(actor=SYSTEM):
        Customer.objects.filter(pk=customer.pk).update(phone="222333", company="Acme")
        stale.last_name = "never saved"
        stale.email = "ada@example.com"
        stale.save(update_fields=["email"])
    assert stale.search_text.split() == [customer.number.lower(), "ada", "stone", "acme", "ada@example.com", "222333"]
    assert Customer.objects.get().search_text == stale.search_text


def test_a_login_changed_in_bulk_keeps_its_keys() -> None:
    login = make_portal_login(username="Ada", email="ada@example.com")
    with recording(actor=SYSTEM):
        PortalLogin.objects.update(username=Concat(F("username"), Value("É")), email="ADA@MÜLLER.example")
    login.refresh_from_db()
    assert (login.username_key, login.email_key) == ("adaé", "ada@xn--mller-kva.example")


def test_the_database_refuses_a_name_that_is_taken_in_another_form() -> None:
    make_portal_login(username="José", email="a@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_portal_login(username="JOSE\u0301", email="b@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_portal_login(username="other", email="A@EXAMPLE.com")


def test_the_database_refuses_a_second_primary_address() -> None:
    customer = make_customer()
    make_address(customer, is_primary=True)
    make_address(customer, is_primary=True, kind="shipping")
    make_address(make_customer(), is_primary=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_address(customer, is_primary=True)
    assert Address.objects.count() == 3


def make_portal_login(**fields: Any) -> PortalLogin:
    with recording(actor=SYSTEM):
        return PortalLogin.objects.create(customer=make_customer(), user=make_user(), **fields)


TEXTS = st.text(alphabet="aÄß @.1İ", max_size=4)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["save", "save_fields", "update", "bulk_update", "concat", "stale"]),
        st.integers(0, 2),
        st.sampled_from(["first_name", "last_name", "company", "email", "phone", "account_number"]),
        TEXTS,
    ),
    max_size=8,
)


class StoredKeys(TestCase):
    """Hypothesis needs a transaction for each of its examples, which Django's test case gives."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS)
    def test_stored_keys_are_those_of_the_row_whatever_was_written(
        self, steps: list[tuple[str, int, str, str]]
    ) -> None:
        keys = [make_customer().pk for _each in range(3)]
        stale = {key: Customer.objects.get(pk=key) for key in keys}
        for how, which, field, text in steps:
            key = keys[which]
            with recording(actor=SYSTEM):
                row = stale[key] if how == "stale" else Customer.objects.get(pk=key)
                setattr(row, field, text)
                if how == "save":
                    row.save()
                elif how in ("save_fields", "stale"):
                    row.save(update_fields=[field])
                elif how == "update":
                    Customer.objects.filter(pk=key).update(**{field: text})
                elif how == "bulk_update":
                    Customer.objects.bulk_update([row], [field])
                else:
                    setattr(row, field, Concat(F(field), Value(text[:1])))
                    row.save()
        for row in Customer.objects.all():
            stored = row.search_text
            row.fill_stored_keys()
            assert stored == row.search_text

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.text(max_size=5), st.booleans()), max_size=5))
    def test_login_keys_are_those_of_the_row(self, steps: list[tuple[str, bool]]) -> None:
        login = make_portal_login(username="ada", email="ada@example.com")
        for text, in_bulk in steps:
            text = text.replace("\x00", "").encode(errors="ignore").decode()
            with recording(actor=SYSTEM):
                if in_bulk:
                    PortalLogin.objects.update(username=text)
                else:
                    login.username = text
                    login.save(update_fields=["username"])
        login.refresh_from_db()
        assert login.username_key == unique_key(login.username)
        assert login.email_key == email_key(login.email)


def test_one_customer_and_many_are_tax_exempt_on_the_same_days() -> None:
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    rows = [
        make_customer(tax_exempt=exempt, tax_exempt_until=until)
        for exempt in (True, False)
        for until in (None, today - day, today, today + day)
    ]
    assert set(Customer.objects.tax_exempt_on(today)) == {row for row in rows if row.is_tax_exempt_today}
    assert [row.is_tax_exemption_expired for row in rows] == [False, True, False, False, *[False] * 4]
