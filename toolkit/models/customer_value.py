"""What is a customer worth from now on? Under contract, or buying when she likes.

Under contract: the retention multiple, and how many stay (sBG, the shifted beta-geometric model).
Without: the discounted margin of the purchases still to come, from how often a customer buys
(`repeat_buying`) and how much she spends on a purchase, allowing for how few we saw (Gamma-Gamma).

In Gamma-Gamma a customer's purchases vary about her own mean, and these means over customers, both
by gamma distributions; what she spends has nothing to do with how often she buys.
Source: Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value; Fader, Hardie & Lee
(2005), RFM and CLV, Journal of Marketing Research 42, 415–430.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from toolkit.models.maximum_likelihood import (
    Likelihood,
    LikelihoodMaximum,
    delta_method,
    maximise_likelihood,
    numeric_jacobian,
)
from toolkit.models.repeat_buying import BgNbd, FittedBgNbd, history_numbers
from toolkit.stats.input_checks import (
    finite_number,
    finite_vector,
    instance_of,
    known_arrays,
    number_array,
    one_of,
    one_or_more,
    unfit_input,
)
from toolkit.stats.interval import (
    Array,
    CannotTell,
    Interval,
    normal_quantile,
    tail_probability,
)

FEWEST_LOST = 30
RENEWALS_START = np.array([1.0, 2.0])
PaidAt = Literal["end", "start"]


def retention_multiple(
    retention: Interval | float, *, rate: float, paid: PaidAt = "end"
) -> Interval:
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
    r = retention
    if not isinstance(r, Interval):
        r = Interval.constant(finite_number(r, "retention"), 0, "given")
    one_of(paid, ("end", "start"), "paid")
    rate = finite_number(rate, "rate")
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
        later = special.betaln(self.alpha, self.beta + number_array(t, "t"))
        return np.asarray(np.exp(later - special.betaln(self.alpha, self.beta)))


@dataclass(frozen=True, eq=False)
class FittedRenewals:
    """sBG fitted to how many were left after each renewal."""

    model: ShiftedBetaGeometric
    maximum: LikelihoodMaximum

    def parameters(self, *, level: float = 0.95) -> dict[str, Interval]:
        """How sure are alpha and beta?"""
        names = enumerate(ShiftedBetaGeometric._fields)
        return {name: self.maximum.interval(k, level=level) for k, name in names}

    def survival(self, t: ArrayLike, *, level: float = 0.95) -> list[Interval]:
        """Which share will be left after t ≥ 1 renewals, also beyond those seen?

        Delta method on the log-odds of the share.
        """
        times = one_or_more(t, "t")
        if (times < 1).any():
            raise unfit_input("t", "1 or more", repr(t))

        def odds(at: Array) -> Array:
            curve = ShiftedBetaGeometric(*np.exp(at).tolist())
            return np.asarray(special.logit(curve.survival(times)))

        values, errors = delta_method(odds, self.maximum)
        half = normal_quantile(1 - tail_probability(level)) * errors
        ends = special.expit(np.stack([values, values - half, values + half], axis=1))
        n, method = self.maximum.n, "sBG, delta method on log-odds"
        return [Interval(v, low, high, n, method) for v, low, high in ends.tolist()]


def fit_renewals(customers: Sequence[float]) -> FittedRenewals | CannotTell:
    """How do customers under contract stay? sBG by maximum likelihood.

    `customers` are counts of one cohort, or of cohorts of one age: at the start, after the first
    renewal, the second, … Needs three counts and 30 customers lost.
    Source: Fader & Hardie (2007), How to Project Customer Retention, Journal of Interactive
    Marketing 21, 76–90.
    """
    left = finite_vector(customers, "customers")
    lost = -np.diff(left)
    if (lost < 0).any() or left[-1] < 0:
        raise ValueError(f"customers: expected counts that never rise, found {list(customers)}")
    if len(left) < 3 or lost.sum() < FEWEST_LOST:
        found = f"{len(left)} counts and {lost.sum():g} lost"
        return CannotTell(f"expected 3 counts and {FEWEST_LOST} customers lost, found {found}")
    maximum = maximise_likelihood(
        _renewals_likelihood(lost, float(left[-1])), RENEWALS_START, n=int(left[0])
    )
    if isinstance(maximum, CannotTell):
        return CannotTell(f"renewals: {maximum.why}")
    return FittedRenewals(ShiftedBetaGeometric(*maximum.values.tolist()), maximum)


def _renewals_likelihood(lost: Array, left: float) -> Likelihood:
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


FEWEST_REPEATERS = 100
GAMMA_GAMMA_START = np.array([2.0, 3.0, 2.0])


class GammaGamma(NamedTuple):
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

        >>> GammaGamma(6.25, 3.74, 15.44).expected([0, 2], [0, 22.35]).round(2).tolist()
        [35.22, 24.66]
        """
        count, spent = known_arrays(x=x, monetary=monetary)
        seen = self.p * count
        own = seen / (seen + self.q - 1)
        return np.asarray(own * spent + (1 - own) * self.mean)


