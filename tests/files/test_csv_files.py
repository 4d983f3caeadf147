"""Reading CSV files row by row."""

from pathlib import Path

import pytest

from customer_admin.errors import ImportRefused
from customer_admin.files.csv_files import CsvFile
from customer_admin.files.mappings import Formats, Table, load_mapping, shipped_mappings


def rows(folder: Path, content: bytes, columns: str, spill: str = "", **formats: str) -> list[tuple]:
    path = folder / "f.csv"
    path.write_bytes(content)
    table = Table("rows", tuple(columns.split()), spill)
    return [(row.line, row.cells, row.raw, row.problem) for row in CsvFile(path, Formats(**formats)).rows(table)]


def test_rows_have_the_wanted_cells_and_the_line_they_begin_on(tmp_path: Path) -> None:
    content = b'a,b,c\r\n1,"two\r\nlines",3\r\n\r\n4,5,6\r\n'
    assert rows(tmp_path, content, "c b") == [
        (2, ["3", "two\r\nlines"], '1,"two\r\nlines",3', ""),
        (5, ["6", "5"], "4,5,6", ""),
    ]


def test_surplus_cells_belong_to_the_column_that_may_spill(tmp_path: Path) -> None:
    content = "id,street,town\n1,24, place Kléber,Strasbourg\n2,Pier 3,Kiel\n".encode()
    assert [row[1] for row in rows(tmp_path, content, "id street town", "street")] == [
        ["1", "24, place Kléber", "Strasbourg"],
        ["2", "Pier 3", "Kiel"],
    ]


@pytest.mark.parametrize("row", [b"1,2", b"1,2,3,4"])
def test_a_row_with_another_number_of_cells_says_so(row: bytes, tmp_path: Path) -> None:
    ((_line, _cells, _raw, problem),) = rows(tmp_path, b"a,b,c\n" + row + b"\n", "a b c")
    assert problem == f"The row has {row.count(b',') + 1} cells, and the header has 3."


def test_the_mark_that_spreadsheets_put_first_is_no_part_of_the_header(tmp_path: Path) -> None:
    assert rows(tmp_path, "\ufeffkey\n1\n".encode(), "key") == [(2, ["1"], "1", "")]


def test_other_encodings_and_delimiters(tmp_path: Path) -> None:
    found = rows(tmp_path, "a;b\nÅrhus;2\n".encode("cp1252"), "a", encoding="cp1252", delimiter=";")
    assert found == [(2, ["Århus"], "Århus;2", "")]


@pytest.mark.parametrize("content", [b"", b"\n", b"  \n1\n"])
def test_a_file_without_header_is_empty(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"f\.csv is empty"):
        rows(tmp_path, content, "a")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="can't be read: Is a directory"):
        CsvFile(tmp_path, Formats())


@pytest.mark.parametrize("name", shipped_mappings())
def test_every_mapping_that_comes_along_can_be_loaded(name: str) -> None:
    mapping = load_mapping(name)
    assert mapping.name == name
    assert mapping.customers is not None
    assert mapping.orders is not None
