"""The public sample data of two well-known vendors, whole. It lies beside the checkout where it is there at all."""

from decimal import Decimal
from pathlib import Path

import pytest

from customer_admin.errors import RevertRefused
from customer_admin.models import SYSTEM, Address, ChangeSet, Customer, Order, OrderLine
from customer_admin.operations import import_customers, import_orders, revert_change_set
from tests.factories import make_customer
from tests.operations.reverts.histories import state

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ADVENTURE_WORKS = DATA / "adventureworks"
SALES = [ADVENTURE_WORKS / name for name in ("Sales_2016.csv", "Products.csv", "Sales_2015.csv", "Sales_2017.csv")]
NORTHWIND = DATA / "northwind"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="The sample data is not beside the checkout."),
]


def test_adventure_works_comes_in_whole_and_only_once() -> None:
    report = import_customers(actor=SYSTEM, files=[ADVENTURE_WORKS / "Customers.csv"], mapping=None)
    assert (report.mapping, report.created, report.refused) == ("adventure-works", 18_148, 0)
    assert sum(not email.isascii() for email in Customer.objects.values_list("email", flat=True)) == 39
    customer = Customer.objects.get(account_number="11000")
    assert (customer.first_name, customer.last_name, str(customer.birth_date)) == ("Jon", "Yang", "1966-04-08")

    orders = import_orders(actor=SYSTEM, files=SALES, mapping=None)
    assert (orders.created, orders.lines, orders.refused, orders.problem_count) == (25_164, 56_046, 0, 0)
    assert (Order.objects.count(), OrderLine.objects.count()) == (25_164, 56_046)
    assert not Order.objects.filter(customer=None).exists()

    before = ChangeSet.objects.count()
    again = import_customers(actor=SYSTEM, files=[ADVENTURE_WORKS / "Customers.csv"], mapping="adventure-works")
    assert (again.created, again.unchanged, again.change_set) == (0, 18_148, None)
    again = import_orders(actor=SYSTEM, files=SALES, mapping="adventure-works")
    assert (again.created, again.unchanged, again.change_set) == (0, 25_164, None)
    assert ChangeSet.objects.count() == before


def test_an_import_of_thousands_is_one_change_set_and_goes_again_as_one() -> None:
    make_customer(account_number="mine", last_name="Stone")
    before = state()
    report = import_customers(actor=SYSTEM, files=[ADVENTURE_WORKS / "Customers.csv"], mapping=None)
    assert report.change_set.kind == "import"
    assert Customer.history.filter(change_set=report.change_set).count() == 18_148
    import_orders(actor=SYSTEM, files=SALES, mapping=None)
    with pytest.raises(RevertRefused):  # The customers are needed by their orders now.
        revert_change_set(actor=SYSTEM, change_set=report.change_set)

    orders = ChangeSet.objects.order_by("closed").last()
    for change_set, count in ((orders, 25_164 + 56_046), (report.change_set, 18_148)):
        taken_back = revert_change_set(actor=SYSTEM, change_set=change_set)
        assert (len(taken_back.rows), taken_back.clashes) == (count, ())
    assert state() == before


def test_northwind_comes_in_whole_and_only_once() -> None:
    files = [NORTHWIND / name for name in ("orders.csv", "order-details.csv", "products.csv")]
    for created, unchanged in ((91, 0), (0, 91)):
        report = import_customers(actor=SYSTEM, files=[NORTHWIND / "customers.csv"], mapping=None)
        assert (report.mapping, report.created, report.unchanged) == ("northwind", created, unchanged)
        assert report.refused == 0
    for created, unchanged, lines in ((830, 0, 2_155), (0, 830, 0)):
        report = import_orders(actor=SYSTEM, files=files, mapping=None)
        assert (report.created, report.unchanged, report.lines) == (created, unchanged, lines)
        assert report.problem_count == 0
    assert (Address.objects.count(), Address.objects.filter(is_primary=True).count()) == (91, 91)
    assert not Address.objects.filter(country="").exists()
    firm = Customer.objects.get(account_number="BLONP")
    assert (firm.company, firm.first_name, firm.last_name) == ("Blondesddsl père et fils", "Frédérique", "Citeaux")
    assert str(firm.addresses.get()) == "24, place Kléber, 67000 Strasbourg, FR"
    order = Order.objects.get(number="10250")
    assert (order.customer.account_number, order.status, order.shipping) == ("HANAR", "completed", Decimal("65.83"))
    assert order.total == Decimal("77.00") + Decimal("1261.40") + Decimal("214.20") + Decimal("65.83")
    assert order.shipping_address == "Hanari Carnes\nRua do Paço, 67\n05454-876 Rio de Janeiro\nRJ\nBrazil"
    assert order.billing_address == ""
    assert Order.objects.filter(status="open").count() == 21
