"""Is every error told with its place, and is what was read what the files say?"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from tests.faults.fuzz.reparse import Sheet, settings, sheets
from toolkit.client.model import Client
from toolkit.client.problems import ProblemCode
from toolkit.contract import Column, contract_columns
from toolkit.errors import Problem

OF_CELLS = {
    ProblemCode.EMPTY_CELL,
    ProblemCode.NOT_A_NUMBER,
    ProblemCode.NOT_WHOLE,
    ProblemCode.NOT_A_DATE,
    ProblemCode.NOT_A_MONTH,
    ProblemCode.UNKNOWN_CATEGORY,
    ProblemCode.UNKNOWN_ATTRIBUTE,
    ProblemCode.OUT_OF_SCALE,
    ProblemCode.BELOW_ZERO,
    ProblemCode.BROKEN_FORMULA,
    ProblemCode.DUPLICATE_KEY,
    ProblemCode.RAGGED_ROW,
    ProblemCode.BROKEN_QUOTE,
    ProblemCode.REPEATED_HEADER,
    ProblemCode.HEADER_NOT_FIRST,
}
ALONE = ("name", "about", "currency", "language", "setting")
MARK = "\ufeff"  # of an encoding, which a file saved twice may hold twice
EXCUSED = {ProblemCode.NUMBER_AS_TEXT}


def unplaced(problems: Sequence[Problem]) -> list[str]:
    """Which problems do not say where, or what?"""
    lost = [p for p in problems if not p.file or not p.message.strip()]
    cells = [p for p in problems if p.kind == "error" and p.code in OF_CELLS and p.line is None]
    return [f"told without its place: {p}" for p in (*lost, *cells)]


def silent(folder: Path, client: Client) -> list[str]:
    """What was read otherwise than the files say, and not told?"""
    wrong = list(_settings(folder, client))
    for table, sheet in sheets(folder, client):
        wrong += [f"{table}: {said}" for said in _table(folder, client, table, sheet)]
    return wrong


def _settings(folder: Path, client: Client) -> Iterator[str]:
    told = settings(folder)
    for key in ALONE:
        if (text := _plain(told.get(key))) and text != getattr(client, key):
            yield f"client.yml: {key} is read as {getattr(client, key)!r}, and says {text!r}"
    if (margin := told.get("margin")) and float(margin) != client.margin:
        yield f"client.yml: margin is read as {client.margin}, and says {margin}"
    for id, more in (told.get("attributes") or {}).items():
        label = _plain((more or {}).get("label")) if isinstance(more, dict) else ""
        if label and client.attributes[id].label != label:
            yield f"client.yml: the label of {id} is another"


def _table(folder: Path, client: Client, table: str, sheet: Sheet) -> Iterator[str]:
    frame = client.frames.get(table, pd.DataFrame())
    if len(frame) != len(sheet.rows):
        yield f"{len(sheet.rows)} rows are read as {len(frame)}"
        return
    header = [_plain(name).removeprefix(MARK) for name in sheet.header]
    written = (settings(folder).get("tables") or {}).get(table) or {}
    names = written.get("columns") or {}
    used = set[int]()
    for column in contract_columns(table, client.attributes, client.traits):
        name = _plain(names.get(column.name) or column.name)
        if name in header:
            place = header.index(name)
            used.add(place)
            cells = [row[place] if place < len(row) else None for row in sheet.rows]
            if not _excused(client, table, name):
                yield from _column(column, cells, frame[column.name], sheet)
    told = {p.column for p in client.problems}
    unread = [n for i, n in enumerate(header) if i not in used and n and n not in told]
    yield from (f"the column {name[:40]!r} is not read" for name in unread)


def _column(
    column: Column, cells: Sequence[object], read: pd.Series, sheet: Sheet
) -> Iterator[str]:
    for row, (cell, value) in enumerate(zip(cells, read, strict=True), 1):
        meant = _meant(column, cell, sheet)
        if meant is None and column.default is not None:
            continue  # the contract's default, which a note tells
        if meant is None and pd.isna(value):
            continue
        if meant is None or pd.isna(value) or not _same(meant, value):
            yield f"{column.name}, row {row}: {str(cell)[:40]!r} is read as {value!r}"


def _meant(column: Column, cell: object, sheet: Sheet) -> object:
    """The value that a cell states, by the plainest reading; None where it holds nothing."""
    text = _plain(cell)
    if not text or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if column.type in ("number", "whole"):
        return float(text.replace(sheet.decimal, ".") if isinstance(cell, str) else text)
    if column.type == "date":
        return _day(cell, text, sheet.dates)
    if column.type == "category":
        return text.casefold()
    if column.type == "claims":
        parts = [part.strip() for part in text.split(";")]
        return ";".join(dict.fromkeys(filter(None, parts))) or None
    return text[:7] if column.type == "month" else text


def _day(cell: object, text: str, form: str | None) -> date:
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    return datetime.strptime(text, form).date() if form else date.fromisoformat(text[:10])


def _same(meant: object, value: object) -> bool:
    if isinstance(value, pd.Timestamp):
        return value.date() == meant
    return value == meant


def _plain(cell: object) -> str:
    """A cell as its program shows it."""
    if isinstance(cell, bool):
        return str(cell).upper()
    return "" if cell is None else unicodedata.normalize("NFC", str(cell)).strip()


def _excused(client: Client, table: str, name: str) -> bool:
    """Does a note say already that the column's numbers are kept as text?"""
    file = client.sources[table].file
    return any(p.code in EXCUSED and p.column == name and p.file == file for p in client.problems)
