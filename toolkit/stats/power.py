"""How many more units would decide?"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.special import ndtr

from toolkit.stats.arrays import normal

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
    `power` too. At least 0; None where the estimate sits on the threshold, or over 100,000.

    >>> more_units(0.25, 0.10, 0.08, 100)
    76
    """
    alphas = {"alpha_found": alpha_found, "alpha_clear": alpha_clear}
    return more_units_in_part(estimate, threshold, standard_error**2, 0.0, n, power=power, **alphas)


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
    gap = estimate - threshold
    reach = normal(1 - (alpha_found if gap > 0 else alpha_clear)) + normal(power)
    allowed = (gap / reach) ** 2 - variance_rest
    if not allowed > 0 or not math.isfinite(variance_part):
        return None
    least = max(0, math.ceil(variance_part * n_part / allowed - n_part - 1e-9))

    def chance(more: int) -> float:
        then = variance_rest + variance_part * n_part / (n_part + more)
        alphas = {"alpha_found": alpha_found, "alpha_clear": alpha_clear}
        return chance_of_decision(gap, variance_part + variance_rest, then, **alphas)

    return _first(chance, least, power) if least <= MOST_UNITS else None


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
    error, spread = math.sqrt(later), math.sqrt(max(variance - later, 0.0))
    up, down = (normal(1 - a) * error for a in (alpha_found, alpha_clear))
    if spread == 0:
        return float(gap > up or gap < -down)
    return float(ndtr((gap - up) / spread) + ndtr((-gap - down) / spread))


def _first(chance: Callable[[int], float], least: int, power: float) -> int | None:
    """The smallest number from `least` on that has that chance; the chance grows with it."""
    if chance(MOST_UNITS) < power:
        return None
    low, high = least - 1, MOST_UNITS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle) >= power else (middle, high)
    return high
