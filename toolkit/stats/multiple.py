"""Which of several tests still count when all were made?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays import Array


def holm(p: ArrayLike) -> Array:
    """Which p values hold at once? Adjusted so that any false find is as rare as the level.

    Step down: the i-th smallest of m becomes the largest of (m − j + 1) p_j for j ≤ i, at most 1.
    Holds under any dependence. Source: Holm (1979), Scandinavian Journal of Statistics 6.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    values, order = _ordered(p)
    steps = np.arange(values.size, 0, -1)
    return _back(np.maximum.accumulate(values[order] * steps), order)


def benjamini_hochberg(p: ArrayLike) -> Array:
    """Which p values are worth a look? Adjusted so that few of those looked at are false.

    Step up: the i-th smallest of m becomes the smallest of m p_j / j for j ≥ i. Holds for
    independent or positively dependent tests. Source: Benjamini & Hochberg (1995), JRSS B 57.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values, order = _ordered(p)
    scaled = values[order] * values.size / np.arange(1, values.size + 1)
    return _back(np.minimum.accumulate(scaled[::-1])[::-1], order)


def _ordered(p: ArrayLike) -> tuple[Array, np.ndarray]:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"p: expected a row of numbers in 0…1, found {p!r:.80}")
    return values, np.argsort(values, kind="stable")


def _back(adjusted: Array, order: np.ndarray) -> Array:
    result = np.empty_like(adjusted)
    result[order] = np.minimum(adjusted, 1)
    return result
