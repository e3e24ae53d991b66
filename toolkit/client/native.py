"""A value that a file itself calls a number or a date, as a text that can be read back exactly."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

NO_VALUE = "a formula without a stored value"
EXCEL_ERRORS = frozenset(
    (
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    )
)


def native(value: object) -> tuple[str, str]:
    """The value's text, with a dot and as an ISO date, and its kind.

    >>> native(7.0), native(10.5), native(date(2024, 3, 1)), native("7.0")
    (('7', 'number'), ('10.5', 'number'), ('2024-03-01', 'date'), ('7.0', 'text'))
    """
    if value is None:
        return "", "text"
    if isinstance(value, str):
        return (value, "error") if value in EXCEL_ERRORS else (value.replace("\0", ""), "text")
    if isinstance(value, bool):
        return str(value).upper(), "text"
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return (value.date().isoformat() if midnight else value.isoformat(" ")), "date"
    if isinstance(value, date):
        return value.isoformat(), "date"
    if isinstance(value, int | float | Decimal):
        return _number(value), "number"
    return str(value), "text"


def _number(value: int | float | Decimal) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
