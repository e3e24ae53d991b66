"""Header → columns of the contract, and raw cells → a typed column each.

Every other column of the file is named. Every distinct text is read once, and every reason told
with its rows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.client.cells import (
    read_category,
    read_claims,
    read_date,
    read_month,
    read_name,
    read_number,
    read_whole,
)
from toolkit.client.grid import Grid, RawColumn, RowNumbers, canonical_text
from toolkit.client.problems import (
    MOST_SHOWN,
    CellProblem,
    CellReading,
    ProblemCode,
    ProblemList,
    list_names,
    quote_text,
    shorten_text,
    unreadable_cell,
)
from toolkit.contract import Column, is_personal_column
from toolkit.errors import did_you_mean


def match_columns(
    grid: Grid, columns: Sequence[Column], mapped: Mapping[str, str], ledger: ProblemList
) -> dict[str, int]:
    """In which column of the file does each column of the contract stand?

    `mapped` leads from the contract's names to the file's, where client.yml says so. A name
    counts only as it is written; another case or spelling is an error that says what was meant.
    """
    _duplicates(grid, ledger)
    found: dict[str, int] = {}
    told = set[str]()
    for column in columns:
        written = mapped.get(column.name, column.name)
        if written in grid.header:
            found[column.name] = grid.header.index(written)
        else:
            told |= _absent(column, written, column.name in mapped, grid.header, ledger)
    _extras(grid, columns, set(found.values()), told, ledger)
    return found


def _folded_name(name: str) -> str:
    """The name without case, accents, invisible signs and the kind of gap between its words.

    >>> _folded_name("Buyer ID") == _folded_name("buyer\u200b_ıd") == "buyer_id"
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold().replace("ı", "i")
    kept = [c for c in plain if unicodedata.category(c) not in ("Mn", "Cf")]
    return "_".join("".join(c if c.isalnum() else " " for c in kept).split())


def _duplicates(grid: Grid, ledger: ProblemList) -> None:
    named = [name for name in grid.header if name]
    for name in dict.fromkeys(n for n in named if named.count(n) > 1):
        places = [i + 1 for i, n in enumerate(grid.header) if n == name]
        message = (
            f"The column stands {len(places)} times (as columns {list_names(map(str, places))})."
        )
        fix = "Keep one of them, or give the others another name."
        lines = [] if grid.top is None else [grid.top]
        ledger.add(
            *("error", ProblemCode.DUPLICATE_COLUMN, message, fix),
            lines=lines,
            column=name,
            quotes=[name],  # in a file without a header it is a cell of the first row
        )


def _absent(
    column: Column, written: str, mapped: bool, header: Sequence[str], ledger: ProblemList
) -> set[str]:
    """Say what is missing, if it must be there or was misspelt; which names that speaks of."""
    variants = [h for h in header if h and _folded_name(h) == _folded_name(written)]
    if variants:
        fix = f"Did you mean {quote_text(written)}? Write it so, or set columns: "
        fix += f"{{{column.name}: {quote_text(variants[0])}}} for this table in client.yml."
        code = ProblemCode.MISSING_COLUMN if column.required else ProblemCode.MISSPELT_COLUMN
        message = f"is not written as expected: {quote_text(written)}."
        ledger.add("error", code, f"The column {message}", fix, column=variants[0])
        return {variants[0]}
    if column.required or mapped:
        message, fix = _missing(column, written, mapped, header)
        quotes = [list_names(header), *(quote_text(h) for h in header)]
        ledger.add("error", ProblemCode.MISSING_COLUMN, message, fix, quotes=quotes)
    return set()


def _missing(column: Column, written: str, mapped: bool, header: Sequence[str]) -> tuple[str, str]:
    what = f"{quote_text(written)} ({column.says})" if not mapped else quote_text(written)
    why = "is required" if not mapped else f"is set as {column.name} in client.yml"
    near = did_you_mean(written, [h for h in header if h]).strip()
    found = f"The file has: {list_names(header)}."
    message = f"The column {what} {why}, and is missing."
    hint = f"Add it, or set columns: {{{column.name}: its name in the file}} in client.yml."
    return message, " ".join(filter(None, (near, found, hint)))


