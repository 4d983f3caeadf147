"""Old and new text as one."""

from customer_admin.selectors.changes import FieldChange
from customer_admin.views.changes.differences import GLANCE, LONGEST, difference, glance, glance_at_both, is_long


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


def test_a_list_shows_both_values_and_an_address_in_one_line() -> None:
    html = glance_at_both(field("1 Old\nSpring<b>", "2 New\nSpringfield", name=""))
    assert "1 Old, Spring&lt;b&gt;</del>" in html
    assert "2 New, Springfield</ins>" in html
    assert glance("1 Old\nSpringfield", field("", "", name="")) == "1 Old, Springfield"


def test_a_list_shows_texts_of_several_lines_as_differences() -> None:
    html = glance_at_both(field("Ring <i>once\nbefore knocking", "Ring <i>twice\nbefore knocking"))
    assert html == (
        'Ring &lt;i&gt;<span class="deletion">once</span><span class="addition">twice</span><br>before knocking'
    )


def test_a_list_cuts_what_is_longer_and_says_what_is_not_there() -> None:
    html = glance_at_both(field("x" * 10_000, ""))
    assert "x" * (GLANCE - 1) + "…" in html
    assert "x" * GLANCE not in html
    assert "–</ins>" in html
    assert glance("<b>" + "x" * 10_000, field("", "")).startswith("&lt;b&gt;x")
