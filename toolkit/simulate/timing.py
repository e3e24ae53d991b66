"""When do orders fall? Days of first and later orders in a trade, as exact probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from toolkit.simulate.bass import bought_by
from toolkit.simulate.trade import JOINING, SETTLING
from toolkit.simulate.world import FloatArray, Trade

YEAR = 365


def first_days(trade: Trade) -> FloatArray:
    """How likely is each day (0 … days − 1) to be the day of an account's first order?"""
    days = np.arange(trade.days + 1.0)
    if trade.launch:
        reached = bought_by(trade.launch, days)
        return np.diff(reached / reached[-1])
    return np.diff(np.minimum(days / (trade.days * JOINING), 1.0))


def still_in_time(trade: Trade) -> FloatArray:
    """P(the k-th later order, if it comes, falls into the time observed), k = 1, 2, …

    Waiting times are 35 days plus the whole days of an exponential time of mean `gap`: days add
    up by convolution, so nothing is approximated.
    """
    most = trade.days // SETTLING
    return np.array([d.sum() for d in islice(_later(trade, first_days(trade)), most)])


def discounted(trade: Trade, days: int, rate: float) -> FloatArray:
    """E[(1 + rate)^(−S_k/365); S_k ≤ days], S_k the days from the first to the k-th later order."""
    start = np.zeros(days + 1)
    start[0] = 1.0
    factor = (1 + rate) ** (-np.arange(days + 1) / YEAR)
    most = days // SETTLING
    return np.array([d @ factor for d in islice(_later(trade, start), most)])


def _later(trade: Trade, start: FloatArray) -> Iterator[FloatArray]:
    """Distribution of the day of the 1st, 2nd … later order, cut at the last day of `start`."""
    gaps = np.arange(len(start) - SETTLING)
    going_on = np.exp(-1 / trade.gap)
    wait = np.concatenate([np.zeros(SETTLING), (1 - going_on) * going_on**gaps])
    day = start
    while True:
        day = np.convolve(day, wait)[: len(start)]
        yield day
