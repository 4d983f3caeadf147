"""Tables that stand below each other on phones: each value has the label of its column, whatever column it is."""

from types import SimpleNamespace

import pytest
from django.template import Context
from django.test import RequestFactory
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn

from customer_admin.views.stacked_tables import StackedTable


@pytest.fixture
def table() -> str:
    columns = [
        TitleColumn("name", label="Club"),
        Column("tier", label="Tier & <b>kind"),
        Column("note", label="Note", classname="wide"),
        BooleanColumn("is_paused", label="Paused"),
    ]
    row = SimpleNamespace(pk=1, name="Cellar <Circle>", tier="Gold <i>", note="", is_paused=True)
    html = StackedTable(columns, [row]).render_html(Context({"request": RequestFactory().get("/")}))
    return html[html.index("<tbody>") :]


def test_a_value_has_the_label_of_its_column(table: str) -> None:
    assert '<td data-label="Tier &amp; &lt;b&gt;kind"' in table
    assert "Gold &lt;i&gt;" in table
    assert '<td data-label="Paused"' in table


def test_neither_the_name_of_a_row_nor_an_empty_cell_has_one(table: str) -> None:
    assert "Cellar &lt;Circle&gt;" in table
    assert "Club" not in table
    assert "Note" not in table
    assert table.count("data-label") == 2
