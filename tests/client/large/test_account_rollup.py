"""The ledger of accounts: the same from every kind of table, and what order lines say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import dask.dataframe as dd
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from tests.client.large.orders import order_lines
from toolkit.client.large.account_rollup import _in_order, account_ledger
from toolkit.client.model import AccountLedger, hash_names

LINES = order_lines()
TABLES: dict[str, Callable[[], Any]] = {
    "polars": lambda: pl.from_pandas(LINES),
    "polars, lazy": lambda: pl.from_pandas(LINES).lazy(),
    "duckdb": lambda: duckdb.from_df(LINES),
    "dask": lambda: dd.from_pandas(LINES, npartitions=4),
    "pandas, in another order": lambda: LINES.sample(frac=1, random_state=1),
}


@pytest.fixture(scope="module")
def ledger() -> AccountLedger:
    return account_ledger(LINES)


@pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning")
@pytest.mark.parametrize("kind", TABLES)
def test_every_kind_of_table_gives_the_same_ledger_to_the_last_bit(
    kind: str, ledger: AccountLedger
) -> None:
    other = account_ledger(TABLES[kind]())
    for field in fields(AccountLedger):
        mine, theirs = getattr(ledger, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            np.testing.assert_array_equal(mine, theirs, strict=True)
        elif isinstance(mine, pd.Series):
            pd.testing.assert_series_equal(mine, theirs)
        else:
            assert np.all(mine == theirs), field.name


def test_the_ledger_says_what_the_lines_say(ledger: AccountLedger) -> None:
    revenue = pd.Series(ledger.revenue, ledger.names).sort_index()
    theirs = LINES.groupby("account_id")["amount"].sum()
    np.testing.assert_allclose(revenue, theirs, rtol=1e-12)
    assert list(revenue.index) == list(theirs.index)
    assert ledger.orders.sum() == LINES["order_id"].nunique()
    assert len(ledger.day) == len(LINES[["account_id", "date"]].drop_duplicates())
    assert ledger.start == LINES["date"].min()
    assert ledger.start + pd.Timedelta(days=ledger.end) == LINES["date"].max()
    assert ledger.products.to_dict() == LINES["product"].value_counts().to_dict()
    assert ledger.lines == len(LINES)


def test_an_order_differs_if_any_of_its_lines_does_and_is_unknown_if_none_says() -> None:
    row = dict(LINES.iloc[0]) | {"bought_for": None, "consumer_id": None, "amount": 1.0}
    said = [("1", None), ("1", "gift"), ("1", "self"), ("2", "self"), ("3", None)]
    lines = pd.DataFrame([row | {"order_id": o, "bought_for": w} for o, w in said])
    found = account_ledger(lines.astype({"consumer_id": "str", "bought_for": "str"}))
    counts = found.orders, found.orders_known, found.orders_apart, found.known, found.apart
    assert [c.tolist() for c in counts] == [[3], [2], [1], [3.0], [1.0]]


def test_accounts_stand_in_the_order_of_a_hash_that_never_changes(ledger: AccountLedger) -> None:
    known = [12510222629351566670, 18038751722410254042]
    assert hash_names(pd.Index(["A1", "Ayşe"])).tolist() == known
    order = hash_names(ledger.names)
    assert (order[:-1] < order[1:]).all()


def test_as_many_accounts_are_drawn_as_lines_may_be_held(ledger: AccountLedger) -> None:
    assert ledger.drawn_of(len(LINES)) == len(ledger.names)
    assert ledger.drawn_of(300) == 300 * len(ledger.names) // len(LINES)
    assert ledger.drawn_of(1) == 1


def test_a_time_of_day_and_sums_beyond_all_measure_are_refused() -> None:
    late = LINES.assign(date=LINES["date"] + pd.Timedelta(hours=1))
    with pytest.raises(ValueError, match="found a time of day"):
        account_ledger(late)
    with pytest.raises(ValueError, match="expected below"):
        account_ledger(LINES.assign(amount=1e14))


@pytest.mark.parametrize("most", [9, 2**40, 2**62])
def test_keys_are_put_in_order_with_their_places_however_large_they_are(most: int) -> None:
    key = np.random.default_rng(1).integers(0, 5, 1000) * (most // 4)
    ordered, rows = _in_order(key.copy())
    np.testing.assert_array_equal(rows, np.argsort(key, kind="stable"))
    np.testing.assert_array_equal(ordered, key[rows])
