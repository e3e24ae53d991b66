"""Who comes back, and how content are their consumers? Over infinitely many accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.simulate.satisfaction import cells, on_cells, satisfaction
from toolkit.simulate.trade import again
from toolkit.simulate.world import FloatArray, IntArray, Trade, World

UNHAPPY = 0.4  # a mean answer below this share of the scale is dissatisfied


@dataclass(frozen=True, eq=False)
class Returning:
    """Accounts by satisfaction of the buyer (rows) and of the consumers together (columns).

    `again` is the probability that such an account buys once more after an order, `mass` the share
    of accounts; of these, `heard` have a consumer's answer on satisfaction in the survey, and
    `unhappy` one with a mean below UNHAPPY. A person alone stands on the diagonal.
    """

    again: FloatArray
    mass: FloatArray
    heard: FloatArray
    unhappy: FloatArray

    def again_and_again(self, most: int) -> FloatArray:
        """E[q^k] over accounts, k = 1 … `most`: how many would buy k times more, had they time?"""
        left, moments = self.mass, []
        for _ in range(most):
            left = left * self.again
            moments.append(left.sum())
        return np.array(moments)

    @property
    def hostages(self) -> float:
        """Of accounts that bought again and a consumer of which answered: the share unhappy.

        Whether there was time for a second order hangs on nothing else, so it cancels.
        """
        return float((self.unhappy * self.again).sum() / (self.heard * self.again).sum())


def returning(world: World, trade: Trade) -> Returning:
    """How do satisfaction, buying again and what the survey hears go together?

    Enumerated over leanings, kinds of buyer and numbers of consumers; satisfaction is integrated
    over cells of 1/250 of its scale (`satisfaction`), the mean of several consumers over sums of
    them. Probabilities come out to 1e-4.
    """
    points = np.linspace(0.0, 1.0, cells(world) + 1)
    total = np.zeros((3, len(points), len(points)))
    alone, also_use = world.accounts.alone, world.accounts.also_use
    kinds = {"buyer": (1 - alone) * (1 - also_use), "both": (1 - alone) * also_use}
    for u, share in world.accounts.leaning:
        total += share * alone * _alone(world, u)
        for kind, part in kinds.items():
            if part > 0:
                total += share * part * _pair(world, u, kind)
    return Returning(again(trade, points[:, None], points[None, :]), *total)


def _alone(world: World, leaning: float) -> FloatArray:
    """Mass, heard and unhappy of accounts in which one person pays and uses."""
    mass = np.diag(satisfaction(world, "both", leaning))
    heard = mass * (1 - world.survey.missing)
    return np.array([mass, heard, heard * (_answers(world) < 0)])


def _pair(world: World, leaning: float, kind: str) -> FloatArray:
    """Mass, heard and unhappy of accounts with a buyer of that kind and consumers apart."""
    buyer, missing = satisfaction(world, kind, leaning), world.survey.missing
    asked = kind == "both"  # a buyer who uses is asked as a consumer too
    total = np.zeros((3, len(buyer), len(buyer)))
    sizes = world.accounts.sizes(leaning)
    for number, share in zip(world.accounts.consumers, sizes, strict=True):
        joint, zero = _together(world, leaning, number)
        unhappy = _below(joint, np.array([zero]))
        if asked:
            own = _below(joint, zero - _answers(world))
            unhappy = missing * unhappy + (1 - missing) * own
        users = joint.sum(axis=1)
        heard = users * (1 - missing ** (number + asked))
        total += share * buyer[:, None] * np.array(np.broadcast_arrays(users, heard, unhappy))
    return total


def _below(joint: FloatArray, columns: IntArray) -> FloatArray:
    """Per column named, and per row: the mass of the row left of the column."""
    left = np.cumsum(np.pad(joint, ((0, 0), (1, 0))), axis=1)
    return left[:, np.clip(columns, 0, joint.shape[1])].T


def _together(world: World, leaning: float, number: int) -> tuple[FloatArray, int]:
    """Mean satisfaction of so many consumers (rows) by the sum of their answers (columns).

    Answers are counted from UNHAPPY up or down (`_answers`); lost ones add nothing. Returns the
    probabilities and the column where the sum is zero.
    """
    chances, answer = satisfaction(world, "consumer", leaning), _answers(world)
    missing = world.survey.missing
    zero = -int(answer.min())
    one = np.zeros((len(chances), int(answer.max()) + zero + 1))
    one[np.arange(len(chances)), answer + zero] = (1 - missing) * chances
    one[:, zero] += missing * chances
    shape = tuple(number * (size - 1) + 1 for size in one.shape)
    joint = np.fft.irfft2(np.fft.rfft2(one, s=shape) ** number, s=shape)
    means = np.linspace(0.0, 1.0, shape[0])
    n = len(chances) - 1
    merged = np.stack([on_cells(means, column, n) for column in np.maximum(joint, 0).T], axis=1)
    return merged, number * zero


def _answers(world: World) -> IntArray:
    """The answer each cell of satisfaction gives, above (≥ 0) or below UNHAPPY, in whole steps."""
    low, high = world.scale("satisfaction")
    answered = np.rint((high - low) * np.linspace(0.0, 1.0, cells(world) + 1))
    fifths = np.rint(5 * answered - 5 * UNHAPPY * (high - low)).astype(np.int64)
    return fifths // int(np.gcd.reduce(fifths))
