"""Checks within one table: keys, rows that cannot say what is asked, repeated and missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.client.grid import Grid
from toolkit.client.problems import ProblemCode, ProblemList
from toolkit.contract import TABLES, is_answer_column

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
    return np.all([grid.columns[found[c]].blank for c in columns if c in found], axis=0)


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
