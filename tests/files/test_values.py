"""What the text of a cell means."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from customer_admin.files.mappings import Formats, Source
from customer_admin.files.values import BadValue, reader_for

FORMATS = Formats(null=frozenset({"NULL"}), dates=("%m/%d/%Y",))
GERMAN = Formats(decimal_mark=",")


@pytest.mark.parametrize(
    ("kind", "source", "formats", "text", "value"),
    [
        ("text", {}, FORMATS, "  two words ", "two words"),
        ("text", {}, FORMATS, "NULL", None),
        ("text", {}, FORMATS, " ", None),
        ("text", {"case": "lower"}, FORMATS, "ÉA@X", "éa@x"),
        ("text", {"part": "last"}, FORMATS, "Isabel de Castro", "de Castro"),
        ("text", {"values": {"": "open", "*": "completed"}}, FORMATS, "NULL", "open"),
        ("text", {"values": {"": "open", "*": "completed"}}, FORMATS, "1996-07-16", "completed"),
        ("date", {}, FORMATS, "4/8/1966", date(1966, 4, 8)),
        ("decimal", {}, FORMATS, "1191.1739", Decimal("1191.1739")),
        ("decimal", {}, FORMATS, "1,234.50", Decimal("1234.5")),
        ("decimal", {}, FORMATS, "-7", Decimal("-7")),
        ("decimal", {}, GERMAN, "1.234,50", Decimal("1234.5")),
        ("decimal", {"times": Decimal(100)}, FORMATS, "0.155", Decimal("15.5")),
        ("decimal", {}, FORMATS, "1200.00", Decimal("1200")),
        ("yes_no", {}, FORMATS, "Y", True),
        ("yes_no", {}, FORMATS, "0", False),
        ("country", {}, FORMATS, "UK", "GB"),
        ("country", {}, FORMATS, "USA", "US"),
        ("country", {}, FORMATS, "Venezuela", "VE"),
        ("country", {}, FORMATS, "germany", "DE"),
        ("country", {}, FORMATS, "at", "AT"),
        ("country", {}, FORMATS, "DEU", "DE"),
    ],
)
def test_a_cell_is_understood(kind: str, source: dict[str, Any], formats: Formats, text: str, value: Any) -> None:
    assert reader_for(kind, Source(column="c", **source), formats)(text) == value


@pytest.mark.parametrize(
    ("kind", "source", "text"),
    [
        ("date", {}, "13/1/1966"),
        ("decimal", {}, "1,5"),
        ("decimal", {}, "12 pieces"),
        ("decimal", {}, "NaN"),
        ("decimal", {}, "1e9"),
        ("decimal", {}, "-"),
        ("yes_no", {}, "perhaps"),
        ("country", {}, "Narnia"),
        ("text", {"values": {"O": "open"}}, "P"),
    ],
)
def test_what_can_not_be_understood_is_quoted_in_the_message(kind: str, source: dict[str, Any], text: str) -> None:
    with pytest.raises(BadValue, match=f"“{text}”"):
        reader_for(kind, Source(column="c", **source), FORMATS)(text)
