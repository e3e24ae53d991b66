"""Order lines → ledger of accounts, where the table lies: pandas, Polars, DuckDB, Dask, Ibis."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from toolkit.client.model import AccountLedger, Places, hash_names

TICKS = 1_000  # of the unit of currency; whole numbers of them add up alike in any order
WIDTH = 63  # bits of a whole number that is not negative
MOST = 2**53  # ticks; beyond it float64 no longer holds every one
DAY = 86_400_000_000  # microseconds
MONEY = ("ticks", "known", "differs")
Floats = NDArray[np.float64]
Lines = nw.LazyFrame[Any]


def account_ledger(purchases: IntoFrame) -> AccountLedger:
    """What did each account buy, on which days, and for whom?

    `purchases` is a table of pandas, Polars, DuckDB, Dask, PySpark or Ibis with the contract's
    columns order_id, account_id, buyer_id, date (a day), amount (≥ 0), consumer_id, bought_for
    and product, checked, only the last three with gaps. The work is done where the table is; one
    row an order comes back. An order is the lines that share order_id, account and day. Money is
    counted in thousandths of the currency (finer amounts to the nearest), so that no order of
    lines, and no machine, changes a sum.

    Raises ValueError where an account's day takes more than 9·10^12, or a date is not a day.
    """
    lines = _lines(purchases)
    orders = lines.group_by("order_id", "account_id", "date").agg(
        nw.col("apart").max(), *(nw.col(c).sum() for c in MONEY)
    )
    products = lines.group_by("product").agg(nw.len().alias("lines"))
    named, count = _products(_collected(products))
    orders = orders.select("account_id", "date", "apart", *MONEY)
    return _assembled(_collected(orders), named, count)


def _lines(purchases: IntoFrame) -> Lines:
    """Each line's ticks, and whether buyer and consumer differ: 1, 0, or nothing (not said)."""
    consumer, word, ticks = nw.col("consumer_id"), nw.col("bought_for"), nw.col("ticks")
    stated = nw.when(~word.is_null()).then((word != "self").cast(nw.Float64))
    ids = (consumer != nw.col("buyer_id")).cast(nw.Float64)
    apart = nw.when(~consumer.is_null()).then(ids).otherwise(stated)
    counted = (nw.col("amount").cast(nw.Float64) * TICKS + 0.5).floor()
    frame = nw.from_native(purchases).lazy().with_columns(ticks=counted, apart=apart)
    return frame.select(
        *("order_id", "account_id", "date", "product", "ticks", "apart"),
        known=nw.when(~nw.col("apart").is_null()).then(ticks).otherwise(0.0),
        differs=nw.when(nw.col("apart") > 0).then(ticks).otherwise(0.0),
    )


def _collected(frame: Lines) -> pa.Table:
    table: pa.Table = frame.collect(backend="pyarrow").to_native()
    return table


def _products(table: pa.Table) -> tuple[pd.Series, int]:
    """The lines of each product that is named, by name, and all lines."""
    lines = pd.Series(table["lines"].to_numpy().astype(np.int64), table["product"].to_pandas())
    return lines[lines.index.notna()].sort_index(), int(lines.sum())


def _assembled(orders: pa.Table, products: pd.Series, lines: int) -> AccountLedger:
    names, account = _coded(orders["account_id"])

    def by_account(values: Floats) -> Floats:
        return np.bincount(account, values, len(names)).astype(np.float64, copy=False)

    def count(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(account[which], minlength=len(names)).astype(np.int64, copy=False)

    said = _numbers(orders["apart"])
    bought, known, apart = np.bincount(account, minlength=len(names)), ~np.isnan(said), said == 1
    money = [by_account(_numbers(orders[column])) / TICKS for column in ("known", "differs")]
    day, ticks = _days(orders["date"]), _numbers(orders["ticks"])
    counts = bought.astype(np.int64), count(known), count(apart)
    del orders, said, known, apart  # the texts of orders are most of the memory
    _given_back()
    start = int(day.min())
    visits = _visits(account, day - start, ticks)
    since = pd.Timestamp(start, unit="D")
    return AccountLedger(names, *counts, money[0], money[1], *visits, since, products, lines)


def _coded(accounts: pa.ChunkedArray) -> tuple[pd.Index, Places]:
    """The accounts in the order of their hashes, and each order's place among them."""
    coded = accounts.dictionary_encode().combine_chunks()
    found = pd.Index(coded.dictionary.to_pandas())
    _given_back()  # coding takes more than it leaves
    order = np.argsort(hash_names(found), kind="stable")
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return found.take(order), place[coded.indices.to_numpy()]


def _given_back() -> None:
    """Give memory that Arrow no longer uses back to the system, for NumPy to take."""
    pa.default_memory_pool().release_unused()


def _visits(account: Places, day: Places, ticks: Floats) -> tuple[Places, Places, Floats]:
    """One entry an account and day: account, day and amount, in the order of both."""
    key, rows = _in_order(account.astype(np.int64) * (int(day.max()) + 1) + day)
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    del key
    sums = np.add.reduceat(ticks[rows], first)
    if sums.max() >= MOST:
        raise ValueError(f"amount: expected below {MOST / TICKS:.0e} an account and day")
    rows = rows[first]
    return account[rows], day[rows], sums / TICKS


def _in_order(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The keys in their order, and from which place each came; `key` is used up.

    Where both fit into one number they are sorted as one, which takes half the time.
    """
    bits = len(key).bit_length()
    if int(key.max()).bit_length() + bits > WIDTH:
        rows = np.argsort(key, kind="stable")
        return key[rows], rows
    key <<= bits
    key |= np.arange(len(key))
    key.sort()
    rows = key & ((1 << bits) - 1)
    key >>= bits
    return key, rows


def _days(dates: pa.ChunkedArray) -> Places:
    """Days since 1970; a time of day is refused, not dropped."""
    if dates.type != pa.date32():
        moments = dates.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
        if (moments % DAY).any():
            raise ValueError("date: expected days, found a time of day")
        return np.asarray(moments // DAY, dtype=np.int32)
    return np.asarray(dates.cast(pa.int32()).to_numpy(), dtype=np.int32)


def _numbers(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)
