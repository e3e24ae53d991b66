"""How much does a customer spend on a purchase, allowing for how few we saw? Gamma-Gamma.

A customer's purchases vary about her own mean, and these means over customers, both by gamma
distributions; what she spends has nothing to do with how often she buys.
Source: Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value; Fader, Hardie & Lee
(2005), RFM and CLV, Journal of Marketing Research 42, 415–430.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from toolkit.models.cannot import CannotTell
from toolkit.models.likelihood import Likelihood, Maximum, maximise
from toolkit.stats.arrays import Array, normal, tail, vector
from toolkit.stats.interval import Interval

FEWEST_REPEATERS = 100
START = np.array([2.0, 3.0, 2.0])


class Spending(NamedTuple):
    """The three parameters, with v in units of money."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """What does a purchase of a customer we know nothing of bring? p v / (q − 1)."""
        return self.p * self.v / (self.q - 1)

    def expected(self, x: ArrayLike, monetary: ArrayLike) -> Array:
        """What will a purchase of a customer bring, who spent `monetary` on average in x?

        Between her own mean and that of all, the nearer to her own the more she bought: weights
        p x and q − 1. Equation 5.

        >>> Spending(6.25, 3.74, 15.44).expected([0, 2], [0, 22.35]).round(2).tolist()
        [35.22, 24.66]
        """
        seen = self.p * np.asarray(x, dtype=np.float64)
        own = seen / (seen + self.q - 1)
        return np.asarray(own * np.asarray(monetary, dtype=np.float64) + (1 - own) * self.mean)


@dataclass(frozen=True, eq=False)
class RepeatSpending:
    """The fitted model; `correlation` of count and spend should be near 0, else it misleads.

    `left_out` customers bought again for nothing, which the model cannot hold.
    """

    model: Spending
    maximum: Maximum
    correlation: Interval
    left_out: int

    def parameters(self, *, level: float = 0.95) -> dict[str, Interval]:
        """How sure are p, q and v?"""
        names = enumerate(Spending._fields)
        return {name: self.maximum.interval(k, level=level) for k, name in names}


def fit_spending(history: pd.DataFrame, *, level: float = 0.95) -> RepeatSpending | CannotTell:
    """How much do these customers spend on a purchase? Gamma-Gamma by maximum likelihood.

    `history` as `history.history` makes it; only customers who bought again are used, and of them
    100 are needed. Cannot tell either where the mean may be unbounded (q may be 1 or less).
    """
    again = history[history["frequency"] > 0]
    paid = again[again["monetary"] > 0]
    if len(paid) < FEWEST_REPEATERS:
        why = f"expected {FEWEST_REPEATERS} customers who paid for a repeat purchase, "
        return CannotTell(why + f"found {len(paid)}")
    x, z = (vector(paid[c].to_numpy(), c) for c in ("frequency", "monetary"))
    unit = float(np.median(z)) / 10  # keeps the search well scaled in any currency
    found = maximise(_likelihood(x, z / unit), START, n=len(x))
    if isinstance(found, CannotTell):
        return found
    loglik = found.loglik - len(x) * math.log(unit)
    shift = np.array([0.0, 0.0, math.log(unit)])
    top = Maximum(found.at + shift, found.covariance, loglik, len(x))
    if top.interval(1, level=level).low <= 1:
        return CannotTell("a few customers spend so much more that their mean has no bound")
    together = _correlation(x, z, level)
    return RepeatSpending(Spending(*top.values.tolist()), top, together, len(again) - len(paid))


def _likelihood(x: Array, z: Array) -> Likelihood:
    """Equation 1a and its gradient, both in the logarithms of p, q, v."""
    total = x * z

    def value(at: Array) -> tuple[float, Array]:
        p, q, v = np.exp(at)
        shape, rest = p * x, np.log(total + v)
        terms = special.gammaln(shape + q) - special.gammaln(shape) - special.gammaln(q)
        terms = terms + q * np.log(v) + shape * np.log(total) - np.log(z) - (shape + q) * rest
        joint = special.digamma(shape + q)
        slopes = [
            x @ (joint - special.digamma(shape) + np.log(total) - rest),
            (joint - special.digamma(q) + np.log(v) - rest).sum(),
            (q / v - (shape + q) / (total + v)).sum(),
        ]
        return float(terms.sum()), np.array(slopes) * np.exp(at)

    return value


def _correlation(x: Array, z: Array, level: float) -> Interval:
    """Do frequent buyers spend more? Pearson's correlation, Fisher's interval."""
    value = float(np.corrcoef(x, z)[0, 1]) if np.ptp(x) > 0 and np.ptp(z) > 0 else 0.0
    half = normal(1 - tail(level)) / math.sqrt(len(x) - 3)
    ends = np.tanh(np.arctanh(value) + np.array([-half, half]))
    return Interval(value, float(ends[0]), float(ends[1]), len(x), "Pearson, Fisher's z")
