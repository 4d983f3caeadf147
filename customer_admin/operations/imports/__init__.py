"""Taking in customers and orders from the files of other systems."""

from .customers import import_customers
from .orders import import_orders
from .reports import ImportReport, RowProblem

__all__ = ["ImportReport", "RowProblem", "import_customers", "import_orders"]
