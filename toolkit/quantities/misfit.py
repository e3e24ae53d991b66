"""What sets the roles apart, message by message and attribute by attribute, with draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from toolkit.quantities.answers import Array
from toolkit.quantities.served import Served
from toolkit.quantities.spend import Messages, fit
from toolkit.stats.interval import Interval
from toolkit.stats.kinked import Kinked
from toolkit.stats.kinks import Noise, Tested
from toolkit.stats.means import smooth
from toolkit.tables import ROLES


@dataclass(frozen=True, eq=False)
class Contrast:
    """K differences of the roles: `value` (K,), `draws` (B, K) over so many `accounts`.

    `alone[role]` (B, K) are the draws with only that role uncertain.
    """

    accounts: int
    value: Array
    draws: Array
    alone: Mapping[str, Array]

    @cached_property
    def noise(self) -> Noise:
        """How far the draws lie from the differences."""
        return Noise.of(self.value, self.draws, n=self.accounts)

    @cached_property
    def distance(self) -> Tested:
        """How far apart are the roles, ½ Σ |difference|: ready for its interval and p."""
        return Tested.of(Kinked("absolute", np.full(self.value.size, 0.5)), self.value, self.noise)

    def each(self, level: float) -> list[Interval]:
        """Every difference by itself; remembered, for spend does not move it."""
        if level not in self._each:
            pairs = zip(self.value.tolist(), self.draws.T, strict=True)
            found = [smooth(v, draws, n=self.accounts, level=level) for v, draws in pairs]
            self._each[level] = found
        return self._each[level]

    @cached_property
    def _each(self) -> dict[float, list[Interval]]:
        return {}


def weights_apart(served: Served) -> Contrast:
    """How much more does the buyer weigh each attribute? w_buyer − w_consumer, K = A."""
    sign = np.ones(len(served.attributes))
    return _contrast(served.accounts, served.weights, served.weight_draws, sign)


def better_elsewhere(served: Served, messages: Messages) -> Contrast:
    """Fit for the other role minus fit for the role aimed at, of rows aimed at one role."""
    rows = messages.one_role
    sign = np.where(messages.aimed[rows, 1] > 0, 1.0, -1.0)
    claims = messages.claims[rows]
    point, draws = fit(served.weights, claims), fit(served.weight_draws, claims)
    return _contrast(served.accounts, point, draws, sign)


def _contrast(accounts: int, point: Array, draws: Array, sign: Array) -> Contrast:
    """Buyer minus consumer, times the sign; axis −2 holds the roles."""
    buyer, consumer = draws[:, 0], draws[:, 1]
    alone = (sign * (buyer - point[1]), sign * (point[0] - consumer))
    value, apart = sign * (point[0] - point[1]), sign * (buyer - consumer)
    return Contrast(accounts, value, apart, dict(zip(ROLES, alone, strict=True)))
