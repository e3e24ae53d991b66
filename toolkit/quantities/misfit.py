"""What sets the roles apart, message by message and attribute by attribute, with draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from toolkit.quantities.answers import Array
from toolkit.quantities.served import Served
from toolkit.quantities.spend import Messages, fit
from toolkit.tables import ROLES


@dataclass(frozen=True, eq=False)
class Contrast:
    """K differences of the roles: `value` (K,), `draws` (B, K).

    `alone[role]` (B, K) are the draws with only that role uncertain.
    """

    value: Array
    draws: Array
    alone: Mapping[str, Array]


def weights_apart(served: Served) -> Contrast:
    """How much more does the buyer weigh each attribute? w_buyer − w_consumer, K = A."""
    return _contrast(served.weights, served.weight_draws, np.ones(len(served.attributes)))


def better_elsewhere(served: Served, messages: Messages) -> Contrast:
    """Fit for the other role minus fit for the role aimed at, of rows aimed at one role."""
    rows = messages.one_role
    sign = np.where(messages.aimed[rows, 1] > 0, 1.0, -1.0)
    claims = messages.claims[rows]
    return _contrast(fit(served.weights, claims), fit(served.weight_draws, claims), sign)


def _contrast(point: Array, draws: Array, sign: Array) -> Contrast:
    """Buyer minus consumer, times the sign; axis −2 holds the roles."""
    buyer, consumer = draws[:, 0], draws[:, 1]
    alone = (sign * (buyer - point[1]), sign * (point[0] - consumer))
    value = sign * (point[0] - point[1])
    return Contrast(value, sign * (buyer - consumer), dict(zip(ROLES, alone, strict=True)))
