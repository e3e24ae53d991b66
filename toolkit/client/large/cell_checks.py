"""What is wrong with cells that are too many to look at one by one? Counted where they lie.

The cells of one column in SQL: which are written plainly, what they hold, what is odd.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pandas as pd

from toolkit.client.cells import FIRST_YEAR, LAST_YEAR
from toolkit.client.columns import (
    EMPTY,
    LETTERS,
    NATIVE_TEXT,
    SPACES,
    ColumnReader,
    add_cell_problem,
    read_cell,
)
from toolkit.client.grid import native_text
from toolkit.client.large.duckdb_store import ROWS_A_FILE, sql_name, sql_text
from toolkit.client.problems import LINES_NAMED, CellProblem, ProblemCode, ProblemList
from toolkit.contract import TOO_LARGE

_GAPS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())  # what str.strip takes away
_GAP_CODES = ", ".join(str(ord(gap)) for gap in _GAPS) + ", 0"  # 0: the empty text
_NUMBER_KINDS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL")
_ISO_TIME = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[-+]\d{2}:?\d{2}))?"


@dataclass(frozen=True)
class SqlColumn:
    """A column as SQL; `kind` is DuckDB's name of its type in the file.

    A cell is plain where SQL reads it as the reader of small files would; whatever is not goes to
    that reader itself.
    """

    reader: ColumnReader
    kind: str
    tidy: bool = False  # is every cell in ASCII, and none has spaces around it?

    @property
    def name(self) -> str:
        """The column, as SQL writes it."""
        return sql_name(self.reader.column.name)

    @property
    def native(self) -> bool:
        """Does the file itself call it a number or a date?"""
        return self.kind != "VARCHAR"

    @property
    def known(self) -> bool:
        """Can columns of that kind be read?"""
        if not self.native:
            return True
        match self.reader.column.type:
            case "number":
                return self.kind.startswith(_NUMBER_KINDS) or "INT" in self.kind
            case "date":
                return self.kind.startswith(("DATE", "TIMESTAMP"))
        return "INT" in self.kind and self.reader.column.type == "text"

    @property
    def untidy(self) -> str:
        """Is the cell a text that has letters beyond ASCII, or that may have spaces around it?"""
        if self.native:
            return "false"
        text = self.name
        return f"strlen({text}) <> length({text}) OR ord({text}) <= 32 OR ord({text}[-1]) <= 32"

    @property
    def bare(self) -> str:
        """The text without spaces around it, or NULL; SQL's own trim is slow, so only if needed."""
        if self.native or self.tidy:
            return self.name if self.tidy else f"{self.name}::VARCHAR"
        ends = " AND ".join(f"ord({self.name}{end}) NOT IN ({_GAP_CODES})" for end in ("", "[-1]"))
        trimmed = f"nullif(trim({self.name}, {sql_text(_GAPS)}), '')"
        return f"(CASE WHEN {ends} THEN {self.name} ELSE {trimmed} END)"

    @property
    def canonical(self) -> str:
        """The text in its one form, or NULL."""
        if self.native or self.tidy:
            return self.bare
        ascii_only = f"strlen({self.name}) = length({self.name})"
        return f"(CASE WHEN {ascii_only} THEN {self.bare} ELSE nfc_normalize({self.bare}) END)"

    @property
    def value(self) -> str:
        """What the cell holds, where it is plain."""
        match self.reader.column.type:
            case "number":
                return f"(TRY_CAST({self._dotted} AS DOUBLE) + 0.0)"
            case "date":
                return f"TRY_CAST({self._day} AS DATE)"
        return self.canonical

    @property
    def plain(self) -> str:
        """Is the cell plain? A text always is; an empty cell is none of this concern."""
        match self.reader.column.type:
            case "number":
                return self._plain_number
            case "date":
                return self._plain_date
            case "category":
                return f"{self.canonical} IN ({', '.join(map(sql_text, self._words))})"
        return "true"

    @property
    def timed(self) -> str:
        """Does the date come with a time of day, which is dropped?"""
        if self.reader.column.type != "date":
            return "false"
        if self.native:
            return f"{self.name} <> date_trunc('day', {self.name})"
        return f"strlen({self.name}) > 10 AND regexp_matches({self.bare}[11:], '[1-9]')"

    @property
    def _words(self) -> tuple[str, ...]:
        return self.reader.column.values

    @property
    def _dotted(self) -> str:
        comma = not self.native and self.reader.decimal == ","
        return (
            f"replace({self.bare}, ',', '.')" if comma else self.name if self.native else self.bare
        )

    @property
    def _plain_number(self) -> str:
        low = -TOO_LARGE if self.reader.low is None else self.reader.low
        high = TOO_LARGE if self.reader.high is None else self.reader.high
        other = "." if self.reader.decimal == "," else ","
        fits = f"{self.value} BETWEEN {low} AND {high} AND abs({self.value}) < {TOO_LARGE}"
        return fits if self.native else f"{fits} AND NOT regexp_matches({self.bare}, '[_{other}]')"

    @property
    def _day(self) -> str:
        if self.native:
            return self.name
        form = self.reader.dates
        return (
            f"{self.bare}[:10]" if form is None else f"TRY_STRPTIME({self.bare}, {sql_text(form)})"
        )

    @property
    def _plain_date(self) -> str:
        inside = f"{self.value} BETWEEN '{FIRST_YEAR}-01-01' AND '{LAST_YEAR}-12-31'"
        if self.native:
            return inside
        if self.reader.dates is None:
            iso = f"regexp_full_match({self.bare}, '{_ISO_TIME}')"
            dashes = f"strlen({self.bare}) = 10 AND {self.bare}[5] = '-' AND {self.bare}[8] = '-'"
            return f"{inside} AND (({dashes}) OR {iso})"
        back = f"strftime({self._day}, {sql_text(self.reader.dates)}) = {self.bare}"
        return f"{inside} AND {back} AND {self._day} = date_trunc('day', {self._day})"


