"""Would the model have known? Fitted to the earlier part of a history, held against the later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.models.buying import Buying
from toolkit.models.cannot import CannotTell
from toolkit.models.history import WEEK, buying_days, history
from toolkit.models.repeat import RepeatBuying, fit_repeat_buying
from toolkit.stats.arrays import Array
from toolkit.stats.interval import Interval
from toolkit.stats.means import mean

MANY = 7  # calibration purchases from which customers are put together


@dataclass(frozen=True, eq=False)
class Holdout:
    """What was expected after the split, and what came?

    `by_time`: time (units since the first purchase of all), expected and seen repeat purchases of
    all customers up to then, and whether the model had seen that time. `by_purchases`: purchases
    in the calibration (7: seven or more), customers, expected and seen purchases each afterwards,
    low and high of the mean seen. `expected` and `seen` are purchases per customer afterwards.
    """

    fitted: RepeatBuying
    by_time: pd.DataFrame
    by_purchases: pd.DataFrame
    expected: Interval
    seen: Interval


def holdout(
    purchases: pd.DataFrame, *, split: str, until: str, days: float = WEEK
) -> Holdout | CannotTell:
    """Would BG/NBD, fitted to what was known at `split`, have known what came `until` then?

    `purchases` as in `history.history`. Customers who came after the split are left out. The
    expected numbers by time ask only for the first purchases, those by purchases for each
    customer's history.
    Source: Fader, Hardie & Lee (2005), Marketing Science 24, 275–284, figures 2–5.
    """
    known = history(purchases, until=split, days=days)
    fitted = fit_repeat_buying(known)
    if isinstance(fitted, CannotTell):
        return fitted
    length = (pd.Timestamp(until) - pd.Timestamp(split)).days / days
    if length <= 0:
        raise ValueError(f"until: expected a date after {split}, found {until}")
    later = _later(purchases, known.index, split, until)
    x, tx, T = known[["frequency", "recency", "T"]].to_numpy().T

    def each(model: Buying) -> Array:
        return model.expected_given(length, x, tx, T)

    return Holdout(
        fitted,
        _by_time(fitted.model, purchases, known, (split, until), days),
        _by_purchases(x, each(fitted.model), later),
        fitted.interval(lambda model: each(model).mean())[0],
        mean(later),
    )


def _later(purchases: pd.DataFrame, customers: pd.Index, split: str, until: str) -> Array:
    """On how many days after the split did each customer buy? (customers,)"""
    visits = buying_days(purchases)
    after = visits[(visits["day"] > pd.Timestamp(split)) & (visits["day"] <= pd.Timestamp(until))]
    counts = after["customer"].value_counts()
    return counts.reindex(customers).fillna(0).to_numpy(np.float64)


def _by_purchases(x: Array, expected: Array, seen: Array) -> pd.DataFrame:
    """Expected and seen purchases per customer, by purchases in the calibration."""
    rows = []
    for count in range(MANY + 1):
        group = np.minimum(x, MANY) == count
        if group.any():
            came = mean(seen[group])
            ends = (came.value, came.low, came.high)
            rows.append((count, int(group.sum()), float(expected[group].mean()), *ends))
    columns = ["purchases", "customers", "expected", "seen", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _by_time(
    model: Buying, purchases: pd.DataFrame, known: pd.DataFrame, ends: tuple[str, str], days: float
) -> pd.DataFrame:
    """Expected and seen repeat purchases of all customers up to each time."""
    split, until = map(pd.Timestamp, ends)
    visits = buying_days(purchases)
    visits = visits[visits["customer"].isin(known.index) & (visits["day"] <= until)]
    repeats = visits[visits.duplicated("customer")]["day"]  # days ascend within a customer
    start = visits["day"].min()
    times = np.arange(1, int((until - start).days / days) + 1)
    born, count = np.unique((split - start).days / days - known["T"], return_counts=True)
    ages = np.maximum(times[:, None] - born, 0)
    seen = np.searchsorted(np.sort((repeats - start).dt.days), times * days, side="right")
    table = {"time": times, "expected": model.expected(ages) @ count, "seen": seen}
    return pd.DataFrame(table).assign(known=times <= (split - start).days / days)
