"""Numbers as readers expect them."""

from __future__ import annotations

import pytest

from toolkit.wording import (
    count_with_noun,
    format_count,
    format_money,
    format_money_range,
    format_number,
    format_percent,
    format_range,
    format_with_unit,
    join_words,
    language_note,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (5.0, "5"),
        (999.6, "1,000"),
        (12432, "12,400"),
        (0.04567, "0.0457"),
        (-3.14159, "−3.14"),
    ],
)
def test_numbers_keep_three_digits_and_a_true_minus(value: float, written: str) -> None:
    assert format_number(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.1, "10%"), (0.2346, "23.5%"), (-0.0004, "0%"), (1, "100%")]
)
def test_shares_are_percent(value: float, written: str) -> None:
    assert format_percent(value) == written


def test_money_carries_its_sign_before_the_number() -> None:
    assert format_money_range(12_400, 31_000, "EUR") == "€12,400 to €31,000"
    assert format_money_range(5, 5, "USD") == "$5"
    assert format_money(-1_234_567, "GBP") == "−£1.23\u00a0million"
    assert format_money(12, "CHF") == "CHF\u00a012"


def test_money_without_a_currency_carries_no_sign() -> None:
    assert format_money(-12_432, "") == "−12,400"
    assert format_money_range(5, 7_000_000, "") == "5 to 7\u00a0million"


def test_a_unit_is_said_only_where_the_number_does_not_carry_it() -> None:
    assert format_with_unit(13.2, "points") == "13.2\u00a0points"
    assert format_with_unit(0.118, "fit, spend-weighted") == "11.8%"
    assert format_range(-0.05, 0.17, "share") == "−5% to 17%"


def test_lists_and_counts_read_as_sentences() -> None:
    assert [join_words(x) for x in ([], ["a"], ["a", "b"], ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert count_with_noun(1, "client", "clients") == "1 client"
    assert count_with_noun(0, "client", "clients") == "no clients"
    assert format_count(69659) == "69,659"


def test_only_languages_without_text_get_a_note() -> None:
    assert language_note("en") == ""
    assert "Persian" in language_note("fa")
