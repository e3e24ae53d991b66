"""Do two rankings of the same things agree?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays import Array, tail
from toolkit.stats.interval import Interval


def tau_b(x: ArrayLike, y: ArrayLike) -> float:
    """Do x and y rank the same things alike? Kendall's tau-b: 1 alike, −1 reversed, 0 neither.

    (concordant − discordant pairs) / √(pairs not tied in x · pairs not tied in y); NaN where
    one of them ranks nothing (all tied, or fewer than two things).
    Source: Kendall (1945), Biometrika 33, 239–251.

    >>> tau_b([1, 2, 3, 4], [1, 2, 4, 3]).__round__(4)
    0.6667
    """
    return float(tau_b_draws(np.atleast_2d(x), np.atleast_2d(y))[0])


def tau_b_draws(X: ArrayLike, Y: ArrayLike) -> Array:
    """The same for every draw: X and Y of shape (draws, things) give (draws,)."""
    a, b = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    if a.ndim != 2 or a.shape != b.shape:
        raise ValueError(f"expected two (draws, things) arrays alike, found {a.shape}, {b.shape}")
    first, second = np.triu_indices(a.shape[1], k=1)
    up, across = np.sign(a[:, first] - a[:, second]), np.sign(b[:, first] - b[:, second])
    untied = np.abs(up).sum(axis=1) * np.abs(across).sum(axis=1)
    agreement = (up * across).sum(axis=1)
    return np.divide(agreement, np.sqrt(untied), out=np.full(len(a), np.nan), where=untied > 0)


def rank_agreement(
    x: ArrayLike, y: ArrayLike, X: ArrayLike, Y: ArrayLike, *, n: int, level: float = 0.95
) -> Interval:
    """How well do two estimated rankings agree, given bootstrap draws of what they rank by?

    Tau-b of the estimates x, y (things,), percentile interval of tau-b over the draws X, Y
    (draws, things); `n` counts the resampled units. The few things ranked are no sample, so the
    textbook p value of tau does not apply. Draws that rank nothing are left out; NaN ends where
    none is left. Tau moves in steps: near a tie the interval covers more than its level.
    """
    taus = tau_b_draws(X, Y)
    left = taus[np.isfinite(taus)]
    value, ends = tau_b(x, y), [tail(level), 1 - tail(level)]
    low, high = np.quantile(left, ends) if left.size else (np.nan, np.nan)
    method = "Kendall's tau-b, percentile bootstrap"
    return Interval(value, float(low), float(high), n, method)
