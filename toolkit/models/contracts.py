"""What is a customer under contract worth, and how many stay? Retention multiple and sBG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.models.cannot import CannotTell
from toolkit.models.likelihood import Likelihood, Maximum, delta, maximise
from toolkit.stats.arrays import Array, normal, tail, vector
from toolkit.stats.interval import Interval

FEWEST_LOST = 30
START = np.array([1.0, 2.0])
Paid = Literal["end", "start"]


def retention_multiple(retention: Interval | float, *, rate: float, paid: Paid = "end") -> Interval:
    """How many times a period's margin is a customer worth, at a steady retention rate?

    Σ r^t / (1 + i)^t: r / (1 + i − r) where the first payment is a period away (`paid="end"`),
    (1 + i) / (1 + i − r) where it is made at once ("start", one payment more). `rate` is the
    discount of a period. An interval of the retention gives one of the multiple, since it rises
    with it. Assumes that retention neither rises with age nor differs between customers: where it
    does, this is too low for whom has stayed; see `ShiftedBetaGeometric`.
    Source: Gupta & Lehmann (2003), Journal of Interactive Marketing 17, 9–24.

    >>> retention_multiple(0.9, rate=0.12).value.__round__(2)
    4.09
    """
    r = retention if isinstance(retention, Interval) else Interval.constant(retention, 0, "given")
    if not 0 <= r.low <= r.high <= 1 or rate < 0 or r.high >= 1 + rate:
        raise ValueError(f"expected 0 ≤ retention ≤ 1 < 1 + rate, found {r.value!r} and {rate!r}")
    once = 0.0 if paid == "end" else 1.0
    value, low, high = (once + share / (1 + rate - share) for share in (r.value, r.low, r.high))
    method = f"retention multiple, payment at period {paid}; {r.method}"
    return Interval(value, low, high, r.n, method)


class ShiftedBetaGeometric(NamedTuple):
    """Customers leave at each renewal with a chance of their own, Beta(alpha, beta) over them."""

    alpha: float
    beta: float

    def survival(self, t: ArrayLike) -> Array:
        """Which share is still there after t renewals? B(α, β + t) / B(α, β).

        >>> ShiftedBetaGeometric(0.668, 3.806).survival(12).round(3).item()
        0.378
        """
        later = special.betaln(self.alpha, self.beta + np.asarray(t, dtype=np.float64))
        return np.asarray(np.exp(later - special.betaln(self.alpha, self.beta)))

    def retention(self, t: ArrayLike) -> Array:
        """Which share of those present renews at renewal t? It rises: the loyal are left."""
        times = np.asarray(t, dtype=np.float64)
        return np.asarray((self.beta + times - 1) / (self.alpha + self.beta + times - 1))


@dataclass(frozen=True, eq=False)
class Renewals:
    """sBG fitted to how many were left after each renewal."""

    model: ShiftedBetaGeometric
    maximum: Maximum

    def parameters(self, *, level: float = 0.95) -> dict[str, Interval]:
        """How sure are alpha and beta?"""
        names = enumerate(ShiftedBetaGeometric._fields)
        return {name: self.maximum.interval(k, level=level) for k, name in names}

    def survival(self, t: ArrayLike, *, level: float = 0.95) -> list[Interval]:
        """Which share will be left after t ≥ 1 renewals, also beyond those seen?

        Delta method on the log-odds of the share.
        """
        times = np.atleast_1d(np.asarray(t, dtype=np.float64))

        def odds(at: Array) -> Array:
            return special.logit(ShiftedBetaGeometric(*np.exp(at).tolist()).survival(times))

        values, errors = delta(odds, self.maximum)
        half = normal(1 - tail(level)) * errors
        ends = special.expit(np.stack([values, values - half, values + half], axis=1))
        n, method = self.maximum.n, "sBG, delta method on log-odds"
        return [Interval(v, low, high, n, method) for v, low, high in ends.tolist()]


def fit_renewals(customers: Sequence[float]) -> Renewals | CannotTell:
    """How do customers under contract stay? sBG by maximum likelihood.

    `customers` are counts of one cohort, or of cohorts of one age: at the start, after the first
    renewal, the second, … Needs three counts and 30 customers lost.
    Source: Fader & Hardie (2007), How to Project Customer Retention, Journal of Interactive
    Marketing 21, 76–90.
    """
    left = vector(customers, "customers")
    lost = -np.diff(left)
    if (lost < 0).any() or left[-1] < 0:
        raise ValueError(f"customers: expected counts that never rise, found {list(customers)}")
    if len(left) < 3 or lost.sum() < FEWEST_LOST:
        found = f"{len(left)} counts and {lost.sum():g} lost"
        return CannotTell(f"expected 3 counts and {FEWEST_LOST} customers lost, found {found}")
    maximum = maximise(_likelihood(lost, float(left[-1])), START, n=int(left[0]))
    if isinstance(maximum, CannotTell):
        return CannotTell(f"renewals: {maximum.why}")
    return Renewals(ShiftedBetaGeometric(*maximum.values.tolist()), maximum)


def _likelihood(lost: Array, left: float) -> Likelihood:
    """Σ lost_t ln P(leaves at t) + left ln S(end), and its gradient, in log parameters."""
    t = np.arange(1, len(lost) + 1)
    counts = np.append(lost, left)
    goes = np.append(np.ones(len(lost)), 0.0)  # P(t) = B(α + 1, β + t − 1) / B(α, β), S(t) above
    stays = np.append(t - 1, len(lost))

    def value(at: Array) -> tuple[float, Array]:
        alpha, beta = np.exp(at)
        terms = special.betaln(alpha + goes, beta + stays) - special.betaln(alpha, beta)
        total = special.digamma(alpha + beta) - special.digamma(alpha + beta + goes + stays)
        by_alpha = special.digamma(alpha + goes) - special.digamma(alpha) + total
        by_beta = special.digamma(beta + stays) - special.digamma(beta) + total
        slopes = np.array([counts @ by_alpha, counts @ by_beta])
        return float(counts @ terms), slopes * np.exp(at)

    return value
