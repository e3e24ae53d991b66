"""How many more units would decide?"""

from __future__ import annotations

import math

from toolkit.stats.arrays import normal

MOST_UNITS = 100_000  # more than this is no advice: nobody can bring them


def more_units(
    estimate: float,
    threshold: float,
    standard_error: float,
    n: int,
    *,
    power: float = 0.8,
    alpha_found: float = 0.05,
    alpha_clear: float = 0.025,
) -> int | None:
    """How many additional independent units would decide, with this power, if the estimate holds?

    An estimate above the threshold is decided by a one-sided test at `alpha_found`, one below
    by the upper end of an interval with `alpha_clear` beyond it. The standard error shrinks as
    1 / √units, so N = n ((z_alpha + z_power) SE / |estimate − threshold|)², and N − n is
    returned: at least 0, None where the estimate sits on the threshold or N − n exceeds 100,000.
    Source: the normal sample-size formula (e.g. Cohen 1988, Statistical Power Analysis, ch. 2).

    >>> more_units(0.15, 0.10, 0.05, 100)
    519
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
    alpha_found: float = 0.05,
    alpha_clear: float = 0.025,
) -> int | None:
    """How many more units of one part would decide, where only that part's variance shrinks?

    The variance of the estimate is `variance_part` (from `n_part` units) + `variance_rest`.
    As `more_units`; None also where the rest alone is too uncertain to decide.
    """
    alpha = alpha_found if estimate > threshold else alpha_clear
    reach = normal(1 - alpha) + normal(power)
    allowed = ((estimate - threshold) / reach) ** 2 - variance_rest
    if not allowed > 0 or not math.isfinite(variance_part):
        return None
    more = variance_part * n_part / allowed - n_part
    return max(0, math.ceil(more)) if more <= MOST_UNITS else None
