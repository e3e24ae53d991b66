"""Do two rankings, several coders, or two groupings of the same things agree?

Kendall's tau-b with its interval from bootstrap draws, Krippendorff's alpha, the adjusted Rand
index. Alpha is here for coders of open answers, whose agreement no audit asks for yet.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.stats.input_checks import number_array, one_of, unfit_input, whole_number
from toolkit.stats.interval import Array, Interval, tail_probability


def kendall_tau_b(x: ArrayLike, y: ArrayLike) -> float:
    """Do x and y rank the same things alike? Kendall's tau-b: 1 alike, −1 reversed, 0 neither.

    (concordant − discordant pairs) / √(pairs not tied in x · pairs not tied in y); NaN where
    one of them ranks nothing (all tied, or fewer than two things).
    Source: Kendall (1945), Biometrika 33, 239–251.

    >>> kendall_tau_b([1, 2, 3, 4], [1, 2, 4, 3]).__round__(4)
    0.6667
    """
    a, b = _ranked(x, "x", 1), _ranked(y, "y", 1)
    return float(kendall_tau_b_draws(a[None], b[None])[0])


def kendall_tau_b_draws(X: ArrayLike, Y: ArrayLike) -> Array:
    """The same for every draw: X and Y of shape (draws, things) give (draws,)."""
    a, b = _ranked(X, "X", 2), _ranked(Y, "Y", 2)
    if a.shape != b.shape:
        raise ValueError(f"expected two (draws, things) arrays alike, found {a.shape}, {b.shape}")
    first, second = np.triu_indices(a.shape[1], k=1)
    up, across = np.sign(a[:, first] - a[:, second]), np.sign(b[:, first] - b[:, second])
    untied = np.abs(up).sum(axis=1) * np.abs(across).sum(axis=1)
    agreement = (up * across).sum(axis=1)
    unknown = np.full(len(a), np.nan)
    return np.asarray(np.divide(agreement, np.sqrt(untied), out=unknown, where=untied > 0))


def _ranked(values: ArrayLike, name: str, dimensions: int) -> Array:
    """What things are ranked by: of so many dimensions, NaN where unknown."""
    array = number_array(values, name)
    if array.ndim != dimensions or np.isinf(array).any():
        shape = "(things,)" if dimensions == 1 else "(draws, things)"
        raise unfit_input(name, f"{shape} numbers, none of them infinite", repr(values))
    return array


def rank_agreement(
    x: ArrayLike, y: ArrayLike, X: ArrayLike, Y: ArrayLike, *, n: int, level: float = 0.95
) -> Interval:
    """How well do two estimated rankings agree, given bootstrap draws of what they rank by?

    Tau-b of the estimates x, y (things,), percentile interval of tau-b over the draws X, Y
    (draws, things); `n` counts the resampled units. The few things ranked are no sample, so the
    textbook p value of tau does not apply. Draws that rank nothing are left out; NaN ends where
    none is left. Tau moves in steps: near a tie the interval covers more than its level.
    """
    taus, things = kendall_tau_b_draws(X, Y), np.shape(X)[1]
    if len(_ranked(x, "x", 1)) != things:
        raise unfit_input("x", f"{things} things, as in X", repr(x))
    left = taus[np.isfinite(taus)]
    n, value = whole_number(n, "n"), kendall_tau_b(x, y)
    ends = [tail_probability(level), 1 - tail_probability(level)]
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
    table = number_array(codes, "codes")
    one_of(metric, ("nominal", "ordinal", "interval", "ratio"), "metric")
    if table.ndim != 2 or np.isinf(table).any():
        raise unfit_input("codes", "(coders, units) codes, NaN where not coded", repr(codes))
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
    table = _cross_table(_labels(first, "first"), _labels(second, "second"))

    def pairs(n: Array) -> float:
        return float((n * (n - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / max(pairs(table.sum(keepdims=True)), 1.0)
    most = (rows + columns) / 2
    return (both - chance) / (most - chance) if most > chance else 1.0


def _labels(groups: ArrayLike, name: str) -> NDArray[Any]:
    """The group of each thing, of whatever type, none of them unknown."""
    try:
        labels = np.asarray(groups)
    except ValueError:
        labels = np.empty((0, 0))
    unknown = labels.dtype.kind == "f" and not np.isfinite(labels).all()
    if labels.dtype.kind == "O":
        unknown = not all(isinstance(one, (str, int)) for one in labels.flat)
    if labels.ndim != 1 or not labels.size or unknown:
        raise unfit_input(name, "the group of each thing in one row", repr(groups))
    return labels


def _cross_table(first: NDArray[Any], second: NDArray[Any]) -> Array:
    if len(first) != len(second):
        sizes = f"{len(first)} and {len(second)}"
        raise unfit_input("first, second", "two groupings of the same things", sizes)
    rows, columns = (np.unique(one, return_inverse=True)[1] for one in (first, second))
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    return table
