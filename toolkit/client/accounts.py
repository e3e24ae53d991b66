"""What did each account buy, on which days, and for whom? The ledger of all accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_ACCOUNTS = 100_000  # that are drawn to stand line by line
MOST_LINES = 1_000_000  # of purchases held line by line; tables of more lines get a ledger
_CHUNK = 100_000  # names hashed at once: they become objects for that
Counts = NDArray[np.int64]
Places = NDArray[np.int32]
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AccountLedger:
    """What G accounts bought on V buying days; all of one account's day is one visit.

    `names` (G,) stand in the order of a hash, so that the first of them are a sample by chance.
    (G,) each: `orders`, `orders_known` (that say who consumes), `orders_apart` (buyer ≠ consumer),
    `known` and `apart` (revenue of such lines, in currency). (V,) each, by account and day:
    `account` (place in `names`), `day` (days from the first of all, `start`), `amount` (currency).
    `products`: lines of each product named, by name; `lines`: of purchases in all.
    """

    names: pd.Index
    orders: Counts
    orders_known: Counts
    orders_apart: Counts
    known: Array
    apart: Array
    account: Places
    day: Places
    amount: Array
    start: pd.Timestamp
    products: pd.Series
    lines: int

    @property
    def revenue(self) -> Array:
        """How much did each account pay in all? (G,) currency."""
        sums = np.bincount(self.account, self.amount, len(self.names))
        return sums.astype(np.float64)

    @property
    def end(self) -> int:
        """The last day of all, counted from `start`."""
        return int(self.day.max())

    def drawn_of(self, most: int) -> int:
        """How many accounts, the first ones, stand line by line where `most` lines may?

        At most MOST_ACCOUNTS, and so few that no more than `most` lines are to be expected. Which
        accounts they are has no part in how many, so large and small ones are drawn alike.
        """
        return accounts_to_draw(len(self.names), self.lines, most)

    def visits(self) -> pd.DataFrame:
        """A row per account and day: account_id, date, amount, as purchases have them."""
        return pd.DataFrame(
            {
                "account_id": self.names.take(self.account),
                "date": self.start + pd.to_timedelta(self.day, unit="D"),
                "amount": self.amount,
            }
        )


def accounts_to_draw(accounts: int, lines: int, most: int) -> int:
    """How many of so many accounts, with so many lines in all, have about `most` of them?"""
    return max(1, min(MOST_ACCOUNTS, most * accounts // lines))


def hash_names(names: pd.Index) -> NDArray[np.uint64]:
    """A number for each name that looks like chance and is the same everywhere; (G,).

    SipHash of the text, as `pandas.util.hash_array` has it. Who is drawn by it stays drawn when
    other accounts come or go.
    """
    parts = [
        pd.util.hash_array(names[i : i + _CHUNK].to_numpy(object), categorize=False)
        for i in range(0, len(names), _CHUNK)
    ]
    return np.concatenate(parts)
