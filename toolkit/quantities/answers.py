"""The survey as arrays: one row per respondent, scores on common scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.tables import ROLES

Array = NDArray[np.float64]


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
        return len(np.unique(self.account[self.member[ROLES.index(role)]]))


def answers(
    survey: pd.DataFrame, attributes: Sequence[str], scales: Mapping[str, tuple[float, float]]
) -> Answers:
    """Which scores did each respondent give, on scales that can be compared?

    Importance becomes (x − min) / (max − min), performance 100 times that; an attribute nobody
    in one of the roles rated for importance is left out of both.
    """
    account, names = pd.factorize(survey["account_id"])
    member = np.array([survey["role"].isin([role, "both"]) for role in ROLES])
    rated = tuple(a for a in attributes if _rated_by_all(survey[f"importance_{a}"], member))
    return Answers(
        attributes=rated,
        account=account,
        accounts=len(names),
        weight=survey["weight"].to_numpy(float),
        importance=_scores(survey, "importance", rated, scales),
        performance=100 * _scores(survey, "performance", rated, scales),
        member=member,
    )


def _rated_by_all(column: pd.Series, member: NDArray[np.bool_]) -> bool:
    there = column.notna().to_numpy()
    return all((there & m).any() for m in member if m.any()) and bool(there.any())


def _scores(survey: pd.DataFrame, kind: str, attributes: Sequence[str], scales: Mapping) -> Array:
    low, high = scales[kind]
    columns = [survey[f"{kind}_{a}"].to_numpy(float) for a in attributes]
    stacked = np.array(columns).reshape(len(columns), len(survey)).T
    return (stacked - low) / (high - low)
