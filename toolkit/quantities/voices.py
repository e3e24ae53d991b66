"""Who is heard in the feedback, and how often does each account speak?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.quantities.answers import Array
from toolkit.stats.bootstrap import by_account
from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio
from toolkit.tables import ROLES

PART = {"buyer": 0.0, "both": 0.5, "consumer": 1.0}  # how far a speaker is a consumer


@dataclass(frozen=True, eq=False)
class Voices:
    """Who speaks in the feedback, account by account.

    `names` (G,) are the accounts that spoke (an utterance without account is one of its own);
    `consumers` (G,) the utterances that come from consumers, a speaker who pays and uses
    counted half; `utterances` (G,) all of them.
    """

    names: pd.Index
    consumers: Array
    utterances: Array

    @property
    def rows(self) -> int:
        """How many utterances are there?"""
        return int(self.utterances.sum())

    def of(self, role: str) -> Array:
        """The utterances that come from one role; (G,)."""
        return self.consumers if role == ROLES[1] else self.utterances - self.consumers

    def shares(self, *, level: float) -> dict[str, Interval]:
        """Which share of the utterances comes from each role? By account."""
        return {
            role: ratio(self.of(role), self.utterances, level=level, share=True) for role in ROLES
        }


def voices(feedback: pd.DataFrame) -> Voices:
    """Who speaks, and how often does each account?"""
    unit, names = units(feedback)
    part = feedback["role"].map(PART).to_numpy(float)
    sums = by_account(unit, np.column_stack([part, np.ones(len(part))]), len(names))
    return Voices(names, sums[:, 0], sums[:, 1])


def units(feedback: pd.DataFrame) -> tuple[np.ndarray, pd.Index]:
    """The account of each utterance as a code, and the accounts' names; alone where not said."""
    account = feedback["account_id"].astype(object)
    own = pd.Series([("alone", i) for i in range(len(feedback))], index=feedback.index)
    code, names = pd.factorize(account.where(account.notna(), own))
    return code, pd.Index(names, tupleize_cols=False)
