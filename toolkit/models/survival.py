"""How long until it happens, where it has not yet happened to all? Kaplan–Meier."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.input_checks import (
    day_of,
    finite_number,
    finite_vector,
    real_number,
    unfit_input,
    yes_or_no,
)
from toolkit.stats.interval import (
    Array,
    CannotTell,
    Interval,
    normal_quantile,
    tail_probability,
)
from toolkit.stats.shares import wilson

METHOD = "Kaplan–Meier, Greenwood, log-log"


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """Which share has been spared up to each time?

    `table`: time, at_risk, events, share, low, high; one row per time at which it happened to
    someone. `n` counts the units, `last` is the longest time anyone was watched.
    """

    table: pd.DataFrame
    n: int
    last: float
    level: float

    def at(self, time: float) -> Interval | CannotTell:
        """Which share is spared up to and including `time`? Beyond `last` only if none is left."""
        if math.isnan(real_number(time, "time")):
            raise unfit_input("time", "a number", repr(time))
        left = self.table["share"].min() if len(self.table) else 1.0
        if time > self.last and left > 0:
            return CannotTell(f"nobody was watched for {time:g}; the longest is {self.last:g}")
        until = self.table[self.table["time"] <= time]
        if until.empty:
            return Interval(1.0, wilson(self.n, self.n, level=self.level).low, 1.0, self.n, METHOD)
        value, low, high = until.iloc[-1][["share", "low", "high"]].astype(float)
        return Interval(value, low, high, self.n, METHOD)


def kaplan_meier(
    durations: ArrayLike, happened: ArrayLike, *, level: float = 0.95
) -> SurvivalCurve:
    """Which share is spared up to each time, those counted who were not watched to the end?

    `durations` (n,) ≥ 0, one per independent unit; `happened` (n,): did it end then, or was it
    only watched so far? S(t) = Π (1 − d / at risk); interval exp(−exp(log(−log S) ± z · error)),
    Greenwood's error. Before the first event, and where S is 0, the log-log ends do not exist:
    Wilson's for nothing of n, and the upper end of the step before.
    Assumes that who is watched for less time is no other kind of unit.
    Source: Kaplan & Meier (1958), JASA 53; Kalbfleisch & Prentice (2002), ch. 1.4.

    >>> s = kaplan_meier([1, 2, 2, 3], [True, True, False, True])
    >>> s.table["share"].tolist()
    [0.75, 0.5, 0.0]
    """
    times, events = _watched(durations, happened)
    moments = np.unique(times[events])
    at_risk, count = _at_risk(times, moments), _events(times, events, moments)
    share = np.asarray(np.cumprod(1 - count / at_risk), dtype=np.float64)
    low, high = _ends(share, at_risk, count, level)
    table = {"time": moments, "at_risk": at_risk, "events": count}
    ends = {"share": share, "low": low, "high": high}
    return SurvivalCurve(pd.DataFrame(table | ends), len(times), float(times.max()), level)


def mature_cohorts(first: Sequence[object], *, horizon: float, until: str) -> pd.DataFrame:
    """Which cohorts were watched long enough to say who is still there after `horizon` days?

    `first`: the first purchase of each customer; a cohort is a calendar month. Mature: even the
    one who came last was watched `horizon` days by `until`. Index month; columns customers,
    mature. What rests on retention leaves out the others, or it counts the young as lost.

    >>> mature_cohorts(["2024-01-05", "2024-03-30"], horizon=60, until="2024-05-01")
    ...     # doctest: +NORMALIZE_WHITESPACE
             customers  mature
    month
    2024-01          1    True
    2024-03          1   False
    """
    horizon, end = finite_number(horizon, "horizon", least=0), day_of(until, "until")
    if isinstance(first, str) or not isinstance(first, Iterable):
        raise unfit_input("first", "a row of dates", repr(first))
    try:
        days = pd.to_datetime(pd.Series(list(first), dtype=object))
    except (TypeError, ValueError):
        raise unfit_input("first", "dates", repr(first)) from None
    if days.isna().any() or days.empty:
        raise unfit_input("first", "a date for every customer, at least one", repr(first))
    months = days.groupby(days.dt.strftime("%Y-%m").rename("month"))
    watched = (end - months.max()).dt.days
    return pd.DataFrame({"customers": months.size(), "mature": watched >= horizon})


def _watched(durations: ArrayLike, happened: ArrayLike) -> tuple[Array, np.ndarray]:
    times, events = finite_vector(durations, "durations"), yes_or_no(happened, None, "happened")
    if events.shape != times.shape or (times < 0).any():
        found = f"{times.size} of them from {times.min():g} on, and {events.size} answers"
        expected = "numbers ≥ 0, one with each answer to happened"
        raise unfit_input("durations", expected, found)
    return times, events


def _at_risk(times: Array, moments: Array) -> Array:
    """How many were still watched just before each moment?"""
    return (len(times) - np.searchsorted(np.sort(times), moments, side="left")).astype(np.float64)


def _events(times: Array, events: np.ndarray, moments: Array) -> Array:
    return np.bincount(np.searchsorted(moments, times[events])).astype(np.float64)


def _ends(share: Array, at_risk: Array, count: Array, level: float) -> tuple[Array, Array]:
    """Log-log ends of each share; where nobody is left, 0 and the upper end of the step before."""
    inside = share > 0
    logs = np.log(share[inside])
    greenwood = np.cumsum((count / (at_risk * (at_risk - count + ~inside)))[inside])
    wide = np.exp(normal_quantile(1 - tail_probability(level)) * np.sqrt(greenwood) / np.abs(logs))
    low, high = np.zeros_like(share), np.ones_like(share)
    low[inside], high[inside] = np.exp(logs * wide), np.exp(logs / wide)
    if inside.any():
        high[~inside] = high[inside][-1]
    return low, high
