"""A table as read: a header, and each column as distinct texts with a number for every row.

A value that a file itself calls a number or a date becomes a text that can be read back exactly.
Delimited text is read with the physical line of every row, quotes strictly.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.client.config import TableLayout
from toolkit.client.encoding import decode_text
from toolkit.client.problems import ProblemCode, ProblemList, list_names

NATIVE = "\0"  # in a cell of a spreadsheet: stands between "number" or "date" and the text
HEADER_WITHIN = 10  # rows in which a header below titles is looked for

RowNumbers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class RawColumn:
    """One column: row i holds `texts[codes[i]]`.

    `kinds` says for each text whether the file itself calls it a number, a date or an error;
    it is "text" for all that is only written. Each distinct text is so read only once.
    """

    codes: RowNumbers
    texts: tuple[str, ...]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, column: Sequence[str]) -> RawColumn:
        """From one text for each row, a native one as kind, NATIVE, text."""
        codes, distinct = pd.factorize(np.array(column, dtype=object))
        parts = [text.rpartition(NATIVE) for text in distinct]
        texts, kinds = tuple(p[2] for p in parts), tuple(p[0] or "text" for p in parts)
        return cls(codes, texts, kinds)

    @property
    def blank(self) -> npt.NDArray[np.bool_]:
        """In which rows is there nothing? A lone `;`, which joins claims, is nothing too."""
        nothing = np.array([not text.strip(" ;\t") for text in self.texts], dtype=bool)
        return nothing[self.codes] if len(nothing) else np.zeros(0, dtype=bool)


@dataclass(frozen=True, eq=False)
class Grid:
    """A whole table as read; `lines` are physical lines, or a spreadsheet's row numbers.

    `top` is the line of the header, None where the file has no lines.
    """

    header: tuple[str, ...]
    columns: tuple[RawColumn, ...]
    lines: RowNumbers
    top: int | None = None

    @classmethod
    def empty(cls, names: Sequence[str]) -> Grid:
        """A table of that header and no rows."""
        none, header = RawColumn.of([]), tuple(canonical_text(name) for name in names)
        return cls(header, (none,) * len(header), np.zeros(0, dtype=np.intp))

    def __len__(self) -> int:
        return len(self.lines)

    def repeated(self) -> RowNumbers:
        """Which rows say, in all columns, what an earlier row says?"""
        frame = pd.DataFrame({i: c.codes for i, c in enumerate(self.columns)})
        return np.flatnonzero(frame.duplicated().to_numpy())


@dataclass(frozen=True)
class RawRow:
    """One row as read, and the line it begins in."""

    line: int
    cells: Sequence[str]


def canonical_text(text: str) -> str:
    """The one form of a text: composed letters (NFC), no spaces around it.

    >>> canonical_text("  Ays\u0327e ") == "Ayşe"
    True
    """
    return unicodedata.normalize("NFC", text).strip()


def build_grid(
    records: Sequence[RawRow], known: Collection[str], ledger: ProblemList
) -> Grid | None:
    """Do the records make a table? None, with the reasons in the ledger, where they do not.

    `known` are the column names that may stand in the header, as the file writes them. Rows
    that are longer or shorter than the header are errors and are left out of the grid.
    """
    records, blank = [r for r in records if _filled(r)], [r for r in records if not _filled(r)]
    if not records:
        ledger.add(
            "error", ProblemCode.EMPTY_FILE, "No cell holds anything.", "Save the table again."
        )
        return None
    if _header_below(records, known, ledger):
        return None
    header = tuple(canonical_text(c.rpartition(NATIVE)[2]) for c in records[0].cells)
    if commas := [r.line for r in blank if len(r.cells) > 1]:
        ledger.add(
            "note", ProblemCode.BLANK_ROWS, "Rows without any value are passed over.", lines=commas
        )
    body = _even(records[1:], len(header), ledger)
    columns = zip(*(r.cells for r in body), strict=True) if body else ((),) * len(header)
    lines = np.array([r.line for r in body], dtype=np.intp)
    grid = Grid(header, tuple(RawColumn.of(list(c)) for c in columns), lines, records[0].line)
    _headers_inside(grid, ledger)
    return grid


def _filled(record: RawRow) -> bool:
    return bool("".join(record.cells).strip())


def _score(cells: Sequence[str], known: Collection[str]) -> int:
    return len({canonical_text(c) for c in cells} & set(known))


def _header_below(records: Sequence[RawRow], known: Collection[str], ledger: ProblemList) -> bool:
    first = _score(records[0].cells, known)
    for record in records[1:HEADER_WITHIN]:
        if _score(record.cells, known) > max(first, 1):
            message = f"The column names seem to stand in line {record.line}, not in the first row."
            fix = "Take away what stands above them."
            ledger.add("error", ProblemCode.HEADER_NOT_FIRST, message, fix, lines=[records[0].line])
            return True
    return False


def _even(records: Sequence[RawRow], width: int, ledger: ProblemList) -> list[RawRow]:
    uneven: dict[int, list[int]] = {}
    for record in records:
        if len(record.cells) != width:
            uneven.setdefault(len(record.cells), []).append(record.line)
    for cells, lines in uneven.items():
        message = f"The row has {cells} cells, the header {width}."
        fix = "Look for an unquoted delimiter or decimal comma, or for a missing cell."
        ledger.add("error", ProblemCode.RAGGED_ROW, message, fix, lines=lines)
    return [r for r in records if len(r.cells) == width] if uneven else list(records)


def _headers_inside(grid: Grid, ledger: ProblemList) -> None:
    named = [(i, name) for i, name in enumerate(grid.header) if name]
    alike = np.zeros(len(grid), dtype=np.intp)
    for i, name in named:
        cells = grid.columns[i]
        same = np.array([canonical_text(t) == name for t in cells.texts], dtype=bool)
        alike += same[cells.codes] if len(same) else 0
    rows = np.flatnonzero(alike >= max(2, len(named) / 2))
    if len(rows):
        names, fix = list_names(grid.header, 4), "Take the row away."
        message = f"The header stands again as a row ({names})."
        lines = grid.lines[rows].tolist()
        ledger.add("error", ProblemCode.REPEATED_HEADER, message, fix, lines=lines, quotes=[names])


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


def native_text(value: object) -> tuple[str, str]:
    """The value's text, with a dot and as an ISO date, and its kind.

    >>> native_text(7.0), native_text(10.5), native_text(date(2024, 3, 1)), native_text("7.0")
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
        return _number_text(value), "number"
    return str(value), "text"