@dataclass(frozen=True, eq=False)
class FittedGammaGamma:
    """The fitted model; `correlation` of count and spend should be near 0, else it misleads.

    `left_out` customers bought again for nothing, which the model cannot hold.
    """

    model: GammaGamma
    maximum: LikelihoodMaximum
    correlation: Interval
    left_out: int

    def parameters(self, *, level: float = 0.95) -> dict[str, Interval]:
        """How sure are p, q and v?"""
        names = enumerate(GammaGamma._fields)
        return {name: self.maximum.interval(k, level=level) for k, name in names}


def fit_gamma_gamma(history: pd.DataFrame, *, level: float = 0.95) -> FittedGammaGamma | CannotTell:
    """How much do these customers spend on a purchase? Gamma-Gamma by maximum likelihood.

    `history` as `history.history` makes it; only customers who bought again are used, and of them
    100 are needed. Cannot tell either where the mean may be unbounded (q may be 1 or less).
    """
    tail_probability(level)
    history_numbers(history, ["frequency", "monetary"])
    again = history[history["frequency"] > 0]
    paid = again[again["monetary"] > 0]
    if len(paid) < FEWEST_REPEATERS:
        why = f"expected {FEWEST_REPEATERS} customers who paid for a repeat purchase, "
        return CannotTell(why + f"found {len(paid)}")
    x, z = (finite_vector(paid[c].to_numpy(), c) for c in ("frequency", "monetary"))
    unit = float(np.median(z)) / 10  # keeps the search well scaled in any currency
    found = maximise_likelihood(_gamma_gamma_likelihood(x, z / unit), GAMMA_GAMMA_START, n=len(x))
    if isinstance(found, CannotTell):
        return found
    loglik = found.loglik - len(x) * math.log(unit)
    shift = np.array([0.0, 0.0, math.log(unit)])
    top = LikelihoodMaximum(found.at + shift, found.covariance, loglik, len(x))
    if top.interval(1, level=level).low <= 1:
        return CannotTell("a few customers spend so much more that their mean has no bound")
    together = _correlation(x, z, level)
    return FittedGammaGamma(GammaGamma(*top.values.tolist()), top, together, len(again) - len(paid))


def _gamma_gamma_likelihood(x: Array, z: Array) -> Likelihood:
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
    half = normal_quantile(1 - tail_probability(level)) / math.sqrt(len(x) - 3)
    ends = np.tanh(np.arctanh(value) + np.array([-half, half]))
    return Interval(value, float(ends[0]), float(ends[1]), len(x), "Pearson, Fisher's z")


QUADRATURE_NODES = 8  # of Gauss–Legendre; twice as many move a value by less than 1 in 10,000
DAYS_A_YEAR = 365.25
VALUE_METHOD = "BG/NBD and Gamma-Gamma, delta method on log parameters"


