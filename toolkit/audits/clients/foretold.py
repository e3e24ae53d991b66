"""What does the model of repeat buying foretell, and would it have known what came?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.finding import measures
from toolkit.models.cannot import CannotTell
from toolkit.models.history import WEEK, history
from toolkit.models.holdout import Holdout, holdout
from toolkit.models.repeat import fit_repeat_buying
from toolkit.models.rfm import response_by_cell, rfm
from toolkit.models.spending import fit_spending
from toolkit.models.value import customer_values
from toolkit.quantities import Facts
from toolkit.stats.interval import Interval

FEWEST = 30  # customers of a fifth
POINTS = 20  # of the curve, at most
TRACKED = "purchases foretold and counted"
PER_CUSTOMER = "purchases per customer"
YEARS = 3
HORIZON = YEARS * 52.0  # weeks ahead
Told = tuple[list[pd.DataFrame], list[str]]


def foretelling(facts: Facts) -> Told:
    """How do customers buy again? Measures of BG/NBD and Gamma-Gamma, or why there are none.

    Fitted to the first half of the time observed and held against the second (`holdout` by
    purchases made before, `tracked` over time), then to all of it for `future_value`.
    """
    rows = _rows(facts.client.table("purchases"))
    first, last = rows["date"].min(), rows["date"].max()
    split = first + pd.Timedelta(days=(last - first).days // 2)
    if split == last:
        return [], ["All orders fall on one day: nothing can be said about buying again."]
    held = holdout(rows, split=str(split.date()), until=str(last.date()))
    parts, said = _held(held, facts.level)
    again = _again(rows, split, facts.level)
    ahead, why = _ahead(rows, last, facts)
    return [*parts, *again, *ahead], [*said, *why]


def _rows(purchases: pd.DataFrame) -> pd.DataFrame:
    dated = purchases[purchases["date"].notna()]
    rows = dated[["account_id", "date", "amount"]].rename(columns={"account_id": "customer"})
    return rows.assign(date=rows["date"].dt.normalize())


def _held(held: Holdout | CannotTell, level: float) -> Told:
    if isinstance(held, CannotTell):
        why = f"Repeat buying cannot be foretold from the first half of the time: {held.why}."
        return [], [why]
    time = held.by_time.iloc[:: max(1, len(held.by_time) // POINTS)]
    curve = {
        f"{week.time}:{what}": Interval.constant(float(getattr(week, what)), held.fitted.n)
        for week in time.itertuples()
        for what in ("expected", "seen")
    }
    split = int(held.by_time.loc[held.by_time["known"], "time"].max())
    short = {"": Interval.constant(split, held.fitted.n)}
    parts = [
        measures("repeat_model", "", held.fitted.parameters(level=level)),
        measures("holdout", PER_CUSTOMER, _by_purchases(held)),
        measures("tracked", TRACKED, curve),
        measures("tracked_until", "weeks", short),
    ]
    return parts, _apart(held)


def _by_purchases(held: Holdout) -> dict[str, Interval]:
    """Expected and seen, over all customers and by the purchases they had made."""
    found = {"all:expected": held.expected, "all:seen": held.seen}
    for row in held.by_purchases.itertuples():
        n = int(row.customers)
        told = Interval(row.seen, row.low, row.high, n, "mean, t")
        found[f"{row.purchases}:expected"] = Interval.constant(row.expected, n, "BG/NBD")
        found[f"{row.purchases}:seen"] = told
    return found


def _apart(held: Holdout) -> list[str]:
    """How far was the model from what came? A sentence for the limits."""
    off = held.expected.value / held.seen.value - 1 if held.seen.value else np.inf
    if not np.isfinite(off):
        return ["After half of the time nobody came back, though the model expected it."]
    return [
        f"Fitted to the first half of the time, the model foretold {abs(off):.0%} "
        f"{'more' if off > 0 else 'fewer'} purchases in the second half than came; what it says "
        "of the years to come can be off by as much or more."
    ]


def _again(rows: pd.DataFrame, split: pd.Timestamp, level: float) -> list[pd.DataFrame]:
    """Who of the recent, the frequent, the large came back after the split? Groups WHAT:SCORE."""
    known = history(rows, until=str(split.date()))
    if len(known) < FEWEST:
        return []
    later = known.index.isin(rows.loc[rows["date"] > split, "customer"])
    scores, found = rfm(known), {}
    for what in ("recency", "frequency", "monetary"):
        table = response_by_cell(scores[what], later, level=level).sort_index()
        for score, row in table[table["customers"] >= FEWEST].iterrows():
            told = Interval(row["rate"], row["low"], row["high"], int(row["customers"]), "shrunk")
            found[f"{what}:{score}"] = told
    return [measures("rfm_return", "share", found)]


def _ahead(rows: pd.DataFrame, last: pd.Timestamp, facts: Facts) -> Told:
    """What will one-off customers, and those who came back, bring in the three years to come?"""
    known = history(rows, until=str(last.date()), days=WEEK)
    buying = fit_repeat_buying(known)
    if isinstance(buying, CannotTell):
        return [], [f"What customers will bring cannot be foretold: {buying.why}."]
    spending = fit_spending(known, level=facts.level)
    if isinstance(spending, CannotTell):
        return [], [f"What customers will bring cannot be foretold: {spending.why}."]
    margin, once = facts.client.margin, (known["frequency"] == 0).to_numpy()
    found = customer_values(buying, spending, known, margin=margin or 1.0, horizon=HORIZON)
    groups = {"came back": ~once, "one-off": once}
    told = {name: found.mean(who, level=facts.level) for name, who in groups.items() if who.any()}
    if len(told) == len(groups):
        told["difference"] = found.difference(~once, once, level=facts.level)
    name = "future_value" if margin is not None else "future_revenue"
    return [measures(name, "currency per customer", told)], []
