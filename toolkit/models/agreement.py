"""Do coders agree on what they coded?"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays import Array

Metric = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(codes: ArrayLike, *, metric: Metric = "nominal") -> float:
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
    apart = _distance(values, totals, metric)
    if totals.size < 2:
        return math.nan
    chance = float((np.outer(totals, totals) * apart).sum() / (totals.sum() - 1))
    return float(1 - (together * apart).sum() / chance) if chance > 0 else math.nan


def _distance(values: Array, totals: Array, metric: Metric) -> Array:
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