def _extras(
    grid: Grid, columns: Sequence[Column], used: set[int], told: set[str], ledger: ProblemList
) -> None:
    names = [c.name for c in columns]
    for i, name in enumerate(grid.header):
        if i in used or (not name and grid.columns[i].blank.all()):
            continue
        if name and name in grid.header[:i]:
            continue  # an error says already that it stands twice
        if not name:
            message = f"Column {i + 1} has no name in the header; it is not read."
            ledger.add("note", ProblemCode.UNKNOWN_COLUMN, message, "Give it a name.")
        elif name not in told:
            message, fix = _unknown(name, names)
            ledger.add("note", ProblemCode.UNKNOWN_COLUMN, message, fix, column=name)


def _unknown(name: str, known: Sequence[str]) -> tuple[str, str]:
    message = "The column is not in the contract; it is not read."
    stem, _, attribute = name.partition("_")
    if stem in ("importance", "performance") and attribute:
        fix = f"Declare the attribute {quote_text(attribute)} in client.yml if it is to count."
        return f"{message}{did_you_mean(name, known)}", fix
    return message, did_you_mean(name, known).strip()


NAMES_IN_RESULTS = ("campaign",)  # columns whose cells must not hold : or ;
_REFUNDS = "; refunds belong in a table of their own."


