"""What is wrong with cells that are too many to look at one by one? Counted where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pandas as pd

from toolkit.client.codes import Code
from toolkit.client.large.cells import Cell
from toolkit.client.large.store import ROWS_A_FILE, ident
from toolkit.client.ledger import LINES_NAMED, Ledger
from toolkit.client.native import native
from toolkit.client.remark import Remark
from toolkit.client.typed import EMPTY, LETTERS, NATIVE_TEXT, SPACES, read_cell, tell

MOST_ODD = 100_000  # different cells of a column that the reader of single cells looks at
LONGEST = 10_000  # bytes of a text
_TIMED = Remark("note", Code.TIME_DROPPED, "has a time of day, which is dropped.")


@dataclass(frozen=True)
class Checks:
    """The columns of `raw`, and where what is wrong with them is told.

    `written` are the columns' names in the file, `files` the names of the files.
    """

    store: duckdb.DuckDBPyConnection
    cells: Mapping[str, Cell]
    written: Mapping[str, str]
    files: Sequence[str]
    ledger: Ledger

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
                self.ledger.add("error", Code.WRONG_FORMAT, message, fix, column=written)
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
                self._add("error", Code.TOO_LARGE, message, self.written[name], rows)

    def filled(self, name: str, default: str) -> None:
        """Note where empty cells are read as the contract's default."""
        column = ident(name)
        empty = self._rows(f"{self.cells[name].bare} IS NULL", column)
        if empty[0]:
            message = f"Empty cells are read as {default.removeprefix('=')}."
            self._add("note", Code.DEFAULT_FILLED, message, self.written[name], empty)

    def unknown_consumer(self) -> int:
        """How many lines do not say who consumes?"""
        said = [self.cells[c].bare for c in ("consumer_id", "bought_for") if c in self.cells]
        if not said:
            message = "There is neither consumer_id nor bought_for: who uses a purchase is unknown."
            self.ledger.add("note", Code.NO_CONSUMER, message)
            return 0
        silent = self._rows(" AND ".join(f"{cell} IS NULL" for cell in said), "NULL")
        if silent[0]:
            message = "Rows without consumer and bought_for cannot say who uses the purchase."
            self._add("left_out", Code.NO_CONSUMER, message, None, silent)
        return silent[0]

    def _rows(self, which: str, shown: str) -> tuple[int, int, str]:
        """How many rows are these, where is the first, and what does it hold?"""
        query = f"SELECT count(*), min(place), arg_min({shown}, place) FROM raw WHERE {which}"
        [(count, place, value)] = self.store.execute(query).fetchall()
        return count, place or 0, native(value)[0]

    def _odd(self, name: str, cell: Cell, which: str) -> None:
        """Give the cells that SQL does not surely read to the reader of single cells."""
        query = f"""SELECT {cell.name}, count(*), min(place) FROM raw
            WHERE {which} GROUP BY 1 ORDER BY 3 LIMIT {MOST_ODD + 1}"""
        rows = self.store.execute(query).fetchall()
        alike: dict[Remark, list[tuple[str, int, int]]] = {}
        values: list[tuple[object, object]] = []
        for value, count, place in rows:
            text, kind = native(value)
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
            self.store.execute(f"CREATE TABLE {ident(f'odd_{name}')} AS FROM found").fetchall()
            self.store.unregister("found")

    def _too_many(self, name: str) -> None:
        message = f"More than {MOST_ODD:,} different cells are not written plainly."
        fix = "Write days as YYYY-MM-DD and numbers with digits, or save the table as Parquet."
        self.ledger.add("error", Code.TOO_LARGE, message, fix, column=self.written[name])

    def _say(
        self, name: str, cell: Cell, remark: Remark, text: str, places: Sequence[int], count: int
    ) -> None:
        remark = remark._replace(fix=f"{remark.fix}{self._file(places[0])}")
        lines = [place % ROWS_A_FILE for place in places[: LINES_NAMED + 1]]
        column, written = cell.reader.column, self.written[name]
        tell(column, written, remark, text, lines, self.ledger, count)

    def _add(
        self, kind: str, code: Code, message: str, column: str | None, rows: tuple[int, int, str]
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


def tidied(store: duckdb.DuckDBPyConnection, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The columns, with those marked whose texts are all plain: they need no second look."""
    sums = ", ".join(f"count_if({cell.untidy})" for cell in cells.values())
    [counts] = store.execute(f"SELECT {sums} FROM raw").fetchall()
    pairs = zip(cells.items(), counts, strict=True)
    return {name: replace(cell, tidy=not cell.native and not n) for (name, cell), n in pairs}


def _asked(cell: Cell) -> Iterator[tuple[Remark | None, str]]:
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
        yield _TIMED, f"{cell.plain} AND {cell.timed}"
    if column.type != "text":
        yield None, f"{cell.bare} IS NOT NULL AND NOT coalesce({cell.plain}, false)"