def _number_text(value: int | float | Decimal) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
LOOKED_AT = 20  # rows below the header in which a decimal comma is looked for
_COMMA = re.compile(r'"?[-+]?[\d.]*\d,\d+"?', re.ASCII)


def read_delimited(
    data: bytes, layout: TableLayout, known: Collection[str], ledger: ProblemList
) -> Grid | None:
    """Which table does the file hold? None, with the reasons, where it cannot be read."""
    text = decode_text(data, layout.encoding, ledger)
    if text is None or _other_delimiter(text, layout, known, ledger):
        return None
    records = _records(text, layout.delimiter, ledger)
    return build_grid(records, known, ledger) if records is not None else None


def _records(text: str, delimiter: str, ledger: ProblemList) -> list[RawRow] | None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[RawRow] = []
    before = 0
    try:
        for cells in reader:
            records.append(RawRow(before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        _broken(str(error), before + 1, ledger)
        return None
    return records


def _broken(reason: str, line: int, ledger: ProblemList) -> None:
    if "expected after" in reason:
        message = "After a closing quote more text follows in the same cell."
        fix = 'Write a quote inside a quoted cell twice: "".'
    else:  # the end of the file, or a cell of absurd length, came before the closing quote
        message = "A quote that opens in this row is never closed."
        fix = "Close it, or take it away."
    ledger.add("error", ProblemCode.BROKEN_QUOTE, message, fix, lines=[line])


def _other_delimiter(
    text: str, layout: TableLayout, known: Collection[str], ledger: ProblemList
) -> bool:
    delimiter, header = layout.delimiter, text.lstrip().split("\n", 1)[0].split("\r", 1)[0]
    if len(header) > csv.field_size_limit():
        return False
    names = {d: _names(header, d, known) for d in dict.fromkeys((delimiter, *DELIMITERS))}
    best = max(names, key=lambda d: len(names[d]))
    if best == delimiter or len(names[best]) <= max(1, len(names[delimiter])):
        return False
    said = repr(delimiter).strip("'")
    message = f'The columns are not parted by "{said}"; {DELIMITERS[best]} would fit.'
    setting = 'delimiter: "\\t"' if best == "\t" else f'delimiter: "{best}"'
    setting += ' and decimal: ","' if _decimal_comma(text, best, layout.decimal) else ""
    fix = f"Set {setting} for this table in client.yml. (Then: {list_names(names[best])})"
    ledger.add("error", ProblemCode.WRONG_DELIMITER, message, fix, lines=[1])
    return True


def _names(header: str, delimiter: str, known: Collection[str]) -> list[str]:
    """The known names in the header, each once, in the file's order."""
    parts = (canonical_text(part.strip().strip('"')) for part in header.split(delimiter))
    return list(dict.fromkeys(part for part in parts if part in known))


def _decimal_comma(text: str, delimiter: str, decimal: str) -> bool:
    """Do cells look like 10,5 once the right delimiter parts them?"""
    if delimiter == "," or decimal == ",":
        return False
    rows = text.lstrip().splitlines()[1 : 1 + LOOKED_AT]
    return any(_COMMA.fullmatch(cell.strip()) for row in rows for cell in row.split(delimiter))
