"""When did each account buy, what did it spend, and what is one worth that comes back?

The days of purchase and how long each account was watched, which all that is said of coming back
rests on; revenue of the first day and later. Where purchases are too many to hold, the same
quantities of all accounts come from the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.client.model import AccountLedger, Client
from toolkit.models.repeat_buying import buying_days
from toolkit.stats.bootstrap import sum_by_account
from toolkit.stats.interval import Array, Interval, Mask
from toolkit.stats.means import mean_interval

DAYS_PER_YEAR = 365.0  # days
SHORTEST = 180  # days of purchases below which a year's sum would be a guess
Days = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PurchaseHistory:
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
        return self.end / DAYS_PER_YEAR if self.end >= SHORTEST else None

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


def purchase_history(purchases: pd.DataFrame) -> PurchaseHistory:
    """When did each account buy, over what time, and for how much in all?"""
    visits = buying_days(purchases.rename(columns={"account_id": "customer"}))
    account, names = pd.factorize(visits["customer"])
    start = visits["day"].min()
    day = (visits["day"] - start).dt.days.to_numpy(np.int64)
    revenue = np.bincount(account, visits["amount"].to_numpy(float), len(names)).astype(np.float64)
    return PurchaseHistory(pd.Index(names), account, day, int(day.max()), revenue, start)


YEAR = 365  # days for which an account is watched after its first order
RATE = 0.10  # a year, at which money that comes later is worth less


@dataclass(frozen=True, eq=False)
class AccountValue:
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
        return mean_interval(came, level=level) if len(came) > 1 else None

    def value(self, level: float) -> Interval | None:
        """What is a client worth more than a one-off customer? Margin · `revenue`, in currency.

        A client comes back within a year of the first order, a one-off customer does not; first
        orders of both are taken as worth the same. None without a margin.
        """
        revenue = self.revenue(level)
        return revenue.scaled(self.margin) if revenue and self.margin is not None else None


def account_value(
    purchases: pd.DataFrame, margin: float | None = None, products: pd.DataFrame | None = None
) -> AccountValue | None:
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
    sums = sum_by_account(code, columns, len(names))
    seen = np.unique(code * (np.ptp(day) + 1) + day - day.min()) // (np.ptp(day) + 1)
    return AccountValue(
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


def history_from_ledger(accounts: AccountLedger) -> PurchaseHistory:
    """When did each of all accounts buy? As `measures.purchases.purchase_history` of all lines."""
    return PurchaseHistory(
        accounts.names,
        accounts.account.astype(np.intp),
        accounts.day.astype(np.int64),
        accounts.end,
        accounts.revenue,
        accounts.start,
    )


def value_from_ledger(
    accounts: AccountLedger, margin: float | None, products: pd.DataFrame | None
) -> AccountValue | None:
    """What does each of all accounts buy, first and later? As `account_value`."""
    visits = accounts.visits().assign(account_id=accounts.account, product=None)  # numbers: faster
    found = account_value(visits, margin, products)
    listed = [] if products is None else list(products["product"])
    complete = bool(listed) or int(accounts.products.sum()) == accounts.lines
    one = complete and len({*accounts.products.index, *listed}) == 1
    lines = accounts.lines / len(accounts.names)
    return None if found is None else replace(found, lines=lines, one_product=one)


def revenue_by_account(client: Client) -> pd.Series:
    """How much did each account pay in all? Indexed by account_id."""
    if client.accounts is None:
        return client.frames["purchases"].groupby("account_id")["amount"].sum()
    return pd.Series(client.accounts.revenue, client.accounts.names)
