"""Which texts count as the same, which are found, and which are e-mail addresses."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from customer_admin.models.keys import (
    BIGGEST_KEY,
    LONGEST_QUERY,
    as_key,
    digits_of,
    email_key,
    folded,
    has_unseen,
    phone_forms,
    search_words,
    storable,
    unique_key,
    validate_email_address,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ANNA", "anna"),
        ("  anna ", "anna"),
        ("É", "é"),
        ("é", "e\u0301"),
        ("Straße", "STRASSE"),
        ("ａｎｎａ", "anna"),
        ("ﬁona", "fiona"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("anna＠example", "anna@example"),
        ("anna\u00a0", "anna"),
    ],
)
def test_names_in_another_form_are_the_same(one: str, other: str) -> None:
    assert unique_key(one) == unique_key(other)


@pytest.mark.parametrize(("one", "other"), [("a", "á"), ("o", "ö"), ("anna", "an na"), ("l", "I"), ("a", "а")])
def test_names_that_look_alike_are_not_the_same(one: str, other: str) -> None:
    assert unique_key(one) != unique_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna@Example.COM", "anna@example.com"),
        ("anna@müller.de", "anna@xn--mller-kva.de"),
        ("anna@MÜLLER.de", "anna@müller.de"),
        ("anna@mu\u0308ller.de", "anna@müller.de"),
        ("JOSÉ@example.com", "jose\u0301@example.com"),
        ("anna@ｅｘａｍｐｌｅ.com", "anna@example.com"),
    ],
)
def test_addresses_in_another_form_are_the_same(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a+01@x.com", "a@x.com"),
        ("a.b@gmail.com", "ab@gmail.com"),
        ("jose@x.com", "josé@x.com"),
        ("a@x.com", "a@x.co"),
        ("a@strasse.de", "a@straße.de"[:-2] + "at"),
    ],
)
def test_addresses_that_differ_are_two(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


@pytest.mark.parametrize(
    "address", ["", "@", "no at sign", "a@", "@b", "a@_dmarc.x", "a@b..c", "a@" + "x" * 300, "a@-"]
)
def test_what_is_no_address_has_a_key_all_the_same(address: str) -> None:
    assert email_key(address) == unique_key(address)


@given(st.text(max_size=60))
def test_each_text_has_keys(text: str) -> None:
    assert unique_key(unique_key(text)).strip() == unique_key(unique_key(unique_key(text))).strip()
    assert folded(folded(text)) == folded(text)
    assert email_key(text).count("@") == unique_key(text).count("@")
    assert storable(storable(text)) == storable(text)
    assert digits_of(text) == "" or digits_of(text).isascii()
    assert has_unseen(text) in (True, False)


@given(st.text(max_size=60))
def test_case_and_unicode_form_never_make_two_names(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert unique_key(unicodedata.normalize(form, text)) == unique_key(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=40))
def test_case_of_latin_letters_never_makes_two_names(text: str) -> None:
    assert unique_key(text.casefold()) == unique_key(text)


@given(st.text(max_size=60))
def test_what_was_entered_is_found_by_itself(text: str) -> None:
    assert all(word in folded(storable(text)) for word in search_words(text))


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  Jörg   MÜLLER ", "jorg muller"),
        ("Łódź Ørsted Þór Æsir", "lodz orsted thor aesir"),
        ("Straße", "strasse"),
        ("Ångström", "angstrom"),
        ("İstanbul", "istanbul"),
        ("ℌans Ｍｏｅ", "hans moe"),
        ("Νίκος", "νικοσ"),
        ("a\u0000b", "a\u0000b"),
    ],
)
def test_search_text_has_no_case_and_no_accents(text: str, stored: str) -> None:
    assert folded(text) == stored


def test_digits_of_all_scripts_are_digits() -> None:
    assert digits_of("(5) 555-4729 ext. ٣") == "555547293"


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.com",
        "a+01@example.com",
        "josé@example.com",
        "jose\u0301@example.com",
        "müller@müller.de",
        "用户@例子.广告",
        "иван@пример.рф",
        "ø@example.com",
        "o'neil@example.com",
        "a@localhost",
        "ada@sub.example.co.uk",
    ],
)
def test_good_addresses_are_accepted(address: str) -> None:
    validate_email_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@@example.com",
        "ada stone@example.com",
        "ada@exa mple.com",
        "ada@example..com",
        ".ada@example.com",
        "ada@example.com\n",
        "ada@example.com\nBcc: x@example.com",
        "ada\u0000@example.com",
        "ada\u200b@example.com",
        "a😀@example.com",
        "ada@-example.com",
        "ada@example.com, eve@example.com",
        "<ada@example.com>",
        "ada＠example.com",
        "a" * 400 + "@example.com",
    ],
)
def test_broken_addresses_are_refused(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_email_address(address)
    assert caught.value.code == "invalid"
    assert caught.value.messages == ["Enter an e-mail address such as name@example.com."]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", []),
        ("   ", []),
        ("Müller  JÖRG", ["muller", "jorg"]),
        ("50%_\\", ["50%_\\"]),
        ("a\u0000b", ["ab"]),
        ("\ud800x", ["x"]),
    ],
)
def test_a_query_is_its_words(query: str, words: list[str]) -> None:
    assert search_words(query) == words


def test_a_query_without_end_is_cut() -> None:
    assert len(" ".join(search_words("ab " * 5000))) <= LONGEST_QUERY
    assert phone_forms("1" * 5000) == ["1" * LONGEST_QUERY]


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        ("(5) 555-4729", ["55554729"]),
        ("5.555/4729", ["55554729"]),
        ("0171 1234567", ["01711234567", "1711234567"]),
        ("+49 171 1234567", ["491711234567", "91711234567", "1711234567", "711234567"]),
        ("0049 171 1234567", ["00491711234567", "491711234567", "91711234567", "1711234567", "711234567"]),
        ("12", []),
        ("Main Street 123", []),
        ("", []),
    ],
)
def test_a_phone_is_looked_for_in_the_forms_in_which_it_is_written(query: str, forms: list[str]) -> None:
    assert phone_forms(query) == forms


@pytest.mark.parametrize("text", ["anna\u200bb", "an\u00adna", "a\u202eb", "a\tb", "a\u0000", "\ue000", "\ufeffanna"])
def test_characters_that_cannot_be_seen_are_noticed(text: str) -> None:
    assert has_unseen(text)


@pytest.mark.parametrize("text", ["anna", "Anna Stone", "josé", "用户", "o'neil", "ﷺ", "anna@example.com", "नमस्ते"])
def test_characters_that_can_be_seen_are_fine(text: str) -> None:
    assert not has_unseen(text)


@pytest.mark.parametrize(("text", "key"), [("0", 0), ("7", 7), ("007", 7), (str(BIGGEST_KEY), BIGGEST_KEY)])
def test_a_key_is_read_from_text(text: str, key: int) -> None:
    assert as_key(text) == key


@pytest.mark.parametrize(
    "text", ["", "-1", "1.0", " 1", "1_0", "x", "٣", "²", str(BIGGEST_KEY + 1), "9" * 5000, "\x00"]
)
def test_what_no_key_can_be_is_none(text: str) -> None:
    assert as_key(text) is None
