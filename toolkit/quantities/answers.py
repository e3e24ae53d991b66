"""The survey as arrays: one row per respondent, scores on common scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.tables import ROLES

Array = NDArray[np.float64]
FEWEST_ACCOUNTS = 5  # below, resampling accounts says nothing


@dataclass(frozen=True, eq=False)
class Answers:
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


def answers(
    survey: pd.DataFrame, attributes: Sequence[str], scales: Mapping[str, tuple[float, float]]
) -> Answers:
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
    return Answers(
        attributes=rated,
        account=account,
        accounts=len(names),
        weight=survey["weight"].to_numpy(float),
        importance=_scores(survey, "importance", rated, scales),
        performance=100 * _scores(survey, "performance", rated, scales),
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


def _scores(survey: pd.DataFrame, kind: str, attributes: Sequence[str], scales: Mapping) -> Array:
    low, high = scales[kind]
    columns = [survey[f"{kind}_{a}"].to_numpy(float) for a in attributes]
    stacked = np.array(columns).reshape(len(columns), len(survey)).T
    return (stacked - low) / (high - low)
