"""How content are the consumers of accounts that came back?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.quantities.answers import Array
from toolkit.quantities.contentment import Contentment
from toolkit.quantities.returns import Returns

UNHAPPY = 40.0  # points of 0…100: a mean answer below is dissatisfied
ROUNDING = 1e-9  # of a mean of rescaled answers


@dataclass(frozen=True, eq=False)
class Repeaters:
    """The n accounts that bought on two days or more and of which a consumer answered.

    `satisfaction` (n,), the mean answer of the account's consumers in points of 0…100; `revenue`
    (n,) of all their orders; `counts` (n,), how many consumers answered; `answers`, how many
    the survey has in all; `years` of purchases, None where too short.
    """

    satisfaction: Array
    revenue: Array
    counts: NDArray[np.int64]
    answers: int
    years: float | None

    @property
    def unhappy(self) -> NDArray[np.bool_]:
        """Whose consumers are dissatisfied? (n,)"""
        return self.satisfaction < UNHAPPY - ROUNDING


def repeaters(returns: Returns, contentment: Contentment) -> Repeaters:
    """Which accounts came back, and how content are their consumers? Joined by account."""
    place = returns.names.get_indexer(contentment.names)
    mean = contentment.by_account("consumer")
    there = (place >= 0) & ~np.isnan(mean)
    there[there] = returns.days[place[there]] > 1
    return Repeaters(
        mean[there],
        returns.revenue[place[there]],
        contentment.answered("consumer")[there],
        contentment.answers("consumer"),
        returns.years,
    )
