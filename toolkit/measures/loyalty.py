"""Who comes back, how soon, and how gladly; and do accounts use what they buy?

How content the consumers of accounts are that came back; retention, repeat purchase and kinds of
loyalty; usage in the month of purchase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.measures.purchases import PurchaseHistory
from toolkit.measures.survey import SatisfactionAnswers
from toolkit.models.linkage import loyalty_kinds
from toolkit.models.survival import kaplan_meier, mature_cohorts
from toolkit.stats.interval import Array, CannotTell, Interval, Mask
from toolkit.stats.shares import wilson
from toolkit.wording import count_with_noun

UNHAPPY = 40.0  # points of 0…100: a mean answer below is dissatisfied
ROUNDING = 1e-9  # of a mean of rescaled answers


@dataclass(frozen=True, eq=False)
class RepeatAccounts:
    """The n accounts that bought on two days or more and of which a consumer answered.

    `satisfaction` (n,), the mean answer of the account's consumers in points of 0…100; `revenue`
    (n,) of all their orders; `counts` (n,), how many consumers answered; `answers`, how many
    the survey has in all; `years` of purchases, None where too short.
    """

    satisfaction: Array
    revenue: Array
    counts: NDArray[np.int64]
    answers: int
    years: float | None

    @property
    def unhappy(self) -> NDArray[np.bool_]:
        """Whose consumers are dissatisfied? (n,)"""
        return self.satisfaction < UNHAPPY - ROUNDING


def repeat_accounts(returns: PurchaseHistory, contentment: SatisfactionAnswers) -> RepeatAccounts:
    """Which accounts came back, and how content are their consumers? Joined by account."""
    place = returns.names.get_indexer(contentment.names)
    mean = contentment.by_account("consumer")
    there = (place >= 0) & ~np.isnan(mean)
    there[there] = returns.days[place[there]] > 1
    return RepeatAccounts(
        mean[there],
        returns.revenue[place[there]],
        contentment.answered("consumer")[there],
        contentment.answers("consumer"),
        returns.years,
    )


DAYS = (30, 90, 180, 365)
FEWEST = 5  # accounts


def retention(returns: PurchaseHistory, window: int, *, level: float) -> Interval | CannotTell:
    """Of accounts that bought in the window before the last one, which share bought in the last?

    The retention rate (E − N) / S of the last `window` days: new accounts are not counted.
    Wilson's interval over accounts. Cannot tell where the data span fewer than two windows.
    """
    if returns.end < 2 * window:
        return CannotTell(
            f"orders span {count_with_noun(returns.end, 'day', 'days')}; two windows of {window} "
            "are needed"
        )
    middle = returns.end - window
    before = returns.bought(middle - window, middle)
    if before.sum() < FEWEST:
        return CannotTell(f"{_accounts(before)} bought in the window before the last")
    stayed = before & returns.bought(middle, returns.end)
    return wilson(int(stayed.sum()), int(before.sum()), level=level)


def mature_accounts(returns: PurchaseHistory, window: int) -> np.ndarray:
    """Which accounts belong to a month of first orders that was watched `window` days? (G,)"""
    days, place = np.unique(returns.first, return_inverse=True)  # accounts may be millions
    first = returns.start + pd.to_timedelta(days, unit="D")
    until = str(returns.start + pd.Timedelta(days=returns.end))
    cohorts = mature_cohorts(list(first), horizon=window, until=until)
    return np.asarray(cohorts["mature"].reindex(first.strftime("%Y-%m")).to_numpy(bool)[place])


def repeat_share(returns: PurchaseHistory, window: int, *, level: float) -> Interval | CannotTell:
    """Which share of accounts buys again within `window` days of its first day?

    Accounts of months watched long enough (`models.survival.mature_cohorts`), so that the young
    are not counted as lost. Wilson's interval over accounts.
    """
    old = mature_accounts(returns, window)
    if old.sum() < FEWEST:
        return CannotTell(f"{_accounts(old)} first bought in a month watched {window} days or more")
    came = returns.wait[old] <= window
    return wilson(int(came.sum()), int(old.sum()), level=level)


def repeat_by_day(
    returns: PurchaseHistory, *, level: float, days: Sequence[int] = DAYS
) -> dict[str, Interval]:
    """Which share has bought again by so many days after its first? Keys "30 days" and so on.

    1 − Kaplan–Meier: accounts watched for less time count for as long as they were watched.
    """
    again = ~np.isnan(returns.wait)
    if len(again) < FEWEST:
        return {}
    spared = kaplan_meier(np.where(again, returns.wait, returns.watched), again, level=level)
    found = {f"{day} days": spared.at(day) for day in days}
    return {
        day: Interval(1 - s.value, 1 - s.high, 1 - s.low, s.n, s.method)
        for day, s in found.items()
        if not isinstance(s, CannotTell)
    }


def loyalty_of_accounts(
    returns: PurchaseHistory, contentment: SatisfactionAnswers, window: int, *, level: float
) -> dict[str, Interval] | CannotTell:
    """How many accounts are loyalists, hostages, mercenaries, defectors?

    By whether the account bought on two days or more and whether its consumers are satisfied,
    40 of 100 or more on average; accounts of months watched `window` days.
    """
    place = returns.names.get_indexer(contentment.names)
    glad = contentment.by_account("consumer")
    there = (place >= 0) & ~np.isnan(glad)
    there[there] = mature_accounts(returns, window)[place[there]]
    if there.sum() < FEWEST:
        return CannotTell(
            f"{_accounts(there)} watched for {count_with_noun(window, 'day', 'days')} had an "
            "answer of a "
            f"consumer; {FEWEST} are needed"
        )
    repeats = returns.days[place[there]] > 1
    return loyalty_kinds(repeats, glad[there] >= UNHAPPY - ROUNDING, level=level)


def _accounts(these: np.ndarray) -> str:
    return count_with_noun(int(these.sum()), "account", "accounts")


@dataclass(frozen=True, eq=False)
class ProductUsage:
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


def product_usage(
    usage: pd.DataFrame, purchases: pd.DataFrame, returns: PurchaseHistory, window: int
) -> ProductUsage | None:
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
    return ProductUsage(
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


def _came_back(rows: pd.DataFrame, returns: PurchaseHistory, window: int) -> tuple[Mask, Mask]:
    """Of idle and of active accounts, watched `window` days or more: who bought again?"""
    place = returns.names.get_indexer(rows["account_id"])
    watched = place >= 0
    watched[watched] = returns.watched[place[watched]] >= window
    again = returns.days[place] > 1
    idle = (rows["active"] <= 0).to_numpy(bool)
    return again[watched & idle], again[watched & ~idle]
