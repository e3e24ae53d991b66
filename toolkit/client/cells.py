"""Text of a cell → number, day, month, category, claims or plain text; what it is not is explained.

Numbers by the declared decimal mark, days in the declared form and no other, words against what
the contract and the client know.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from functools import cache

from toolkit.client.problems import (
    CellProblem,
    CellReading,
    ProblemCode,
    list_names,
    quote_text,
    unreadable_cell,
)
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
        return _why_no_number(text, decimal)
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


def _why_no_number(text: str, decimal: str) -> CellReading:
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


FIRST_YEAR, LAST_YEAR = 1900, 2199
_JALALI = range(1300, 1501)
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[-+]\d{2}:?\d{2}))?)?", re.ASCII
)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_IS_ISO = re.compile(r"\d{4}-\d{2}-\d{2}.*", re.ASCII | re.DOTALL)
_THREE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\b.*", re.ASCII)
_YEAR_FIRST = re.compile(r"\d{4}([./])\d{1,2}\1\d{1,2}", re.ASCII)
_DROPPED = CellProblem("note", ProblemCode.TIME_DROPPED, "has a time of day, which is dropped.")


def read_date(text: str, form: str | None) -> CellReading:
    """Which day is it? `form` is a strptime format; None means YYYY-MM-DD, a time is dropped.

    >>> read_date("2024-03-01", None).value
    datetime.date(2024, 3, 1)
    >>> read_date("03/04/2024", None).remark.says
    'can be read two ways: day first or month first.'
    """
    reading = _iso(text) if form is None else _declared(text, form)
    if isinstance(reading.value, date) and not FIRST_YEAR <= reading.value.year <= LAST_YEAR:
        return _far(reading.value.year)
    return reading


def read_month(text: str) -> CellReading:
    """Which month is it? The text YYYY-MM; a day in it (as spreadsheets make it) is refused."""
    found = _MONTH.fullmatch(text)
    if found and 1 <= int(found[2]) <= 12 and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return CellReading(text)
    return unreadable_cell(
        ProblemCode.NOT_A_MONTH, "is not a month.", "Write the year and month as 2024-03."
    )


def _iso(text: str) -> CellReading:
    found = _ISO.fullmatch(text)
    if not found:
        return _why_no_day(text)
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return unreadable_cell(
            ProblemCode.NOT_A_DATE, "is not a day of the calendar.", "Look up the right day."
        )
    return CellReading(day, _DROPPED if found[2] and set(found[2]) & set("123456789") else None)


def _declared(text: str, form: str) -> CellReading:
    try:
        moment = datetime.strptime(text, form)
    except (ValueError, OverflowError):
        says = f'does not follow the format "{form}" that client.yml sets.'
        return unreadable_cell(
            ProblemCode.NOT_A_DATE, says, "Mend the cell, or dates: for this table."
        )
    timed = moment.hour or moment.minute or moment.second
    return CellReading(moment.date(), _DROPPED if timed else None)


def _far(year: int) -> CellReading:
    if year in _JALALI:
        says = "has a year that looks like the Jalali calendar."
        return unreadable_cell(
            ProblemCode.NOT_A_DATE, says, "Write the Gregorian day, as 2024-03-01."
        )
    says = f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}."
    return unreadable_cell(ProblemCode.NOT_A_DATE, says, "Look up the right day.")


def _why_no_day(text: str) -> CellReading:
    if found := _THREE.fullmatch(text):
        return _three(found)
    if found := _YEAR_FIRST.fullmatch(text):
        return _not_iso(_setting(f"%Y{found[1]}%m{found[1]}%d"))
    if re.fullmatch(r"\d{8}", text, re.ASCII):
        return _not_iso(_setting("%Y%m%d"))
    if re.fullmatch(r"\d{5}([.,]\d+)?", text, re.ASCII):
        says = "is a number; it looks like a date that lost its format in a spreadsheet."
        return unreadable_cell(
            ProblemCode.NOT_A_DATE, says, "Format the column as a date and save it again."
        )
    if _IS_ISO.fullmatch(text):
        says = "goes on after the day with something that is no time."
        return unreadable_cell(ProblemCode.NOT_A_DATE, says, "Write YYYY-MM-DD.")
    return _not_iso('Write it so, or set dates: (such as "%d.%m.%Y") for this table in client.yml.')


def _three(found: re.Match[str]) -> CellReading:
    first, sign, second = int(found[1]), found[2], int(found[3])
    year = "%Y" if len(found[4]) == 4 else "%y"
    day_first, month_first = f"%d{sign}%m{sign}{year}", f"%m{sign}%d{sign}{year}"
    if first > 12 or second > 12:
        return _not_iso(_setting(day_first if first > 12 else month_first))
    fix = f'{_setting(day_first)} Or dates: "{month_first}", if the month stands first.'
    return unreadable_cell(
        ProblemCode.NOT_A_DATE, "can be read two ways: day first or month first.", fix
    )


def _setting(form: str) -> str:
    return f'Set dates: "{form}" for this table in client.yml, or re-save it as YYYY-MM-DD.'


def _not_iso(fix: str) -> CellReading:
    return unreadable_cell(ProblemCode.NOT_A_DATE, "is not a date as YYYY-MM-DD.", fix)


CLAIMS_JOINED_BY = ";"
_CASE = CellProblem("note", ProblemCode.CATEGORY_CASE, "is read in small letters.")
_AGAIN = CellProblem("note", ProblemCode.REPEATED_CLAIM, "names a claim twice; it counts once.")


def read_category(text: str, values: tuple[str, ...]) -> CellReading:
    """Which of the known words is it? Capitals are read as small letters, with a note.

    >>> read_category("Buyer", ("buyer", "consumer")).value
    'buyer'
    """
    if text in values:
        return CellReading(text)
    if text.casefold() in values:
        return CellReading(text.casefold(), _CASE)
    fix = f"Write one of: {', '.join(values)}."
    return CellReading(
        None,
        CellProblem("error", ProblemCode.UNKNOWN_CATEGORY, "is not known here.", fix, text, values),
    )


def read_claims(text: str, attributes: tuple[str, ...]) -> CellReading:
    """Which attributes are claimed? Joined by `;`, each once, in their order.

    >>> read_claims("price; dryness;price", ("price", "dryness")).value
    'price;dryness'
    """
    claims = [c for c in (part.strip() for part in text.split(CLAIMS_JOINED_BY)) if c]
    unknown = [c for c in claims if c not in attributes]
    if unknown:
        return _unknown(unknown[0], attributes)
    once = list(dict.fromkeys(claims))
    return CellReading(
        CLAIMS_JOINED_BY.join(once) or None, _AGAIN if len(once) < len(claims) else None
    )


def read_name(text: str) -> CellReading:
    """Is it a name that results can be labelled with?"""
    if ":" not in text and CLAIMS_JOINED_BY not in text:
        return CellReading(text)
    fix = "These signs join names in results; use another, such as a hyphen."
    return unreadable_cell(ProblemCode.RESERVED_SIGN, "has : or ; in a name.", fix)


def _unknown(claim: str, attributes: tuple[str, ...]) -> CellReading:
    if not attributes:
        fix = "client.yml declares no attributes; declare those that messages promise."
    elif any(sign in claim for sign in ",|/+"):
        fix = "Join claims by ; and name each as in client.yml."
    else:
        fix = f"client.yml has: {list_names(attributes)}."
    says = f"claims {quote_text(claim)}, which is not an attribute of this client."
    remark = CellProblem("error", ProblemCode.UNKNOWN_ATTRIBUTE, says, fix, claim, attributes)
    return CellReading(None, remark)
