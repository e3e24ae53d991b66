"""How dear are purchases too large for memory, against DuckDB's own scan and group-by?"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import duckdb

from tests.bench.cpu import ROOT, Row, python

LINES = 10_000_000
PLAIN = "count(*), sum(amount), min(date), max(date)"
ORDERS = f"{PLAIN}, count(DISTINCT order_id)"
TIMED = """
import resource
from time import process_time
{prepare}
start = process_time()
{run}
print(process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
LEDGER = """
import duckdb
from toolkit.client.large.account_rollup import account_ledger
from toolkit.client.large.duckdb_store import open_duckdb
"""


def large(scratch: Path) -> list[Row]:
    """The ledger of 10 million order lines and of 1 million: time, growth and memory."""
    many, few = (_purchases(scratch / f"{n}.parquet", n) for n in (LINES, LINES // 10))
    ours, memory = _ledger(many)
    theirs, plain = _grouped(many, ORDERS), _grouped(many, PLAIN)
    what = f"ledger of {LINES:,} order lines"
    whole = f"reading a client of {LINES:,} order lines, every check made"
    read, most = _read(many)
    return [
        Row(what, ours, "DuckDB's group-by with the number of orders", theirs, 3),
        Row(what, ours, "DuckDB's group-by without it", plain, 3),
        Row(f"{what}, peak memory", memory, "", None, 1000, "MB"),
        Row(what, ours, f"of {LINES // 10:,}", _ledger(few)[0], 10),
        Row(whole, read, "its ledger alone", ours, None),
        Row(f"{whole}, peak memory", most, "", None, 1000, "MB"),
    ]


def _purchases(path: Path, lines: int) -> Path:
    """Order lines, two an order and five an account, always the same; written piece by piece."""
    query = f"""COPY (SELECT
        'O' || lpad((i // 2)::VARCHAR, 8, '0') AS order_id,
        DATE '2022-01-01' + (hash(i // 2 + 7) % 1000)::INT AS date,
        'A' || account AS account_id, 'B' || account AS buyer_id,
        CASE WHEN who < 3 THEN 'C' || account WHEN who < 8 THEN 'B' || account END AS consumer_id,
        CASE hash(i // 2 + 2) % 10 WHEN 0 THEN 'gift' WHEN 1 THEN 'self' END AS bought_for,
        (hash(i + 3) % 10000) / 100.0 AS amount, 'P' || (hash(i + 4) % 20) AS product
        FROM (SELECT i, lpad((hash(i // 2) % {lines // 5})::VARCHAR, 7, '0') AS account,
              hash(i // 2 + 1) % 10 AS who FROM range({lines}) t(i)))
        TO '{path}'"""
    with duckdb.connect() as store:
        store.execute(query).fetchall()
    return path


def _ledger(path: Path) -> tuple[float, float]:
    """CPU seconds and memory of a fresh process."""
    run = f"with opened() as store: account_ledger(store.from_parquet({str(path)!r}))"
    return _measured(LEDGER, run)


def _read(lines: Path) -> tuple[float, float]:
    """CPU seconds and memory of a fresh process that loads a client with such purchases."""
    folder = lines.with_name("shop")
    folder.mkdir()
    os.link(lines, folder / "purchases.parquet")
    tables = "tables: {purchases: {file: 'purchase*.parquet'}}"
    (folder / "client.yml").write_text(f"id: shop\ncurrency: EUR\n{tables}\n", "utf-8")
    return _measured("import toolkit", f"toolkit.load({str(folder)!r})")


def _grouped(path: Path, sums: str) -> float:
    query = f"SELECT account_id, {sums} FROM {str(path)!r} GROUP BY account_id"
    run = f"with opened() as store: store.sql({query!r}).to_arrow_table()"
    return _measured(LEDGER, run)[0]


def _measured(prepare: str, run: str) -> tuple[float, float]:
    code = python(TIMED.format(prepare=prepare, run=run))
    done = subprocess.run(code, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, memory = map(float, done.stdout.split()[-2:])
    return seconds, memory
