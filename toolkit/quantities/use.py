"""Do accounts use what they buy?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.quantities.answers import Array
from toolkit.quantities.returns import Returns

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Use:
    """Accounts that bought in the last period of usage, and whether they used it then.

    `idle` (n,) of them; `revenue` (n,) of all their orders; `unknown` bought in that period but
    have no row in it. `came_back_idle` and `came_back_active`: of all accounts with a row in it
    that were watched long enough, those idle and those active, whether each bought on two days
    or more. `by_period` gives idle and all buying accounts of each period.
    """

    period: str
    idle: Mask
    revenue: Array
    unknown: int
    came_back_idle: Mask
    came_back_active: Mask
    years: float | None
    by_period: dict[str, tuple[int, int]]


def use(usage: pd.DataFrame, purchases: pd.DataFrame, returns: Returns, window: int) -> Use | None:
    """Which buying accounts used the product in the month they bought? None where none match.

    The last period is the last month of usage in which anyone bought. An account that bought in
    it but has no row for it cannot be said to have used it or not: it is left out and counted.
    """
    bought = _bought(usage, purchases)
    known = bought[bought["active"].notna()]
    if known.empty:
        return None
    idle = known.assign(idle=known["active"] <= 0).groupby("period")["idle"].agg(["sum", "size"])
    period = str(idle.index[-1])
    last = known[known["period"] == period]
    place = returns.names.get_indexer(last["account_id"])
    back = _came_back(usage[usage["period"] == period], returns, window)
    return Use(
        period=period,
        idle=(last["active"] <= 0).to_numpy(bool),
        revenue=returns.revenue[place],
        unknown=int((bought["period"] == period).sum() - len(last)),
        came_back_idle=back[0],
        came_back_active=back[1],
        years=returns.years,
        by_period={str(p): (int(r["sum"]), int(r["size"])) for p, r in idle.iterrows()},
    )


def _bought(usage: pd.DataFrame, purchases: pd.DataFrame) -> pd.DataFrame:
    """A row per account and month of usage in which it bought, with `active` where known."""
    months = purchases["date"].dt.strftime("%Y-%m").rename("period")
    pairs = pd.DataFrame({"account_id": purchases["account_id"], "period": months})
    pairs = pairs[pairs["period"].isin(usage["period"].astype(str))].drop_duplicates()
    told = usage.assign(period=usage["period"].astype(str))[["account_id", "period", "active"]]
    return pairs.merge(told, on=["account_id", "period"], how="left")


def _came_back(rows: pd.DataFrame, returns: Returns, window: int) -> tuple[Mask, Mask]:
    """Of idle and of active accounts, watched `window` days or more: who bought again?"""
    place = returns.names.get_indexer(rows["account_id"])
    watched = place >= 0
    watched[watched] = returns.watched[place[watched]] >= window
    again = returns.days[place] > 1
    idle = (rows["active"] <= 0).to_numpy(bool)
    return again[watched & idle], again[watched & ~idle]
