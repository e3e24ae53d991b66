"""What each role weighs (w), how well it finds it served (P), and the value that reaches it (V)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from toolkit.quantities.answers import Answers, Array
from toolkit.quantities.weighing import excess, respondent_weights
from toolkit.stats.bootstrap import Resample, by_account, ratio_draws
from toolkit.stats.interval import Interval
from toolkit.stats.means import smooth
from toolkit.tables import ROLES


@dataclass(frozen=True, eq=False)
class Served:
    """w, P and V of buyer and consumer (axis 0, in that order) with their bootstrap draws.

    `weights` (2, A), `performance` (2, A), `value` (2,); `weight_draws` (B, 2, A) and so on.
    Weights of a role sum to 1. A role nobody answered for is NaN throughout.
    """

    attributes: tuple[str, ...]
    accounts: int
    weights: Array
    weight_draws: Array
    performance: Array
    performance_draws: Array

    @cached_property
    def value(self) -> Array:
        """V_r = Σ_a w_ra P_ra, in points of 0…100; shape (2,)."""
        return (self.weights * self.performance).sum(axis=-1)

    @cached_property
    def value_draws(self) -> Array:
        """The draws of V_r; shape (B, 2)."""
        return (self.weight_draws * self.performance_draws).sum(axis=-1)

    @cached_property
    def weights_known(self) -> bool:
        """Is every draw of w known? Not where nearly all survey weight is on a few respondents."""
        return bool(np.isfinite(self.weight_draws).all())

    @cached_property
    def performance_known(self) -> bool:
        """Is every draw of P known?"""
        return bool(np.isfinite(self.performance_draws).all())

    def value_alone(self, role: str) -> Array:
        """The draws of V_r with only this role uncertain, the other at its estimate; (B, 2)."""
        draws, r = np.tile(self.value, (len(self.value_draws), 1)), ROLES.index(role)
        draws[:, r] = self.value_draws[:, r]
        return draws


def value_delivered(served: Served, answers: Answers, level: float) -> dict[str, Interval]:
    """How much of what it weighs reaches each role, in points of 0…100?

    Without the roles that too few answered for, so that not every draw of V is known.
    """
    return {
        role: smooth(
            served.value[r], served.value_draws[:, r], n=answers.accounts_of(role), level=level
        ).within(0, 100)
        for r, role in enumerate(ROLES)
        if np.isfinite(served.value_draws[:, r]).all()
    }


def served(answers: Answers, resample: Resample) -> Served:
    """How much does each role weigh each attribute, and how well is it served?

    w_ra is the survey-weighted mean over respondents of role r of their own weights, P_ra of
    their performance scores, each over those who answered for the attribute; for what skipped
    answers do to w see `weighing`. Accounts are resampled whole, so answers from one account may
    be as alike as they like.
    """
    scores = np.stack([_weights(answers), np.stack([answers.performance] * len(ROLES))])
    counted = answers.member[:, :, None] * answers.weight[:, None] * ~np.isnan(scores)
    tops, bottoms = np.nan_to_num(scores) * counted, counted
    over = _excess(answers)
    if over is not None:
        tops, bottoms = np.concatenate([tops, over[:1]]), np.concatenate([bottoms, over[1:]])
    point, draws = ratio_draws(_totals(tops, answers), _totals(bottoms, answers), resample)
    shape = (len(tops), len(ROLES), len(answers.attributes))
    points, drawn = point.reshape(shape), draws.reshape(-1, *shape)
    return Served(
        answers.attributes,
        answers.accounts,
        _sum_to_one(_less(points)),
        _sum_to_one(_less(drawn)),
        points[1],
        drawn[:, 1],
    )


def _weights(answers: Answers) -> Array:
    return np.stack([respondent_weights(answers, r) for r in range(len(ROLES))])


def _excess(answers: Answers) -> Array | None:
    """Sums and counts of `weighing.excess` by role; (2, roles, N, A), None if nothing is skipped.

    A role in which nobody skipped nothing has excess 0, counted once each.
    """
    found = [excess(answers, r) for r in range(len(ROLES))]
    if all(one is None for one in found):
        return None
    none = np.zeros((len(answers.account), len(answers.attributes)))
    pairs = [(none, answers.member[r]) if one is None else one for r, one in enumerate(found)]
    weight = answers.weight[:, None]
    tops = [over * weight for over, _ in pairs]
    counts = [np.broadcast_to(who[:, None] * weight, none.shape) for _, who in pairs]
    return np.stack([np.stack(tops), np.stack(counts)])


def _less(kinds: Array) -> Array:
    """Weights less their excess, where it was estimated; `kinds` (…, 2 or 3, roles, A)."""
    weights = kinds[..., 0, :, :]
    return weights - kinds[..., 2, :, :] if kinds.shape[-3] > 2 else weights


def _totals(per_role: Array, answers: Answers) -> Array:
    """Sums by account of (kinds, roles, N, A), as columns; shape (accounts, kinds·roles·A)."""
    columns = np.moveaxis(per_role, 2, 0).reshape(len(answers.account), -1)
    return by_account(answers.account, columns, answers.accounts)


def _sum_to_one(weights: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return weights / weights.sum(axis=-1, keepdims=True)
