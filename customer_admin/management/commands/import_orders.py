"""Imports orders from CSV files."""

from customer_admin.management.importing import ImportCommand
from customer_admin.operations import import_orders


class Command(ImportCommand):
    help = (
        "Imports orders from CSV files: those of orders, lines and products together. Orders that are there already "
        "stay as they are, so the same files can be imported again without harm, also after a run that was interrupted."
    )
    operation = staticmethod(import_orders)
    subject = "orders"
