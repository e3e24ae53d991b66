"""How large are the means of many groups, each from few units? Each leans on all."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays import normal, tail, vector
from toolkit.stats.interval import Interval

GRID = 400
REACH = 10.0
METHOD = "normal, shrunk towards all"


def shrunken_means(
    means: ArrayLike, errors: ArrayLike, sizes: ArrayLike, *, level: float = 0.95
) -> list[Interval]:
    """How large is the true mean of each group, given means, standard errors, sizes (groups,)?

    True means are draws from one normal distribution of unknown mean and spread τ; a group leans
    on the mean of all, the more the larger its error is beside τ. Neither τ nor the common mean
    is fixed at a best guess; both are averaged over what the data leave open (flat before the
    data, τ up to ten times what is seen), so that intervals do not end too soon.
    Source: Gelman et al. (2013), Bayesian Data Analysis, section 5.4; Morris (1983), JASA 78.

    >>> [round(m.value) for m in shrunken_means([28, 8, -3], [15, 10, 16], [50, 50, 50])]
    [21, 9, 3]
    """
    y, se, n = vector(means, "means"), vector(errors, "errors"), vector(sizes, "sizes")
    if not y.shape == se.shape == n.shape or (se <= 0).any():
        raise ValueError(f"expected a standard error above 0 and a size per mean, found {se}, {n}")
    if y.size < 2:
        middle, spread = y, se**2
    else:
        middle, spread = _averaged(y, se)
    half = normal(1 - tail(level)) * np.sqrt(spread)
    rows = zip(middle, middle - half, middle + half, n, strict=True)
    return [Interval(float(m), float(lo), float(hi), int(k), METHOD) for m, lo, hi, k in rows]


def _averaged(y: np.ndarray, se: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Posterior mean and variance of each group, averaged over τ."""
    most = REACH * (np.std(y) + se.max())
    tau, step = most * (np.arange(GRID) / (GRID - 1)) ** 2, np.arange(GRID)  # finer near 0
    tau2 = tau**2
    precision = 1 / (se**2 + tau2[:, None])
    v = 1 / precision.sum(axis=1)
    mu = v * (precision @ y)
    logs = np.log(v) / 2 + (np.log(precision) - precision * (y - mu[:, None]) ** 2).sum(axis=1) / 2
    weight = np.exp(logs - logs.max()) * (step + 0.5)  # even in τ, which the grid is not
    weight /= weight.sum()
    lean = se**2 * precision  # how far each group goes towards mu
    means = lean * mu[:, None] + (1 - lean) * y
    variance = se**2 * (1 - lean) + lean**2 * v[:, None]
    middle = weight @ means
    return middle, weight @ (variance + (means - middle) ** 2)
