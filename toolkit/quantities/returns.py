"""When did each account buy, and how long was it watched? What all talk of coming back rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.models.history import buying_days
from toolkit.quantities.answers import Array

YEAR = 365.0  # days
SHORTEST = 180  # days of purchases below which a year's sum would be a guess
Days = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Returns:
    """The buying days of G accounts; all of one account's day is one purchase.

    `names` (G,) are the accounts; `account` and `day` (V,) the visits, by account and day, days
    counted from the first of all; `end` is the last of all; `revenue` (G,) in currency; `start`
    is the date of day 0.
    """

    names: pd.Index
    account: NDArray[np.intp]
    day: Days
    end: int
    revenue: Array
    start: pd.Timestamp

    @property
    def days(self) -> Days:
        """On how many days did each account buy? (G,)"""
        return np.bincount(self.account, minlength=len(self.names)).astype(np.int64)

    @property
    def first(self) -> Days:
        """The day of each account's first purchase; (G,)."""
        return self.day[self._firsts]

    @property
    def wait(self) -> Array:
        """Days from the first to the second purchase, NaN where there was none; (G,)."""
        again = self.days > 1
        wait = np.full(len(self.names), np.nan)
        wait[again] = self.day[self._firsts[again] + 1] - self.day[self._firsts[again]]
        return wait

    @property
    def watched(self) -> Days:
        """Days from each account's first purchase to the last day of the data; (G,)."""
        return self.end - self.first

    @property
    def years(self) -> float | None:
        """Over how many years were purchases written down? None below SHORTEST days."""
        return self.end / YEAR if self.end >= SHORTEST else None

    def bought(self, after: int, until: int) -> NDArray[np.bool_]:
        """Did each account buy on a day later than `after` and not later than `until`? (G,)"""
        inside = (self.day > after) & (self.day <= until)
        return np.bincount(self.account[inside], minlength=len(self.names)) > 0

    def bought_within(self, day: Array, window: int) -> Array:
        """Did each account buy in the `window` days after a day of its own (G,)? 1, 0, or NaN.

        NaN where the day is unknown, or the data end before the window does: those who had
        less time to come back would look as if they had left.
        """
        wait = self.day - day[self.account]
        inside = (wait > 0) & (wait <= window)
        came = np.bincount(self.account[inside], minlength=len(self.names)) > 0
        return np.where(day + window <= self.end, came.astype(float), np.nan)

    @property
    def _firsts(self) -> NDArray[np.intp]:
        """The place of each account's first visit."""
        return np.searchsorted(self.account, np.arange(len(self.names)))


def returns(purchases: pd.DataFrame) -> Returns:
    """When did each account buy, over what time, and for how much in all?"""
    visits = buying_days(purchases.rename(columns={"account_id": "customer"}))
    account, names = pd.factorize(visits["customer"])
    start = visits["day"].min()
    day = (visits["day"] - start).dt.days.to_numpy(np.int64)
    revenue = np.bincount(account, visits["amount"].to_numpy(float), len(names)).astype(np.float64)
    return Returns(pd.Index(names), account, day, int(day.max()), revenue, start)
