"""How large are many rates, or many means, each from few trials or units? Each leans on all.

How far the cells or groups are alike is not fixed at a best guess but averaged over what the data
leave open.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.stats.input_checks import paired_vectors, unfit_input
from toolkit.stats.interval import Array, Interval, normal_quantile, tail_probability

RATE_GRID = 25  # points a side, in each of the three passes
PASSES = 3
SPAN = 4.0  # standard deviations that a pass reaches out from the pass before
RATE_METHOD = "beta-binomial, shrunk towards all"


def shrunken_rates(
    successes: ArrayLike, trials: ArrayLike, *, level: float = 0.95
) -> list[Interval]:
    """How large is the rate of each cell, (cells,) successes of (cells,) trials?

    The cells' rates are draws from one Beta(μ M, (1 − μ) M): a cell of few trials leans on the
    mean μ, the more the larger M (the more alike the cells look). μ and ρ = 1 / (1 + M) are not
    fixed at their best guess but averaged over what the data leave open (flat before the data),
    so that the intervals do not end too soon; ends are of the Beta with the same mean and
    variance. Empty cells get what is known of all.
    Source: Kass & Steffey (1989), JASA 84, 717–726; Morris (1983), JASA 78, 47–55.

    >>> [round(r.value, 2) for r in shrunken_rates([0, 30, 1], [2, 300, 2])]
    [0.14, 0.1, 0.35]
    """
    s, n = _checked_trials(successes, trials)
    a, b, weight = _rate_posteriors(s, n)
    mean = a / (a + b)
    value = weight @ mean
    spread = weight @ (mean * (1 - mean) / (a + b + 1) + (mean - value) ** 2)
    size = value * (1 - value) / spread - 1
    ends = (tail_probability(level), 1 - tail_probability(level))
    low, high = (special.betaincinv(value * size, (1 - value) * size, end) for end in ends)
    rows = zip(value, low, high, n, strict=True)
    return [Interval(float(v), float(lo), float(hi), int(k), RATE_METHOD) for v, lo, hi, k in rows]


def _checked_trials(successes: ArrayLike, trials: ArrayLike) -> tuple[Array, Array]:
    s, n = paired_vectors(successes=successes, trials=trials)
    if s.shape != n.shape or (s < 0).any() or (s > n).any():
        raise ValueError(f"expected 0 ≤ successes ≤ trials in each cell, found {s} of {n}")
    return s, n


def _rate_posteriors(s: Array, n: Array) -> tuple[Array, Array, Array]:
    """Beta parameters of every cell at each grid point (points, cells), and the points' weights.

    The grid is in the log-odds of μ and ρ; each pass narrows it to where the weight is.
    """
    middle, reach = np.array([-3.0, -3.0]), np.array([9.0, 9.0])
    for _ in range(PASSES):
        steps = middle[:, None] + reach[:, None] * np.linspace(-1, 1, RATE_GRID)
        points = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 2)
        a, b, logs = _rate_likelihood(points, s, n)
        weight = np.exp(logs - logs.max())
        weight /= weight.sum()
        middle = weight @ points
        spread = np.sqrt(weight @ (points - middle) ** 2)
        reach = np.minimum(SPAN * np.maximum(spread, reach / RATE_GRID), reach)
    return a, b, weight


def _rate_likelihood(points: Array, s: Array, n: Array) -> tuple[Array, Array, Array]:
    """Posterior parameters of the cells and the log weight of each point."""
    mu, rho = special.expit(points.T)
    size = (1 - rho) / rho
    before = np.stack([mu * size, (1 - mu) * size])[..., None]
    a, b = before[0] + s, before[1] + (n - s)
    logs = (special.betaln(a, b) - special.betaln(before[0], before[1])).sum(axis=1)
    flat = np.log(mu * (1 - mu) * rho * (1 - rho))  # from even on the scale of μ, ρ to log-odds
    return a, b, logs + flat


MEAN_GRID = 400
MEAN_REACH = 10.0
MEAN_METHOD = "normal, shrunk towards all"


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
    y, se, n = paired_vectors(means=means, errors=errors, sizes=sizes)
    if (se <= 0).any() or (n < 0).any():
        expected = "a standard error above 0 and a size ≥ 0 per mean"
        raise unfit_input("errors, sizes", expected, f"{se!r}, {n!r}")
    if y.size < 2:
        middle, spread = y, se**2
    else:
        middle, spread = _averaged_means(y, se)
    half = normal_quantile(1 - tail_probability(level)) * np.sqrt(spread)
    rows = zip(middle, middle - half, middle + half, n, strict=True)
    return [Interval(float(m), float(lo), float(hi), int(k), MEAN_METHOD) for m, lo, hi, k in rows]


def _averaged_means(y: np.ndarray, se: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Posterior mean and variance of each group, averaged over τ."""
    most = MEAN_REACH * (np.std(y) + se.max())
    tau, step = (
        most * (np.arange(MEAN_GRID) / (MEAN_GRID - 1)) ** 2,
        np.arange(MEAN_GRID),
    )  # finer near 0
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
