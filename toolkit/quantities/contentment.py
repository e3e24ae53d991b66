"""How content is each respondent, and each account's buyers and consumers together?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.quantities.answers import Array
from toolkit.tables import ROLES

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Contentment:
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
        return np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)

    def answered(self, role: str) -> NDArray[np.int64]:
        """How many of that role said, in each account, how satisfied they are? (G,)"""
        mine = self.member[ROLES.index(role)] & ~np.isnan(self.satisfaction)
        return np.bincount(self.account[mine], minlength=len(self.names)).astype(np.int64)

    def answers(self, role: str) -> int:
        """How many of that role said how satisfied they are?"""
        return int(self.answered(role).sum())


def contentment(survey: pd.DataFrame, scale: tuple[float, float]) -> Contentment | None:
    """How satisfied is everyone, on 0…100, and would they recommend? None where nobody says."""
    if survey[["satisfaction", "recommend"]].isna().all(axis=None):
        return None
    low, high = scale
    account, names = pd.factorize(survey["account_id"])
    weight = survey["weight"].to_numpy(float)
    return Contentment(
        names=pd.Index(names),
        account=account,
        member=np.array([survey["role"].isin([r, "both"]) & (weight > 0) for r in ROLES]),
        weight=weight,
        satisfaction=100 * (survey["satisfaction"].to_numpy(float) - low) / (high - low),
        recommend=survey["recommend"].to_numpy(float),
        day=pd.to_datetime(survey["date"]).to_numpy(),
    )
