"""How far apart are two estimates, where only their intervals are known?"""

from __future__ import annotations

import math

from toolkit.stats.arrays import normal, tail
from toolkit.stats.interval import Interval


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
    value = a.value - b.value
    low = value - math.hypot(a.value - a.low, b.high - b.value)
    high = value + math.hypot(a.high - a.value, b.value - b.low)
    return Interval(value, low, high, min(a.n, b.n), "MOVER, independent samples")


def at_level(interval: Interval, shown: float, *, level: float = 0.95) -> Interval:
    """What would an interval of level `shown` be at another level?

    Both ends move away from the estimate, or towards it, by z_level / z_shown: right for a normal
    estimate, near for others.

    >>> i = at_level(Interval(1.0, 1.0 - 1.645, 1.0 + 1.645, 50, "t"), 0.90)
    >>> round(i.low, 2), round(i.high, 2)
    (-0.96, 2.96)
    """
    if shown == level:
        return interval
    factor = normal(1 - tail(level)) / normal(1 - tail(shown))
    value = interval.value
    low, high = (value + factor * (end - value) for end in (interval.low, interval.high))
    return Interval(value, low, high, interval.n, interval.method)
