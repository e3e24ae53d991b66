"""What each role weighs (w), how well it finds it served (P), and the value that reaches it (V)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.quantities.answers import Answers, Array
from toolkit.stats.bootstrap import Resample, by_account, ratio_draws
from toolkit.tables import ROLES

PASSES = 5  # of the fixed point for missing answers; the change is below 1e-4 after three


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

    @property
    def value(self) -> Array:
        """V_r = Σ_a w_ra P_ra, in points of 0…100; shape (2,)."""
        return (self.weights * self.performance).sum(axis=-1)

    @property
    def value_draws(self) -> Array:
        """The draws of V_r; shape (B, 2)."""
        return (self.weight_draws * self.performance_draws).sum(axis=-1)

    def still(self, role: str) -> Served:
        """The same with one role held at its estimate: what only the other role makes uncertain."""
        r = ROLES.index(role)
        weights, performance = self.weight_draws.copy(), self.performance_draws.copy()
        weights[:, r], performance[:, r] = self.weights[r], self.performance[r]
        return replace(self, weight_draws=weights, performance_draws=performance)


def served(answers: Answers, resample: Resample) -> Served:
    """How much does each role weigh each attribute, and how well is it served?

    w_ra is the survey-weighted mean over respondents of role r of their own weights, P_ra of
    their performance scores, each over those who answered for the attribute. Accounts are
    resampled whole, so answers from one account may be as alike as they like.
    """
    weigh = np.stack([respondent_weights(answers, r) for r in range(len(ROLES))])
    scores = np.stack([weigh, np.broadcast_to(answers.performance, weigh.shape)])
    counted = answers.member[:, :, None] * answers.weight[:, None] * ~np.isnan(scores)
    tops = np.nan_to_num(scores) * counted
    point, draws = ratio_draws(_totals(tops, answers), _totals(counted, answers), resample)
    shape = (2, len(ROLES), len(answers.attributes))
    points, drawn = point.reshape(shape), draws.reshape(-1, *shape)
    return Served(
        answers.attributes,
        answers.accounts,
        _sum_to_one(points[0]),
        _sum_to_one(drawn[:, 0]),
        points[1],
        drawn[:, 1],
    )


def respondent_weights(answers: Answers, role: int) -> Array:
    """How does each respondent split 100 % over the attributes? Shape (N, A), NaN if unanswered.

    (importance − scale minimum) divided by its sum; equal if all are zero. Where answers are
    missing, the sum over all attributes is estimated by the sum over the answered ones divided
    by the share of weight the role gives to those: without this, an attribute would gain
    whenever another was skipped. With complete answers it changes nothing.
    """
    importance, there = answers.importance, ~np.isnan(answers.importance)
    given = np.nan_to_num(importance)
    total = given.sum(axis=1, keepdims=True)
    flat = (total == 0) & there
    mean = np.full(importance.shape[1], 1 / max(importance.shape[1], 1))
    counted = answers.member[role, :, None] * answers.weight[:, None] * there
    for _ in range(PASSES if not there.all() else 1):
        covered = (there * mean).sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            own = np.where(flat, 1 / importance.shape[1], given * covered / total)
            means = (np.nan_to_num(own) * counted).sum(axis=0) / counted.sum(axis=0)
            mean = np.nan_to_num(means / means.sum(), nan=mean[0])
    return np.where(there, own, np.nan)


def _totals(per_role: Array, answers: Answers) -> Array:
    """Sums by account of (2 kinds, roles, N, A), as columns; shape (accounts, 2·roles·A)."""
    columns = np.moveaxis(per_role, 2, 0).reshape(len(answers.account), -1)
    return by_account(answers.account, columns, answers.accounts)


def _sum_to_one(weights: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return weights / weights.sum(axis=-1, keepdims=True)
