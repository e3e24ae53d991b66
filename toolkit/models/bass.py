"""How does a new product spread? The Bass curve with known and with fitted parameters.

Those who have not bought yet buy at the rate p + q · share of buyers: p innovators, q imitators.
Source: Bass (1969), A New Product Growth Model for Consumer Durables, Management Science 15,
215–227.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays import Array, vector

ROUNDS = 60
SHORT = 1e-7  # a step in the logarithms that no longer counts
TINY = 1e-12  # keeps a step defined where a parameter has no effect
REACH = 12.0  # furthest a logarithm may go from where it started
STARTS = ((0.001, 0.3), (0.005, 0.5), (0.02, 0.3), (0.03, 0.1), (0.02, 0.8))


class Bass(NamedTuple):
    """m buyers in all, p rate of innovation, q rate of imitation, per period."""

    m: float
    p: float
    q: float

    def sales(self, t: ArrayLike) -> Array:
        """How many buy for the first time in the period around t?

        m ((p + q)² / p) e^(−(p + q) t) / (1 + (q / p) e^(−(p + q) t))².

        >>> Bass(68e3, 6.6e-3, 0.638).sales([1, 7, 10]).round(-1).tolist()
        [840.0, 11060.0, 5110.0]
        """
        return _curve(np.array([self]), np.asarray(t, dtype=np.float64))[0]

    @property
    def peak(self) -> float:
        """When do most buy? T* = ln(q / p) / (p + q); before 0 where imitation is the weaker."""
        return math.log(self.q / self.p) / (self.p + self.q)

    @property
    def turns(self) -> tuple[float, float, float]:
        """When do introduction, growth and maturity end? T1, T*, T2.

        T1 and T2 = −ln((2 ± √3) p / q) / (p + q): where the curve bends most, either side of T*.
        Source: Mahajan, Muller & Srivastava (1990), Journal of Marketing Research 27, 37–50.
        """
        away = math.log(2 + math.sqrt(3)) / (self.p + self.q)
        return self.peak - away, self.peak, self.peak + away


@dataclass(frozen=True, eq=False)
class Fit:
    """Least-squares Bass curve: parameters, their standard errors, residual error and freedom."""

    model: Bass
    standard_errors: Bass
    residuals: Array
    residual_error: float
    df: int


def fit_bass(sales: ArrayLike) -> Fit:
    """Which Bass curve comes nearest to first purchases of periods 1, 2, …, n?

    Nonlinear least squares from several starts. Expects first purchases: repeat sales have
    another course. Raises ValueError for fewer than four periods.
    Source: Srinivasan & Mason (1986), Marketing Science 5, 169–178.
    """
    y = vector(sales, "sales")
    total = y.sum()
    if len(y) < 4 or total <= 0 or (y < 0).any():
        raise ValueError(f"sales: expected four or more periods, none below 0, found {y}")
    tries = np.array([(2 * total * scale, p, q) for p, q in STARTS for scale in (0.6, 1.5)])
    found, error = least_squares(np.broadcast_to(y, (len(tries), len(y))), tries)
    best = found[np.argmin(error)]
    t = np.arange(1.0, len(y) + 1)
    residuals, df = y - _curve(best[None], t)[0], len(y) - 3
    variance = float(residuals @ residuals) / df
    slopes = _slopes(best[None], t)[0] / best  # from slopes in logarithms to slopes in m, p, q
    covariance = np.linalg.pinv(slopes.T @ slopes, hermitian=True) * variance
    errors = Bass(*np.sqrt(np.diag(covariance)).tolist())
    return Fit(Bass(*best.tolist()), errors, residuals, math.sqrt(variance), df)


def least_squares(y: Array, start: Array) -> tuple[Array, Array]:
    """Which curves come nearest to many series at once? Levenberg–Marquardt in logarithms.

    `y` (series, periods), `start` (series, 3); gives parameters (series, 3) and the sums of
    squares (series,).
    """
    t = np.arange(1, y.shape[1] + 1)
    at, damp = np.log(start), np.full(len(y), 1e-2)
    low, high = at - REACH, at + REACH
    error = ((y - _curve(start, t)) ** 2).sum(axis=1)
    for _ in range(ROUNDS):
        tried = np.clip(at + _step(np.exp(at), y, t, damp), low, high)
        if np.abs(tried - at).max() < SHORT:
            break
        reached = ((y - _curve(np.exp(tried), t)) ** 2).sum(axis=1)
        better = reached < error
        at, error = np.where(better[:, None], tried, at), np.where(better, reached, error)
        damp = np.clip(np.where(better, damp / 4, damp * 4), 1e-10, 1e10)
    return np.exp(at), error


def _step(models: Array, y: Array, t: Array, damp: Array) -> Array:
    """The damped Gauss–Newton step of each series, at most 1 in each logarithm."""
    slopes = _slopes(models, t)
    square = np.einsum("dti,dtj->dij", slopes, slopes)
    diagonal = np.einsum("dii->di", square)
    ridge = damp[:, None] * diagonal + TINY * diagonal.sum(axis=1, keepdims=True)
    lean = square + ridge[..., None] * np.eye(3)
    pull = np.einsum("dti,dt->di", slopes, y - _curve(models, t))
    return np.clip(np.linalg.solve(lean, pull[..., None])[..., 0], -1, 1)


def _curve(models: Array, t: Array) -> Array:
    """Sales of each (series, 3) curve in each period: (series, periods)."""
    m, p, q = (column[:, None] for column in models.T)
    fall = np.exp(-(p + q) * t)
    return np.asarray(m * (p + q) ** 2 / p * fall / (1 + q / p * fall) ** 2)


def _slopes(models: Array, t: Array) -> Array:
    """How do they move with the logarithms of m, p and q? (series, periods, 3)"""
    _, p, q = (column[:, None] for column in models.T)
    fall = q / p * np.exp(-(p + q) * t)
    bent = 2 * fall / (1 + fall)
    by_p = p * (2 / (p + q) - t + bent * (1 / p + t)) - 1
    by_q = q * (2 / (p + q) - t - bent * (1 / q - t))
    logs = np.stack([np.ones_like(by_p), by_p, by_q], axis=-1)
    return np.asarray(_curve(models, t)[..., None] * logs)
