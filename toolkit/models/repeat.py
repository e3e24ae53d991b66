"""How do these customers buy again? BG/NBD fitted to a purchase history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from toolkit.models.buying import Buying
from toolkit.models.cannot import CannotTell
from toolkit.models.likelihood import Likelihood, Maximum, delta, maximise
from toolkit.stats.arrays import Array, normal, tail
from toolkit.stats.interval import Interval

FEWEST_REPEATERS = 30
START = np.array([1.0, 5.0, 1.0, 3.0])
METHOD = "BG/NBD, delta method on log parameters"


@dataclass(frozen=True, eq=False)
class RepeatBuying:
    """The fitted model: `model` answers for known parameters, the methods here how sure."""

    model: Buying
    maximum: Maximum
    repeaters: int

    @property
    def n(self) -> int:
        """How many customers was it fitted to?"""
        return self.maximum.n

    def parameters(self, *, level: float = 0.95) -> dict[str, Interval]:
        """How sure are r, alpha, a and b?"""
        names = enumerate(Buying._fields)
        return {name: self.maximum.interval(k, level=level) for k, name in names}

    def interval(
        self, question: Callable[[Buying], ArrayLike], *, level: float = 0.95
    ) -> list[Interval]:
        """How sure is what follows from the model? `question` gives positive numbers.

        exp(log value ± z · standard error), to first order. It is the uncertainty of the
        expectation, not how far single customers fall from it.
        """

        def logs(at: Array) -> Array:
            return np.log(np.atleast_1d(question(Buying(*np.exp(at).tolist()))))

        values, errors = delta(logs, self.maximum)
        half = normal(1 - tail(level)) * errors
        ends = np.exp(np.stack([values, values - half, values + half], axis=1))
        return [Interval(v, low, high, self.n, METHOD) for v, low, high in ends.tolist()]


def fit_repeat_buying(history: pd.DataFrame) -> RepeatBuying | CannotTell:
    """How do these customers buy again? BG/NBD by maximum likelihood.

    `history` as `history.history` makes it: frequency, recency, T, one row a customer. Needs 30
    customers who bought again. Raises ValueError for recency beyond T or numbers below zero.

    Assumes rates that do not change with season or campaign, and customers apart from each other;
    look at the holdout (`holdout.holdout`) before using it.
    Source: Fader, Hardie & Lee (2005), Marketing Science 24, 275–284, equation 6.
    """
    x, tx, T, count = _patterns(history)
    repeaters = int(count[x > 0].sum())
    if repeaters < FEWEST_REPEATERS:
        why = f"expected {FEWEST_REPEATERS} customers who bought again, found {repeaters}"
        return CannotTell(why)
    unit = float(T.max()) / 50  # keeps the search well scaled whatever the unit of time
    function = _likelihood(x, tx / unit, T / unit, count)
    found = maximise(function, START, n=int(count.sum()))
    if isinstance(found, CannotTell):
        return found
    shift = np.array([0.0, np.log(unit), 0.0, 0.0])
    loglik = found.loglik - float(x @ count) * np.log(unit)
    top = Maximum(found.at + shift, found.covariance, loglik, found.n)
    return RepeatBuying(Buying(*top.values.tolist()), top, repeaters)


def _patterns(history: pd.DataFrame) -> tuple[Array, Array, Array, Array]:
    """The distinct histories and how many customers share each: (k,) each."""
    rows = history[["frequency", "recency", "T"]].to_numpy(np.float64)
    x, tx, T = rows.T
    if not np.isfinite(rows).all() or (rows < 0).any() or (tx > T).any():
        raise ValueError("history: expected 0 ≤ recency ≤ T and frequency ≥ 0 in every row")
    if ((x > 0) != (tx > 0)).any():
        raise ValueError("history: expected a recency above 0 exactly where frequency is above 0")
    seen, count = np.unique(rows, axis=0, return_counts=True)
    x, tx, T = np.ascontiguousarray(seen.T)
    return x, tx, T, count.astype(np.float64)


def _likelihood(x: Array, tx: Array, T: Array, count: Array) -> Likelihood:
    """Equation 6 and its gradient, both in the logarithms of r, alpha, a, b.

    Two ways to the same history: still a customer, or stopped after the last purchase;
    `stopped` is the probability of the second, given the history.
    """
    again = x > 0
    before = np.maximum(x, 1) - 1

    def value(at: Array) -> tuple[float, Array]:
        r, alpha, a, b = np.exp(at)
        shared = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        shared = shared + special.betaln(a, b + x) - special.betaln(a, b)
        stays = -(r + x) * np.log(alpha + T)
        goes = np.log(a / (b + before)) - (r + x) * np.log(alpha + tx)
        both = np.where(again, np.logaddexp(stays, goes), stays)
        stopped = np.where(again, np.exp(goes - both), 0.0)
        rate = (1 - stopped) / (alpha + T) + stopped / (alpha + tx)
        clock = (1 - stopped) * np.log(alpha + T) + stopped * np.log(alpha + tx)
        total = special.digamma(a + b) - special.digamma(a + b + x)
        slopes = np.stack(
            [
                special.digamma(r + x) - special.digamma(r) + np.log(alpha) - clock,
                r / alpha - (r + x) * rate,
                total + stopped / a,
                total + special.digamma(b + x) - special.digamma(b) - stopped / (b + before),
            ]
        )
        return float(count @ (shared + both)), (slopes @ count) * np.exp(at)

    return value
