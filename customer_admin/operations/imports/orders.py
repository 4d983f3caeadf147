"""Importing orders with their lines, joined from as many files as the source has them in."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from wagtail.models import Site

from customer_admin.files.csv_files import CsvFile, Row
from customer_admin.files.mappings import OrdersMapping, SourceMapping, Table
from customer_admin.files.staging import StagedOrder, Staging, staging
from customer_admin.models import Customer, Order, OrderLine
from customer_admin.models.actors import AnyActor
from customer_admin.models.bulk import in_chunks
from customer_admin.permissions import require

from ..accounts import lock_accounts
from .order_records import GoodOrder, OrderRecords
from .reports import ImportReport, OnProblem, Tally
from .runs import AnyMapping, Writer, files_by_role, in_batches, mapping_for, run_batch


def import_orders(
    *,
    actor: AnyActor,
    files: Sequence[str | Path],
    mapping: AnyMapping = None,
    dry_run: bool = False,
    reason: str = "",
    site: Site | None = None,
    on_problem: OnProblem = None,
) -> ImportReport:
    """Create the orders of the files that are not there yet, known again by their number.

    Files of orders, lines and products are told apart by their columns and may come in any order. Customers are those
    of `site` (the default one) with the account number that the order names. An order is taken whole or not at all:
    when one of its rows is wrong, all of them are reported. Everything else is as with `import_customers`. Raises
    PermissionRefused, ImportRefused.
    """
    actor = require(actor, "import_customer")
    found = mapping_for(files, mapping, "orders")
    assert found.orders is not None
    opened = files_by_role(files, found, found.orders.tables)
    site = site or Site.objects.get(is_default_site=True)
    records = OrderRecords(found, found.orders)
    tally = Tally(on_problem)
    writer = None if dry_run else Writer(actor, reason, files, found)
    with staging() as stage:
        # All files are read to their end before the first order is written.
        _stage_files(stage, opened, found, found.orders, tally)
        for batch in in_batches(_good_orders(stage, records, tally)):
            run_batch(writer, lambda writing, batch=batch: _Batch(batch, site, records, tally).finish(writing))  # type: ignore[misc]
        for key, row in stage.lines_without_order():
            why = row.problem or _("There is no order %(number)s in these files.") % {"number": key or "–"}
            tally.problem(row, "" if row.problem else found.orders.line_order, why)
    return tally.report(mapping=found.name, change_set=writer.change_set if writer else None, dry_run=dry_run)


def _stage_files(
    stage: Staging, files: dict[str, list[CsvFile]], mapping: SourceMapping, orders: OrdersMapping, tally: Tally
) -> None:
    null = mapping.formats.null

    def key_of(row: Row, position: int | None) -> str:
        text = "" if position is None else row.cells[position].strip()
        return "" if text in null else text

    if orders.products is not None:
        at = orders.products.columns.index(orders.product_key)
        for row in _rows(files["products"], orders.products):
            key = key_of(row, at)
            if row.problem or not stage.add_product(key, row):
                reason = row.problem or _("The product %(key)s is there twice. Only the first counts.") % {"key": key}
                tally.problem(row, orders.product_key, reason)
    number_at = orders.table.columns.index(orders.fields["number"].column)
    own_lines = orders.line_fields is not None and orders.lines is None
    product_at = _position(orders.table.columns, orders.line_product) if own_lines else None
    for row in _rows(files["orders"], orders.table):
        key = key_of(row, number_at)
        if own_lines:
            stage.add_order(key, row)
            stage.add_line(key, key_of(row, product_at), row)
        elif not stage.add_order(key, row):
            tally.refused += 1
            reason = _("The order %(number)s is there twice. Only the first one counts.") % {"number": key}
            tally.problem(row, orders.fields["number"].column, row.problem or reason)
    if orders.lines is not None:
        order_at = orders.lines.columns.index(orders.line_order)
        product_at = _position(orders.lines.columns, orders.line_product)
        for row in _rows(files["lines"], orders.lines):
            stage.add_line(key_of(row, order_at), key_of(row, product_at), row)


def _rows(files: list[CsvFile], table: Table) -> Iterator[Row]:
    for file in files:
        yield from file.rows(table)


def _position(columns: Sequence[str], column: str) -> int | None:
    return columns.index(column) if column else None


def _good_orders(stage: Staging, records: OrderRecords, tally: Tally) -> Iterator[GoodOrder]:
    for staged in stage.orders():
        good, problems = records.read(staged)
        if good is None:
            _leave_out(staged, problems, records.separate_lines, tally)
        else:
            yield good


def _leave_out(staged: StagedOrder, problems: dict[tuple[str, int], tuple[str, str]], head: bool, tally: Tally) -> None:
    """Report every row of an order: those at fault with their reason, the others with where that is."""
    tally.refused += 1
    (file, line) = next(iter(problems))
    other = _("This row belongs to the order that is left out because of line %(line)d in %(file)s.") % {
        "line": line,
        "file": file,
    }
    for row in [*([staged.head] if head else []), *(line.row for line in staged.lines)]:
        tally.problem(row, *problems.get((row.file, row.line), ("", other)))


class _Batch:
    """Orders that go into one transaction."""

    def __init__(self, orders: list[GoodOrder], site: Site, records: OrderRecords, tally: Tally) -> None:
        self.orders = orders
        self.site = site
        self.records = records
        self.tally = tally

    def finish(self, writing: bool) -> None:
        known = self._known_numbers()
        new = [good for good in self.orders if good.order.number not in known]
        if writing and new:  # Nobody of them is merged away or deleted before the orders are there.
            lock_accounts(lambda: set().union(*self._owners(new).values()), no_key=True)
        new = self._with_customers(new)
        lines = [line for good in new for line in good.lines]
        if writing and new:
            Order.objects.bulk_create([good.order for good in new])
            for good in new:
                for line in good.lines:
                    line.order_id = good.order.pk
            OrderLine.objects.bulk_create(lines)
        self.tally.created += len(new)
        self.tally.lines += len(lines)

    def _known_numbers(self) -> set[str]:
        known: set[str] = set()
        for numbers in in_chunks([good.order.number for good in self.orders], Order.objects.db):
            known.update(Order.objects.filter(number__in=numbers).order_by().values_list("number", flat=True))
        self.tally.unchanged += len(known)
        return known

    def _owners(self, orders: list[GoodOrder]) -> dict[str, set[int]]:
        """The customers with each of the account numbers that these orders name."""
        keys = {good.customer for good in orders if good.customer}
        owners: dict[str, set[int]] = {}
        for chunk in in_chunks(sorted(keys), Customer.all_objects.db):
            same_key = Customer.all_objects.filter(site=self.site, account_number__in=chunk)
            for key, pk, merged_into in same_key.order_by().values_list("account_number", "pk", "merged_into_id"):
                owners.setdefault(key, set()).add(merged_into or pk)  # Orders of a merged account go to who stayed.
        return owners

    def _with_customers(self, orders: list[GoodOrder]) -> list[GoodOrder]:
        """Those whose customer is found, or need not be."""
        owners, found = self._owners(orders), []
        for good in orders:
            owner = owners.get(good.customer, set())
            if len(owner) == 1:
                good.order.customer_id = next(iter(owner))
            elif owner or not self.records.may_lack_customer:
                self._refuse(good, several=bool(owner))
                continue
            found.append(good)
        return found

    def _refuse(self, good: GoodOrder, *, several: bool) -> None:
        if several:
            reason = _("More than one customer has the account number %(key)s. Merge them first.")
        else:
            reason = _("There is no customer with the account number %(key)s. Import the customers first.")
        row = good.staged.head
        problem = (self.records.customer_column, reason % {"key": good.customer or "–"})
        _leave_out(good.staged, {(row.file, row.line): problem}, self.records.separate_lines, self.tally)
