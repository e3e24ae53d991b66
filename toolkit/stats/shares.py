"""How large is a share? Counts out of counts, and means of numbers between 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.stats.arrays import Array, normal, student, student_above, tail, vector
from toolkit.stats.interval import Interval
from toolkit.stats.mover import independent_difference

ALIKE = 1e-14  # variance, as a share of a yes-or-no answer's, below which it is rounding


def wilson(successes: float, n: int, *, level: float = 0.95) -> Interval:
    """How large is a share, given `successes` of `n` independent trials?

    All shares p0 that the score test keeps: |p − p0| ≤ z √(p0 (1 − p0) / n). It stays within
    0…1 and is not empty at 0 or n. Source: Wilson (1927), JASA 22; Newcombe (1998), Statistics
    in Medicine 17, 857–872.

    >>> s = wilson(15, 148)
    >>> round(s.low, 4), round(s.high, 4)
    (0.0624, 0.1605)
    """
    _check(successes, n)
    z = normal(1 - tail(level))
    low, high = score_ends(successes / n, n, z)
    return Interval(successes / n, low, high, n, "Wilson")


def jeffreys(successes: float, n: int, *, level: float = 0.95) -> Interval:
    """How large is a share? Equal-tailed Bayesian interval under Jeffreys' Beta(½, ½) prior.

    The ends are 0 at no success and 1 at no failure, so that a true 0 or 1 is covered.
    Source: Brown, Cai & DasGupta (2001), Statistical Science 16, 101–133.

    >>> s = jeffreys(0, 20)
    >>> s.low, round(s.high, 4)
    (0.0, 0.1166)
    """
    _check(successes, n)
    a, b = successes + 0.5, n - successes + 0.5
    low = float(special.betaincinv(a, b, tail(level))) if successes > 0 else 0.0
    high = float(special.betaincinv(a, b, 1 - tail(level))) if successes < n else 1.0
    return Interval(successes / n, low, high, n, "Jeffreys")


def jeffreys_p_above(successes: float, n: int, share: float) -> float:
    """How likely is a true share of at most `share`, after the data, under Jeffreys' prior?

    Below (1 − level) / 2 exactly where `jeffreys` ends above `share` (between the edges).
    """
    _check(successes, n)
    inside = min(max(share, 0.0), 1.0)
    return float(special.betainc(successes + 0.5, n - successes + 0.5, inside))


def binomial_p_above(successes: int, n: int, share: float) -> float:
    """How likely are this many successes or more if the true share is `share`?

    The exact one-sided p for "the share is at most `share`"; never too small.
    Source: Clopper & Pearson (1934), Biometrika 26.

    >>> binomial_p_above(5, 5, 0.5)
    0.03125
    """
    _check(successes, n)
    inside = min(max(share, 0.0), 1.0)
    return float(special.betainc(successes, n - successes + 1, inside)) if successes else 1.0


def newcombe(x1: float, n1: int, x2: float, n2: int, *, level: float = 0.95) -> Interval:
    """How much larger is the first share than the second? Independent groups.

    The distances of the two Wilson intervals, squared, added, rooted; n is the smaller group.
    Source: Newcombe (1998), Statistics in Medicine 17, 873–890, method 10.

    >>> d = newcombe(56, 70, 48, 80)
    >>> round(d.low, 4), round(d.high, 4)
    (0.0524, 0.3339)
    """
    a, b = wilson(x1, n1, level=level), wilson(x2, n2, level=level)
    return replace(independent_difference(a, b), method="Newcombe")


def multinomial_goodman(counts: Sequence[float], *, level: float = 0.95) -> tuple[Interval, ...]:
    """How large is each of several shares, so that all intervals hold at once?

    Wilson's interval at level 1 − (1 − level) / k for k shares.
    Source: Goodman (1965), Technometrics 7, 247–254.
    """
    cells = vector(counts, "counts")
    n, each = int(cells.sum()), 1 - 2 * tail(level) / cells.size
    found = (wilson(float(count), n, level=each) for count in cells)
    return tuple(Interval(s.value, s.low, s.high, n, "Goodman, simultaneous") for s in found)


def bounded_mean(
    values: ArrayLike, *, level: float = 0.95, weights: ArrayLike | None = None
) -> Interval:
    """How large is the mean of numbers between 0 and 1, one per independent unit?

    Wilson's interval, with Student's t, at the effective number n_eff = n / φ of yes-or-no
    answers, φ = s² / (ȳ (1 − ȳ)): values that vary less than yes-or-no answers tell more. It
    never leaves 0…1 and is not empty where all values are alike (φ = 1). Where few values carry
    the spread, φ is itself uncertain and drawn towards 1: φ^(k / (k + 1)) with
    k = 3 (Σ(y − ȳ)²)² / Σ(y − ȳ)⁴, which is n for normal values and thrice the number of
    exceptions where most are alike. Weights: linearised variance, Kish's (Σw)² / Σw² for n.
    Assumes units drawn independently. Source: Wilson (1927); the effective number as in Korn &
    Graubard (1998), Survey Methodology 24; the exponent is our own, set by simulation: it covers
    93–97 % of the time from 30 units on, skewed or rare; more where less than one exception is
    to be expected in the sample.

    >>> m = bounded_mean([0.0] * 60)
    >>> m.value, m.low, round(m.high, 3)
    (0.0, 0.0, 0.063)
    """
    y = vector(values)
    w = weights_for(y, weights)
    value, trials, n = effective_trials(y * w, w)
    low, high = score_ends(value, trials, student(1 - tail(level), n - 1))
    return Interval(value, low, high, n, "Wilson at the effective number")


def bounded_mean_p_above(
    values: ArrayLike, threshold: float, *, weights: ArrayLike | None = None
) -> float:
    """How likely is a mean this large or larger if the true mean is `threshold`? One-sided.

    The score test that `bounded_mean` inverts: below (1 − level) / 2 where its low end is
    above `threshold`. Zero where the mean is above a threshold of 0 or less: nothing to doubt.
    """
    y = vector(values)
    w = weights_for(y, weights)
    value, trials, n = effective_trials(y * w, w)
    if threshold <= 0 or threshold >= 1:
        return float(value <= threshold)
    statistic = (value - threshold) / math.sqrt(threshold * (1 - threshold) / trials)
    return student_above(statistic, n - 1)


def planning_error(values: ArrayLike, threshold: float, *, power: float = 0.8) -> float:
    """Which standard error tells how many more values `bounded_mean` would need to decide?

    The score test measures noise at the threshold, the mean varies by the noise at the truth:
    (z_alpha SE_threshold + z_power SE_seen) / (z_alpha + z_power), which shrinks as 1 / √n even
    where all values are 0 and the interval shrinks faster. alpha is 2.5 %.
    Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, ch. 4.

    >>> round(planning_error([0.0] * 25, 0.1), 4)
    0.042
    """
    y = vector(values)
    _, trials, n = effective_trials(y, np.ones_like(y))
    at_threshold = math.sqrt(max(threshold * (1 - threshold), 0.0) / trials)
    seen = float(y.std(ddof=1)) / math.sqrt(n) if n > 1 else at_threshold
    alpha, beta = normal(0.975), normal(power)
    return (alpha * at_threshold + beta * seen) / (alpha + beta)


def score_ends(value: float, n: float, quantile: float) -> tuple[float, float]:
    """Which shares does the score test keep, given share `value` of `n` (effective) trials?"""
    if math.isinf(quantile):
        return 0.0, 1.0
    ratio = quantile**2 / n
    middle = (value + ratio / 2) / (1 + ratio)
    half = math.sqrt(ratio * (value * (1 - value) + ratio / 4)) / (1 + ratio)
    # At the edges the ends are 0 and 1 exactly; rounding must not move them.
    low = max(0.0, middle - half) if value > 0 else 0.0
    return low, min(1.0, middle + half) if value < 1 else 1.0


def linearised(tops: Array, bottoms: Array) -> tuple[float, float, int]:
    """How large is Σ tops / Σ bottoms, with what variance, from how many units?

    The variance is n/(n − 1) Σ (top − R bottom)² / (Σ bottom)² over the n units with a bottom
    above 0. Source: Cochran (1977), Sampling Techniques, section 6.3.
    """
    n, total = int(np.count_nonzero(bottoms)), float(bottoms.sum())
    if bottoms.shape != tops.shape or bottoms.min() < 0 or total <= 0:
        raise ValueError("expected pairs, weights (denominators) ≥ 0, and not all of them 0")
    value = float(tops.sum()) / total
    residuals = tops - value * bottoms
    return value, float(residuals @ residuals) / total**2 * n / max(n - 1, 1), n


def effective_trials(tops: Array, bottoms: Array) -> tuple[float, float, int]:
    """How large is the share Σ tops / Σ bottoms, worth how many yes-or-no answers, from how many?

    `bounded_mean` says how; Kish's (Σ bottom)² / Σ bottom² answers where all units are alike.
    """
    value, variance, n = linearised(tops, bottoms)
    if tops.min() < 0 or (tops > bottoms).any():
        raise ValueError("expected values in 0…1 (0 ≤ numerator ≤ denominator in every unit)")
    share, kish = value * (1 - value), float(bottoms.sum() ** 2 / (bottoms @ bottoms))
    if share <= 0 or variance <= ALIKE * share:
        return value, kish, n
    squares = (tops - value * bottoms) ** 2
    carrying = 3 * float(squares.sum() ** 2 / (squares @ squares))
    return value, kish * (kish * variance / share) ** (-carrying / (carrying + 1)), n


def weights_for(values: Array, weights: ArrayLike | None) -> Array:
    """The weights as given, or 1 for every value."""
    given = np.ones_like(values) if weights is None else vector(weights, "weights")
    if given.shape != values.shape:
        raise ValueError(f"weights: expected {values.size}, one per value, found {given.size}")
    return given


def _check(successes: float, n: int) -> None:
    if not (n >= 1 and 0 <= successes <= n):
        raise ValueError(f"expected 0 ≤ successes ≤ n and n ≥ 1, found {successes!r} of {n!r}")
