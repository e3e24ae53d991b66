"""What is a customer worth from now on? Discounted margin of the purchases still to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.models.buying import Buying
from toolkit.models.likelihood import jacobian
from toolkit.models.repeat import RepeatBuying
from toolkit.models.spending import RepeatSpending, Spending
from toolkit.stats.arrays import Array, normal, tail
from toolkit.stats.interval import Interval

NODES = 8  # of Gauss–Legendre; twice as many move a value by less than 1 in 10,000
DAYS = 365.25
METHOD = "BG/NBD and Gamma-Gamma, delta method on log parameters"


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
        wide = np.exp(normal(1 - tail(level)) * np.sqrt(variance) / self.values)
        ends = {"value": self.values, "low": self.values / wide, "high": self.values * wide}
        return pd.DataFrame(ends)

    def mean(self, which: ArrayLike = True, *, level: float = 0.95) -> Interval:
        """What are these customers worth on average? `which` (n,) picks them; all by default."""
        value, slope = self._mean(which)
        wide = float(np.exp(normal(1 - tail(level)) * self._error(slope) / value))
        return Interval(value, value / wide, value * wide, self.fitted, METHOD)

    def difference(self, which: ArrayLike, other: ArrayLike, *, level: float = 0.95) -> Interval:
        """How much more is one group worth on average than the other? One fit, so no two errors."""
        (value, slope), (less, against) = self._mean(which), self._mean(other)
        half = normal(1 - tail(level)) * self._error(slope - against)
        gap = value - less
        return Interval(gap, gap - half, gap + half, self.fitted, METHOD)

    def _mean(self, which: ArrayLike) -> tuple[float, Array]:
        """Mean value of a group and its slope; ValueError where the group is empty."""
        picked = np.broadcast_to(np.asarray(which, dtype=bool), self.values.shape)
        if not picked.any():
            raise ValueError("which: expected at least one customer, found none")
        return float(self.values[picked].mean()), self.slopes[picked].mean(axis=0)

    def _error(self, slope: Array) -> float:
        return float(np.sqrt(slope @ self.covariance @ slope))


def customer_values(
    buying: RepeatBuying,
    spending: RepeatSpending,
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
    columns = ["frequency", "recency", "T", "monetary"]
    x, tx, T, z = history[columns].to_numpy(np.float64).T
    clock = np.log1p(rate) * days / DAYS

    def values(at: Array) -> Array:
        model, money = Buying(*np.exp(at[:4]).tolist()), Spending(*np.exp(at[4:]).tolist())
        count = _discounted(model, x, tx, T, clock, horizon)
        return np.asarray(margin * money.expected(x, z) * count)

    at = np.concatenate([buying.maximum.at, spending.maximum.at])
    covariance = np.zeros((7, 7))
    covariance[:4, :4] = buying.maximum.covariance
    covariance[4:, 4:] = spending.maximum.covariance
    return CustomerValues(values(at), jacobian(values, at), covariance, buying.n)


def _discounted(model: Buying, x: Array, tx: Array, T: Array, clock: float, end: float) -> Array:
    """∫ e^(−δ t) dE[X(t)] from 0 to `end`, by parts: e^(−δ end) E(end) + δ ∫ e^(−δ t) E(t) dt."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    times = np.append((nodes + 1) * end / 2, end)
    shares = np.append(weights * end / 2 * clock, 1.0) * np.exp(-clock * times)
    counts = model.expected_given(times, x[:, None], tx[:, None], T[:, None])
    return np.asarray(counts @ shares)
