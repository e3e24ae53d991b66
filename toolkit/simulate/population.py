"""What holds over infinitely many accounts: weights, performance, value and say, enumerated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from toolkit.simulate.say import expected_say
from toolkit.simulate.scale import expected_shares, mean_share, probabilities
from toolkit.simulate.world import KINDS, FloatArray, Role, World
from toolkit.tables import ROLES, SAY_ROLES


@dataclass(frozen=True, eq=False)
class Population:
    """The expectations behind the mistakes.

    `weights[role]` is w_ra (sums to 1), `performance[role]` is P_ra (0–100), both one number per
    attribute; `say` is the reported say per role (sums to 1), None where nobody is asked.
    """

    weights: dict[str, FloatArray]
    performance: dict[str, FloatArray]
    say: dict[str, float] | None

    def value(self, role: str) -> float:
        """V_r = Σ_a w_ra P_ra: the value delivered to the role, 0–100."""
        return float(self.weights[role] @ self.performance[role])


def population(world: World) -> Population:
    """Which weights, performance and say would infinitely many accounts show?

    Exact, never sampled: the leanings of accounts are enumerated, answers are rounded to the
    scales, and each respondent counts with its survey weight, so that accounts with many
    consumers count more, as in the survey. Lost answers are lost at random and change nothing;
    straight-liners count as they answer.
    """
    weights, performance = {}, {}
    for role in ROLES:
        masses, w, p = zip(*_cells(world, role), strict=True)
        weights[role] = np.average(w, axis=0, weights=masses)
        performance[role] = np.average(p, axis=0, weights=masses) * 100
    say = dict(zip(SAY_ROLES, expected_say(world).tolist(), strict=True)) if world.say else None
    return Population(weights, performance, say)


def _cells(world: World, role: str) -> Iterator[tuple[float, FloatArray, FloatArray]]:
    """Survey mass, weights and performance per kind of respondent and leaning of the account."""
    for index, (u, share) in enumerate(world.accounts.leaning):
        for kind in (role, KINDS[2]):
            mass = share * world.weight(index) * _number(world, kind, u)
            if mass > 0:
                yield mass, *_answers(world, getattr(world, kind), u)


def _number(world: World, kind: str, leaning: float) -> float:
    """How many respondents of the kind an account of that leaning has, on average."""
    alone, also_use = world.accounts.alone, world.accounts.also_use
    if kind == "both":
        return alone + (1 - alone) * also_use
    if kind == "buyer":
        return (1 - alone) * (1 - also_use)
    numbers = np.array(list(world.accounts.consumers), float)
    return (1 - alone) * float(world.accounts.sizes(leaning) @ numbers)


def _answers(world: World, role: Role, leaning: float) -> tuple[FloatArray, FloatArray]:
    """Expected weights and performance shares of one respondent, straight-liners included."""
    chances = {
        question: probabilities(role.means(question, leaning), role.spread, world.scale(question))
        for question in ("importance", "performance")
    }
    straight = world.survey.straight
    weights = expected_shares(chances["importance"])
    performance = mean_share(chances["performance"])
    # one answer for all items weighs them equally; any point is as likely, so half-way on average
    return (
        (1 - straight) * weights + straight / len(weights),
        (1 - straight) * performance + straight / 2,
    )
