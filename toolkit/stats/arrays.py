"""What every module here shares: the array type, quantiles, and checks of what comes in."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]


def vector(values: ArrayLike, name: str = "values") -> Array:
    """Which finite numbers were given, as a flat float64 array of at least one?"""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all():
        raise ValueError(f"{name}: expected one row of finite numbers, found {values!r:.80}")
    return array


def tail(level: float) -> float:
    """How much probability does an interval of this level leave on either side?"""
    if not 0 < level < 1:
        raise ValueError(f"level: expected between 0 and 1, found {level!r}")
    return (1 - level) / 2


@lru_cache(maxsize=256)
def normal(probability: float) -> float:
    """Which normal quantile leaves `probability` below it?"""
    return float(special.ndtri(probability))


def quantile(values: Array, probability: float) -> float:
    """Which value (n,) leaves that share below it? As numpy's, between two values in proportion.

    Several times as fast on some thousand values.
    """
    place = probability * (len(values) - 1)
    low = min(int(place), max(len(values) - 2, 0))
    pair = np.partition(values, [low, min(low + 1, len(values) - 1)])
    return float(pair[low] + (place - low) * (pair[min(low + 1, len(values) - 1)] - pair[low]))


def student(probability: float, df: float) -> float:
    """Which quantile of Student's t does so? Infinite where nothing is left to estimate spread."""
    return float(special.stdtrit(df, probability)) if df > 0 else math.inf


def student_above(statistic: float, df: float) -> float:
    """How likely is a t of `df` degrees of freedom above `statistic`? One where df is 0."""
    return float(special.stdtr(df, -statistic)) if df > 0 else 1.0


def widening(n: int, *, level: float = 0.95) -> float:
    """By how much must bootstrap noise of n resampled units be stretched?

    √(n / (n − 1)), because resampling shows (n − 1) / n of the variance, times Student's over
    the normal quantile, because the spread itself is estimated. Infinite for n = 1.
    """
    if n < 2:
        return math.inf
    wanted = 1 - tail(level)
    return math.sqrt(n / (n - 1)) * student(wanted, n - 1) / normal(wanted)
