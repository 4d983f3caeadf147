"""Importing customers with their addresses, in bulk. What is there already stays as it is."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from wagtail.models import Site

from customer_admin.errors import CustomerRefused, ImportRefused
from customer_admin.files.csv_files import CsvFile, Row
from customer_admin.files.mappings import CustomersMapping, SourceMapping
from customer_admin.files.staging import Staging, staging
from customer_admin.models import Address, Customer, CustomerAdminSettings, CustomerClass
from customer_admin.models.actors import AnyActor
from customer_admin.models.bulk import in_chunks
from customer_admin.models.search_texts import places_of
from customer_admin.permissions import require
from customer_admin.selectors.site_settings import default_class_of, settings_of

from ..addresses import ADDRESS_FIELDS, choose_primaries
from ..customers import CUSTOMER_FIELDS, check_name_and_class, new_numbers, take_class_defaults
from ..required_fields import check_required, required_of
from .records import RecordReader, in_words
from .reports import ImportReport, OnProblem, Tally
from .runs import AnyMapping, Writer, files_by_role, in_batches, mapping_for, run_batch


class _Good(NamedTuple):
    key: str
    customer: Customer
    addresses: list[Address]


def import_customers(
    *,
    actor: AnyActor,
    files: Sequence[str | Path],
    mapping: AnyMapping = None,
    dry_run: bool = False,
    reason: str = "",
    site: Site | None = None,
    on_problem: OnProblem = None,
) -> ImportReport:
    """Create the customers of the files that `site` (the default one) does not have; the report says what came of each.

    `mapping` is the name of a shipped mapping, the path of a mapping file, or None for the shipped one whose columns
    fit. A customer is known again by the account number. Memory stays flat: `on_problem` takes each `RowProblem` as it
    is found. Each batch is a transaction of its own, so after a crash the same call goes on where it stood. Raises
    PermissionRefused, and ImportRefused, before anything is written, when a file or the mapping can't be read.
    """
    actor = require(actor, "import_customer")
    found = mapping_for(files, mapping, "customers")
    assert found.customers is not None
    opened = files_by_role(files, found, found.customers.tables)["customers"]
    site = site or Site.objects.get(is_default_site=True)
    settings = settings_of(site)
    records = _Records(found, found.customers, settings, required_of(actor, settings))
    for file in opened:
        file.check()
    tally = Tally(on_problem)
    writer = None if dry_run else Writer(actor, reason, files, found)
    with staging() as stage:
        for batch in in_batches(_good_rows(opened, records, stage, tally)):
            created = run_batch(writer, lambda writing, batch=batch: _create_missing(batch, settings, writing))  # type: ignore[misc]
            tally.created += created
            tally.unchanged += len(batch) - created
    return tally.report(mapping=found.name, change_set=writer.change_set if writer else None, dry_run=dry_run)


def _good_rows(files: list[CsvFile], records: "_Records", stage: Staging, tally: Tally) -> Iterator[_Good]:
    for file in files:
        for row in file.rows(records.table):
            good, errors = records.read(row)
            if good is not None and not errors and (first := stage.first_with(good.key)):
                errors = {
                    records.key_column: [
                        _("%(key)s is the key of line %(line)d in %(file)s, too. Only the first one counts.")
                        % {"key": good.key, "file": first[0], "line": first[1]}
                    ]
                }
            if errors or good is None:
                tally.refused += 1
                tally.problem(row, *in_words(errors))
                continue
            stage.note(good.key, row)
            yield good


def _create_missing(batch: list[_Good], settings: CustomerAdminSettings, writing: bool) -> int:
    """How many of the batch were (or would be) created."""
    known: set[str] = set()
    for keys in in_chunks([good.key for good in batch], Customer.all_objects.db):
        same_key = Customer.all_objects.filter(site_id=settings.site_id, account_number__in=keys)
        known.update(same_key.order_by().values_list("account_number", flat=True))
    new = [good for good in batch if good.key not in known]
    if writing and new:
        for good, number in zip(new, new_numbers(settings, len(new)), strict=True):
            good.customer.number = number
            # Known already, so that the row need not be written again for it when the change set closes.
            good.customer.places = places_of((address.postal_code, address.city) for address in good.addresses)
        Customer.objects.bulk_create([good.customer for good in new])
        for good in new:
            for address in good.addresses:
                address.customer_id = good.customer.pk
        if addresses := [address for good in new for address in good.addresses]:
            Address.objects.bulk_create(addresses)
    return len(new)


class _Records:
    """Reads a row into a customer with addresses, as `create_customer` would take them."""

    def __init__(
        self,
        mapping: SourceMapping,
        customers: CustomersMapping,
        settings: CustomerAdminSettings,
        required: Sequence[str],
    ) -> None:
        self.table = customers.table
        self._settings, self._required = settings, required
        self._customer = RecordReader(
            Customer,
            customers.fields,
            mapping.formats,
            columns=self.table.columns,
            allowed=CUSTOMER_FIELDS - {"site", "tax_exempt_document"},
            required=frozenset({"account_number"}),
            plain=frozenset({"customer_class"}),
        )
        self._addresses = [
            RecordReader(
                Address, fields, mapping.formats, columns=self.table.columns, allowed=ADDRESS_FIELDS,
                required=frozenset({"line1"}),
            )
            for fields in customers.addresses
        ]  # fmt: skip
        self._columns = self._customer.column_of
        if "account_number" not in self._columns:
            raise ImportRefused(_("account_number must come from a column: it tells one customer from another."))
        self.key_column = self._columns["account_number"]
        self._classes = {found.code: found for found in CustomerClass.objects.all()}
        self._default_class = default_class_of(settings)

    def read(self, row: Row) -> tuple[_Good | None, dict[str, list[str]]]:
        if row.problem:
            return None, {"": [row.problem]}
        values, errors = self._customer.read(row.cells)
        self._look_up_class(values, errors)
        addresses = [self._read_address(reader, row.cells, errors) for reader in self._addresses]
        if errors:
            return None, errors
        return self._customer_from(values, [address for address in addresses if address is not None])

    def _look_up_class(self, values: dict[str, Any], errors: dict[str, list[str]]) -> None:
        code = values.pop("customer_class", "")
        if not code:
            return
        if code not in self._classes:
            errors.setdefault(self._columns.get("customer_class", ""), []).append(
                _("There is no customer class with the code “%(code)s”. Create it first, or use one of: %(codes)s.")
                % {"code": code, "codes": ", ".join(sorted(self._classes)) or "–"}
            )
            return
        values["customer_class"] = self._classes[code]

    def _customer_from(
        self, values: dict[str, Any], addresses: list[Address]
    ) -> tuple[_Good | None, dict[str, list[str]]]:
        chosen_class = "customer_class" in values
        if not chosen_class:
            values["customer_class"] = self._default_class
        customer = Customer(site=self._settings.site, **values)
        take_class_defaults(customer, values, self._settings)
        try:
            check_name_and_class(customer, chosen_class=chosen_class)
            check_required(customer, {address.kind for address in addresses}, self._required)
        except CustomerRefused as error:
            wrong: dict[str, list[str]] = {}
            for name, messages in error.fields.items():
                wrong.setdefault(self._columns.get(name, ""), []).extend(messages)
            return None, wrong
        if addresses:
            choose_primaries(addresses, {})
        return _Good(customer.account_number, customer, addresses), {}

    def _read_address(self, reader: RecordReader, cells: list[str], errors: dict[str, list[str]]) -> Address | None:
        if reader.says_nothing(cells):
            return None
        values, wrong = reader.read(cells)
        for column, messages in wrong.items():
            errors.setdefault(column, []).extend(messages)
        return None if wrong else Address(**values)
