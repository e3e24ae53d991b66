"""Which of several tests still count when all were made, and how many more units would decide?

Holm's and Benjamini & Hochberg's adjustments of p; the power of a test, as a number of units.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from toolkit.stats.input_checks import number_array, real_number, unfit_input
from toolkit.stats.interval import Array, normal_quantile


def holm(p: ArrayLike) -> Array:
    """Which p values hold at once? Adjusted so that any false find is as rare as the level.

    Step down: the i-th smallest of m becomes the largest of (m − j + 1) p_j for j ≤ i, at most 1.
    Holds under any dependence. Source: Holm (1979), Scandinavian Journal of Statistics 6.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    values, order = _checked_order(p)
    steps = np.arange(values.size, 0, -1)
    return _in_given_order(np.maximum.accumulate(values[order] * steps), order)


def benjamini_hochberg(p: ArrayLike) -> Array:
    """Which p values are worth a look? Adjusted so that few of those looked at are false.

    Step up: the i-th smallest of m becomes the smallest of m p_j / j for j ≥ i. Holds for
    independent or positively dependent tests. Source: Benjamini & Hochberg (1995), JRSS B 57.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values, order = _checked_order(p)
    scaled = values[order] * values.size / np.arange(1, values.size + 1)
    return _in_given_order(np.minimum.accumulate(scaled[::-1])[::-1], order)


def _checked_order(p: ArrayLike) -> tuple[Array, np.ndarray]:
    values = number_array(p, "p")
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise unfit_input("p", "a row of numbers in 0…1", repr(p))
    return values, np.argsort(values, kind="stable")


def _in_given_order(adjusted: Array, order: np.ndarray) -> Array:
    result = np.empty_like(adjusted)
    result[order] = np.minimum(adjusted, 1)
    return result


MOST_UNITS = 100_000  # more than this is no advice: nobody can bring them
ALPHA_FOUND = 0.05
ALPHA_CLEAR = 0.025


def more_units(
    estimate: float,
    threshold: float,
    standard_error: float,
    n: int,
    *,
    power: float = 0.8,
    alpha_found: float = ALPHA_FOUND,
    alpha_clear: float = ALPHA_CLEAR,
) -> int | None:
    """How many additional independent units would decide, with this power?

    An estimate above the threshold is decided by a one-sided test at `alpha_found`, one below by
    the upper end of an interval with `alpha_clear` beyond it. Two answers are computed and the
    larger returned. If the estimate were the truth, N = n ((z_alpha + z_power) SE / |estimate −
    threshold|)² units in all (Cohen 1988, Statistical Power Analysis, ch. 2). But the estimate is
    as uncertain as the first sample left it: `chance_of_decision`, averaged over that, must reach
    `power` too. At least 0; None where the estimate sits on the threshold, or over 100,000, or
    where it or its error is not known (NaN).

    >>> more_units(0.25, 0.10, 0.08, 100)
    76
    """
    alphas = {"alpha_found": alpha_found, "alpha_clear": alpha_clear}
    variance = _not_below_0(standard_error, "standard_error") ** 2
    return more_units_in_part(estimate, threshold, variance, 0.0, n, power=power, **alphas)


def more_units_in_part(
    estimate: float,
    threshold: float,
    variance_part: float,
    variance_rest: float,
    n_part: int,
    *,
    power: float = 0.8,
    alpha_found: float = ALPHA_FOUND,
    alpha_clear: float = ALPHA_CLEAR,
) -> int | None:
    """How many more units of one part would decide, where only that part's variance shrinks?

    The variance of the estimate is `variance_part` (from `n_part` units) + `variance_rest`.
    As `more_units`; None also where the rest alone is too uncertain to decide.
    """
    gap = real_number(estimate, "estimate") - real_number(threshold, "threshold")
    variance_part = _not_below_0(variance_part, "variance_part")
    variance_rest = _not_below_0(variance_rest, "variance_rest")
    _not_below_0(n_part, "n_part")
    _check_alphas(alpha_found, alpha_clear)
    reach = normal_quantile(1 - (alpha_found if gap > 0 else alpha_clear)) + normal_quantile(power)
    allowed = (gap / reach) ** 2 - variance_rest
    if not allowed > 0 or not math.isfinite(variance_part * n_part):
        return None
    least = max(0, math.ceil(variance_part * n_part / allowed - n_part - 1e-9))

    def chance(more: int) -> float:
        then = variance_rest + variance_part * n_part / (n_part + more)
        return _decision_chance(gap, variance_part + variance_rest, then, alpha_found, alpha_clear)

    return _smallest_number(chance, least, power) if least <= MOST_UNITS else None


def chance_of_decision(
    gap: float,
    variance: float,
    later: float,
    *,
    alpha_found: float = ALPHA_FOUND,
    alpha_clear: float = ALPHA_CLEAR,
) -> float:
    """How likely is a decision once the variance has shrunk from `variance` to `later`?

    Given what is known now, the later estimate lies around the present one, `gap` from the
    threshold, with variance `variance − later`; it decides if it ends up z √later above the
    threshold, or below it. Expected power: Spiegelhalter, Abrams & Myles (2004), Bayesian
    Approaches to Clinical Trials, section 6.5.

    >>> round(chance_of_decision(0.0, 1.0, 0.01), 3)
    0.856
    """
    gap, later = real_number(gap, "gap"), _not_below_0(later, "later")
    variance = _not_below_0(variance, "variance")
    _check_alphas(alpha_found, alpha_clear)
    return _decision_chance(gap, variance, later, alpha_found, alpha_clear)


def _check_alphas(*alphas: float) -> None:
    for alpha in alphas:
        normal_quantile(alpha)  # refuses what is no probability


def _not_below_0(value: float, name: str) -> float:
    if real_number(value, name) < 0:
        raise unfit_input(name, "0 or more", repr(value))
    return value


def _decision_chance(
    gap: float, variance: float, later: float, alpha_found: float, alpha_clear: float
) -> float:
    error, spread = math.sqrt(later), math.sqrt(max(variance - later, 0.0))
    up, down = (normal_quantile(1 - a) * error for a in (alpha_found, alpha_clear))
    if spread == 0:
        return float(gap > up or gap < -down)
    return float(ndtr((gap - up) / spread) + ndtr((-gap - down) / spread))


def _smallest_number(chance: Callable[[int], float], least: int, power: float) -> int | None:
    """The smallest number from `least` on that has that chance; the chance grows with it."""
    if chance(MOST_UNITS) < power:
        return None
    low, high = least - 1, MOST_UNITS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle) >= power else (middle, high)
    return high