MOST_ODD = 100_000  # different cells of a column that the reader of single cells looks at
LONGEST = 10_000  # bytes of a text
_TIME_DROPPED = CellProblem(
    "note", ProblemCode.TIME_DROPPED, "has a time of day, which is dropped."
)


@dataclass(frozen=True)
class ColumnChecks:
    """The columns of `raw`, and where what is wrong with them is told.

    `written` are the columns' names in the file, `files` the names of the files.
    """

    store: duckdb.DuckDBPyConnection
    cells: Mapping[str, SqlColumn]
    written: Mapping[str, str]
    files: Sequence[str]
    ledger: ProblemList

    def tell(self) -> None:
        """Tell what is wrong with every column; for odd cells that are right, keep what they hold.

        All is counted in one pass; only what is there is looked for again. Makes a table
        `odd_COLUMN` (cell, value) for each column where SQL does not read all.
        """
        for name, cell in self.cells.items():
            if not cell.known:
                message = f"The column is of the type {cell.kind} in the file, which is not read."
                fix = f"Save it as {cell.reader.column.type}."
                written = self.written[name]
                self.ledger.add("error", ProblemCode.WRONG_FORMAT, message, fix, column=written)
        if self.ledger.refused:
            return
        asked = [(n, c, *ask) for n, c in self.cells.items() for ask in _asked(c)]
        sums = ", ".join(f"count_if({which})" for _, _, _, which in asked)
        [counts] = self.store.execute(f"SELECT {sums} FROM raw").fetchall()
        for (name, cell, remark, which), count in zip(asked, counts, strict=True):
            if count and remark is None:
                self._odd(name, cell, which)
            elif count and remark:
                _, place, text = self._rows(which, cell.name)
                self._say(name, cell, remark, text, [place], count)

    def endless(self) -> None:
        """Refuse texts so long that a file which holds one for many rows fills any memory."""
        texts = {name: cell for name, cell in self.cells.items() if not cell.native}
        longest = ", ".join(f"coalesce(max(strlen({cell.name})), 0)" for cell in texts.values())
        [sizes] = self.store.execute(f"SELECT {longest or 0} FROM raw").fetchall()
        for (name, cell), size in zip(texts.items(), sizes, strict=False):
            if size > LONGEST:
                message = f"A cell has {size:,} letters; at most {LONGEST:,} are read."
                rows = self._rows(f"strlen({cell.name}) > {LONGEST}", "NULL")
                self._add("error", ProblemCode.TOO_LARGE, message, self.written[name], rows)

    def filled(self, name: str, default: str) -> None:
        """Note where empty cells are read as the contract's default."""
        column = sql_name(name)
        empty = self._rows(f"{self.cells[name].bare} IS NULL", column)
        if empty[0]:
            message = f"Empty cells are read as {default.removeprefix('=')}."
            self._add("note", ProblemCode.DEFAULT_FILLED, message, self.written[name], empty)

    def unknown_consumer(self) -> int:
        """How many lines do not say who consumes?"""
        said = [self.cells[c].bare for c in ("consumer_id", "bought_for") if c in self.cells]
        if not said:
            message = "There is neither consumer_id nor bought_for: who uses a purchase is unknown."
            self.ledger.add("note", ProblemCode.NO_CONSUMER, message)
            return 0
        silent = self._rows(" AND ".join(f"{cell} IS NULL" for cell in said), "NULL")
        if silent[0]:
            message = "Rows without consumer and bought_for cannot say who uses the purchase."
            self._add("left_out", ProblemCode.NO_CONSUMER, message, None, silent)
        return silent[0]

    def _rows(self, which: str, shown: str) -> tuple[int, int, str]:
        """How many rows are these, where is the first, and what does it hold?"""
        query = f"SELECT count(*), min(place), arg_min({shown}, place) FROM raw WHERE {which}"
        [(count, place, value)] = self.store.execute(query).fetchall()
        return count, place or 0, native_text(value)[0]

    def _odd(self, name: str, cell: SqlColumn, which: str) -> None:
        """Give the cells that SQL does not surely read to the reader of single cells."""
        query = f"""SELECT {cell.name}, count(*), min(place) FROM raw
            WHERE {which} GROUP BY 1 ORDER BY 3 LIMIT {MOST_ODD + 1}"""
        rows = self.store.execute(query).fetchall()
        alike: dict[CellProblem, list[tuple[str, int, int]]] = {}
        values: list[tuple[object, object]] = []
        for value, count, place in rows:
            text, kind = native_text(value)
            reading = read_cell(cell.reader, text.strip(), kind)
            if reading.remark:
                alike.setdefault(reading.remark, []).append((text, count, place))
            values.append((value, reading.value))
        for remark, found in alike.items():
            places = [place for _, _, place in found]
            self._say(name, cell, remark, found[0][0], places, sum(n for _, n, _ in found))
        if len(rows) > MOST_ODD:
            self._too_many(name)
        self._keep(name, values)

    def _keep(self, name: str, values: Sequence[tuple[object, object]]) -> None:
        if values:
            frame = pd.DataFrame(values, columns=["cell", "value"])
            self.store.register("found", frame)
            self.store.execute(f"CREATE TABLE {sql_name(f'odd_{name}')} AS FROM found").fetchall()
            self.store.unregister("found")

    def _too_many(self, name: str) -> None:
        message = f"More than {MOST_ODD:,} different cells are not written plainly."
        fix = "Write days as YYYY-MM-DD and numbers with digits, or save the table as Parquet."
        self.ledger.add("error", ProblemCode.TOO_LARGE, message, fix, column=self.written[name])

    def _say(
        self,
        name: str,
        cell: SqlColumn,
        remark: CellProblem,
        text: str,
        places: Sequence[int],
        count: int,
    ) -> None:
        remark = remark._replace(fix=f"{remark.fix}{self._file(places[0])}")
        lines = [place % ROWS_A_FILE for place in places[: LINES_NAMED + 1]]
        column, written = cell.reader.column, self.written[name]
        add_cell_problem(column, written, remark, text, lines, self.ledger, count)

    def _add(
        self,
        kind: str,
        code: ProblemCode,
        message: str,
        column: str | None,
        rows: tuple[int, int, str],
    ) -> None:
        count, place, _ = rows
        line, fix = place % ROWS_A_FILE, self._file(place).strip()
        more = {"lines": [line], "column": column, "count": count}
        self.ledger.add(kind, code, message, fix, **more)  # type: ignore[arg-type]

    def _file(self, place: int) -> str:
        """Of several files, which one is it?"""
        return (
            f" The first is in {self.files[place // ROWS_A_FILE]}." if len(self.files) > 1 else ""
        )