@dataclass(frozen=True)
class ColumnReader:
    """How is a cell of one column read? `low` and `high` are None where there is no bound."""

    column: Column
    decimal: str = "."
    dates: str | None = None
    attributes: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def __call__(self, text: str) -> CellReading:
        """What does the text of one cell say?"""
        match self.column.type:
            case "number":
                return self._bounded(read_number(text, self.decimal))
            case "whole":
                return self._bounded(read_whole(text, self.decimal))
            case "date":
                return read_date(text, self.dates)
            case "month":
                return read_month(text)
            case "category":
                return read_category(text, self.column.values)
            case "claims":
                return read_claims(text, self.attributes)
        return read_name(text) if self.column.name in NAMES_IN_RESULTS else CellReading(text)

    def native(self) -> ColumnReader:
        """How a number or date of the file's own type is read: with a dot, as an ISO date."""
        return replace(self, decimal=".", dates=None)

    def _bounded(self, reading: CellReading) -> CellReading:
        value = reading.value
        if not isinstance(value, float) or self.low is None or self._within(value):
            return reading
        if self.high is None:
            refund = self.column.name == "amount"
            fix = f"A number from {self.low:g} on is expected{_REFUNDS if refund else '.'}"
            return unreadable_cell(ProblemCode.BELOW_ZERO, f"is below {self.low:g}.", fix)
        says = f"lies outside {self.low:g} to {self.high:g}."
        scale = self.column.scale
        fix = f"Mend it, or set scales: {{{scale}: [lowest, highest]}}." if scale else "Mend it."
        return unreadable_cell(
            ProblemCode.OUT_OF_SCALE, says, f"{fix} Leave it empty where there is no answer."
        )

    def _within(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def read_column(
    reader: ColumnReader, written: str, cells: RawColumn, lines: RowNumbers, ledger: ProblemList
) -> pd.Series:
    """What does the column hold? One value a row, missing where the cell is empty or wrong.

    Text, categories, claims and months come as `str`, numbers as float64, dates as
    datetime64[us]; `pd.isna` holds for what is missing. `written` is the column's name in the
    file. Problems and notes go to the ledger, alike cells as one.
    """
    texts = [canonical_text(text) for text in cells.texts]
    told = _ColumnProblems(reader.column, written, cells, lines, ledger)
    told.tell(_spaced(cells.texts))
    told.tell(_composed(cells.texts))
    if reader.column.type == "text":
        told.tell([NATIVE_TEXT if k in ("number", "date") else None for k in cells.kinds])
    if reader.column.required and reader.column.type != "claims":  # no claims: row is left out
        told.tell([None if text else EMPTY for text in texts])
    readings = [read_cell(reader, t, k) for t, k in zip(texts, cells.kinds, strict=True)]
    told.tell([r.remark for r in readings])
    return _series(reader.column.type, [r.value for r in readings], cells.codes)


def empty_column(column: Column, rows: int) -> pd.Series:
    """A column of that type that holds nothing."""
    return _series(column.type, [None], np.zeros(rows, dtype=np.intp))


NATIVE_TEXT = CellProblem(
    "note",
    ProblemCode.NUMBER_AS_TEXT,
    "is a number or a date in the file, and is kept as text; zeros before it, if any, are lost.",
)
SPACES = CellProblem(
    "note", ProblemCode.TRIMMED_SPACES, "has spaces around it; they are taken off."
)
LETTERS = CellProblem(
    "note", ProblemCode.COMPOSED_LETTERS, "has letters made of parts; they are composed."
)
EMPTY = CellProblem("error", ProblemCode.EMPTY_CELL, "is required, and is empty.", "Fill the cell.")
_FORMULA = unreadable_cell(
    ProblemCode.BROKEN_FORMULA,
    "has no value that can be read (a formula that was never calculated, or an error).",
    "Open the file in Excel, mend the formula, and save it again.",
)


def read_cell(reader: ColumnReader, text: str, kind: str) -> CellReading:
    """What does a cell of that kind hold?"""
    if not text:
        return CellReading(None)
    if kind == "error":
        return _FORMULA
    if kind == "date" and reader.column.type == "month" and text.endswith("-01"):
        return reader(text[:7])  # a spreadsheet turns 2024-03 into the first of March
    return reader(text) if kind == "text" else reader.native()(text)


def _spaced(texts: Sequence[str]) -> list[CellProblem | None]:
    return [SPACES if t != (bare := t.strip()) and bare else None for t in texts]


def _composed(texts: Sequence[str]) -> list[CellProblem | None]:
    return [LETTERS if not t.isascii() and canonical_text(t) != t.strip() else None for t in texts]


@dataclass(frozen=True)
class _ColumnProblems:
    """Turns remarks on distinct texts into problems with the lines of all their rows."""

    column: Column
    written: str
    cells: RawColumn
    lines: RowNumbers
    ledger: ProblemList

    def tell(self, remarks: Sequence[CellProblem | None]) -> None:
        """Report the remarks, one for each distinct text; beyond SHOWN the last takes them in."""
        kinds = list(dict.fromkeys(r for r in remarks if r is not None))
        if not kinds:
            return
        number = {remark: min(i, MOST_SHOWN) for i, remark in enumerate(kinds)}
        groups = np.array([number[r] if r is not None else -1 for r in remarks])
        of_rows = groups[self.cells.codes]
        for i, remark in enumerate(kinds[: MOST_SHOWN + 1]):
            rows = np.flatnonzero(of_rows == i)
            if len(rows):
                self._add(remark, rows)

    def _add(self, remark: CellProblem, rows: RowNumbers) -> None:
        text = self.cells.texts[self.cells.codes[rows[0]]]
        add_cell_problem(
            self.column, self.written, remark, text, self.lines[rows].tolist(), self.ledger
        )


def add_cell_problem(
    column: Column,
    written: str,
    remark: CellProblem,
    text: str,
    lines: Sequence[int],
    ledger: ProblemList,
    count: int | None = None,
) -> None:
    """Put a remark on cells that are alike into the ledger: the first one's text, their lines."""
    hidden = is_personal_column(column) or not text.strip()
    start = "The cell" if hidden else quote_text(text.strip())
    ledger.add(
        remark.kind,
        remark.code,
        f"{start} {remark.says}",
        remark.fix + did_you_mean(remark.word, remark.known),
        lines=lines,
        column=written,
        value=None if hidden else shorten_text(text),
        count=count,
        quotes=[] if hidden else [start, quote_text(remark.word or text)],
    )


def _series(type: str, values: Sequence[object], codes: RowNumbers) -> pd.Series:
    if not len(codes):
        values, codes = [None], np.zeros(0, dtype=np.intp)
    convert = _CONVERT.get(type, _as_text)
    return convert(values).take(codes).reset_index(drop=True)


def _as_text(values: Sequence[object]) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def _as_number(values: Sequence[object]) -> pd.Series:
    return pd.Series(list(values), dtype="float64")


def _as_date(values: Sequence[object]) -> pd.Series:
    return pd.Series(np.array(list(values), dtype="datetime64[us]"))


_CONVERT: dict[str, Callable[[Sequence[object]], pd.Series]] = {
    "number": _as_number,
    "whole": _as_number,
    "date": _as_date,
}
