"""On how many purchases is the buyer not the consumer, and which share of the people pays and uses?

The second are, for example, sellers who shop on the platform they sell on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.client.model import AccountLedger
from toolkit.contract import ROLES
from toolkit.stats.interval import Array, Counts, Interval
from toolkit.stats.means import ratio_of_sums


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

    As `measures.role_separation.role_separation` of all lines, for orders of one account and day.
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
