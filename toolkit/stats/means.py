"""How large is a mean, a difference, a ratio: by formula, or from bootstrap draws?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays import Array, student, student_above, tail, vector, widening
from toolkit.stats.interval import Interval
from toolkit.stats.shares import effective_trials, linearised, score_ends, weights_for


def mean(values: ArrayLike, *, weights: ArrayLike | None = None, level: float = 0.95) -> Interval:
    """How large is the mean of independent values, weighted or not?

    ȳ ± t √v with v = n/(n − 1) Σ w² (y − ȳ)² / (Σ w)², t at n − 1: the usual interval where all
    weights are equal, the linearised one else. Unbounded where there is one value only.
    Source: Student (1908), Biometrika 6; Cochran (1977), Sampling Techniques, ch. 6.

    >>> m = mean([1.0, 2.0, 3.0, 4.0])
    >>> m.value, round(m.low, 4), round(m.high, 4)
    (2.5, 0.4457, 4.5543)
    """
    y = vector(values)
    w = weights_for(y, weights)
    method = "mean, t" if weights is None else "weighted mean, linearised, t"
    return _linearised(y * w, w, level, method)


def difference(a: ArrayLike, b: ArrayLike, *, level: float = 0.95) -> Interval:
    """How much larger is the mean of a than the mean of b? Independent groups.

    Does not assume equal spread; t at Welch's degrees of freedom; n is the smaller group.
    Source: Welch (1947), Biometrika 34.
    """
    x, y = vector(a, "a"), vector(b, "b")
    value, n = float(x.mean() - y.mean()), min(x.size, y.size)
    if n < 2:
        return Interval(value, -math.inf, math.inf, n, "difference of means, Welch")
    u, v = x.var(ddof=1) / x.size, y.var(ddof=1) / y.size
    spread = u**2 / (x.size - 1) + v**2 / (y.size - 1)
    df = float((u + v) ** 2 / spread) if spread > 0 else 1.0
    half = student(1 - tail(level), df) * math.sqrt(u + v)
    return Interval(value, value - half, value + half, n, "difference of means, Welch")


def paired_difference(a: ArrayLike, b: ArrayLike, *, level: float = 0.95) -> Interval:
    """How much larger is a than b, measured on the same units? The t interval of a − b."""
    x, y = vector(a, "a"), vector(b, "b")
    if x.shape != y.shape:
        raise ValueError(f"expected pairs, found {x.size} and {y.size} values")
    found = mean(x - y, level=level)
    return Interval(found.value, found.low, found.high, found.n, "paired difference, t")


def ratio(
    numerators: ArrayLike, denominators: ArrayLike, *, level: float = 0.95, share: bool = False
) -> Interval:
    """How large is Σ numerators / Σ denominators, with one of each per independent unit?

    Linearised: the variance is that of the residuals y − R x, t at n − 1 (not Fieller: that can
    be infinite). With `share` (0 ≤ numerator ≤ denominator) Wilson's score interval at the
    effective number R (1 − R) / variance, which stays in 0…1 and is not empty at 0.
    Source: Cochran (1977), Sampling Techniques, section 6.3; Wilson (1927), JASA 22.

    >>> r = ratio([1, 0, 2, 1], [2, 1, 2, 3], share=True)
    >>> r.value, r.low > 0, r.high < 1
    (0.5, True, True)
    """
    y, x = vector(numerators, "numerators"), vector(denominators, "denominators")
    if not share:
        return _linearised(y, x, level, "ratio, linearised, t")
    value, trials, units = effective_trials(y, x)
    low, high = score_ends(value, trials, student(1 - tail(level), units - 1))
    return Interval(value, low, high, units, "ratio, Wilson at the effective number")


def standard_error(draws: ArrayLike, *, n: int) -> float:
    """How much would the estimate vary from sample to sample, judged by its bootstrap draws?

    Their standard deviation times √(n / (n − 1)): resampling n units shows (n − 1) / n of the
    variance. Infinite for n = 1.
    """
    spread = float(np.std(vector(draws, "draws"), ddof=1))
    return spread * math.sqrt(n / (n - 1)) if n > 1 else math.inf


def smooth(value: float, draws: ArrayLike, *, n: int, level: float = 0.95) -> Interval:
    """Where does the truth lie, given bootstrap draws of an estimate that has no kinks?

    value ± t · standard error, t at n − 1, n the number of resampled units.
    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 12.
    """
    half = student(1 - tail(level), n - 1) * standard_error(draws, n=n)
    return Interval(value, value - half, value + half, n, "bootstrap standard error, t")


def smooth_p_above(value: float, draws: ArrayLike, threshold: float, *, n: int) -> float:
    """How likely is an estimate this large or larger if the truth is `threshold`? One-sided.

    Consistent with `smooth`: below (1 − level) / 2 where its low end is above `threshold`.
    """
    error = standard_error(draws, n=n)
    gap = value - threshold
    return student_above(gap / error, n - 1) if error > 0 else float(gap <= 0)


def percentile(value: float, draws: ArrayLike, *, n: int, level: float = 0.95) -> Interval:
    """Where does the truth lie, read off the bootstrap draws? For skewed, smooth estimates.

    Quantiles of value + f (draw − value), f = √(n / (n − 1)) t / z: what small samples need.
    Not at kinks: there see `kinks`. Unbounded for n = 1.
    Source: Efron & Tibshirani (1993), ch. 13; f: Hesterberg (2015), American Statistician 69.
    """
    drawn, method = vector(draws, "draws"), "percentile bootstrap"
    if n < 2:
        return Interval(value, -math.inf, math.inf, n, method)
    wide = value + (drawn - value) * widening(n, level=level)
    low, high = np.quantile(wide, [tail(level), 1 - tail(level)])
    return Interval(value, float(low), float(high), n, method)


def _linearised(y: Array, x: Array, level: float, method: str) -> Interval:
    value, variance, n = linearised(y, x)
    half = student(1 - tail(level), n - 1) * math.sqrt(variance) if n > 1 else math.inf
    return Interval(value, value - half, value + half, n, method)
