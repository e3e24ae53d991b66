"""How large is a mean, a difference of means, a ratio of sums: by formula, unit by unit?

Means of numbers between 0 and 1 (`bounded_mean`) have an interval and a p of their own. From
bootstrap draws: see `bootstrap`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.input_checks import finite_number, finite_vector, paired_vectors, unfit_input
from toolkit.stats.interval import (
    Array,
    Interval,
    normal_quantile,
    student_quantile,
    student_upper_tail,
    tail_probability,
)
from toolkit.stats.shares import score_ends


def mean_interval(
    values: ArrayLike, *, weights: ArrayLike | None = None, level: float = 0.95
) -> Interval:
    """How large is the mean of independent values, weighted or not?

    ȳ ± t √v with v = n/(n − 1) Σ w² (y − ȳ)² / (Σ w)², t at n − 1: the usual interval where all
    weights are equal, the linearised one else. Unbounded where there is one value only.
    Source: Student (1908), Biometrika 6; Cochran (1977), Sampling Techniques, ch. 6.

    >>> m = mean_interval([1.0, 2.0, 3.0, 4.0])
    >>> m.value, round(m.low, 4), round(m.high, 4)
    (2.5, 0.4457, 4.5543)
    """
    y = finite_vector(values)
    w = weights_or_ones(y, weights)
    method = "mean, t" if weights is None else "weighted mean, linearised, t"
    return _linearised_interval(y * w, w, level, method)


def mean_difference(a: ArrayLike, b: ArrayLike, *, level: float = 0.95) -> Interval:
    """How much larger is the mean of a than the mean of b? Independent groups.

    Does not assume equal spread; t at Welch's degrees of freedom; n is the smaller group.
    Source: Welch (1947), Biometrika 34.
    """
    x, y = finite_vector(a, "a"), finite_vector(b, "b")
    value, n = float(x.mean() - y.mean()), min(x.size, y.size)
    if n < 2:
        return Interval(value, -math.inf, math.inf, n, "difference of means, Welch")
    u, v = x.var(ddof=1) / x.size, y.var(ddof=1) / y.size
    spread = u**2 / (x.size - 1) + v**2 / (y.size - 1)
    df = float((u + v) ** 2 / spread) if spread > 0 else 1.0
    half = student_quantile(1 - tail_probability(level), df) * math.sqrt(u + v)
    return Interval(value, value - half, value + half, n, "difference of means, Welch")


def ratio_of_sums(
    numerators: ArrayLike, denominators: ArrayLike, *, level: float = 0.95, share: bool = False
) -> Interval:
    """How large is Σ numerators / Σ denominators, with one of each per independent unit?

    Linearised: the variance is that of the residuals y − R x, t at n − 1 (not Fieller: that can
    be infinite). With `share` (0 ≤ numerator ≤ denominator) Wilson's score interval at the
    effective number R (1 − R) / variance, which stays in 0…1 and is not empty at 0.
    Source: Cochran (1977), Sampling Techniques, section 6.3; Wilson (1927), JASA 22.

    >>> r = ratio_of_sums([1, 0, 2, 1], [2, 1, 2, 3], share=True)
    >>> r.value, r.low > 0, r.high < 1
    (0.5, True, True)
    """
    y, x = paired_vectors(numerators=numerators, denominators=denominators)
    if not share:
        return _linearised_interval(y, x, level, "ratio, linearised, t")
    value, trials, units = _trials_of(y, x)
    low, high = score_ends(value, trials, student_quantile(1 - tail_probability(level), units - 1))
    return Interval(value, low, high, units, "ratio, Wilson at the effective number")


def _linearised_interval(y: Array, x: Array, level: float, method: str) -> Interval:
    value, variance, n = _ratio_of(y, x)
    half = (
        student_quantile(1 - tail_probability(level), n - 1) * math.sqrt(variance)
        if n > 1
        else math.inf
    )
    return Interval(value, value - half, value + half, n, method)


VARIANCE_ROUNDING = (
    1e-14  # variance, as a share of a yes-or-no answer's, below which it is rounding
)


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
    y = finite_vector(values)
    w = weights_or_ones(y, weights)
    value, trials, n = _trials_of(y * w, w)
    low, high = score_ends(value, trials, student_quantile(1 - tail_probability(level), n - 1))
    return Interval(value, low, high, n, "Wilson at the effective number")


def bounded_mean_p_above(
    values: ArrayLike, threshold: float, *, weights: ArrayLike | None = None
) -> float:
    """How likely is a mean this large or larger if the true mean is `threshold`? One-sided.

    The score test that `bounded_mean` inverts: below (1 − level) / 2 where its low end is
    above `threshold`. Zero where the mean is above a threshold of 0 or less: nothing to doubt.
    """
    y = finite_vector(values)
    w = weights_or_ones(y, weights)
    value, trials, n = _trials_of(y * w, w)
    threshold = finite_number(threshold, "threshold")
    if threshold <= 0 or threshold >= 1:
        return float(value <= threshold)
    statistic = (value - threshold) / math.sqrt(threshold * (1 - threshold) / trials)
    return student_upper_tail(statistic, n - 1)


def planning_error(values: ArrayLike, threshold: float, *, power: float = 0.8) -> float:
    """Which standard error tells how many more values `bounded_mean` would need to decide?

    The score test measures noise at the threshold, the mean varies by the noise at the truth:
    (z_alpha SE_threshold + z_power SE_seen) / (z_alpha + z_power), which shrinks as 1 / √n even
    where all values are 0 and the interval shrinks faster. alpha is 2.5 %.
    Source: Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, ch. 4.

    >>> round(planning_error([0.0] * 25, 0.1), 4)
    0.042
    """
    y, threshold = finite_vector(values), finite_number(threshold, "threshold")
    _, trials, n = _trials_of(y, np.ones_like(y))
    at_threshold = math.sqrt(max(threshold * (1 - threshold), 0.0) / trials)
    seen = float(y.std(ddof=1)) / math.sqrt(n) if n > 1 else at_threshold
    alpha, beta = normal_quantile(0.975), normal_quantile(power)
    return (alpha * at_threshold + beta * seen) / (alpha + beta)


def linearised_ratio(tops: Array, bottoms: Array) -> tuple[float, float, int]:
    """How large is Σ tops / Σ bottoms, with what variance, from how many units?

    The variance is n/(n − 1) Σ (top − R bottom)² / (Σ bottom)² over the n units with a bottom
    above 0. Source: Cochran (1977), Sampling Techniques, section 6.3.
    """
    return _ratio_of(*paired_vectors(tops=tops, bottoms=bottoms))


def _ratio_of(tops: Array, bottoms: Array) -> tuple[float, float, int]:
    n, total = int(np.count_nonzero(bottoms)), float(bottoms.sum())
    if bottoms.shape != tops.shape or bottoms.min() < 0 or total <= 0:
        expected = "pairs, weights (denominators) ≥ 0, and not all of them 0"
        raise unfit_input("numerators, denominators", expected, repr(bottoms))
    value = float(tops.sum()) / total
    residuals = tops - value * bottoms
    return value, float(residuals @ residuals) / total**2 * n / max(n - 1, 1), n


def effective_trials(tops: Array, bottoms: Array) -> tuple[float, float, int]:
    """How large is the share Σ tops / Σ bottoms, worth how many yes-or-no answers, from how many?

    `bounded_mean` says how; Kish's (Σ bottom)² / Σ bottom² answers where all units are alike.
    """
    return _trials_of(*paired_vectors(tops=tops, bottoms=bottoms))


def _trials_of(tops: Array, bottoms: Array) -> tuple[float, float, int]:
    value, variance, n = _ratio_of(tops, bottoms)
    if tops.min() < 0 or (tops > bottoms).any():
        expected = "values in 0…1 (0 ≤ numerator ≤ denominator in every unit)"
        raise unfit_input("values", expected, f"numerators from {tops.min():g} on: {tops!r}")
    share, kish = value * (1 - value), float(bottoms.sum() ** 2 / (bottoms @ bottoms))
    if share <= 0 or variance <= VARIANCE_ROUNDING * share:
        return value, kish, n
    squares = (tops - value * bottoms) ** 2
    carrying = 3 * float(squares.sum() ** 2 / (squares @ squares))
    return value, kish * (kish * variance / share) ** (-carrying / (carrying + 1)), n


def weights_or_ones(values: Array, weights: ArrayLike | None) -> Array:
    """The weights as given, ≥ 0, or 1 for every value; what the values are is not looked at."""
    given = np.ones(np.shape(values)) if weights is None else finite_vector(weights, "weights")
    if given.shape != np.shape(values):
        expected = f"{np.size(values)}, one per value"
        raise unfit_input("weights", expected, f"{given.size}")
    if (given < 0).any():
        raise unfit_input("weights", "numbers of 0 or more", repr(weights))
    return given
