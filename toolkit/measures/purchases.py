"""Who buys for whom, when did each account buy, and what is it worth?

On how many purchases is the buyer not the consumer, and which share of the people pays and uses,
such as sellers who shop on the platform they sell on. Then when accounts bought, and what first
and later orders bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.client.model import AccountLedger, Client
from toolkit.contract import ROLES
from toolkit.models.repeat_buying import buying_days
from toolkit.stats.bootstrap import sum_by_account
from toolkit.stats.interval import Array, Counts, Interval, Mask
from toolkit.stats.means import mean_interval, ratio_of_sums


@dataclass(frozen=True)
class RoleSeparation:
    """The share of purchases where buyer ≠ consumer, by orders and by revenue.

    Intervals are None where no purchase says who consumes. `unknown` is the share of orders that
    do not say it: they are left out of both.
    """

    orders: Interval | None
    revenue: Interval | None
    unknown: float


def roles_differ(purchases: pd.DataFrame) -> pd.Series:
    """Do buyer and consumer differ on each line? 1.0, 0.0, or NaN where the line does not say.

    Both ids present: the ids decide. Otherwise `bought_for`: `self` is no, anything else yes.
    """
    ids = (purchases["consumer_id"] != purchases["buyer_id"]).astype(float)
    stated = (purchases["bought_for"] != "self").astype(float)
    by_word = stated.where(purchases["bought_for"].notna())
    return ids.where(purchases["consumer_id"].notna(), by_word)


def role_separation(purchases: pd.DataFrame, level: float) -> RoleSeparation:
    """On what share of orders, and of revenue, is the buyer not the consumer?

    An order counts once and differs if any of its lines does. The unit is the account: both are
    ratios of account totals (see `stats.means.ratio_of_sums`), so accounts that buy often do not
    feign certainty.
    """
    lines = purchases.assign(differs=roles_differ(purchases))
    orders = _orders(lines)
    known = orders[orders["differs"].notna()]
    unknown = 1 - len(known) / len(orders)
    if known.empty:
        return RoleSeparation(None, None, unknown)
    share = _ratio(known["differs"], known["one"], known["account_id"], level)
    said = lines[lines["differs"].notna()]
    revenue = _ratio(said["amount"] * said["differs"], said["amount"], said["account_id"], level)
    return RoleSeparation(share, revenue, unknown)


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    by_order = lines.groupby("order_id", sort=False)
    return by_order.agg(differs=("differs", "max"), account_id=("account_id", "first")).assign(
        one=1.0
    )


def _ratio(top: pd.Series, bottom: pd.Series, account: pd.Series, level: float) -> Interval | None:
    tops, bottoms = (x.groupby(account.to_numpy()).sum().to_numpy(float) for x in (top, bottom))
    return ratio_of_sums(tops, bottoms, level=level, share=True) if np.any(bottoms > 0) else None


PERSON = {"people": "person_id", "survey": "respondent_id"}


def dual_role_shares(frames: Mapping[str, pd.DataFrame], level: float) -> dict[str, Interval]:
    """Which share of persons is in both roles, as each table tells it?

    `people` and `survey`: persons whose role is both, of all listed. `purchases`: persons who pay
    for others on one order and use what others pay for on another, of all who are named on orders
    where buyer and consumer differ; buying for oneself is no second role. Tables that name nobody
    are left out. The unit is the account; Wilson's interval at the effective number, see
    `stats.means.ratio_of_sums`.
    """
    persons = {
        table: _listed(frames[table], column) for table, column in PERSON.items() if table in frames
    }
    if "purchases" in frames:
        persons["purchases"] = _named(frames["purchases"])
    return {name: _share(found, level) for name, found in persons.items() if len(found)}


def _listed(table: pd.DataFrame, person: str) -> pd.DataFrame:
    """One row per person listed: account (the person, where none is given) and both or not."""
    account = table["account_id"].fillna(table[person])
    return pd.DataFrame({"account": account, "both": table["role"].eq("both")})


def _named(purchases: pd.DataFrame) -> pd.DataFrame:
    """One row per person on orders of two persons; the account is the first one seen."""
    known = purchases["consumer_id"].notna()
    lines = purchases[known & purchases["consumer_id"].ne(purchases["buyer_id"])]
    sides = [
        pd.DataFrame({"person": lines[f"{role}_id"], "account": lines["account_id"], "role": role})
        for role in ROLES
    ]
    people = pd.concat(sides, ignore_index=True).groupby("person", sort=True)
    return people.agg(account=("account", "first"), both=("role", "nunique")).assign(
        both=lambda p: p["both"].gt(1)
    )


def _share(persons: pd.DataFrame, level: float) -> Interval:
    accounts = persons.groupby("account", sort=True)["both"].agg(["sum", "size"])
    tops, bottoms = accounts["sum"].to_numpy(float), accounts["size"].to_numpy(float)
    return ratio_of_sums(tops, bottoms, level=level, share=True)


Totals = Array | Counts


def separation_from_ledger(accounts: AccountLedger, level: float) -> RoleSeparation:
    """On what share of all orders, and of their revenue, is the buyer not the consumer?

    As `measures.purchases.role_separation` of all lines, for orders of one account and day.
    """
    unknown = 1 - int(accounts.orders_known.sum()) / int(accounts.orders.sum())
    orders = _ratio_of_totals(accounts.orders_apart, accounts.orders_known, level)
    return RoleSeparation(orders, _ratio_of_totals(accounts.apart, accounts.known, level), unknown)


def _ratio_of_totals(top: Totals, bottom: Totals, level: float) -> Interval | None:
    """Over accounts of which anything is said; None where nothing is."""
    said = bottom > 0
    if not said.any():
        return None
    return ratio_of_sums(
        top[said].astype(float), bottom[said].astype(float), level=level, share=True
    )


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
