"""Where customers are under contract: how many renew, and what is one worth?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.finding import measures
from toolkit.models.cannot import CannotTell
from toolkit.models.contracts import fit_renewals, retention_multiple
from toolkit.quantities import Facts
from toolkit.quantities.worth import RATE, YEAR
from toolkit.stats.interval import Interval
from toolkit.stats.shares import wilson

FEWEST = 30  # accounts watched long enough
RENEWALS = 2  # of which an account must have had time for; sBG needs three counts
AHEAD = 6  # renewals looked ahead
Told = tuple[list[pd.DataFrame], list[str]]


def renewing(facts: Facts) -> Told:
    """How many of the accounts that subscribed renew, period by period, and what does that make?

    A period is `settings.repeat_window_days`; an account has renewed where it ordered a product
    with pricing `subscription` again within each period since its first such order. Only accounts
    watched for two periods count. `renewal` is the share renewing in a period, by Wilson;
    `retention_multiple` that rate as periods' margins (payment at the period's end, discounted at
    10 % a year); `still_there` the share left after AHEAD renewals by sBG, whose retention rises.
    """
    left = _counts(facts)
    if left is None:
        return [], []
    window, level = facts.client.settings.repeat_window_days, facts.level
    if left[0] < FEWEST:
        return [], [f"Of accounts under contract only {left[0]} were watched for two periods."]
    renewed = wilson(sum(left[1:]), sum(left[:-1]), level=level) if sum(left[:-1]) else None
    if renewed is None:
        return [], []
    discount = (1 + RATE) ** (window / YEAR) - 1
    multiple = retention_multiple(renewed, rate=discount)
    parts = [
        measures("renewal", "share", {"": _of(renewed, left[0])}),
        measures("retention_multiple", "periods' margin", {"": _of(multiple, left[0])}),
    ]
    fitted = fit_renewals(left)
    if isinstance(fitted, CannotTell):
        return parts, [f"How many contracts last cannot be foretold: {fitted.why}."]
    still = fitted.survival([AHEAD], level=level)[0]
    return [*parts, measures("still_there", "share", {f"{AHEAD} renewals": still})], []


def _counts(facts: Facts) -> list[int] | None:
    """Accounts at the start and after each renewal; None where nothing is sold by subscription."""
    client = facts.client
    if not (client.has("products") and client.has("purchases")):
        return None
    products, rows = client.table("products"), client.table("purchases")
    under = products.loc[products["pricing"] == "subscription", "product"]
    rows = rows[rows["product"].isin(under) & rows["date"].notna()]
    return _left(rows, client.settings.repeat_window_days) if len(rows) else None


def _left(rows: pd.DataFrame, window: int) -> list[int]:
    first = rows.groupby("account_id")["date"].transform("min")
    last = rows["date"].max()
    old = rows[first <= last - pd.Timedelta(days=RENEWALS * window)]
    since = (old["date"] - first[old.index]).dt.days.to_numpy()
    code, names = pd.factorize(old["account_id"])
    stays, left = np.ones(len(names), dtype=bool), [len(names)]
    for period in range(RENEWALS):
        inside = (since > period * window) & (since <= (period + 1) * window)
        stays &= np.bincount(code[inside], minlength=len(names)) > 0
        left.append(int(stays.sum()))
    return left


def _of(interval: Interval, accounts: int) -> Interval:
    """The interval with the number of accounts behind it."""
    return Interval(interval.value, interval.low, interval.high, accounts, interval.method)
