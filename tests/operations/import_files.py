"""Small import files: those in `tests/data/imports`, and changed copies of them."""

from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data" / "imports"
MAPPING = DATA / "harbour.toml"
CUSTOMERS = DATA / "customers.csv"
ORDER_FILES = [DATA / "products.csv", DATA / "lines.csv", DATA / "orders.csv"]
CUSTOMER_HEADER = CUSTOMERS.read_text(encoding="utf-8").splitlines()[0]


def customer_row(**cells: str) -> str:
    """A row of a customer file; columns that are not given are empty, and the last name is there unless it is given."""
    cells = {"Last": "Stone", **{name.replace("_", " "): cell for name, cell in cells.items()}}
    columns = CUSTOMER_HEADER.split(";")
    assert set(cells) <= set(columns)
    return ";".join(cells.get(column, "") for column in columns)


def customer_file(folder: Path, *rows: str, name: str = "customers.csv") -> Path:
    return write(folder / name, "\n".join([CUSTOMER_HEADER, *rows, ""]))


def changed(folder: Path, source: Path, old: str, new: str) -> Path:
    """A copy of `source` in `folder` with one text replaced."""
    text = source.read_text(encoding="utf-8")
    assert old in text
    return write(folder / source.name, text.replace(old, new))


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


def batches_of(size: int, settings: Any) -> None:
    """Let imports write that many rows to a transaction."""
    settings.CUSTOMER_ADMIN = {**getattr(settings, "CUSTOMER_ADMIN", {}), "IMPORT_BATCH_SIZE": size}
