"""One file → one table of a client: typed, defaults filled in, keys and rows checked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.client.codes import Code
from toolkit.client.config import Config
from toolkit.client.contract import columns_of
from toolkit.client.delimited import read_delimited
from toolkit.client.grid import Grid
from toolkit.client.header import match
from toolkit.client.large.accounts import AccountLedger
from toolkit.client.large.files import column_names, digest, header_line, unfolds
from toolkit.client.large.kept import kept
from toolkit.client.layout import Layout
from toolkit.client.ledger import Ledger, listed
from toolkit.client.parquet import read_parquet
from toolkit.client.places import Place
from toolkit.client.rows import check_rows
from toolkit.client.typed import Reader, empty, typed
from toolkit.tables import Column


@dataclass(frozen=True, eq=False)
class Loaded:
    """A table as read; `given` are the contract's columns that stand in the file.

    `left_out` counts the rows that cannot say what is asked; they stay in the frame. `rows` are
    all of the file; where `accounts` is given, the frame holds those of some accounts only.
    """

    name: str
    frame: pd.DataFrame
    given: frozenset[str]
    left_out: int
    sha256: str
    ledger: Ledger = field(repr=False)
    rows: int
    accounts: AccountLedger | None = field(default=None, repr=False)


def read_table(place: Place, config: Config) -> Loaded | Ledger:
    """What does the table hold? Without a table, the ledger that says why.

    A table with a header and no rows counts as missing, with a note.
    """
    ledger = Ledger(place.shown)
    layout = config.layouts.get(place.table, Layout())
    columns = columns_of(place.table, config.attributes, config.traits)
    known = {layout.columns.get(c.name, c.name) for c in columns}
    readers = {c.name: _reader(c, layout, config) for c in columns}
    if place.paths:
        return _large(place, layout, known, readers, ledger) or ledger
    grid = _grid(place, layout, known, ledger)
    if grid is None:
        return ledger
    found = match(grid, columns, layout.columns, ledger)
    if not len(grid):
        if not ledger.refused:
            message = "The table has a header and no rows; it counts as missing."
            ledger.add("note", Code.EMPTY_TABLE, message)
        return ledger
    frame = _frame(grid, found, readers, config.traits, ledger)
    _defaults(frame, found, columns, grid, ledger)
    left_out = check_rows(place.table, frame, found, grid, ledger)
    sha256 = hashlib.sha256(place.data).hexdigest()
    return Loaded(place.table, frame, frozenset(found), left_out, sha256, ledger, len(frame))


def _large(
    place: Place, layout: Layout, known: set[str], readers: dict[str, Reader], ledger: Ledger
) -> Loaded | None:
    from toolkit.client.large.read import read_large  # only here: others should not wait for it

    header = _header(place, layout, known, ledger)
    if header is None:
        return None
    sha256 = digest(place.paths)
    names = [path.name for path in place.paths]
    found = kept(
        (sha256, names, readers, layout),
        ledger,
        lambda: read_large(place.paths, place.form, header, readers, layout, ledger),
    )
    if found is None:
        return None
    more = found.rows, found.accounts
    return Loaded(place.table, found.frame, found.given, found.left_out, sha256, ledger, *more)


def _header(place: Place, layout: Layout, known: set[str], ledger: Ledger) -> Grid | None:
    """The header that all files of a table share; None, with the reason, where they do not."""
    try:
        if place.form == "parquet":
            headers = [tuple(column_names(path)) for path in place.paths]
            first: Grid | None = Grid.empty(headers[0])
        else:
            lines = [header_line(path) for path in place.paths]
            headers = [(repr(line.removeprefix(b"\xef\xbb\xbf").strip()),) for line in lines]
            first = read_delimited(lines[0], layout, known, ledger)
    except (OSError, ValueError) as error:
        ledger.add("error", Code.UNREADABLE_FILE, f"{error}.", "Save it again.")
        return None
    if place.form == "parquet" and (bombs := unfolds(place.paths)):
        message = f"Unfolded, {listed(bombs)} would be many times as large: more than is read."
        ledger.add("error", Code.TOO_LARGE, message, "Save it again, with one row for each line.")
        return None
    for path, header in zip(place.paths, headers, strict=True):
        if header != headers[0]:
            message = f"{path.name} has another header than {place.paths[0].name}."
            fix = "All files of a table have the same columns in the same order."
            ledger.add("error", Code.MISSING_COLUMN, message, fix)
            return None
    return first


def _grid(place: Place, layout: Layout, known: set[str], ledger: Ledger) -> Grid | None:
    if place.book is not None:
        return place.book.grid(place.sheet, known, ledger)
    if place.form == "parquet":
        return read_parquet(place.data, ledger)
    return read_delimited(place.data, layout, known, ledger)


def _reader(column: Column, layout: Layout, config: Config) -> Reader:
    low, high = config.scales[column.scale] if column.scale else (column.low, column.high)
    attributes = tuple(config.attributes)
    return Reader(column, layout.decimal, layout.dates, attributes, low, high)


def _frame(
    grid: Grid,
    found: dict[str, int],
    readers: dict[str, Reader],
    traits: Collection[str],
    ledger: Ledger,
) -> pd.DataFrame:
    series = {}
    for name, reader in readers.items():
        if name in found:
            i = found[name]
            series[name] = typed(reader, grid.header[i], grid.columns[i], grid.lines, ledger)
        elif name not in traits:  # a trait stands only where the file has it
            series[name] = empty(reader.column, len(grid))
    return pd.DataFrame(series, index=pd.RangeIndex(len(grid)))


def _defaults(
    frame: pd.DataFrame,
    found: dict[str, int],
    columns: tuple[Column, ...],
    grid: Grid,
    ledger: Ledger,
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
            ledger.add("note", Code.DEFAULT_FILLED, message, lines=lines, column=written)


def _default(frame: pd.DataFrame, default: str) -> pd.Series | float:
    return frame[default[1:]] if default.startswith("=") else float(default)
