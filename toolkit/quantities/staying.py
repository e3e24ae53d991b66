"""Who comes back, how soon, and how gladly?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.models.cannot import CannotTell
from toolkit.models.linkage import loyalty_kinds
from toolkit.models.survival import kaplan_meier, mature_cohorts
from toolkit.quantities.contentment import Contentment
from toolkit.quantities.repeaters import ROUNDING, UNHAPPY
from toolkit.quantities.returns import Returns
from toolkit.stats.interval import Interval
from toolkit.stats.shares import wilson
from toolkit.text import counted

DAYS = (30, 90, 180, 365)
FEWEST = 5  # accounts


def retention(returns: Returns, window: int, *, level: float) -> Interval | CannotTell:
    """Of accounts that bought in the window before the last one, which share bought in the last?

    The retention rate (E − N) / S of the last `window` days: new accounts are not counted.
    Wilson's interval over accounts. Cannot tell where the data span fewer than two windows.
    """
    if returns.end < 2 * window:
        return CannotTell(
            f"orders span {counted(returns.end, 'day', 'days')}; two windows of {window} are needed"
        )
    middle = returns.end - window
    before = returns.bought(middle - window, middle)
    if before.sum() < FEWEST:
        return CannotTell(f"{_accounts(before)} bought in the window before the last")
    stayed = before & returns.bought(middle, returns.end)
    return wilson(int(stayed.sum()), int(before.sum()), level=level)


def mature(returns: Returns, window: int) -> np.ndarray:
    """Which accounts belong to a month of first orders that was watched `window` days? (G,)"""
    days, place = np.unique(returns.first, return_inverse=True)  # accounts may be millions
    first = returns.start + pd.to_timedelta(days, unit="D")
    until = str(returns.start + pd.Timedelta(days=returns.end))
    cohorts = mature_cohorts(list(first), horizon=window, until=until)
    return cohorts["mature"].reindex(first.strftime("%Y-%m")).to_numpy(bool)[place]


def repeat_share(returns: Returns, window: int, *, level: float) -> Interval | CannotTell:
    """Which share of accounts buys again within `window` days of its first day?

    Accounts of months watched long enough (`models.survival.mature_cohorts`), so that the young
    are not counted as lost. Wilson's interval over accounts.
    """
    old = mature(returns, window)
    if old.sum() < FEWEST:
        return CannotTell(f"{_accounts(old)} first bought in a month watched {window} days or more")
    came = returns.wait[old] <= window
    return wilson(int(came.sum()), int(old.sum()), level=level)


def returned(returns: Returns, *, level: float, days: Sequence[int] = DAYS) -> dict[str, Interval]:
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


def kinds(
    returns: Returns, contentment: Contentment, window: int, *, level: float
) -> dict[str, Interval] | CannotTell:
    """How many accounts are loyalists, hostages, mercenaries, defectors?

    By whether the account bought on two days or more and whether its consumers are satisfied,
    40 of 100 or more on average; accounts of months watched `window` days.
    """
    place = returns.names.get_indexer(contentment.names)
    glad = contentment.by_account("consumer")
    there = (place >= 0) & ~np.isnan(glad)
    there[there] = mature(returns, window)[place[there]]
    if there.sum() < FEWEST:
        return CannotTell(
            f"{_accounts(there)} watched for {counted(window, 'day', 'days')} had an answer of a "
            f"consumer; {FEWEST} are needed"
        )
    repeats = returns.days[place[there]] > 1
    return loyalty_kinds(repeats, glad[there] >= UNHAPPY - ROUNDING, level=level)


def _accounts(these: np.ndarray) -> str:
    return counted(int(these.sum()), "account", "accounts")