@dataclass(frozen=True, eq=False)
class CustomerValues:
    """What is each customer worth? `values` (n,), in the currency of the purchases.

    `slopes` (n, 7) say how they move with the log parameters, `covariance` (7, 7) how sure those
    are; `fitted` counts the customers behind them. The intervals are of expectations: single
    customers fall far wider.
    """

    values: Array
    slopes: Array
    covariance: Array
    fitted: int

    def each(self, *, level: float = 0.95) -> pd.DataFrame:
        """How sure is each value? Columns value, low, high; value · exp(± z · error / value)."""
        variance = np.einsum("ni,ij,nj->n", self.slopes, self.covariance, self.slopes)
        wide = np.exp(
            normal_quantile(1 - tail_probability(level)) * np.sqrt(variance) / self.values
        )
        ends = {"value": self.values, "low": self.values / wide, "high": self.values * wide}
        return pd.DataFrame(ends)

    def mean(self, which: ArrayLike = True, *, level: float = 0.95) -> Interval:
        """What are these customers worth on average? `which` (n,) picks them; all by default."""
        value, slope = self._mean(which)
        wide = float(
            np.exp(normal_quantile(1 - tail_probability(level)) * self._error(slope) / value)
        )
        return Interval(value, value / wide, value * wide, self.fitted, VALUE_METHOD)

    def difference(self, which: ArrayLike, other: ArrayLike, *, level: float = 0.95) -> Interval:
        """How much more is one group worth on average than the other? One fit, so no two errors."""
        (value, slope), (less, against) = self._mean(which), self._mean(other)
        half = normal_quantile(1 - tail_probability(level)) * self._error(slope - against)
        gap = value - less
        return Interval(gap, gap - half, gap + half, self.fitted, VALUE_METHOD)

    def _mean(self, which: ArrayLike) -> tuple[float, Array]:
        """Mean value of a group and its slope; ValueError where the group is empty."""
        mask = number_array(which, "which")
        if mask.shape not in ((), self.values.shape) or not np.isin(mask, (0, 1)).all():
            expected = f"yes or no for {len(self.values)} customers"
            raise unfit_input("which", expected, repr(which))
        picked = np.broadcast_to(mask > 0, self.values.shape)
        if not picked.any():
            raise unfit_input("which", "at least one customer", "none")
        return float(self.values[picked].mean()), self.slopes[picked].mean(axis=0)

    def _error(self, slope: Array) -> float:
        return float(np.sqrt(slope @ self.covariance @ slope))


def customer_values(
    buying: FittedBgNbd,
    spending: FittedGammaGamma,
    history: pd.DataFrame,
    *,
    margin: float,
    rate: float = 0.10,
    horizon: float = 156.0,
    days: float = 7.0,
) -> CustomerValues:
    """What will each customer of `history` bring from now on, discounted?

    margin (share of the amount) × expected amount × Σ discounted expected purchases within
    `horizon`, in the units of the history (`days` long: weeks, so three years); `rate` is the
    discount a year. A history of zeros (T = 0) asks for a customer who has just bought first.

    Assumes that spend and frequency go apart (see `RepeatSpending.correlation`).
    Source: Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42, 415–430.
    """
    instance_of(buying, FittedBgNbd, "buying")
    instance_of(spending, FittedGammaGamma, "spending")
    x, tx, T, z = history_numbers(history, ["frequency", "recency", "T", "monetary"]).T
    margin, horizon = finite_number(margin, "margin"), finite_number(horizon, "horizon", above=0)
    rate, days = finite_number(rate, "rate", above=-1), finite_number(days, "days", above=0)
    clock = np.log1p(rate) * days / DAYS_A_YEAR

    def values(at: Array) -> Array:
        model, money = BgNbd(*np.exp(at[:4]).tolist()), GammaGamma(*np.exp(at[4:]).tolist())
        count = _discounted_purchases(model, x, tx, T, clock, horizon)
        return np.asarray(margin * money.expected(x, z) * count)

    at = np.concatenate([buying.maximum.at, spending.maximum.at])
    covariance = np.zeros((7, 7))
    covariance[:4, :4] = buying.maximum.covariance
    covariance[4:, 4:] = spending.maximum.covariance
    return CustomerValues(values(at), numeric_jacobian(values, at), covariance, buying.n)


def _discounted_purchases(
    model: BgNbd, x: Array, tx: Array, T: Array, clock: float, end: float
) -> Array:
    """∫ e^(−δ t) dE[X(t)] from 0 to `end`, by parts: e^(−δ end) E(end) + δ ∫ e^(−δ t) E(t) dt."""
    nodes, weights = np.polynomial.legendre.leggauss(QUADRATURE_NODES)
    times = np.append((nodes + 1) * end / 2, end)
    shares = np.append(weights * end / 2 * clock, 1.0) * np.exp(-clock * times)
    counts = model.expected_given(times, x[:, None], tx[:, None], T[:, None])
    return np.asarray(counts @ shares)
