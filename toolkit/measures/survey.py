"""What did respondents answer? The survey as arrays, one row per respondent, on common scales.

Importance and performance of attributes; how each respondent shares out 100 % over the attributes,
and what skipped answers do to it; how satisfied each respondent is, and each account's buyers and
consumers together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.contract import ROLES
from toolkit.stats.interval import Array, Mask

FEWEST_ACCOUNTS = 5  # below, resampling accounts says nothing


@dataclass(frozen=True, eq=False)
class SurveyAnswers:
    """What N respondents said about A attributes.

    `account` (N,) codes 0…accounts−1; `weight` (N,); `importance` (N, A) in 0…1 and
    `performance` (N, A) in 0…100, NaN where not answered; `member` (2, N): does the respondent
    answer as buyer, as consumer? A `both` respondent does both.
    """

    attributes: tuple[str, ...]
    account: NDArray[np.intp]
    accounts: int
    weight: Array
    importance: Array
    performance: Array
    member: NDArray[np.bool_]

    def respondents(self, role: str) -> int:
        """How many answer in that role?"""
        return int(self.member[ROLES.index(role)].sum())

    def accounts_of(self, role: str) -> int:
        """From how many accounts do they come?"""
        return _distinct(self.account[self.member[ROLES.index(role)]])

    @cached_property
    def fewest(self) -> Mapping[tuple[str, str], int]:
        """How many accounts answered the item answered least? By `importance` or `performance`,
        and role.
        """
        scores = {"importance": self.importance, "performance": self.performance}
        return {
            (kind, role): self._fewest(items, member)
            for kind, items in scores.items()
            for role, member in zip(ROLES, self.member, strict=True)
        }

    def _fewest(self, scores: Array, member: NDArray[np.bool_]) -> int:
        answered = (~np.isnan(scores) & member[:, None]).T
        return min((_distinct(self.account[item]) for item in answered), default=0)


def _distinct(codes: NDArray[np.intp]) -> int:
    """How many different codes are there? Without sorting them."""
    return int(np.count_nonzero(np.bincount(codes)))


def survey_answers(
    survey: pd.DataFrame, attributes: Sequence[str], scales: Mapping[str, tuple[float, float]]
) -> SurveyAnswers:
    """Which scores did each respondent give, on scales that can be compared?

    Importance becomes (x − min) / (max − min), performance 100 times that. Respondents with
    weight 0 answer for nobody. An attribute that one of the roles rated for importance in fewer
    than FEWEST_ACCOUNTS accounts is left out of both.
    """
    account, names = pd.factorize(survey["account_id"])
    speaks = survey["weight"].to_numpy(float) > 0
    member = np.array([survey["role"].isin([role, "both"]) & speaks for role in ROLES])
    rated = tuple(
        a for a in attributes if _rated(survey[f"importance_{a}"].notna(), member, account)
    )
    return SurveyAnswers(
        attributes=rated,
        account=account,
        accounts=len(names),
        weight=survey["weight"].to_numpy(float),
        importance=_scores(survey, "importance", rated, scales["importance"]),
        performance=100 * _scores(survey, "performance", rated, scales["performance"]),
        member=member,
    )


def _rated(there: pd.Series, member: NDArray[np.bool_], account: NDArray[np.intp]) -> bool:
    """Did every role rate it often enough? At least once, where the role itself is too small."""
    answered = there.to_numpy()
    roles = [(_distinct(account[m]), _distinct(account[m & answered])) for m in member]
    asked = [(n, rated) for n, rated in roles if n]
    return bool(asked) and all(
        rated >= (FEWEST_ACCOUNTS if n >= FEWEST_ACCOUNTS else 1) for n, rated in asked
    )


def _scores(
    survey: pd.DataFrame, kind: str, attributes: Sequence[str], ends: tuple[float, float]
) -> Array:
    low, high = ends
    columns = [survey[f"{kind}_{a}"].to_numpy(float) for a in attributes]
    stacked = np.array(columns).reshape(len(columns), len(survey)).T
    return np.asarray((stacked - low) / (high - low))


@dataclass(frozen=True, eq=False)
class SatisfactionAnswers:
    """What N respondents from G accounts say of the whole.

    `names` (G,); `account` (N,) codes 0…G−1, the same as in `Answers`; `member` (2, N): answers
    as buyer, as consumer (weight 0 answers for nobody); `weight` (N,); `satisfaction` (N,) in
    points of 0…100 and `recommend` (N,) in 0…10, NaN where not answered; `day` (N,) dates.
    """

    names: pd.Index
    account: NDArray[np.intp]
    member: Mask
    weight: Array
    satisfaction: Array
    recommend: Array
    day: NDArray[np.datetime64]

    def by_account(self, role: str, values: Array | None = None) -> Array:
        """The plain mean of one role's answers in each account, NaN where none; (G,).

        Satisfaction, unless other `values` (N,) are given.
        """
        given = self.satisfaction if values is None else values
        mine = self.member[ROLES.index(role)] & ~np.isnan(given)
        total = np.bincount(self.account[mine], given[mine], len(self.names))
        count = np.bincount(self.account[mine], minlength=len(self.names))
        return np.asarray(np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0))

    def answered(self, role: str) -> NDArray[np.int64]:
        """How many of that role said, in each account, how satisfied they are? (G,)"""
        mine = self.member[ROLES.index(role)] & ~np.isnan(self.satisfaction)
        return np.bincount(self.account[mine], minlength=len(self.names)).astype(np.int64)

    def answers(self, role: str) -> int:
        """How many of that role said how satisfied they are?"""
        return int(self.answered(role).sum())


def satisfaction_answers(
    survey: pd.DataFrame, scale: tuple[float, float]
) -> SatisfactionAnswers | None:
    """How satisfied is everyone, on 0…100, and would they recommend? None where nobody says."""
    if survey[["satisfaction", "recommend"]].isna().all(axis=None):
        return None
    low, high = scale
    account, names = pd.factorize(survey["account_id"])
    weight = survey["weight"].to_numpy(float)
    return SatisfactionAnswers(
        names=pd.Index(names),
        account=account,
        member=np.array([survey["role"].isin([r, "both"]) & (weight > 0) for r in ROLES]),
        weight=weight,
        satisfaction=100 * (survey["satisfaction"].to_numpy(float) - low) / (high - low),
        recommend=survey["recommend"].to_numpy(float),
        day=pd.to_datetime(survey["date"]).to_numpy(),
    )


PASSES = 5  # of the fixed point for missing answers; the change is below 1e-4 after three


def respondent_weights(answers: SurveyAnswers, role: int) -> Array:
    """How does each respondent split 100 % over the attributes? Shape (N, A), NaN if unanswered.

    (importance − scale minimum) divided by its sum; equal if all are zero. Where answers are
    missing, the sum over all attributes is estimated by the sum over the answered ones divided
    by the share of weight the role gives to those: without this, an attribute would gain
    whenever another was skipped. With complete answers it changes nothing.
    """
    there = ~np.isnan(answers.importance)
    own = _split(answers.importance, there, _typical_weights(answers, role))
    return np.where(there, own, np.nan)


def _typical_weights(answers: SurveyAnswers, role: int) -> Array:
    """What share of weight does the role give each attribute, roughly? Shape (A,), sums to 1."""
    there = ~np.isnan(answers.importance)
    typical = np.full(there.shape[1], 1 / there.shape[1])
    counted = answers.member[role, :, None] * answers.weight[:, None] * there
    for _ in range(PASSES if not there.all() else 1):
        own = _split(answers.importance, there, typical)
        sums = counted.sum(axis=0)
        means = np.divide((own * counted).sum(axis=0), sums, out=typical.copy(), where=sums > 0)
        typical = means / means.sum()
    return typical


def skipping_bias(answers: SurveyAnswers, role: int) -> tuple[Array, Mask] | None:
    """By how much do skipped answers overstate a respondent's weights? None if none is skipped.

    The estimated sum above is right on average, its inverse is not. Respondents who skipped
    nothing show by how much: their weights are computed again under every pattern of skipping
    that occurs in the role, and compared with their true ones. Returns that excess, averaged
    over the patterns in which the attribute is answered, shape (N, A), and who skipped nothing
    (N,). Subtracting its mean is double sampling (Cochran 1977, Sampling Techniques, ch. 12);
    assumes that answers are skipped at random.
    """
    there, member = ~np.isnan(answers.importance), answers.member[role]
    complete = there.all(axis=1) & member
    if there[member].all() or not complete.any():
        return None
    typical, whole = _typical_weights(answers, role), answers.importance[complete]
    patterns, kind = np.unique(there[member], axis=0, return_inverse=True)
    often = np.bincount(kind.ravel(), answers.weight[member], len(patterns))
    true = _split(whole, np.ones_like(whole, bool), typical)
    total, seen = np.zeros_like(whole), np.zeros(whole.shape[1])
    for pattern, times in zip(patterns, often, strict=True):
        total += times * pattern * (_split(whole, pattern[None, :], typical) - true)
        seen += times * pattern
    return _spread(total / np.maximum(seen, 1e-300), complete), complete


def _split(importance: Array, there: Mask, typical: Array) -> Array:
    """Weights from the answers that are there; 0 where one is not."""
    given = np.where(there, np.nan_to_num(importance), 0.0)
    total = given.sum(axis=1, keepdims=True)
    covered = (there * typical).sum(axis=1, keepdims=True)
    own = np.divide(given * covered, total, out=np.zeros_like(given), where=total > 0)
    return np.asarray(np.where((total == 0) & there, 1 / importance.shape[1], own))


def _spread(rows: Array, at: Mask) -> Array:
    full = np.zeros((len(at), rows.shape[1]))
    full[at] = rows
    return full
