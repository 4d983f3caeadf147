"""Old and new text as one."""

from customer_admin.selectors.changes import FieldChange
from customer_admin.views.changes.differences import LONGEST, difference, is_long


def field(before: str, after: str, name: str = "body") -> FieldChange:
    return FieldChange(name, "Note", before, after)


def test_texts_of_several_lines_or_many_letters_are_long() -> None:
    assert is_long(field("one\ntwo", "one"))
    assert is_long(field("x" * 61, "y"))
    assert not is_long(field("x" * 60, "y"))


def test_a_text_that_was_not_there_before_has_no_differences() -> None:
    assert not is_long(field("", "x" * 100))
    assert not is_long(field("x" * 100, ""))


def test_an_address_is_shown_whole() -> None:
    assert not is_long(field("1 Main Street\nSpringfield", "2 Main Street\nSpringfield", name=""))


def test_the_difference_is_marked_and_escaped() -> None:
    assert difference(field("ring <b>once", "ring <b>twice")) == (
        'ring &lt;b&gt;<span class="deletion">once</span><span class="addition">twice</span>'
    )


def test_texts_that_are_too_long_are_cut_and_escaped() -> None:
    html = difference(field("<b>" * LONGEST, "x"))
    assert "Too long to compare" in html
    assert "<b>" not in html
    assert html.count("&lt;b&gt;") <= LONGEST / 3
