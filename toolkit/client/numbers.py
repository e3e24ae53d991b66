"""Text → number with the declared decimal mark; what is not a number is explained."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from toolkit.client.problems import CellReading, ProblemCode, unreadable_cell
from toolkit.contract import TOO_LARGE

_EXPECTED = "Numbers below 10^15 are expected; look for shifted columns or another unit."
_SIGNS = "Write the number alone, and the unit in client.yml or the column's name."
_EMPTY = "Leave the cell empty where there is no answer."
_NO_GROUPS = "Re-save without thousands separators."


def read_number(text: str, decimal: str) -> CellReading:
    """Which number is it? `decimal` is the mark before the fraction, a dot or a comma.

    Numbers of 10^15 and more are refused.

    >>> read_number("10,5", ",").value
    10.5
    >>> read_number("10,5", ".").remark.fix
    'Set decimal: "," for this table in client.yml, or re-save it with a decimal dot.'
    """
    if not _plain(decimal).fullmatch(text):
        return _why_not(text, decimal)
    value = float(text.replace(decimal, "."))
    if abs(value) >= TOO_LARGE:
        return unreadable_cell(ProblemCode.NOT_A_NUMBER, "is too large.", _EXPECTED)
    return CellReading(value + 0.0)  # no negative zero


def read_whole(text: str, decimal: str) -> CellReading:
    """Which whole number is it? 2.0 is one, 2.5 is not."""
    reading = read_number(text, decimal)
    value = reading.value
    if not isinstance(value, float) or value.is_integer():
        return reading
    return unreadable_cell(
        ProblemCode.NOT_WHOLE, "is not a whole number.", "Counts have no fraction."
    )


@cache
def _plain(decimal: str) -> re.Pattern[str]:
    mark = re.escape(decimal)
    return re.compile(rf"[-+]?(\d+({mark}\d*)?|{mark}\d+)([eE][-+]?\d+)?", re.ASCII)


@cache
def _marks(decimal: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    other = "," if decimal == "." else "."
    name = "comma" if other == "," else "dot"
    mark, sign = re.escape(decimal), re.escape(other)
    setting = f'Set decimal: "{other}" for this table in client.yml, or re-save it with a decimal '
    setting += f"{'dot' if decimal == '.' else 'comma'}."
    forms = (
        (rf"[-+]?\d{{1,3}}({sign}\d{{3}})+{mark}\d+", "has thousands separators.", _NO_GROUPS),
        (
            rf"[-+]?\d{{1,3}}{sign}\d{{3}}",
            f"can be read two ways: with a thousands separator, or with a decimal {name}.",
            f"{_NO_GROUPS} {setting}",
        ),
        (rf"[-+]?\d{{1,3}}({sign}\d{{3}})+", "has thousands separators.", _NO_GROUPS),
        (rf"[-+]?\d+{sign}\d+", f"is not a number; it looks like a decimal {name}.", setting),
        (
            rf"[-+]?\d{{1,3}}({mark}\d{{3}})+{sign}\d+",
            f"has thousands separators and a decimal {name}.",
            f"{_NO_GROUPS} {setting}",
        ),
    )
    return tuple((re.compile(form, re.ASCII), says, fix) for form, says, fix in forms)


_SHAPES = tuple(
    (re.compile(form, re.ASCII | re.IGNORECASE), says, fix)
    for form, says, fix in (
        (r"[-+]?(nan|inf|infinity|n/?a|null|none|nil|[-?.–—]+)", "is not a number.", _EMPTY),
        (r".*[%‰].*", "is a percentage, not a number.", _SIGNS),
        (r"\(.*\)", "is a number in brackets.", "Write a negative number with a minus."),
        (r"\d{4}-\d\d?-\d\d?.*", "is a date, not a number.", "Look for shifted columns."),
        (r"[-+]?\d[\d.,]*[\s'’_\u00a0\u202f].*\d", "has signs between its digits.", _NO_GROUPS),
        (r"\u2212.*", "begins with a typographic minus.", "Write the minus of the keyboard."),
    )
)


def _why_not(text: str, decimal: str) -> CellReading:
    for form, says, fix in (*_marks(decimal), *_SHAPES):
        if form.fullmatch(text):
            return unreadable_cell(ProblemCode.NOT_A_NUMBER, says, fix)
    if any(unicodedata.category(c) == "Sc" for c in text):
        return unreadable_cell(ProblemCode.NOT_A_NUMBER, "has a currency sign.", _SIGNS)
    if any(c.isdecimal() and not c.isascii() for c in text):
        fix = "Re-save the table with the digits 0–9."
        return unreadable_cell(
            ProblemCode.NOT_A_NUMBER, "is written in other digits than 0–9.", fix
        )
    if re.match(r"[-+]?[\d.,]+\s*[^\W\d]+$|^[A-Z]{3}\s*[\d.,]+$", text):
        return unreadable_cell(ProblemCode.NOT_A_NUMBER, "has letters beside the digits.", _SIGNS)
    return unreadable_cell(
        ProblemCode.NOT_A_NUMBER, "is not a number.", "Write digits, or leave the cell empty."
    )
