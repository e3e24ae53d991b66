"""Simulated samples whose truth is known, and how many wrong answers a goal allows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from toolkit.stats.bootstrap import resample_counts
from toolkit.stats.interval import Array, Interval
from toolkit.stats.kinks import DrawNoise, KinkedFunction, KinkTest
from toolkit.stats.shares import wilson

DRAWS = 599
Sample = Callable[[np.random.Generator, int], Array]


def at_most(share: float, wrong: int, worlds: int) -> bool:
    """Could the true share of wrong answers be this small? By the Monte-Carlo interval."""
    return wilson(wrong, worlds).low <= share


def at_least(share: float, right: int, worlds: int) -> bool:
    """Could the true share of right answers be this large?"""
    return wilson(right, worlds).high >= share


def kink_interval(
    theta: KinkedFunction, d: Array, draws: Array, *, n: int, level: float = 0.95
) -> Interval:
    """The interval of θ at d (K,), from its draws (draws, K) over n units."""
    return KinkTest.of(theta, d, DrawNoise.of(d, draws, n=n)).interval(level=level)


def kink_p_above(
    theta: KinkedFunction, d: Array, draws: Array, threshold: float, *, n: int
) -> float:
    """The p of θ above the threshold."""
    return KinkTest.of(theta, d, DrawNoise.of(d, draws, n=n)).p_above(threshold)


def judged(
    theta: KinkedFunction, sample: Sample, truth: float, threshold: float, n: int, worlds: int = 300
) -> dict[str, int]:
    """In how many worlds does each interval miss, and each p reject the threshold?"""
    rng, drawn = np.random.default_rng(9), resample_counts(n, DRAWS, seed=6) / n
    seen = {"misses": 0, "found": 0, "clear": 0}
    for _ in range(worlds):
        rows = sample(rng, n)
        d, draws = rows.mean(axis=0), drawn @ rows
        found = kink_interval(theta, d, draws, n=n)
        seen["misses"] += not found.low - 1e-12 <= truth <= found.high + 1e-12
        seen["found"] += kink_p_above(theta, d, draws, threshold, n=n) < 0.05
        seen["clear"] += found.high < threshold
    return seen


def distribution(mean: Array, against: Array) -> tuple[KinkedFunction, Sample]:
    """Shares that vary from unit to unit around `mean`, at a distance from known shares."""

    def sample(rng: np.random.Generator, n: int) -> Array:
        return rng.dirichlet(1.5 * mean, n) - against

    return KinkedFunction("absolute", np.full(mean.size, 0.5)), sample


def gains(mean: Array, spread: float = 0.4) -> tuple[KinkedFunction, Sample]:
    """Skewed differences around `mean`, half of whose noise is shared, weighted alike."""

    def sample(rng: np.random.Generator, n: int) -> Array:
        own = rng.exponential(size=(n, mean.size)) + rng.exponential(size=(n, 1))
        return mean + spread * (own - 2) / np.sqrt(2)

    return KinkedFunction("positive", np.full(mean.size, 1 / mean.size)), sample
