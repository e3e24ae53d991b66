"""How far apart are two distributions, and how much goes the wrong way?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays import Array

SUM_TOLERANCE = 1e-6


def tvd(p: ArrayLike, q: ArrayLike) -> Array:
    """Which share would have to move to turn p into q? The total variation distance.

    ½ Σ |p − q| over the last axis: (K,) against (K,) gives a number, draws (B, K) give (B,).
    0 where they are equal, 1 where they share nothing. Each must add up to 1; rows with a NaN
    give NaN. Its estimate is biased upwards near 0: see `kinks` for its interval.

    >>> round(float(tvd([0.7, 0.2, 0.1], [0.3, 0.4, 0.3])), 10)
    0.4
    """
    a, b = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    for name, one in (("p", a), ("q", b)):
        off = np.abs(one.sum(axis=-1) - 1)
        if np.any(off > SUM_TOLERANCE):
            raise ValueError(f"{name}: expected shares that add up to 1, off by {np.nanmax(off):g}")
    return np.asarray(np.abs(a - b).sum(axis=-1) / 2)


def positive_parts(d: ArrayLike, weights: ArrayLike) -> Array:
    """How much is above 0, weighted? Σ weight max(0, d) over the last axis.

    d of (K,) gives a number, draws (B, K) give (B,); weights are (K,).

    >>> float(positive_parts([0.2, -0.5, 0.1], [0.5, 0.25, 0.25]))
    0.125
    """
    return np.asarray(np.maximum(np.asarray(d, dtype=np.float64), 0) @ np.asarray(weights))
