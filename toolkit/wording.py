"""How are numbers and short phrases written for a reader? Three digits, a true minus, plain ranges.

English only so far: `language_note` says so to readers of another language.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

MINUS = "\u2212"
SPACE = "\u00a0"  # keeps a number and its unit on one line
DIGITS = 3
NO_CURRENCY = ""  # none was given: sums stand without a sign
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "TRY": "₺", "AZN": "₼", "JPY": "¥", "INR": "₹"}
LANGUAGES = {"az": "Azerbaijani", "tr": "Turkish", "fa": "Persian"}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHARE_UNITS = ("share", "fit", "probability")  # units of things between 0 and 1, written as percent


def format_number(value: float, *, digits: int = DIGITS) -> str:
    """How is this number written for a reader?

    Whole numbers up to four places stay whole; the rest keeps `digits` significant digits.

    >>> format_number(1234.5), format_number(-0.04567), format_number(12400.0), format_number(5.0)
    ('1,230', '−0.0457', '12,400', '5')
    """
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    text = f"{abs(rounded):,.{max(places, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return MINUS + text if rounded < 0 else text


def format_count(value: int) -> str:
    """How is a count written? In full: ``format_count(69659)`` is ``69,659``."""
    return f"{value:,}".replace("-", MINUS)


def format_percent(share: float) -> str:
    """How is a share of one written? As a percentage with at most one decimal.

    >>> format_percent(0.23456), format_percent(0.1), format_percent(-0.031), format_percent(0.0004)
    ('23.5%', '10%', '−3.1%', '0%')
    """
    text = f"{abs(share) * 100:,.1f}".removesuffix(".0")
    return (MINUS if share < 0 and text != "0" else "") + text + "%"


def format_money(value: float, currency: str) -> str:
    """How is one sum of money written? Without a sign where no currency is known.

    >>> format_money(12432, "EUR"), format_money(-2_345_678, "CHF")
    ('€12,400', '−CHF\\xa02.35\\xa0million')
    """
    size = abs(value)
    text = f"{format_number(size / 1e6)}{SPACE}million" if size >= 999_500 else format_number(size)
    sign = MINUS if value < 0 and text != "0" else ""
    if currency == NO_CURRENCY:
        return sign + text
    return sign + SYMBOLS.get(currency, currency + SPACE) + text


def _join_range(low: str, high: str) -> str:
    """How is a range of two written numbers said? One number where both are alike."""
    return low if low == high else f"{low} to {high}"


def format_money_range(low: float, high: float, currency: str) -> str:
    """How is a range of money written? ``€12,400 to €31,000``.

    >>> format_money_range(12432, 31044, "EUR")
    '€12,400 to €31,000'
    """
    return _join_range(format_money(low, currency), format_money(high, currency))


def format_value(value: float, unit: str, currency: str = "") -> str:
    """How is a number of this unit written? Shares and fits as percent, money with its sign.

    >>> format_value(0.25, "share"), format_value(12, "currency per customer", "USD")
    ('25%', '$12')
    >>> format_value(7.123, "points")
    '7.12'
    """
    if unit.startswith(SHARE_UNITS):
        return format_percent(value)
    return format_money(value, currency) if unit.startswith("currency") else format_number(value)


def format_with_unit(value: float, unit: str, currency: str = "") -> str:
    """How is a number said together with its unit? ``13.2 points``, ``25%``.

    >>> for value, unit in ((13.2, "points"), (0.25, "share"), (0.31, "ratio")):
    ...     print(format_with_unit(value, unit))
    13.2 points
    25%
    0.31
    """
    silent = unit.startswith((*SHARE_UNITS, "currency")) or unit in ("", "ratio", "tau-b")
    written = format_value(value, unit, currency)
    return written if silent else f"{written}{SPACE}{unit}"


def format_points(value: float) -> str:
    """How are points of a scale from 0 to 100 said? ``71.4 points``."""
    return format_with_unit(value, "points")


def format_range(low: float, high: float, unit: str, currency: str = "") -> str:
    """How is a range in this unit said, after a number that has named the unit?

    >>> format_range(0.31, 0.406, "share"), format_range(9.8, 16.61, "points")
    ('31% to 40.6%', '9.8 to 16.6')
    """
    return _join_range(format_value(low, unit, currency), format_value(high, unit, currency))


def join_words(words: Iterable[str]) -> str:
    """How is a list said in a sentence? ``a, b and c``."""
    *head, tail = list(words) or [""]
    return " and ".join([", ".join(head), tail]) if head else tail


def fit_on_line(text: str, most: int) -> str:
    """How does a text stand where there is room for `most` characters? On one line, cut with ….

    >>> fit_on_line("two\\n  lines", 20), fit_on_line("too long to stand here", 9)
    ('two lines', 'too long…')
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def html_table(title: str, rows: Iterable[Sequence[str]], heads: Sequence[str] = ()) -> str:
    """How does an object stand in a notebook? As a small table under its title, all escaped.

    The first cell of each row names it.

    >>> html_table("A & B", [("n", "5")])
    '<table><caption>A &amp; B</caption><tr><th scope="row">n</th><td>5</td></tr></table>'
    """
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    lines = [f"<tr>{top}</tr>"] if heads else []
    for name, *cells in rows:
        written = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        lines.append(f'<tr><th scope="row">{escape(name)}</th>{written}</tr>')
    return f"<table><caption>{escape(title)}</caption>{''.join(lines)}</table>"


def count_with_noun(value: int, one: str, many: str) -> str:
    """How is a count of things said? ``1 mistake``, ``2 mistakes``, ``no mistakes``."""
    return f"{'no' if value == 0 else format_count(value)} {one if value == 1 else many}"


def format_day(date: date) -> str:
    """How is a day written? The same in whatever language the machine is set to.

    >>> print(format_day(date(2026, 5, 3)))
    3 May 2026
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def language_note(language: str) -> str:
    """What must a reader of this language know? Empty for English.

    >>> language_note("tr")
    'There is no Turkish text yet, so this page is in English.'
    """
    if language == "en":
        return ""
    name = LANGUAGES.get(language, f'"{language}"')
    return f"There is no {name} text yet, so this page is in English."
