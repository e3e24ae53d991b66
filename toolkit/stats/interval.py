"""An estimate with its uncertainty, and what every calculation with estimates shares.

`Interval` is what `stats` returns; `CannotTell` is what stands in its place where a model's
conditions do not hold. Beside them: the array type, the quantiles of the normal
and of Student's distribution, and how far apart two estimates are where only their intervals are
known (MOVER).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from toolkit.stats.input_checks import instance_of, real_number, unfit_input
from toolkit.wording import fit_on_line, html_table

LONGEST_METHOD = 160  # characters of the method's name in the short text of an interval


@dataclass(frozen=True)
class Interval:
    """Where does the truth lie? `value` is the estimate, `low`…`high` its interval.

    `n` counts the independent units behind it (accounts, or trials), `method` names the
    calculation and its source. A known constant has low = high = value.
    """

    value: float
    low: float
    high: float
    n: int
    method: str

    def __repr__(self) -> str:
        numbers = f"value={self.value:.6g}, low={self.low:.6g}, high={self.high:.6g}, n={self.n}"
        return f"Interval({numbers}, method={fit_on_line(self.method, LONGEST_METHOD)!r})"

    def _repr_html_(self) -> str:
        numbers = {"value": self.value, "low": self.low, "high": self.high}
        rows = [(name, f"{number:.6g}") for name, number in numbers.items()]
        return html_table("Interval", [*rows, ("n", str(self.n)), ("method", self.method)])

    @classmethod
    def constant(cls, value: float, n: int, method: str = "counted, no sampling") -> Interval:
        """An exactly known number."""
        return cls(value, value, value, n, method)

    def __neg__(self) -> Interval:
        return Interval(-self.value, -self.high, -self.low, self.n, self.method)

    def within(self, low: float, high: float) -> Interval:
        """The part of the interval that is possible: a share stays in 0…1. Coverage is the same."""
        if not real_number(low, "low") <= real_number(high, "high"):
            raise unfit_input("low, high", "low ≤ high", f"{low!r}, {high!r}")
        bottom, top = (min(max(end, low), high) for end in (self.low, self.high))
        return Interval(self.value, bottom, top, self.n, self.method)

    def shifted(self, by: float) -> Interval:
        """The same interval, so much further up."""
        by = real_number(by, "by")
        ends = self.value + by, self.low + by, self.high + by
        return Interval(*ends, self.n, self.method)

    def scaled(self, factor: float) -> Interval:
        """The same interval in other units; `factor` ≥ 0."""
        if real_number(factor, "factor") < 0:
            raise unfit_input("factor", "0 or more", repr(factor))
        return Interval(
            self.value * factor, self.low * factor, self.high * factor, self.n, self.method
        )


@dataclass(frozen=True)
class CannotTell:
    """Why is there no estimate? A result, not an error: the data are sound but cannot say it.

    `why` is a sentence that names the condition and what was found.
    """

    why: str


Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


def tail_probability(level: float) -> float:
    """How much probability does an interval of this level leave on either side?"""
    try:
        inside = bool(0 < level < 1)  # cheaper than asking what it is: this is called often
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise unfit_input("level", "a number between 0 and 1", repr(level))
    return (1 - level) / 2


def normal_quantile(probability: float) -> float:
    """Which normal quantile leaves `probability` (0…1) below it?"""
    try:
        return _normal_quantile(probability)
    except TypeError:
        raise _unfit_probability(probability) from None


@lru_cache(maxsize=256)
def _normal_quantile(probability: float) -> float:
    if not 0 <= probability <= 1:
        raise _unfit_probability(probability)
    return float(special.ndtri(probability))


def student_quantile(probability: float, df: float) -> float:
    """Which quantile of Student's t does so? Infinite where nothing is left to estimate spread."""
    if not 0 <= real_number(probability, "probability") <= 1:
        raise _unfit_probability(probability)
    return float(special.stdtrit(df, probability)) if _known_freedom(df) > 0 else math.inf


def student_upper_tail(statistic: float, df: float) -> float:
    """How likely is a t of `df` degrees of freedom above `statistic`? One where df is 0.

    NaN where the statistic is.
    """
    statistic = real_number(statistic, "statistic")
    return float(special.stdtr(df, -statistic)) if _known_freedom(df) > 0 else 1.0


def _unfit_probability(probability: object) -> ValueError:
    return unfit_input("probability", "a number in 0…1", repr(probability))


def _known_freedom(df: float) -> float:
    if math.isnan(real_number(df, "df")):
        raise unfit_input("df", "degrees of freedom", repr(df))
    return df


def independent_difference(a: Interval, b: Interval) -> Interval:
    """How much larger is the truth behind `a` than the truth behind `b`? At the level of both.

    The distances of the ends from the estimates, squared, added, rooted (MOVER):
    low = a − b − √((a − a_low)² + (b_high − b)²), high = a − b + √((a_high − a)² + (b − b_low)²).
    Assumes independent samples. Where both hold some of the same accounts, and an account that
    was high once tends to be high again, the true error is smaller: the interval is then too
    wide, never too narrow. n is the smaller sample.
    Source: Zou & Donner (2008), Statistics in Medicine 27, 1693–1702, section 2.

    >>> d = independent_difference(Interval(8, 6, 11, 90, ""), Interval(3, -1, 6, 60, ""))
    >>> d.value, round(d.low, 3), round(d.high, 3)
    (5, 1.394, 10.0)
    """
    instance_of(a, Interval, "a")
    instance_of(b, Interval, "b")
    value = a.value - b.value
    low = value - math.hypot(a.value - a.low, b.high - b.value)
    high = value + math.hypot(a.high - a.value, b.value - b.low)
    return Interval(value, low, high, min(a.n, b.n), "MOVER, independent samples")


def interval_at_level(interval: Interval, shown: float, *, level: float = 0.95) -> Interval:
    """What would an interval of level `shown` be at another level?

    Both ends move away from the estimate, or towards it, by z_level / z_shown: right for a normal
    estimate, near for others.

    >>> i = interval_at_level(Interval(1.0, 1.0 - 1.645, 1.0 + 1.645, 50, "t"), 0.90)
    >>> round(i.low, 2), round(i.high, 2)
    (-0.96, 2.96)
    """
    instance_of(interval, Interval, "interval")
    tail_probability(shown)
    tail_probability(level)
    if shown == level:
        return interval
    factor = normal_quantile(1 - tail_probability(level)) / normal_quantile(
        1 - tail_probability(shown)
    )
    value = interval.value
    low, high = (value + factor * (end - value) for end in (interval.low, interval.high))
    return Interval(value, low, high, interval.n, interval.method)
