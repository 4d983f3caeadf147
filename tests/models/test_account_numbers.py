"""Numbers of cards and accounts are found however they are written, and little else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from customer_admin.models.account_numbers import has_card_number, has_iban

CARD, IBAN = "4111111111111111", "DE89370400440532013000"


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111 / 1111 / 1111 / 1111",
        "4111\u200b1111\u200b1111\u200b1111",
        "4111\u00a01111–1111—1111",
        "４１１１１１１１１１１１１１１１",
        "٤١١١١١١١١١١١١١١١",
        "④①①① ①①①① ①①①① ①①①①",
        "378282246310005",
        "6304000000000000",
        "Visa4111111111111111x",
        "card 4111 1111 1111 1111 exp 09/27",
        "4111 1111 1111 1111 09/27 123",
        "12 4111 1111 1111 1111",
        "41111111-1111-1111-8000-000000000000",
        "😀 4111 1111 1111 1111 😀",
    ],
)
def test_a_card_number_is_found_however_it_is_written(text: str) -> None:
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111111111111112",
        "4242",
        "tok_1N3T00LkdIwHu7ixt44h1F8k",
        "pm_1OabcD2eZvKYlo2C0vXyz",
        "550e8400-e29b-41d4-a716-446655440001",
        "pm_550e8400-e29b-41d4-a716-446655440001",
        "12345678901",
        "20 digits and more 41111111111111111111",
        "=CMD()",
        "Öl & مرحبا",
    ],
)
def test_what_only_looks_a_little_like_one_passes(text: str) -> None:
    assert not has_card_number(text)
    assert not has_iban(text)


@pytest.mark.parametrize(
    "text",
    [
        IBAN,
        "de89 3704 0044 0532 0130 00",
        "IBAN: DE89-3704-0044-0532-0130-00, please",
        "ＧＢ８２ＷＥＳＴ１２３４５６９８７６５４３２",
        "NO9386011117947",
        "account MT84MALT011000012345MTLCAST001S of Eve",
    ],
)
def test_the_number_of_an_account_is_found(text: str) -> None:
    assert has_iban(text)


def test_wrong_check_digits_are_no_account_number() -> None:
    assert not has_iban("DE88370400440532013000")


@given(
    body=st.text("0123456789", min_size=11, max_size=18),
    gaps=st.lists(st.sampled_from(["", " ", "-", " - ", "."]), min_size=18, max_size=18),
)
def test_no_way_of_spacing_hides_a_card(body: str, gaps: list[str]) -> None:
    number = body + luhn.calc_check_digit(body)
    assert has_card_number("x" + "".join(f"{gap}{digit}" for gap, digit in zip(["", *gaps], number, strict=False)))


@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    assert {has_card_number(text), has_iban(text)} <= {True, False}
