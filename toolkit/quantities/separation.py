"""On how many purchases is the buyer not the consumer?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio


@dataclass(frozen=True)
class Separation:
    """The share of purchases where buyer ≠ consumer, by orders and by revenue.

    Intervals are None where no purchase says who consumes. `unknown` is the share of orders that
    do not say it: they are left out of both.
    """

    orders: Interval | None
    revenue: Interval | None
    unknown: float


def differs(purchases: pd.DataFrame) -> pd.Series:
    """Do buyer and consumer differ on each line? 1.0, 0.0, or NaN where the line does not say.

    Both ids present: the ids decide. Otherwise `bought_for`: `self` is no, anything else yes.
    """
    ids = (purchases["consumer_id"] != purchases["buyer_id"]).astype(float)
    stated = (purchases["bought_for"] != "self").astype(float)
    by_word = stated.where(purchases["bought_for"].notna())
    return ids.where(purchases["consumer_id"].notna(), by_word)


def separation(purchases: pd.DataFrame, level: float) -> Separation:
    """On what share of orders, and of revenue, is the buyer not the consumer?

    An order counts once and differs if any of its lines does. The unit is the account: both are
    ratios of account totals (see `stats.means.ratio`), so accounts that buy often do not feign
    certainty.
    """
    lines = purchases.assign(differs=differs(purchases))
    orders = _orders(lines)
    known = orders[orders["differs"].notna()]
    unknown = 1 - len(known) / len(orders)
    if known.empty:
        return Separation(None, None, unknown)
    share = _ratio(known["differs"], known["one"], known["account_id"], level)
    said = lines[lines["differs"].notna()]
    revenue = _ratio(said["amount"] * said["differs"], said["amount"], said["account_id"], level)
    return Separation(share, revenue, unknown)


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    by_order = lines.groupby("order_id", sort=False)
    return by_order.agg(differs=("differs", "max"), account_id=("account_id", "first")).assign(
        one=1.0
    )


def _ratio(top: pd.Series, bottom: pd.Series, account: pd.Series, level: float) -> Interval | None:
    tops, bottoms = (x.groupby(account.to_numpy()).sum().to_numpy(float) for x in (top, bottom))
    return ratio(tops, bottoms, level=level, share=True) if np.any(bottoms > 0) else None
