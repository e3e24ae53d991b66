"""What do accounts spend on their first day and later, and what is one worth that comes back?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.quantities.answers import Array
from toolkit.stats.bootstrap import by_account
from toolkit.stats.interval import Interval
from toolkit.stats.means import mean

YEAR = 365  # days for which an account is watched after its first order
RATE = 0.10  # a year, at which money that comes later is worth less
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Worth:
    """What each of G accounts bought, in the client's currency; arrays are (G,).

    `first` revenue of its first day, `later` of all days after; `days` with an order. `watched`:
    its first order lies at least YEAR days before the last order of all. `back`: it bought again
    within YEAR days, and `brought` is the revenue of those days, each discounted to the first day
    at RATE a year. `lines`: order lines of an account. `one_product`: nothing else is sold.
    """

    first: Array
    later: Array
    days: NDArray[np.intp]
    watched: Mask
    back: Mask
    brought: Array
    lines: float
    margin: float | None
    one_product: bool

    @property
    def accounts(self) -> int:
        """How many accounts bought anything?"""
        return len(self.days)

    @property
    def one_off(self) -> int:
        """How many accounts ordered on one day only?"""
        return int((self.days == 1).sum())

    @property
    def clients(self) -> int:
        """How many of the accounts watched for a year came back within it?"""
        return int((self.watched & self.back).sum())

    @property
    def sold_once(self) -> bool:
        """Is there one product, and nobody bought a second time? Then there is no client to win."""
        return self.one_product and self.one_off == self.accounts

    def revenue(self, level: float) -> Interval | None:
        """How much revenue does an account that comes back bring after its first day?

        The mean of `brought` over accounts that were watched for a year and came back, accounts
        as the unit. Nothing, surely, where `sold_once`; None where nobody watched came back.
        """
        if self.sold_once:
            return Interval.constant(0.0, self.accounts, "one product, and nobody came back")
        came = self.brought[self.watched & self.back]
        return mean(came, level=level) if len(came) > 1 else None

    def value(self, level: float) -> Interval | None:
        """What is a client worth more than a one-off customer? Margin · `revenue`, in currency.

        A client comes back within a year of the first order, a one-off customer does not; first
        orders of both are taken as worth the same. None without a margin.
        """
        revenue = self.revenue(level)
        return revenue.scaled(self.margin) if revenue and self.margin is not None else None


def worth(
    purchases: pd.DataFrame, margin: float | None = None, products: pd.DataFrame | None = None
) -> Worth | None:
    """What does each account buy, first and later? None without a purchase that has a date.

    Everything an account bought on its first day is its first order. Accounts whose first order
    is less than a year old have not been watched for long enough to call them one-off.
    """
    rows = purchases[purchases["date"].notna()]
    if rows.empty:
        return None
    code, names = pd.factorize(rows["account_id"])
    day = rows["date"].to_numpy("datetime64[D]").astype(np.int64)
    first = pd.Series(day).groupby(code).min().to_numpy()
    since, amount = day - first[code], rows["amount"].to_numpy(float)
    soon = (since > 0) & (since <= YEAR)
    faded = (1 + RATE) ** (-since / YEAR) * soon
    columns = np.column_stack([amount * (since == 0), amount * (since > 0), amount * faded, soon])
    sums = by_account(code, columns, len(names))
    seen = np.unique(code * (np.ptp(day) + 1) + day - day.min()) // (np.ptp(day) + 1)
    return Worth(
        first=sums[:, 0],
        later=sums[:, 1],
        days=np.bincount(seen, minlength=len(names)),
        watched=first <= day.max() - YEAR,
        back=sums[:, 3] > 0,
        brought=sums[:, 2],
        lines=len(rows) / len(names),
        margin=margin,
        one_product=_one_product(rows, products),
    )


def _one_product(purchases: pd.DataFrame, products: pd.DataFrame | None) -> bool:
    """Does the range hold one product? No where neither table names what is sold."""
    named = purchases["product"].dropna()
    listed = [] if products is None else list(products["product"])
    complete = bool(listed) or len(named) == len(purchases)
    return complete and len({*named, *listed}) == 1
