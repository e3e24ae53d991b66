"""Files of any size → one DuckDB table of cells, with the file and row each stands in."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from toolkit.client.config import TableLayout
from toolkit.client.problems import ProblemCode, ProblemList
from toolkit.client.workbooks import parquet_zones

MEMORY = "400MB"  # of DuckDB's own; what is more goes to the private folder on disk
THREADS = 4  # at most: each needs its part of the memory
ROWS_A_FILE = 10**11  # a place is file · this + row
_OURS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_BROKEN = (
    (
        "No space left",
        ProblemCode.UNREADABLE_FILE,
        "The disk has no room for what reading it takes.",
        "Make room, or set TMPDIR to a folder with room; the file itself may be in order.",
    ),
    (
        "Out of Memory",
        ProblemCode.UNREADABLE_FILE,
        "There is too little memory to read it.",
        "Use a machine with more; the file itself may be in order.",
    ),
    (
        "unicode",
        ProblemCode.WRONG_ENCODING,
        "The file is not UTF-8.",
        "Save it as UTF-8 or Parquet.",
    ),
    (
        "quote",
        ProblemCode.BROKEN_QUOTE,
        "A quote in this row is never closed, or not alone.",
        "Mend it.",
    ),
    (
        "olumn",
        ProblemCode.RAGGED_ROW,
        "The row has more or fewer cells than the header.",
        "Mend it.",
    ),
)


@contextmanager
def open_duckdb() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of one's own in a private folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="purchases-") as folder:
        threads = min(THREADS, os.cpu_count() or 1)
        store = duckdb.connect(
            str(Path(folder) / "store.duckdb"),
            config={"memory_limit": MEMORY, "threads": threads, "temp_directory": folder},
        )
        with store:  # a progress bar would stand among the outputs of a notebook
            store.execute("SET enable_progress_bar = false").fetchall()
            store.execute("SET TimeZone = 'UTC'").fetchall()  # not that of the machine
            yield store


def fill_raw_table(
    store: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    form: str,
    columns: Mapping[str, str],
    layout: TableLayout,
    header: Sequence[str],
    ledger: ProblemList,
) -> bool:
    """Make the table `raw`: could the files be read?

    `columns` leads from the contract's names to the file's. Text is copied into the store, every
    cell as text; Parquet stays where it is, its types are kept, moments in the zone they are
    written in. `place` is where the row stands.
    """
    sources = [_source(path, form, layout, header) for path in paths]
    parts = [
        f"SELECT {_named(path, form, columns)}, {i * ROWS_A_FILE} + {row} AS place FROM {source}"
        for i, (path, (source, row)) in enumerate(zip(paths, sources, strict=True))
    ]
    kind = "TABLE" if form == "text" else "VIEW"
    try:
        store.execute(f"CREATE {kind} raw AS {' UNION ALL '.join(parts)}").fetchall()
    except duckdb.Error as error:
        _broken(str(error), ledger)
        return False
    return True


@contextmanager
def report_damage(ledger: ProblemList) -> Iterator[None]:
    """What is found damaged only while it is read, or finds no room, is for the ledger to say.

    A query that is wrong in itself is not.
    """
    try:
        yield
    except _OURS:
        raise
    except duckdb.Error as error:
        _broken(str(error), ledger)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _broken(str(error), ledger)


def _named(path: Path, form: str, columns: Mapping[str, str]) -> str:
    """The columns under the contract's names; the day of a moment is that of its own zone."""
    zoned = parquet_zones(path) if form == "parquet" else {}
    values = {
        name: f"timezone({sql_text(zoned[written])}, {sql_name(written)})"
        if written in zoned
        else sql_name(written)
        for name, written in columns.items()
    }
    return ", ".join(f"{value} AS {sql_name(name)}" for name, value in values.items())


def sql_name(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _source(path: Path, form: str, layout: TableLayout, header: Sequence[str]) -> tuple[str, str]:
    """What is read, and the row's number in it: lines of a text, of Parquet rows from 1."""
    where = sql_text(str(path))
    if form == "parquet":
        return f"read_parquet({where}, file_row_number = true)", "file_row_number + 1"
    columns = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in header)
    options = f"delim = {sql_text(layout.delimiter)}, quote = '\"', escape = '\"', header = true"
    options += f", auto_detect = false, strict_mode = true, columns = {{{columns}}}"
    return f"read_csv({where}, {options})", "row_number() OVER () + 1"


def _broken(reason: str, ledger: ProblemList) -> None:
    line = [int(n) for n in _LINE.findall(reason)[:1]]
    said = reason.split("Possible")[0]
    for word, code, message, fix in _BROKEN:
        if word in said:
            ledger.add("error", code, message, fix, lines=line)
            return
    message = "The file is damaged, or its parts do not have the same columns."
    ledger.add("error", ProblemCode.UNREADABLE_FILE, message, "Save it again.", lines=line)
