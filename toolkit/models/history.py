"""What do purchases say of each customer: how often, how lately, since when, how much?"""

from __future__ import annotations

import numpy as np
import pandas as pd

WEEK = 7.0
COLUMNS = ["frequency", "recency", "T", "monetary"]


def history(purchases: pd.DataFrame, *, until: str, days: float = WEEK) -> pd.DataFrame:
    """How often, how lately, since when and for how much did each customer buy again?

    `purchases` has the columns customer, date, amount, a row per order line; those after `until`
    (a date) are not looked at. One row per customer, in the order of first appearance:
    frequency (days with a purchase after the first such day), recency (time from first to last
    purchase), T (time from first purchase to `until`), monetary (mean amount of a repeat
    day, 0 where there is none). Times are in units of `days` (a week). All of one customer's day
    is one purchase.

    Source: Fader, Hardie & Lee (2005), Marketing Science 24, 275–284.

    >>> rows = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0],
    ...                      "date": ["2024-01-01", "2024-01-08", "2024-01-08"]})
    >>> history(rows, until="2024-01-15").to_numpy().tolist()
    [[1.0, 1.0, 2.0, 7.0], [0.0, 0.0, 1.0, 0.0]]
    """
    visits = buying_days(purchases)
    end = pd.Timestamp(until)
    return _told(visits[visits["day"] <= end], end, days)


def buying_days(purchases: pd.DataFrame) -> pd.DataFrame:
    """On which days did each customer buy, and for how much in all?

    Columns customer, day, amount; one row per customer and day, customers in the order of first
    appearance, days ascending. Raises ValueError where a column is missing or a date is empty.
    """
    missing = [c for c in ("customer", "date", "amount") if c not in purchases]
    if missing:
        raise ValueError(f"purchases: expected a column {missing[0]!r}, found {list(purchases)}")
    day = pd.to_datetime(purchases["date"]).dt.normalize()
    if day.isna().any():
        raise ValueError("purchases: expected a date in every row, found an empty one")
    rows = purchases.assign(day=day)
    number, names = pd.factorize(rows["customer"])
    sums = rows.groupby([number, "day"], sort=True)["amount"].sum()
    visits = sums.rename_axis(["customer", "day"]).reset_index()
    return visits.assign(customer=names.take(visits["customer"].to_numpy()))


def _told(visits: pd.DataFrame, end: pd.Timestamp, days: float) -> pd.DataFrame:
    """The four numbers of each customer from her buying days."""
    customers = visits.groupby("customer", sort=False)
    first, last, count = customers["day"].min(), customers["day"].max(), customers.size()
    again = visits["day"] > visits["customer"].map(first)
    repeats = visits[again].groupby("customer")["amount"].mean()
    values = {
        "frequency": (count - 1).astype(np.float64),
        "recency": (last - first).dt.days / days,
        "T": (end - first).dt.days / days,
        "monetary": repeats.reindex(first.index).fillna(0.0),
    }
    return pd.DataFrame(values, columns=COLUMNS)
