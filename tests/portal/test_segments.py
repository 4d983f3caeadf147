import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.segments import from_segment, to_segment


@given(st.text(min_size=1).filter(str.isprintable))
def test_any_printable_text_comes_back_from_its_segment(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", to_segment(text))
    assert from_segment(to_segment(text)) == text


@given(st.from_regex(r"[A-Za-z0-9_-]*", fullmatch=True))
def test_no_segment_breaks_the_reading_and_none_has_two_forms(segment: str) -> None:
    text = from_segment(segment)
    assert text is None or to_segment(text) == segment


@pytest.mark.parametrize("segment", ["", "_", "_0", "_00", "_zz", "_c3", "a_0a", "_2F", "_61"])
def test_what_is_never_made_is_no_segment(segment: str) -> None:
    assert from_segment(segment) is None


def test_an_order_number_stays_readable() -> None:
    assert to_segment("SO-2026/17") == "SO-2026_2f17"