def mark_tidy_columns(
    store: duckdb.DuckDBPyConnection, cells: Mapping[str, SqlColumn]
) -> dict[str, SqlColumn]:
    """The columns, with those marked whose texts are all plain: they need no second look."""
    sums = ", ".join(f"count_if({cell.untidy})" for cell in cells.values())
    [counts] = store.execute(f"SELECT {sums} FROM raw").fetchall()
    pairs = zip(cells.items(), counts, strict=True)
    return {name: replace(cell, tidy=not cell.native and not n) for (name, cell), n in pairs}


def _asked(cell: SqlColumn) -> Iterator[tuple[CellProblem | None, str]]:
    """What is asked of a column: a remark and for which cells; None is for the odd ones."""
    column = cell.reader.column
    if column.required:
        yield EMPTY, f"{cell.bare} IS NULL"
    if cell.native and column.type == "text":
        yield NATIVE_TEXT, f"{cell.name} IS NOT NULL"
    elif not cell.native and not cell.tidy:
        yield SPACES, f"{cell.name} <> {cell.bare}"
        yield LETTERS, f"{cell.bare} <> {cell.canonical}"
    if column.type == "date":
        yield _TIME_DROPPED, f"{cell.plain} AND {cell.timed}"
    if column.type != "text":
        yield None, f"{cell.bare} IS NOT NULL AND NOT coalesce({cell.plain}, false)"
