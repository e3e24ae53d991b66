"""How the file of one table is built, where it differs from the plain form."""

from __future__ import annotations

import codecs
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from toolkit.client.encoding import ENCODINGS
from toolkit.client.problems import ProblemCode, quote_text
from toolkit.client.yaml import YamlSection
from toolkit.contract import TABLES
from toolkit.errors import did_you_mean

LAYOUT_KEYS = ("file", "sheet", "delimiter", "decimal", "dates", "encoding", "columns")

_NO_DELIMITER = " \"'_.-+" + string.ascii_letters + string.digits


@dataclass(frozen=True)
class TableLayout:
    """Where a table's file is and how its cells are written.

    `dates` is a strptime format, None for YYYY-MM-DD; `encoding` None means UTF-8, or UTF-16
    with its mark; `columns` leads from the contract's names to the file's; `line` is where
    client.yml names the file.
    """

    file: str | None = None
    line: int | None = None
    sheet: str | None = None
    delimiter: str = ","
    decimal: str = "."
    dates: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def read_layouts(tables: YamlSection, known: Mapping[str, Sequence[str]]) -> dict[str, TableLayout]:
    """How is each table's file built? `known` has the column names of every table."""
    layouts = {}
    for name in tables.keys:
        if name in TABLES:
            layouts[name] = _layout(tables.section(name, LAYOUT_KEYS), known[name])
    return layouts


def _layout(section: YamlSection, known: Sequence[str]) -> TableLayout:
    return TableLayout(
        file=section.text("file") or None,
        line=section.line("file") if section.has("file") else None,
        sheet=section.text("sheet") or None,
        delimiter=_delimiter(section),
        decimal=section.choice("decimal", (".", ","), "."),
        dates=_dates(section),
        encoding=_encoding(section),
        columns=_columns(section.section("columns", None), known),
    )


def _delimiter(section: YamlSection) -> str:
    if not section.has("delimiter"):
        return ","
    written = section.raw("delimiter")  # a tab would be trimmed
    text = "\t" if written in ("tab", r"\t") else written
    if text == "\t" or (len(text) == 1 and text.isprintable() and text not in _NO_DELIMITER):
        return text
    section.wrong("delimiter", f"is {quote_text(text)}", r'Write one sign: ";", ",", "|" or "\t".')
    return ","


def _dates(section: YamlSection) -> str | None:
    form = section.text("dates")
    if not form:
        return None
    if all(_carries(form, day) for day in (datetime(2024, 3, 14), datetime(2009, 12, 1))):
        return form
    fix = 'Write a format with year, month and day, such as "%d.%m.%Y".'
    section.wrong("dates", f"is {quote_text(form)}, which cannot carry a date", fix)
    return None


def _carries(form: str, day: datetime) -> bool:
    try:
        return datetime.strptime(day.strftime(form), form).date() == day.date()
    except (ValueError, re.error):  # re.error: a directive stands twice
        return False


def _encoding(section: YamlSection) -> str | None:
    name = section.text("encoding")
    if not name:
        return None
    try:
        known = codecs.lookup(name).name in {codecs.lookup(e).name for e in ENCODINGS}
    except (LookupError, ValueError):  # ValueError: a sign that no name can have
        known = False
    if known:
        return name
    fix = f"Write one of: {', '.join(ENCODINGS)}.{did_you_mean(name, ENCODINGS)}"
    section.wrong("encoding", f"is {quote_text(name)}, which is not read", fix)
    return None


def _columns(section: YamlSection, known: Sequence[str]) -> dict[str, str]:
    columns = {name: section.text(name) for name in section.keys if section.has(name)}
    for name in (name for name in columns if name not in known):
        fix = did_you_mean(name, known).strip() or "Left is the contract's name, right the file's."
        section.wrong(name, "is not a column of the contract", fix, ProblemCode.UNKNOWN_KEY)
    return {name: written for name, written in columns.items() if name in known and written}
