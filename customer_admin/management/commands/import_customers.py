"""Imports customers from CSV files."""

from customer_admin.management.importing import ImportCommand
from customer_admin.operations import import_customers


class Command(ImportCommand):
    help = (
        "Imports customers from CSV files. Those that are there already stay as they are, so the same files can be "
        "imported again without harm, also after a run that was interrupted."
    )
    operation = staticmethod(import_customers)
    subject = "customers"
