"""θ with kinks: distances and sums of positive parts, and where along a line draws of it rise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.stats.arrays import Array

ROUNDING = 1e-14
EARLY = 60  # draws beyond those needed that are followed at first


@dataclass(frozen=True, eq=False)
class Kinked:
    """How large is θ = constant + Σ weight g(d), with g = |·| or max(0, ·)?

    >>> distance = Kinked("absolute", np.full(3, 0.5))
    >>> round(float(distance([0.4, -0.2, -0.2])), 10)
    0.4
    """

    kind: Literal["absolute", "positive"]
    weights: Array
    constant: float = 0.0

    def __post_init__(self) -> None:
        weights = np.asarray(self.weights, dtype=np.float64)
        if self.kind not in ("absolute", "positive"):
            raise ValueError(f'kind: expected "absolute" or "positive", found {self.kind!r}')
        if weights.ndim != 1 or not weights.size or not (weights >= 0).all():
            raise ValueError(f"weights: expected a row of numbers ≥ 0, found {self.weights!r:.80}")
        object.__setattr__(self, "weights", weights)

    def __call__(self, d: ArrayLike) -> Array:
        """θ at d: (K,) gives a number, (draws, K) gives (draws,)."""
        return self.across(np.asarray(d, dtype=np.float64).T)

    def across(self, parts: Array) -> Array:
        """θ of d given part by part: (K, draws) gives (draws,)."""
        bent = np.abs(parts) if self.kind == "absolute" else np.maximum(parts, 0)
        return np.asarray(self.weights @ bent + self.constant)

    def slopes(self, parts: Array, direction: Array) -> Array:
        """How fast does θ grow there as d moves that way (K,)? One of its slopes, at a kink."""
        turned = np.sign(parts) if self.kind == "absolute" else (parts > 0).astype(np.float64)
        return np.asarray((self.weights * direction) @ turned)


@dataclass(frozen=True, eq=False)
class Line:
    """θ(start + t · direction + noise) of each draw, t in 0…`end`: convex, and straight in pieces.

    `start` and `direction` (K,), `noise` (K, draws).
    """

    theta: Kinked
    start: Array
    direction: Array
    noise: Array
    end: float

    def at(self, t: float) -> Array:
        """θ of every draw at t; (draws,)."""
        return self.theta.across((self.start + t * self.direction)[:, None] + self.noise)

    @cached_property
    def first(self) -> Array:
        """θ of every draw at 0."""
        return self.at(0.0)

    @cached_property
    def last(self) -> Array:
        """θ of every draw at the end."""
        return self.at(self.end)

    def there(self, t: float, height: float) -> NDArray[np.intp]:
        """Which draws are at `height` or above? Being convex, none is above its chord."""
        if not 0 <= t <= self.end:
            return np.flatnonzero(self.at(t) >= height)
        part = t / self.end if self.end else 0.0
        near = np.flatnonzero((1 - part) * self.first + part * self.last >= height)
        return near[self._of(near).at(t) >= height] if 0 < part < 1 else near

    def first_reached(self, height: float, enough: int) -> float:
        """The smallest t at which so many draws are at `height` or above; else the end.

        A draw that is there at 0 may fall below once, and any may rise to it once.
        """
        if np.count_nonzero(self.first >= height) >= enough:
            return 0.0
        if np.count_nonzero(self.last >= height) < enough:
            return self.end
        falls = np.sort(self._of(self.there(0.0, height))._falls(height))
        bound = self._bound(height, enough)
        rises = self._of(self.there(bound, height))._rises(height, bound)
        still = len(falls) - np.searchsorted(falls, rises)
        reached = np.arange(1, len(rises) + 1) + still >= enough
        return float(rises[int(reached.argmax())]) if reached.any() else bound

    def _of(self, draws: NDArray[np.intp]) -> Line:
        return Line(self.theta, self.start, self.direction, self.noise[:, draws], self.end)

    def _falls(self, height: float) -> Array:
        """Where draws that are there at 0 fall below; infinite where they never do."""
        t, always = self._left(height, np.zeros(self.noise.shape[1]), -1)
        return np.where(always, np.inf, t)

    def _bound(self, height: float, enough: int) -> float:
        """A t by which so many are there. Those that are high at the end rose early."""
        many = min(enough + EARLY, int(np.count_nonzero(self.last >= height)))
        early = self._of(np.argpartition(self.last, -many)[-many:])
        t, always = early._left(height, np.full(many, self.end), 1)
        rose = np.where(always, 0.0, t)
        return max(0.0, float(np.partition(rose, enough - 1)[enough - 1]))

    def _rises(self, height: float, bound: float) -> Array:
        """Where draws that are there at `bound` rose to it, in order; not those always there."""
        t, always = self._left(height, np.full(self.noise.shape[1], bound), 1)
        below = ~always & ~((t <= 0) & (self.at(0.0) >= height))
        return np.sort(np.maximum(t[below], 0.0))

    def _left(self, height: float, t: Array, sign: int) -> tuple[Array, NDArray[np.bool_]]:
        """From t, where they are there, down (1) or up (−1) the line: where they are no more.

        Newton's method: θ is convex and straight in pieces, so it ends within as many steps as
        there are pieces. With which draws are there all the way.
        """
        for _ in range(len(self.start) + 1):
            now, always = self._step(height, t, sign)
            if (np.abs(now - t) <= ROUNDING * np.abs(t)).all():
                break
            t = now
        return t, always

    def _step(self, height: float, t: Array, sign: int) -> tuple[Array, NDArray[np.bool_]]:
        parts = self.direction[:, None] * t + (self.start[:, None] + self.noise)
        above = self.theta.across(parts) - height
        slope = sign * self.theta.slopes(parts, self.direction)
        rises = slope > 0
        step = np.divide(above, slope, out=np.zeros_like(above), where=rises)
        return t - sign * step, ~rises
