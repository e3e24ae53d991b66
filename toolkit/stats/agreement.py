"""Do two rankings, several coders, or two groupings of the same things agree?

Kendall's tau-b with its interval from bootstrap draws, Krippendorff's alpha, the adjusted Rand
index. Alpha is here for coders of open answers, whose agreement no audit asks for yet.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.stats.interval import Array, Interval, tail_probability


def kendall_tau_b(x: ArrayLike, y: ArrayLike) -> float:
    """Do x and y rank the same things alike? Kendall's tau-b: 1 alike, −1 reversed, 0 neither.

    (concordant − discordant pairs) / √(pairs not tied in x · pairs not tied in y); NaN where
    one of them ranks nothing (all tied, or fewer than two things).
    Source: Kendall (1945), Biometrika 33, 239–251.

    >>> kendall_tau_b([1, 2, 3, 4], [1, 2, 4, 3]).__round__(4)
    0.6667
    """
    return float(kendall_tau_b_draws(np.atleast_2d(x), np.atleast_2d(y))[0])


def kendall_tau_b_draws(X: ArrayLike, Y: ArrayLike) -> Array:
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
    taus = kendall_tau_b_draws(X, Y)
    left = taus[np.isfinite(taus)]
    value, ends = kendall_tau_b(x, y), [tail_probability(level), 1 - tail_probability(level)]
    low, high = np.quantile(left, ends) if left.size else (np.nan, np.nan)
    method = "Kendall's tau-b, percentile bootstrap"
    return Interval(value, float(low), float(high), n, method)


CodeMetric = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(codes: ArrayLike, *, metric: CodeMetric = "nominal") -> float:
    """How far do coders agree beyond chance? Codes (coders, units), NaN where not coded.

    1 − observed / expected disagreement over all pairs of codes of a unit. 1 full agreement, 0 as
    by chance; by custom 0.8 is good and below 0.667 nothing should rest on it. NaN where no unit
    has two codes, or all codes are alike.
    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability.

    >>> krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 3]])
    1.0
    """
    table = np.asarray(codes, dtype=np.float64)
    values = np.unique(table[~np.isnan(table)])
    counts = (table[:, :, None] == values).sum(axis=0).astype(np.float64)
    several = counts.sum(axis=1) > 1
    counts = counts[several]
    per_unit = counts.sum(axis=1, keepdims=True) - 1
    together = (counts / per_unit).T @ counts - np.diag((counts / per_unit).sum(axis=0))
    totals = together.sum(axis=0)
    apart = _code_distances(values, totals, metric)
    if totals.size < 2:
        return math.nan
    chance = float((np.outer(totals, totals) * apart).sum() / (totals.sum() - 1))
    return float(1 - (together * apart).sum() / chance) if chance > 0 else math.nan


def _code_distances(values: Array, totals: Array, metric: CodeMetric) -> Array:
    """Squared distance between every two values."""
    a, b = values[:, None], values[None, :]
    if metric == "interval":
        return np.asarray((a - b) ** 2)
    if metric == "ratio":
        both = a + b
        return np.divide(a - b, both, out=np.zeros_like(both), where=both != 0) ** 2
    if metric == "ordinal":
        ranks = np.cumsum(totals) - totals / 2  # how many codes lie between two values
        return np.asarray((ranks[:, None] - ranks) ** 2)
    return np.asarray((a != b).astype(np.float64))


def adjusted_rand(first: ArrayLike, second: ArrayLike) -> float:
    """Do two groupings put the same things together? 1 the same, 0 as by chance.

    Source: Hubert & Arabie (1985).

    >>> round(adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]), 4)
    0.5714
    """
    table = _cross_table(np.asarray(first), np.asarray(second))

    def pairs(n: Array) -> float:
        return float((n * (n - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / max(pairs(table.sum(keepdims=True)), 1.0)
    most = (rows + columns) / 2
    return (both - chance) / (most - chance) if most > chance else 1.0


def _cross_table(first: NDArray[np.intp], second: NDArray[np.intp]) -> Array:
    rows, columns = (np.unique(one, return_inverse=True)[1] for one in (first, second))
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    return table
