"""One file → one table of a client: typed, defaults filled in, keys and rows checked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.client.columns import ColumnReader, empty_column, read_column
from toolkit.client.config import ClientConfig, TableLayout
from toolkit.client.files import TableFile, header_line, sha256_of_files
from toolkit.client.grid import Grid, read_delimited
from toolkit.client.header import match_columns
from toolkit.client.model import AccountLedger
from toolkit.client.parquet import parquet_bombs, parquet_columns, read_parquet
from toolkit.client.problems import ProblemCode, ProblemList, list_names
from toolkit.client.row_checks import check_rows
from toolkit.client.shared_reading import read_once
from toolkit.contract import Column, contract_columns


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """A table as read; `given` are the contract's columns that stand in the file.

    `left_out` counts the rows that cannot say what is asked; they stay in the frame. `rows` are
    all of the file; where `accounts` is given, the frame holds those of some accounts only.
    """

    name: str
    frame: pd.DataFrame
    given: frozenset[str]
    left_out: int
    sha256: str
    ledger: ProblemList = field(repr=False)
    rows: int
    accounts: AccountLedger | None = field(default=None, repr=False)


def read_table(place: TableFile, config: ClientConfig) -> LoadedTable | ProblemList:
    """What does the table hold? Without a table, the ledger that says why.

    A table with a header and no rows counts as missing, with a note.
    """
    ledger = ProblemList(place.shown)
    layout = config.layouts.get(place.table, TableLayout())
    columns = contract_columns(place.table, config.attributes, config.traits)
    known = {layout.columns.get(c.name, c.name) for c in columns}
    readers = {c.name: _reader(c, layout, config) for c in columns}
    if place.paths:
        return _large_table(place, layout, known, readers, ledger) or ledger
    grid = _grid(place, layout, known, ledger)
    if grid is None:
        return ledger
    found = match_columns(grid, columns, layout.columns, ledger)
    if not len(grid):
        if not ledger.refused:
            message = "The table has a header and no rows; it counts as missing."
            ledger.add("note", ProblemCode.EMPTY_TABLE, message)
        return ledger
    frame = _frame(grid, found, readers, config.traits, ledger)
    _defaults(frame, found, columns, grid, ledger)
    left_out = check_rows(place.table, frame, found, grid, ledger)
    sha256 = hashlib.sha256(place.data).hexdigest()
    return LoadedTable(place.table, frame, frozenset(found), left_out, sha256, ledger, len(frame))


def _large_table(
    place: TableFile,
    layout: TableLayout,
    known: set[str],
    readers: dict[str, ColumnReader],
    ledger: ProblemList,
) -> LoadedTable | None:
    from toolkit.client.large.purchases import read_large_purchases

    header = _header(place, layout, known, ledger)
    if header is None:
        return None
    sha256 = sha256_of_files(place.paths)
    names = [path.name for path in place.paths]
    found = read_once(
        (sha256, names, readers, layout),
        ledger,
        lambda: read_large_purchases(place.paths, place.form, header, readers, layout, ledger),
    )
    if found is None:
        return None
    more = found.rows, found.accounts
    return LoadedTable(place.table, found.frame, found.given, found.left_out, sha256, ledger, *more)


def _header(
    place: TableFile, layout: TableLayout, known: set[str], ledger: ProblemList
) -> Grid | None:
    """The header that all files of a table share; None, with the reason, where they do not."""
    try:
        if place.form == "parquet":
            headers = [tuple(parquet_columns(path)) for path in place.paths]
            first: Grid | None = Grid.empty(headers[0])
        else:
            lines = [header_line(path) for path in place.paths]
            headers = [(repr(line.removeprefix(b"\xef\xbb\xbf").strip()),) for line in lines]
            first = read_delimited(lines[0], layout, known, ledger)
    except (OSError, ValueError) as error:
        ledger.add("error", ProblemCode.UNREADABLE_FILE, f"{error}.", "Save it again.")
        return None
    if place.form == "parquet" and (bombs := parquet_bombs(place.paths)):
        message = f"Unfolded, {list_names(bombs)} would be many times as large: more than is read."
        ledger.add(
            "error", ProblemCode.TOO_LARGE, message, "Save it again, with one row for each line."
        )
        return None
    for path, header in zip(place.paths, headers, strict=True):
        if header != headers[0]:
            message = f"{path.name} has another header than {place.paths[0].name}."
            fix = "All files of a table have the same columns in the same order."
            ledger.add("error", ProblemCode.MISSING_COLUMN, message, fix)
            return None
    return first


def _grid(
    place: TableFile, layout: TableLayout, known: set[str], ledger: ProblemList
) -> Grid | None:
    if place.book is not None:
        return place.book.grid(place.sheet, known, ledger)
    if place.form == "parquet":
        return read_parquet(place.data, ledger)
    return read_delimited(place.data, layout, known, ledger)


def _reader(column: Column, layout: TableLayout, config: ClientConfig) -> ColumnReader:
    low, high = config.scales[column.scale] if column.scale else (column.low, column.high)
    attributes = tuple(config.attributes)
    return ColumnReader(column, layout.decimal, layout.dates, attributes, low, high)


def _frame(
    grid: Grid,
    found: dict[str, int],
    readers: dict[str, ColumnReader],
    traits: Collection[str],
    ledger: ProblemList,
) -> pd.DataFrame:
    series = {}
    for name, reader in readers.items():
        if name in found:
            i = found[name]
            series[name] = read_column(reader, grid.header[i], grid.columns[i], grid.lines, ledger)
        elif name not in traits:  # a trait stands only where the file has it
            series[name] = empty_column(reader.column, len(grid))
    return pd.DataFrame(series, index=pd.RangeIndex(len(grid)))


def _defaults(
    frame: pd.DataFrame,
    found: dict[str, int],
    columns: tuple[Column, ...],
    grid: Grid,
    ledger: ProblemList,
) -> None:
    """Fill empty cells with the contract's default, in place; note it where the file has gaps."""
    for column in columns:
        if column.default is None:
            continue
        frame[column.name] = frame[column.name].fillna(_default(frame, column.default))
        if column.name in found and (gaps := grid.columns[found[column.name]].blank).any():
            message = f"Empty cells are read as {column.default.removeprefix('=')}."
            lines = grid.lines[np.flatnonzero(gaps)].tolist()
            written = grid.header[found[column.name]]
            ledger.add("note", ProblemCode.DEFAULT_FILLED, message, lines=lines, column=written)


def _default(frame: pd.DataFrame, default: str) -> pd.Series | float:
    return frame[default[1:]] if default.startswith("=") else float(default)
