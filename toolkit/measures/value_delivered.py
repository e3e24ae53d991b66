"""What does each role weigh (w), how well is it served (P), and what value reaches it (V)?

With bootstrap draws; and what follows from them: what sets the roles apart, attribute by attribute
and message by message, and where rivals leave room, because they do not claim towards a role what
it weighs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.contract import ROLES
from toolkit.measures.campaign_spend import CampaignMessages, claim_fit
from toolkit.measures.survey import SurveyAnswers, respondent_weights, skipping_bias
from toolkit.stats.bootstrap import Resample, ratio_draws, smooth_interval, sum_by_account
from toolkit.stats.interval import Array, Interval
from toolkit.stats.kinks import DrawNoise, KinkedFunction, KinkTest


@dataclass(frozen=True, eq=False)
class ValueByRole:
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
        return np.asarray((self.weights * self.performance).sum(axis=-1))

    @cached_property
    def value_draws(self) -> Array:
        """The draws of V_r; shape (B, 2)."""
        return np.asarray((self.weight_draws * self.performance_draws).sum(axis=-1))

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


def value_delivered(
    served: ValueByRole, answers: SurveyAnswers, level: float
) -> dict[str, Interval]:
    """How much of what it weighs reaches each role, in points of 0…100?

    Without the roles that too few answered for, so that not every draw of V is known.
    """
    return {
        role: smooth_interval(
            served.value[r], served.value_draws[:, r], n=answers.accounts_of(role), level=level
        ).within(0, 100)
        for r, role in enumerate(ROLES)
        if np.isfinite(served.value_draws[:, r]).all()
    }


def value_by_role(answers: SurveyAnswers, resample: Resample) -> ValueByRole:
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
    return ValueByRole(
        answers.attributes,
        answers.accounts,
        _sum_to_one(_less(points)),
        _sum_to_one(_less(drawn)),
        points[1],
        drawn[:, 1],
    )


def _weights(answers: SurveyAnswers) -> Array:
    return np.stack([respondent_weights(answers, r) for r in range(len(ROLES))])


def _excess(answers: SurveyAnswers) -> Array | None:
    """Sums and counts of `weighing.excess` by role; (2, roles, N, A), None if nothing is skipped.

    A role in which nobody skipped nothing has excess 0, counted once each.
    """
    found = [skipping_bias(answers, r) for r in range(len(ROLES))]
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


def _totals(per_role: Array, answers: SurveyAnswers) -> Array:
    """Sums by account of (kinds, roles, N, A), as columns; shape (accounts, kinds·roles·A)."""
    columns = np.moveaxis(per_role, 2, 0).reshape(len(answers.account), -1)
    return sum_by_account(answers.account, columns, answers.accounts)


def _sum_to_one(weights: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


@dataclass(frozen=True, eq=False)
class RoleContrast:
    """K differences of the roles: `value` (K,), `draws` (B, K) over so many `accounts`.

    `alone[role]` (B, K) are the draws with only that role uncertain.
    """

    accounts: int
    value: Array
    draws: Array
    alone: Mapping[str, Array]

    @cached_property
    def noise(self) -> DrawNoise:
        """How far the draws lie from the differences."""
        return DrawNoise.of(self.value, self.draws, n=self.accounts)

    @cached_property
    def distance(self) -> KinkTest:
        """How far apart are the roles, ½ Σ |difference|: ready for its interval and p."""
        return KinkTest.of(
            KinkedFunction("absolute", np.full(self.value.size, 0.5)), self.value, self.noise
        )

    def each(self, level: float) -> list[Interval]:
        """Every difference by itself; remembered, for spend does not move it."""
        if level not in self._each:
            pairs = zip(self.value.tolist(), self.draws.T, strict=True)
            found = [smooth_interval(v, draws, n=self.accounts, level=level) for v, draws in pairs]
            self._each[level] = found
        return self._each[level]

    @cached_property
    def _each(self) -> dict[float, list[Interval]]:
        return {}


def weight_differences(served: ValueByRole) -> RoleContrast:
    """How much more does the buyer weigh each attribute? w_buyer − w_consumer, K = A."""
    sign = np.ones(len(served.attributes))
    return _contrast(served.accounts, served.weights, served.weight_draws, sign)


def message_misfit(served: ValueByRole, messages: CampaignMessages) -> RoleContrast:
    """Fit for the other role minus fit for the role aimed at, of rows aimed at one role."""
    rows = messages.one_role
    sign = np.where(messages.aimed[rows, 1] > 0, 1.0, -1.0)
    claims = messages.claims[rows]
    point, draws = claim_fit(served.weights, claims), claim_fit(served.weight_draws, claims)
    return _contrast(served.accounts, point, draws, sign)


def _contrast(accounts: int, point: Array, draws: Array, sign: Array) -> RoleContrast:
    """Buyer minus consumer, times the sign; axis −2 holds the roles."""
    buyer, consumer = draws[:, 0], draws[:, 1]
    alone = (sign * (buyer - point[1]), sign * (point[0] - consumer))
    value, apart = sign * (point[0] - point[1]), sign * (buyer - consumer)
    return RoleContrast(accounts, value, apart, dict(zip(ROLES, alone, strict=True)))


def rival_claims(rivals: pd.DataFrame, attributes: Sequence[str]) -> Array:
    """Which share of what rivals say towards each role claims each attribute? Shape (2, A).

    Messages count by `weight` (how much of the message one sees); one to `both` is seen whole by
    either role. Towards a role that no rival speaks to, nothing is claimed.
    """
    weight = rivals["weight"].to_numpy(float)
    towards = np.array([rivals["audience"].isin([role, "both"]) for role in ROLES]) * weight
    promised = rivals["claims"].fillna("").astype(str).str.split(";")
    claims = np.array([[a in row for a in attributes] for row in promised], dtype=float)
    told = towards.sum(axis=1, keepdims=True)
    nothing = np.zeros((len(ROLES), len(attributes)))
    return np.asarray(np.divide(towards @ claims, told, out=nothing, where=told > 0))


def open_ground(
    served: ValueByRole, rivals: pd.DataFrame, accounts: Sequence[int], level: float
) -> dict[str, Interval]:
    """How much of what a role weighs is left open by rivals? Keys ROLE:ATTR, 0…1.

    w_ra × (1 − share of rivals' messages towards the role that claim the attribute): the weight
    itself where no rival claims it, 0 where all do. What rivals say is counted, so only the
    weight is uncertain: its bootstrap over accounts, smooth. `accounts` says how many stand
    behind each role. Empty where a role gave no weights.
    """
    room = 1 - rival_claims(rivals, served.attributes)
    if not _weighed(served).all():
        return {}
    return {
        f"{role}:{attribute}": smooth_interval(
            served.weights[r, a] * room[r, a],
            served.weight_draws[:, r, a] * room[r, a],
            n=accounts[r],
            level=level,
        ).within(0, room[r, a])
        for r, role in enumerate(ROLES)
        for a, attribute in enumerate(served.attributes)
    }


def _weighed(served: ValueByRole) -> NDArray[np.bool_]:
    return np.array([np.isfinite(served.weight_draws[:, r]).all() for r in range(len(ROLES))])
