"""Does a difference between two groups point the same way within strata as it does pooled?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toolkit.stats.input_checks import (
    account_codes,
    finite_vector,
    instance_of,
    unfit_input,
    whole_number,
)
from toolkit.stats.interval import Array, Interval, student_quantile, tail_probability

METHOD = "linearised over units, t"


@dataclass(frozen=True, eq=False)
class MeanContrast:
    """The mean of a first group minus that of a second, with what each unit adds to its error.

    `errors` (units,) sums up to the error of `value`, linearised; `sizes` are the summed weights
    of the two groups. Rows of one unit (an account) may be as alike as they like.
    """

    value: float
    errors: Array
    sizes: tuple[float, float]

    def interval(self, *, level: float = 0.95) -> Interval:
        """value ± t √(n/(n − 1) Σ errors²), t at n − 1, n the units that add anything.

        Source: Cochran (1977), Sampling Techniques, section 6.3.
        """
        n = int(np.count_nonzero(self.errors))
        if n < 2:
            return Interval(self.value, -math.inf, math.inf, n, METHOD)
        error = math.sqrt(n / (n - 1) * float(self.errors @ self.errors))
        half = student_quantile(1 - tail_probability(level), n - 1) * error
        return Interval(self.value, self.value - half, self.value + half, n, METHOD)


def mean_contrast(
    first: Array,
    second: Array,
    *,
    units: tuple[NDArray[np.intp], NDArray[np.intp]],
    weights: tuple[Array, Array] | None = None,
    count: int | None = None,
) -> MeanContrast:
    """How much larger is the (weighted) mean of `first` than that of `second`?

    `units` number the unit of each value of either group from 0, so that a unit may stand in
    both; `count` is how many units there are in all, known ones without a value included.

    >>> alone = np.arange(4)
    >>> d = mean_contrast(np.array([1.0, 1, 0, 1]), np.array([0.0, 1, 0, 0]), units=(alone, alone))
    >>> d.value, d.sizes
    (0.5, (4.0, 4.0))
    """
    groups = finite_vector(first, "first"), finite_vector(second, "second")
    known = None if count is None else whole_number(count, "count")
    where = _of_both(units, "units"), _of_both(weights or (None, None), "weights")
    rows = [
        account_codes(u, len(g), known or None, "units")
        for u, g in zip(where[0], groups, strict=True)
    ]
    heavy = [_weights(w, len(g)) for w, g in zip(where[1], groups, strict=True)]
    total = known or 1 + int(max(u.max(initial=-1) for u in rows))
    errors, means = np.zeros(total), []
    for sign, values, unit, weight in zip((1, -1), groups, rows, heavy, strict=True):
        mean = float(weight @ values) / float(weight.sum())
        residual = sign * weight * (values - mean) / weight.sum()
        errors += np.bincount(unit, residual, total)
        means.append(mean)
    return MeanContrast(means[0] - means[1], errors, (float(heavy[0].sum()), float(heavy[1].sum())))


def _of_both(pair: Any, name: str) -> tuple[Any, Any]:
    """What is given of either group."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise unfit_input(name, "a pair, one of each group", repr(pair))
    return pair[0], pair[1]


def _weights(given: Array | None, size: int) -> Array:
    """The weights of one group, ≥ 0 and not all of them 0; each 1 where none are given."""
    weights = np.ones(size) if given is None else finite_vector(given, "weights")
    if weights.size != size or (weights < 0).any() or not weights.any():
        expected = f"{size} numbers of 0 or more, not all of them 0"
        raise unfit_input("weights", expected, repr(given))
    return weights


def within_strata(strata: Sequence[MeanContrast]) -> MeanContrast:
    """How large is the difference within strata, on average? For means or shares alike.

    Σ m d / Σ m over strata, m = n1 n2 / (n1 + n2): the weights of Mantel & Haenszel for a
    difference of shares. Source: Mantel & Haenszel (1959), JNCI 22; Greenland & Robins (1985),
    Biometrics 41. The errors of a unit that stands in several strata add up.
    """
    if not isinstance(strata, (tuple, list)):
        raise unfit_input("strata", "several contrasts", repr(strata))
    for one in strata:
        instance_of(one, MeanContrast, "strata")
    if len({len(s.errors) for s in strata}) != 1:
        sizes = f"{[len(s.errors) for s in strata]}"
        raise unfit_input("strata", "one or more contrasts of the same units", sizes)
    masses = np.array([n1 * n2 / (n1 + n2) for n1, n2 in (s.sizes for s in strata)])
    shares = masses / masses.sum()
    value = float(sum(m * s.value for m, s in zip(shares, strata, strict=True)))
    errors = np.sum([m * s.errors for m, s in zip(shares, strata, strict=True)], axis=0)
    sizes = np.sum([s.sizes for s in strata], axis=0)
    return MeanContrast(value, errors, (float(sizes[0]), float(sizes[1])))


@dataclass(frozen=True, eq=False)
class StratifiedContrast:
    """The same difference pooled, within strata on average, and in each stratum."""

    pooled: MeanContrast
    strata: tuple[MeanContrast, ...]

    @property
    def within(self) -> MeanContrast:
        """The difference within strata, on average."""
        return within_strata(self.strata)

    @property
    def against(self) -> int:
        """In how many strata does the difference point the other way than pooled?"""
        return sum(s.value * self.pooled.value < 0 for s in self.strata)

    @property
    def turned(self) -> bool:
        """Is the average within strata on the other side of 0 than the pooled difference?"""
        return self.within.value * self.pooled.value < 0

    def surely_turned(self, *, level: float = 0.95) -> bool:
        """Is it, with an interval that excludes 0, and in most strata?

        Pooling then compares groups that differ in more than what is asked (Simpson's paradox).
        Source: Simpson (1951), JRSS B 13; Bickel, Hammel & O'Connell (1975), Science 187.
        """
        ends = self.within.interval(level=level)
        sure = ends.low > 0 or ends.high < 0
        return self.turned and sure and 2 * self.against > len(self.strata)
