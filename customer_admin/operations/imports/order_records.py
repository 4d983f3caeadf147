"""Reads a staged order into an order with lines and a total."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from customer_admin.errors import ImportRefused
from customer_admin.files.csv_files import Row
from customer_admin.files.mappings import OrdersMapping, SourceMapping
from customer_admin.files.staging import StagedLine, StagedOrder
from customer_admin.models import Order, OrderLine

from .records import RecordReader, check_field, in_words

ORDER_FIELDS = frozenset(
    {
        "number", "customer", "email", "placed_at", "status", "channel", "invoice_layout", "currency", "shipping",
        "total", "billing_address", "shipping_address",
    }
)  # fmt: skip
LINE_FIELDS = frozenset({"position", "sku", "description", "quantity", "unit_price", "discount_percent"})

Problems = dict[tuple[str, int], tuple[str, str]]
"""(file, line) of a row to (columns at fault, reason)."""


class GoodOrder(NamedTuple):
    """An order ready to be written once its customer, named by account number, is found."""

    staged: StagedOrder
    customer: str
    order: Order
    lines: list[OrderLine]


class OrderRecords:
    """Knows from the mapping how the rows of an order are read."""

    def __init__(self, mapping: SourceMapping, orders: OrdersMapping) -> None:
        self.separate_lines = orders.lines is not None or orders.line_fields is None
        self.may_lack_customer = orders.unknown_customer == "leave out"
        self._columns = orders.table.columns
        self._order = RecordReader(
            Order,
            orders.fields,
            mapping.formats,
            columns=self._columns,
            allowed=ORDER_FIELDS,
            required=frozenset({"number", "placed_at", "currency"}),
            plain=frozenset({"customer"}),
        )
        named = self._order.column_of
        if "number" not in named:
            raise ImportRefused(_("number must come from a column: it tells one order from another."))
        if "customer" not in named and not self.may_lack_customer:
            raise ImportRefused(_("The mapping must name the column with the customer of an order."))
        if orders.line_fields is None and "total" not in orders.fields:
            raise ImportRefused(_("The mapping must name the column with the total, since it names no lines."))
        self.customer_column = named.get("customer", "")
        self._order_positions = [self._columns.index(column) for column in self._order.columns_read]
        self._product_column = orders.line_product
        self._needs_product = orders.products is not None
        self._has_lines = orders.line_fields is not None
        self._line = RecordReader(
            OrderLine,
            orders.line_fields or {},
            mapping.formats,
            columns=(orders.lines or orders.table).columns,
            allowed=LINE_FIELDS,
            required=frozenset({"quantity", "unit_price"}) if self._has_lines else frozenset(),
            product_columns=orders.products.columns if orders.products else (),
        )

    def read(self, staged: StagedOrder) -> tuple[GoodOrder | None, Problems]:
        problems: Problems = {}
        head = staged.head
        values, errors = ({}, {"": [head.problem]}) if head.problem else self._order.read(head.cells)
        if errors:
            problems[head.file, head.line] = in_words(errors)
        line_values = [self._read_line(line, head, problems) for line in staged.lines]
        if self._has_lines and not staged.lines:
            problems[head.file, head.line] = ("", _("No line of this order is in these files."))
        if problems:
            return None, problems
        customer = values.pop("customer", "")
        order = Order(**values)
        lines = [OrderLine(**{"position": position, **line}) for position, line in enumerate(line_values, 1)]
        if "total" not in values:
            order.total = sum((line.amount for line in lines), order.shipping).quantize(Decimal("0.01"))
            if wrong := check_field(Order, "total", order.total):
                return None, {(head.file, head.line): ("", _("The total: %(why)s") % {"why": " ".join(wrong)})}
        return GoodOrder(staged, customer, order, lines), {}

    def _read_line(self, line: StagedLine, head: Row, problems: Problems) -> dict[str, Any]:
        row = line.row
        if row.problem:
            problems[row.file, row.line] = ("", row.problem)
            return {}
        if self._needs_product and line.product is None:
            problems[row.file, row.line] = (self._product_column, _("There is no such product in the products file."))
            return {}
        values, errors = self._line.read(row.cells, line.product or ())
        if not self.separate_lines and not head.problem:
            for position in self._order_positions:
                if row.cells[position] != head.cells[position]:
                    errors.setdefault(self._columns[position], []).append(
                        _("This differs from line %(line)d in %(file)s, which is of the same order.")
                        % {"line": head.line, "file": head.file}
                    )
        if errors:
            problems[row.file, row.line] = in_words(errors)
        return values
