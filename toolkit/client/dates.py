"""Text → day or month, in the declared form and no other; what is no day is explained."""

from __future__ import annotations

import re
from datetime import date, datetime

from toolkit.client.problems import CellProblem, CellReading, ProblemCode, unreadable_cell

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
        return _why_not(text)
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


def _why_not(text: str) -> CellReading:
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
