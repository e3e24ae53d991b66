"""Do segments respond differently at all, and by how much?

The contact-weighted χ² of homogeneity, Q = Σ n_s (p̂_s − p̄)² / (p̄ (1 − p̄)), follows a non-central
χ² with S − 1 degrees of freedom and λ = n θ² p̄ / (1 − p̄), where θ is the contact-weighted standard
deviation of the true rates over their mean p̄. Inverting it gives θ: Steiger (2004), Psychological
Methods 9, 164–182.

Rates that differ also differ in noise: where the segments that respond most are the small ones, Q
varies more than equal variances allow. Two terms of first order in θ, our own, mend that: the mean
of the noise, S − 1 + θ h with h = Σ (1 − ω_s) z_s, and its variance along the differences, times
φ = 1 + θ γ with γ the weighted skewness Σ ω_s z_s³ (z_s: the rates, standardised with weights
ω_s = n_s / n). Without them the size is up to 7 % and the coverage down to 88 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, chndtr

from toolkit.models.cannot import CannotTell
from toolkit.stats.arrays import Array, tail, vector
from toolkit.stats.interval import Interval

FEWEST = 5.0  # expected conversions a segment: the usual condition of χ² (Cochran 1954)
LEAST_PHI = 0.2  # rates cannot be so skewed that less of the noise is left
STEPS = 50
METHOD = "homogeneity χ² inverted, third-order corrected"


@dataclass(frozen=True)
class Spread:
    """How far do the true response rates of segments lie apart, relative to the overall rate?

    `rate` is the overall rate, `conversions` all conversions, `statistic` Q, `df` S − 1;
    `skewness` and `tilt` are γ and h above.
    """

    rate: float
    conversions: int
    statistic: float
    df: int
    skewness: float
    tilt: float

    @property
    def value(self) -> float:
        """θ with the part of Q that chance adds taken off: √max(0, Q − (S − 1)), in units of θ."""
        return self._unit * math.sqrt(max(0.0, self.statistic - self.df))

    def interval(self, *, level: float = 0.95) -> Interval:
        """Where does θ lie? All θ that neither tail of Q rejects; n counts the conversions.

        Rates more alike than chance usually leaves them (Q below its median without differences)
        count as that median: so the upper end is never 0.
        """
        alpha = tail(level)
        low = self._last(lambda theta: 1 - self._below(self.statistic, theta) < alpha)
        high = self._last(lambda theta: self._below(self._floored, theta) > alpha)
        return Interval(self.value, low, max(high, self.value), self.conversions, METHOD)

    def p_at_least(self, threshold: float) -> float:
        """How likely are rates this much alike, or more, if θ is `threshold`? One-sided.

        Small where the segments are surely more alike than that (phantoms).
        """
        return self._below(self._floored, threshold)

    @property
    def _unit(self) -> float:
        return math.sqrt((1 - self.rate) / self.conversions)

    @property
    def _floored(self) -> float:
        return max(self.statistic, float(chdtri(self.df, 0.5)))

    def _below(self, statistic: float, theta: float) -> float:
        """How likely is a Q of at most `statistic` where the spread is θ?"""
        phi = max(LEAST_PHI, 1 + self.skewness * theta)
        scaled = (statistic - self.df - theta * self.tilt) / phi + self.df
        return float(chndtr(max(scaled, 0.0), self.df, (theta / self._unit) ** 2 / phi))

    def _last(self, holds: Callable[[float], bool]) -> float:
        """The largest θ for which it holds, 0 if it does not at 0."""
        if not holds(0.0):
            return 0.0
        low, high = 0.0, 2 * self._unit * (math.sqrt(self._floored) + 10)
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return low


def spread(contacts: ArrayLike, conversions: ArrayLike) -> Spread | CannotTell:
    """How differently do segments respond? Contacts and conversions (S,), one pair a segment.

    Contacts are taken as independent trials. Cannot tell with fewer than two segments, or fewer
    than five expected conversions in one. Raises ValueError for conversions beyond contacts.
    Measured with 3,000 true binomial worlds a cell, 2–10 segments, even and uneven: coverage
    94–97 %; a true θ of 0.10 is taken for less in 4.3–5.5 %.

    >>> found = spread([10_000, 10_000], [300, 420])
    >>> round(found.value, 3), round(found.interval().low, 3)
    (0.163, 0.095)
    """
    n, x = vector(contacts, "contacts"), vector(conversions, "conversions")
    check_counts(n, x)
    rate = float(x.sum() / n.sum())
    if len(n) < 2:
        return CannotTell("A spread needs at least two segments; there is one.")
    if not 0 < rate < 1:
        who = "Everybody" if rate else "Nobody"
        return CannotTell(f"{who} who was reached acted, so segments cannot be told apart.")
    if n.min() * rate < FEWEST:
        fewest = math.floor(10 * n.min() * rate) / 10  # 4.99 is not 5
        return CannotTell(f"The smallest segment expects {fewest:.1f} conversions; 5 are needed.")
    w, d, trial = n / n.sum(), x / n - rate, rate * (1 - rate)
    z, binomial = _standardised(w, d), (1 - 2 * rate) / (1 - rate)
    skewness, tilt = float(w @ z**3) * binomial, float((1 - w) @ z) * binomial
    return Spread(rate, int(x.sum()), float(n @ d**2) / trial, len(n) - 1, skewness, tilt)


def check_counts(contacts: Array, conversions: Array) -> None:
    """Are these counts of trials and of successes among them? Raises ValueError if not."""
    alike = contacts.shape == conversions.shape
    if not alike or (conversions < 0).any() or (conversions > contacts).any():
        raise ValueError("expected 0 ≤ conversions ≤ contacts, pair by pair")


def _standardised(weights: Array, deviations: Array) -> Array:
    scale = math.sqrt(float(weights @ deviations**2))
    return deviations / scale if scale > 0 else np.zeros_like(deviations)
