"""How large is a share, given counts out of counts?

Wilson's and Jeffreys' intervals of one share with their p, Newcombe's of the difference of two,
Goodman's of several at once. Means of numbers between 0 and 1 are in `means`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from scipy import special

from toolkit.stats.input_checks import finite_number, finite_vector, real_number, unfit_input
from toolkit.stats.interval import (
    Interval,
    independent_difference,
    normal_quantile,
    tail_probability,
)


def wilson(successes: float, n: int, *, level: float = 0.95) -> Interval:
    """How large is a share, given `successes` of `n` independent trials?

    All shares p0 that the score test keeps: |p − p0| ≤ z √(p0 (1 − p0) / n). It stays within
    0…1 and is not empty at 0 or n. Source: Wilson (1927), JASA 22; Newcombe (1998), Statistics
    in Medicine 17, 857–872.

    >>> s = wilson(15, 148)
    >>> round(s.low, 4), round(s.high, 4)
    (0.0624, 0.1605)
    """
    _check_trials(successes, n)
    z = normal_quantile(1 - tail_probability(level))
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
    _check_trials(successes, n)
    a, b = successes + 0.5, n - successes + 0.5
    low = float(special.betaincinv(a, b, tail_probability(level))) if successes > 0 else 0.0
    high = float(special.betaincinv(a, b, 1 - tail_probability(level))) if successes < n else 1.0
    return Interval(successes / n, low, high, n, "Jeffreys")


def binomial_p_above(successes: int, n: int, share: float) -> float:
    """How likely are this many successes or more if the true share is `share`?

    The exact one-sided p for "the share is at most `share`"; never too small.
    Source: Clopper & Pearson (1934), Biometrika 26.

    >>> binomial_p_above(5, 5, 0.5)
    0.03125
    """
    _check_trials(successes, n)
    inside = min(max(finite_number(share, "share"), 0.0), 1.0)
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
    cells = finite_vector(counts, "counts")
    if (cells < 0).any():
        raise unfit_input("counts", "counts of 0 or more", repr(counts))
    n, each = int(cells.sum()), 1 - 2 * tail_probability(level) / cells.size
    found = (wilson(float(count), n, level=each) for count in cells)
    return tuple(Interval(s.value, s.low, s.high, n, "Goodman, simultaneous") for s in found)


def score_ends(value: float, n: float, quantile: float) -> tuple[float, float]:
    """Which shares does the score test keep, given share `value` of `n` (effective) trials?"""
    numbers = real_number(value, "value"), real_number(n, "n"), real_number(quantile, "quantile")
    if not (0 <= numbers[0] <= 1 and 0 < numbers[1] < math.inf and numbers[2] >= 0):
        expected = "a share in 0…1, trials above 0 and a quantile ≥ 0"
        raise unfit_input("value, n, quantile", expected, repr(numbers))
    if math.isinf(quantile):
        return 0.0, 1.0
    ratio = quantile**2 / n
    middle = (value + ratio / 2) / (1 + ratio)
    half = math.sqrt(ratio * (value * (1 - value) + ratio / 4)) / (1 + ratio)
    # At the edges the ends are 0 and 1 exactly; rounding must not move them.
    low = max(0.0, middle - half) if value > 0 else 0.0
    return low, min(1.0, middle + half) if value < 1 else 1.0


def _check_trials(successes: float, n: int) -> None:
    trials = real_number(n, "n")
    if not (1 <= trials < math.inf and 0 <= real_number(successes, "successes") <= n):
        raise ValueError(f"expected 0 ≤ successes ≤ n and n ≥ 1, found {successes!r} of {n!r}")
