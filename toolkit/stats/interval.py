"""An estimate with its uncertainty: the only thing `stats` returns."""

from __future__ import annotations

from dataclasses import dataclass


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

    @classmethod
    def constant(cls, value: float, n: int, method: str = "counted, no sampling") -> Interval:
        """An exactly known number."""
        return cls(value, value, value, n, method)

    def __neg__(self) -> Interval:
        return Interval(-self.value, -self.high, -self.low, self.n, self.method)

    def within(self, low: float, high: float) -> Interval:
        """The part of the interval that is possible: a share stays in 0…1. Coverage is the same."""
        bottom, top = (min(max(end, low), high) for end in (self.low, self.high))
        return Interval(self.value, bottom, top, self.n, self.method)

    def shifted(self, by: float) -> Interval:
        """The same interval, so much further up."""
        ends = self.value + by, self.low + by, self.high + by
        return Interval(*ends, self.n, self.method)

    def scaled(self, factor: float) -> Interval:
        """The same interval in other units; `factor` ≥ 0."""
        return Interval(
            self.value * factor, self.low * factor, self.high * factor, self.n, self.method
        )
