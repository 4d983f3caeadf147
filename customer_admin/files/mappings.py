"""Mapping files: small TOML files that say which column of a source is what.

Their form is in docs/reference/mapping-files.md.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from customer_admin.errors import ImportRefused

SHIPPED = Path(__file__).resolve().parent.parent / "mappings"
"""Where the mappings that come along are."""

CASES = ("name", "lower", "upper")
PARTS = ("first", "last")
UNKNOWN_CUSTOMER = ("refuse", "leave out")


@dataclass(frozen=True)
class Source:
    """Where a field's value comes from: a column of the row or of its product, or one text for all rows.

    `lines` makes one text of several columns of the row: those of each line, which is left out when they are empty.
    """

    column: str = ""
    lines: tuple[tuple[str, ...], ...] = ()
    of_product: bool = False
    constant: str | None = None
    case: str = ""
    part: str = ""
    values: Mapping[str, str] | None = None
    times: Decimal | None = None

    @property
    def columns(self) -> list[str]:
        """All columns that it is read from, of the row or of its product."""
        return [column for line in self.lines for column in line] or [self.column]


Fields = dict[str, Source]


@dataclass(frozen=True)
class Formats:
    """How all files of one source are written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    null: frozenset[str] = frozenset()
    dates: tuple[str, ...] = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
    decimal_mark: str = "."


@dataclass(frozen=True)
class Table:
    """One kind of file: the columns that are read from it, in the order in which rows hold their cells."""

    role: str
    columns: tuple[str, ...]
    spill: str = ""


@dataclass(frozen=True)
class CustomersMapping:
    fields: Fields
    addresses: tuple[Fields, ...]
    table: Table

    @property
    def tables(self) -> list[Table]:
        return [self.table]


@dataclass(frozen=True)
class OrdersMapping:
    """`lines` is None when each row of the order files is a line itself, `line_fields` when there are no lines."""

    fields: Fields
    line_fields: Fields | None
    unknown_customer: str
    table: Table
    lines: Table | None = None
    products: Table | None = None
    line_order: str = ""
    line_product: str = ""
    product_key: str = ""

    @property
    def tables(self) -> list[Table]:
        return [table for table in (self.table, self.lines, self.products) if table is not None]


@dataclass(frozen=True)
class SourceMapping:
    """What one mapping file says. `customers` or `orders` is None when it does not speak of them."""

    name: str
    title: str
    formats: Formats
    customers: CustomersMapping | None = None
    orders: OrdersMapping | None = None


