"""One file → one table of a client: typed, defaults filled in, keys and rows checked.

Within the table: keys, rows that cannot say what is asked, repeated and missing ones. A table too
large to hold is read once for all processes that audit one client: they share a private folder,
named by `SHARED_FOLDER` in the environment, where the first of them leaves what it read. Without
one, as in a notebook opened by hand, every process reads for itself.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.client.columns import ColumnReader, empty_column, match_columns, read_column
from toolkit.client.config import ClientConfig, TableLayout
from toolkit.client.files import TableFile, header_line, sha256_of_files
from toolkit.client.grid import Grid, read_delimited
from toolkit.client.model import AccountLedger
from toolkit.client.problems import ProblemCode, ProblemList, list_names
from toolkit.client.workbooks import parquet_bombs, parquet_columns, read_parquet
from toolkit.contract import TABLES, Column, contract_columns, is_answer_column
from toolkit.errors import Problem
from toolkit.hashing import hash_text

SHARED_FOLDER = (
    "AUDIT_KEPT"  # of the environment: a folder that only this user can read, this audit's own
)
Read = TypeVar("Read")


def read_once(asked: object, ledger: ProblemList, read: Callable[[], Read]) -> Read:
    """What does `read` give, which tells `ledger` what is wrong? From the folder if it is there.

    `asked` is all that decides it, the hash of the content included; its `repr` is the key.
    """
    home = os.environ.get(SHARED_FOLDER)
    if not home:
        return read()
    key = hash_text(repr((asked, ledger)))
    place = Path(home) / key
    told = _found(place)
    if told is None:
        fresh = read(), ledger.problems
        _keep(place, fresh)  # and takes the copy: sums of another layout may differ in the last bit
        told = _found(place) or fresh
    found, ledger.problems = told
    return found


def _found(place: Path) -> tuple[Any, list[Problem]] | None:
    try:
        with place.open("rb") as stream:
            found: tuple[Any, list[Problem]] = pickle.load(stream)  # ours: nobody else writes there
            return found
    except FileNotFoundError:
        return None


def _keep(place: Path, found: object) -> None:
    """All of it or nothing; a disk that has no room for it is no reason to stop."""
    draft = place.with_suffix(f".{secrets.token_hex(4)}")
    with suppress(OSError):
        try:
            with draft.open("wb") as stream:
                pickle.dump(found, stream, protocol=pickle.HIGHEST_PROTOCOL)
            os.replace(draft, place)
        finally:
            draft.unlink(missing_ok=True)


Mask = npt.NDArray[np.bool_]


def check_rows(
    table: str, frame: pd.DataFrame, found: Mapping[str, int], grid: Grid, ledger: ProblemList
) -> int:
    """How many rows cannot say what is asked? Everything found goes to the ledger.

    `frame` is the typed table with its defaults, `found` says which columns the file has,
    and where.
    """
    _keys(table, frame, found, grid, ledger)
    match table:
        case "purchases":
            _repeated(grid, ledger)
            return _unknown_consumer(found, grid, ledger)
        case "campaigns" | "rivals":
            return _no_claims(found, grid, ledger)
        case "influence":
            return _no_points(frame, grid, ledger)
        case "survey":
            _accounts(found, ledger)
            return _no_answer(found, grid, ledger)
    return 0


def _keys(
    table: str, frame: pd.DataFrame, found: Mapping[str, int], grid: Grid, ledger: ProblemList
) -> None:
    key = list(TABLES[table].key)
    if not key or not all(k in found for k in key if k in TABLES[table].required):
        return
    written = {grid.header[found[k]] for k in key if k in found}
    if any(p.kind == "error" and p.column in written for p in ledger.problems):
        return  # cells that could not be read would look alike
    groups = frame.groupby(key, dropna=False, sort=False).ngroup().to_numpy()
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[group] != np.arange(len(groups)))
    if not len(again):
        return
    lines, before = grid.lines[again].tolist(), grid.lines[first[group[again]]].tolist()
    pairs = [f"{a} and {b}" for b, a in zip(lines[1:4], before[1:4], strict=True)]
    message = f"The row has the same {', '.join(key)} as line {before[0]}."
    message += f" So have lines {', '.join(pairs)}." if pairs else ""
    fix = "Each may stand once; keep one of the rows, or tell them apart."
    column = grid.header[found[key[0]]]
    ledger.add("error", ProblemCode.DUPLICATE_KEY, message, fix, lines=lines, column=column)


def _repeated(grid: Grid, ledger: ProblemList) -> None:
    if len(rows := grid.repeated()):
        message = "Rows repeat an earlier row in every column; they are kept."
        ledger.add("note", ProblemCode.REPEATED_LINES, message, lines=grid.lines[rows].tolist())


def _left_out(mask: Mask, code: ProblemCode, message: str, grid: Grid, ledger: ProblemList) -> int:
    lines = grid.lines[np.flatnonzero(mask)].tolist()
    if lines:
        ledger.add("left_out", code, message, lines=lines)
    return len(lines)


def _blank(columns: Iterable[str], found: Mapping[str, int], grid: Grid) -> Mask:
    """In which rows are all these columns empty? A cell that is wrong is not empty."""
    blank: Mask = np.all([grid.columns[found[c]].blank for c in columns if c in found], axis=0)
    return blank


def _unknown_consumer(found: Mapping[str, int], grid: Grid, ledger: ProblemList) -> int:
    if not {"consumer_id", "bought_for"} & set(found):
        message = "There is neither consumer_id nor bought_for: who uses a purchase is unknown."
        ledger.add("note", ProblemCode.NO_CONSUMER, message)
        return 0
    message = "Rows without consumer and bought_for cannot say who uses the purchase."
    mask = _blank(("consumer_id", "bought_for"), found, grid)
    return _left_out(mask, ProblemCode.NO_CONSUMER, message, grid, ledger)


def _no_claims(found: Mapping[str, int], grid: Grid, ledger: ProblemList) -> int:
    if "claims" not in found:
        return 0
    message = "Rows without claims cannot say what the message promises."
    return _left_out(_blank(["claims"], found, grid), ProblemCode.NO_CLAIMS, message, grid, ledger)


def _no_points(frame: pd.DataFrame, grid: Grid, ledger: ProblemList) -> int:
    keys = ["account_id", "informant_id", "stage"]
    total = frame.groupby(keys, dropna=False)["points"].transform("sum", min_count=1)
    message = "Rows of informants who give no points in an account and stage say nothing."
    return _left_out(total.eq(0).to_numpy(), ProblemCode.NO_POINTS, message, grid, ledger)


def _accounts(found: Mapping[str, int], ledger: ProblemList) -> None:
    if "account_id" not in found:
        message = "There is no account_id: each respondent counts as an account of their own."
        ledger.add("note", ProblemCode.NO_ACCOUNT, message)


def _no_answer(found: Mapping[str, int], grid: Grid, ledger: ProblemList) -> int:
    answers = [column for column in found if is_answer_column(column)]
    if not answers:
        ledger.add("note", ProblemCode.NO_ANSWER, "There is no column with answers.")
        return 0
    for column in answers:
        count = int(grid.columns[found[column]].blank.sum())
        if count:
            share = f"{count} of {len(grid)} answers are missing ({count / len(grid):.1%})."
            written = grid.header[found[column]]
            ledger.add("note", ProblemCode.MISSING_ANSWERS, share, column=written)
    message = "Rows without a single answer cannot say anything."
    return _left_out(_blank(answers, found, grid), ProblemCode.NO_ANSWER, message, grid, ledger)


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
    from toolkit.client.large.purchases import (
        read_large_purchases,  # only here: others should not wait
    )

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
