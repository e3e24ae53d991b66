"""Purchases of any size → the ledger of all accounts, and whole accounts line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from toolkit.client.columns import ColumnReader, match_columns
from toolkit.client.config import TableLayout
from toolkit.client.grid import Grid
from toolkit.client.large.account_rollup import TICKS, account_ledger
from toolkit.client.large.cell_checks import ColumnChecks, SqlColumn, mark_tidy_columns
from toolkit.client.large.duckdb_store import fill_raw_table, open_duckdb, report_damage, sql_name
from toolkit.client.model import MOST_LINES, AccountLedger, accounts_to_draw
from toolkit.client.problems import ProblemCode, ProblemList

_SQL = {"number": "DOUBLE", "date": "DATE"}


@dataclass(frozen=True, eq=False)
class LargePurchases:
    """Purchases as read: `rows` in all, of which `frame` holds those of whole accounts.

    `accounts` is None where `frame` holds all. `left_out` rows do not say who consumes.
    """

    frame: pd.DataFrame
    given: frozenset[str]
    rows: int
    left_out: int
    accounts: AccountLedger | None


def read_large_purchases(
    paths: Sequence[Path],
    form: str,
    header: Grid,
    readers: Mapping[str, ColumnReader],
    layout: TableLayout,
    ledger: ProblemList,
    most: int = MOST_LINES,
) -> LargePurchases | None:
    """What do these files hold? None, with the reasons in the ledger, where they are refused.

    The checks of small files are made as queries, with the same words. Up to `most` lines, all
    are held; beyond, whole accounts drawn by a hash of their names, about `most` lines of them.
    """
    found = match_columns(header, [r.column for r in readers.values()], layout.columns, ledger)
    if ledger.refused:
        return None
    written = {name: header.header[i] for name, i in found.items()}
    with report_damage(ledger), open_duckdb() as store:
        if not fill_raw_table(store, paths, form, written, layout, header.header, ledger):
            return None
        kinds = {n: str(kind) for n, kind, *_ in store.execute("DESCRIBE raw").fetchall()}
        cells = mark_tidy_columns(
            store, {name: SqlColumn(readers[name], kinds[name]) for name in found}
        )
        checks = ColumnChecks(store, cells, written, [p.name for p in paths], ledger)
        checks.endless()
        checks.tell()
        if ledger.refused:
            return None
        for name, default in ((n, readers[n].column.default) for n in found):
            if default is not None:
                checks.filled(name, default)
        left_out = checks.unknown_consumer()
        _typed(store, readers, cells)
        held = _held(store, frozenset(found), left_out, most, ledger)
        return None if ledger.refused else held
    return None


def _typed(
    store: duckdb.DuckDBPyConnection,
    readers: Mapping[str, ColumnReader],
    cells: Mapping[str, SqlColumn],
) -> None:
    """The view `purchases`: every column of the contract, typed, defaults filled in."""
    tables = {n for (n,) in store.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    values, joins = {}, []
    for name, reader in readers.items():
        values[name] = f"NULL::{_SQL.get(reader.column.type, 'VARCHAR')}"
        if name in cells:
            values[name] = cells[name].value
            if f"odd_{name}" in tables:
                odd = sql_name(f"odd_{name}")
                joins.append(f"LEFT JOIN {odd} ON {odd}.cell = raw.{sql_name(name)}")
                values[name] = (
                    f"CASE WHEN {cells[name].plain} THEN {values[name]} ELSE {odd}.value END"
                )
    for name, reader in readers.items():
        default = reader.column.default
        if default is not None:
            filled = values[default[1:]] if default.startswith("=") else default
            values[name] = f"coalesce({values[name]}, {filled})"
    named = ", ".join(f"{value} AS {sql_name(name)}" for name, value in values.items())
    store.execute(f"CREATE VIEW purchases AS SELECT {named}, place FROM raw {' '.join(joins)}")


def _held(
    store: duckdb.DuckDBPyConnection,
    given: frozenset[str],
    left_out: int,
    most: int,
    ledger: ProblemList,
) -> LargePurchases:
    [(rows, fine)] = store.execute(
        f"SELECT count(*), count_if(abs(amount * {TICKS} - round(amount * {TICKS})) > 1e-3) "
        "FROM purchases"
    ).fetchall()
    if rows <= most:
        frame = _frame(store, "")
        accounts = None
    else:
        accounts = account_ledger(store.table("purchases"))
        drawn = _drawn(store, accounts, most, ledger)
        store.register("drawn", pd.DataFrame({"account_id": drawn}))
        frame = _frame(store, "WHERE account_id IN (SELECT account_id FROM drawn)")
        _noted(accounts, len(drawn), fine, ledger)
    repeated = int(frame.duplicated().sum())
    if repeated:
        of = "" if accounts is None else "Of the lines held, some "
        message = f"{of or 'Rows '}repeat an earlier row in every column; they are kept."
        ledger.add("note", ProblemCode.REPEATED_LINES, message, count=repeated)
    return LargePurchases(frame, given, rows, left_out, accounts)


def _drawn(
    store: duckdb.DuckDBPyConnection, accounts: AccountLedger, most: int, ledger: ProblemList
) -> pd.Index:
    """Which accounts stand line by line? None that alone has more lines than may be held."""
    giants = store.execute(
        "SELECT account_id, count(*) FROM purchases GROUP BY 1 HAVING count(*) > ? ORDER BY 1",
        [most],
    ).fetchall()
    if not giants:
        return accounts.names[: accounts.drawn_of(most)]
    theirs = sum(lines for _, lines in giants)
    others = accounts.names[~accounts.names.isin([name for name, _ in giants])]
    message = (
        f"{len(giants):,} of {len(accounts.names):,} accounts have more than {most:,} lines each, "
        f"{theirs:,} together"
    )
    fix = (
        "Is this a till, or guests without an account? Then give each buyer an account of its own."
    )
    if not len(others):
        ledger.add("error", ProblemCode.GIANT_ACCOUNTS, f"{message}: too many to hold.", fix)
        return others
    message += ": they count in sums, and no model of single lines rests on them."
    ledger.add("note", ProblemCode.GIANT_ACCOUNTS, message, fix)
    return others[: accounts_to_draw(len(others), accounts.lines - theirs, most)]


def _frame(store: duckdb.DuckDBPyConnection, which: str) -> pd.DataFrame:
    query = f"SELECT * REPLACE (date::TIMESTAMP AS date) FROM purchases {which} ORDER BY place"
    frame = store.sql(query).to_arrow_table().drop_columns(["place"]).to_pandas()
    texts = [c for c in frame if c not in ("date", "amount", "quantity")]
    return frame.astype(dict.fromkeys(texts, "str")).astype({"date": "datetime64[us]"})


def _noted(accounts: AccountLedger, drawn: int, fine: int, ledger: ProblemList) -> None:
    message = (
        f"{accounts.lines:,} lines of {len(accounts.names):,} accounts are too many to hold: what "
        "accounts buy, when and for whom is counted from all lines (an order is the lines of one "
        f"order_id, account and day); what needs single lines rests on {drawn:,} whole accounts, "
        "drawn by a hash of account_id."
    )
    ledger.add("note", ProblemCode.DRAWN_ACCOUNTS, message)
    if fine:
        message = f"Amounts finer than 1/{TICKS:,} are counted to the nearest in sums."
        ledger.add("note", ProblemCode.FINE_AMOUNTS, message, count=fine)