def shipped_mappings() -> list[str]:
    """The names of the mappings that come along."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load_mapping(mapping: str | Path | SourceMapping) -> SourceMapping:
    """The mapping of that name or in that file. Raises ImportRefused when it is missing or says what makes no sense."""
    if isinstance(mapping, SourceMapping):
        return mapping
    path = SHIPPED / f"{mapping}.toml" if str(mapping) in shipped_mappings() else Path(mapping)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ImportRefused(
            _("There is no mapping “%(mapping)s”. Name one of %(names)s, or the path of a mapping file of your own.")
            % {"mapping": mapping, "names": ", ".join(shipped_mappings())}
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImportRefused(
            _("The mapping %(mapping)s can't be read: %(error)s") % {"mapping": path.name, "error": error}
        ) from error
    return _Parser(path).source_mapping(content)


@dataclass
class _Parser:
    path: Path
    used: dict[str, set[str]] = field(default_factory=dict)

    def source_mapping(self, content: dict[str, Any]) -> SourceMapping:
        self.only(content, "", "title", "encoding", "delimiter", "null", "dates", "decimal_mark", "customers", "orders")
        formats = Formats(
            encoding=self.text(content, "encoding", "", Formats.encoding),
            delimiter=self.text(content, "delimiter", "", Formats.delimiter),
            null=frozenset(self.texts(content, "null", ())),
            dates=self.texts(content, "dates", Formats.dates),
            decimal_mark=self.one_of(content, "decimal_mark", "", (".", ",")),
        )
        if len(formats.delimiter) != 1:
            self.refuse("", _("“delimiter” must be one character."))
        return SourceMapping(
            name=self.path.stem,
            title=self.text(content, "title", "", self.path.stem),
            formats=formats,
            customers=self.customers(self.table(content, "customers", "")) if "customers" in content else None,
            orders=self.orders(self.table(content, "orders", "")) if "orders" in content else None,
        )

    def customers(self, content: dict[str, Any]) -> CustomersMapping:
        self.only(content, "customers", "fields", "addresses", "spill")
        fields = self.fields(content, "customers.fields")
        rows = content.get("addresses", [])
        if not isinstance(rows, list):
            self.refuse("customers.addresses", _("Begin each address with [[customers.addresses]]."))
        addresses = tuple(self.fields({"fields": row}, "customers.addresses") for row in rows)
        spill = self.text(content, "spill", "customers")
        return CustomersMapping(fields, addresses, _table("customers", [fields, *addresses], spill=spill))

    def orders(self, content: dict[str, Any]) -> OrdersMapping:
        self.only(content, "orders", "fields", "spill", "unknown_customer", "lines", "products")
        fields = self.fields(content, "orders.fields")
        unknown = self.one_of(content, "unknown_customer", "orders", UNKNOWN_CUSTOMER)
        spill = self.text(content, "spill", "orders")
        if "lines" not in content:
            return OrdersMapping(fields, None, unknown, _table("orders", [fields], spill=spill))
        lines = self.table(content, "lines", "orders")
        self.only(lines, "orders.lines", "fields", "spill", "order", "product")
        line_fields = self.fields(lines, "orders.lines.fields", of_product=True)
        order, product = self.text(lines, "order", "orders.lines"), self.text(lines, "product", "orders.lines")
        of_product = [source.column for source in line_fields.values() if source.of_product]
        products, key = None, ""
        if of_product:
            content = self.table(content, "products", "orders")
            self.only(content, "orders.products", "key", "spill")
            key = self.text(content, "key", "orders.products")
            if not (key and product):
                self.refuse("orders.lines", _("“product” and [orders.products] “key” must name the columns that join."))
            products = _table("products", [], [key, *of_product], self.text(content, "spill", "orders.products"))
        if order:
            own = _table("lines", [line_fields], [order, product], self.text(lines, "spill", "orders.lines"))
            table = _table("orders", [fields], spill=spill)
        else:
            own = None
            table = _table("orders", [fields, line_fields], [product], spill)
        return OrdersMapping(fields, line_fields, unknown, table, own, products, order, product, key)

    def fields(self, content: dict[str, Any], where: str, of_product: bool = False) -> Fields:
        entries = self.table(content, "fields", where)
        return {name: self.source(entry, f"{where} {name}", of_product) for name, entry in entries.items()}

    def source(self, entry: Any, where: str, of_product: bool) -> Source:
        if isinstance(entry, str):
            return Source(column=entry)
        if not isinstance(entry, dict):
            self.refuse(where, _("Give the name of a column, or { value = … } for a constant."))
        if "lines" in entry:
            self.only(entry, where, "lines")
            return Source(lines=self.lines(entry["lines"], where))
        self.only(entry, where, "column", "value", "case", "part", "values", "times", *["product"] * of_product)
        if len(entry.keys() & {"column", "value", "product"}) != 1:
            self.refuse(where, _("Give exactly one of “column”, “product” and “value”."))
        constant = entry.get("value")
        values = entry.get("values")
        if values is not None and not isinstance(values, dict):
            self.refuse(where, _('“values” is a table such as { S = "completed" }.'))
        times = entry.get("times")
        if times is not None and (isinstance(times, bool) or not isinstance(times, int | float)):
            self.refuse(where, _("“times” must be a number."))
        return Source(
            column=self.text(entry, "column", where) or self.text(entry, "product", where),
            of_product="product" in entry,
            constant=None if constant is None else _plain(constant),
            case=self.one_of(entry, "case", where, ("", *CASES)),
            part=self.one_of(entry, "part", where, ("", *PARTS)),
            values=None if values is None else {key: _plain(value) for key, value in values.items()},
            times=None if times is None else Decimal(str(times)),
        )

    def lines(self, entry: Any, where: str) -> tuple[tuple[str, ...], ...]:
        rows = [[line] if isinstance(line, str) else line for line in entry] if isinstance(entry, list) else []
        if not rows or not all(
            isinstance(row, list) and row and all(isinstance(column, str) and column for column in row) for row in rows
        ):
            self.refuse(where, _('“lines” is a list such as ["Name", "Street", ["Code", "Town"]].'))
        return tuple(tuple(row) for row in rows)

    def table(self, content: dict[str, Any], key: str, where: str) -> dict[str, Any]:
        if not isinstance(content.get(key), dict):
            self.refuse(where, _("The section “%(key)s” is missing or is no section.") % {"key": key})
        return content[key]

    def text(self, content: dict[str, Any], key: str, where: str, default: str = "") -> str:
        value = content.get(key, default)
        if not isinstance(value, str):
            self.refuse(where, _("“%(key)s” must be a text.") % {"key": key})
        return value

    def texts(self, content: dict[str, Any], key: str, default: Iterable[str]) -> tuple[str, ...]:
        values = content.get(key, list(default))
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.refuse("", _("“%(key)s” must be a list of texts.") % {"key": key})
        return tuple(values)

    def one_of(self, content: dict[str, Any], key: str, where: str, allowed: tuple[str, ...]) -> str:
        value = self.text(content, key, where, allowed[0])
        if value not in allowed:
            self.refuse(where, _("“%(key)s” must be one of: %(allowed)s.") % {"key": key, "allowed": " ".join(allowed)})
        return value

    def only(self, content: dict[str, Any], where: str, *allowed: str) -> None:
        if unknown := sorted(content.keys() - set(allowed)):
            self.refuse(
                where,
                _("“%(unknown)s” means nothing here. Known are: %(allowed)s.")
                % {"unknown": ", ".join(unknown), "allowed": ", ".join(allowed)},
            )

    def refuse(self, where: str, message: str) -> None:
        place = f"[{where}]: " if where else ""
        raise ImportRefused(
            _("The mapping %(mapping)s can't be used. %(place)s%(message)s")
            % {"mapping": self.path.name, "place": place, "message": message}
        )


def _table(role: str, groups: Iterable[Fields], more: Iterable[str] = (), spill: str = "") -> Table:
    sources = [source for fields in groups for source in fields.values() if not source.of_product]
    own = [column for source in sources for column in source.columns]
    return Table(role, tuple(dict.fromkeys(column for column in [*own, *more] if column)), spill)


def _plain(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
