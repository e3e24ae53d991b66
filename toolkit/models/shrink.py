"""How large are many rates, each from few trials? Each leans on all, as far as they are alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.stats.arrays import Array, tail, vector
from toolkit.stats.interval import Interval

GRID = 25  # points a side, in each of the three passes
PASSES = 3
SPAN = 4.0  # standard deviations that a pass reaches out from the pass before
METHOD = "beta-binomial, shrunk towards all"


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
    s, n = _checked(successes, trials)
    a, b, weight = _posteriors(s, n)
    mean = a / (a + b)
    value = weight @ mean
    spread = weight @ (mean * (1 - mean) / (a + b + 1) + (mean - value) ** 2)
    size = value * (1 - value) / spread - 1
    ends = (tail(level), 1 - tail(level))
    low, high = (special.betaincinv(value * size, (1 - value) * size, end) for end in ends)
    rows = zip(value, low, high, n, strict=True)
    return [Interval(float(v), float(lo), float(hi), int(k), METHOD) for v, lo, hi, k in rows]


def _checked(successes: ArrayLike, trials: ArrayLike) -> tuple[Array, Array]:
    s, n = vector(successes, "successes"), vector(trials, "trials")
    if s.shape != n.shape or (s < 0).any() or (s > n).any():
        raise ValueError(f"expected 0 ≤ successes ≤ trials in each cell, found {s} of {n}")
    return s, n


def _posteriors(s: Array, n: Array) -> tuple[Array, Array, Array]:
    """Beta parameters of every cell at each grid point (points, cells), and the points' weights.

    The grid is in the log-odds of μ and ρ; each pass narrows it to where the weight is.
    """
    middle, reach = np.array([-3.0, -3.0]), np.array([9.0, 9.0])
    for _ in range(PASSES):
        steps = middle[:, None] + reach[:, None] * np.linspace(-1, 1, GRID)
        points = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 2)
        a, b, logs = _likelihood(points, s, n)
        weight = np.exp(logs - logs.max())
        weight /= weight.sum()
        middle = weight @ points
        spread = np.sqrt(weight @ (points - middle) ** 2)
        reach = np.minimum(SPAN * np.maximum(spread, reach / GRID), reach)
    return a, b, weight


def _likelihood(points: Array, s: Array, n: Array) -> tuple[Array, Array, Array]:
    """Posterior parameters of the cells and the log weight of each point."""
    mu, rho = special.expit(points.T)
    size = (1 - rho) / rho
    before = np.stack([mu * size, (1 - mu) * size])[..., None]
    a, b = before[0] + s, before[1] + (n - s)
    logs = (special.betaln(a, b) - special.betaln(before[0], before[1])).sum(axis=1)
    flat = np.log(mu * (1 - mu) * rho * (1 - rho))  # from even on the scale of μ, ρ to log-odds
    return a, b, logs + flat
