"""What is spoken of in the feedback, by whom, and how much of it fits no theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.client import Attribute
from toolkit.models.cannot import CannotTell
from toolkit.models.themes import Coded, Lean, code, role_contrast
from toolkit.quantities.answers import Array
from toolkit.quantities.voices import PART, units
from toolkit.stats.bootstrap import by_account
from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio
from toolkit.tables import ROLES

FEWEST_ACCOUNTS = 5


@dataclass(frozen=True, eq=False)
class Spoken:
    """Utterances with words, and the attributes they speak of.

    `coded.marks` (texts, A); `account` (texts,) codes 0…accounts−1; `part` (texts,) how far the
    speaker is a consumer (0, ½, 1); `silent` utterances have neither words nor a theme.
    """

    coded: Coded
    account: NDArray[np.intp]
    accounts: int
    part: Array
    silent: int

    def uncoded(self, *, level: float) -> Interval:
        """Which share of the utterances speaks of no attribute by its words?"""
        silent = np.array(~self.coded.marks.any(axis=1), dtype=np.float64)
        return self._ratio(silent, np.ones(len(silent)), level)

    def themes(self, *, level: float) -> dict[str, Interval]:
        """Of what each role says on known themes, which share speaks of which? ROLE:ATTR."""
        known, found = self.coded.marks.any(axis=1), {}
        for role in ROLES:
            weight = known * (self.part if role == ROLES[1] else 1 - self.part)
            if len(np.unique(self.account[weight > 0])) < FEWEST_ACCOUNTS:
                continue
            for a, theme in enumerate(self.coded.themes):
                marks = weight * self.coded.marks[:, a]
                found[f"{role}:{theme}"] = self._ratio(marks, weight, level)
        return found

    def leans(self, *, level: float) -> list[Lean] | CannotTell:
        """Of which attributes do buyers speak more than consumers? One who is both counts twice."""
        buyer, consumer = self.part < 1, self.part > 0
        return role_contrast(self.coded, buyer, consumer, self.account, level=level)

    def _ratio(self, tops: Array, bottoms: Array, level: float) -> Interval:
        sums = by_account(self.account, np.column_stack([tops, bottoms]), self.accounts)
        return ratio(sums[:, 0], sums[:, 1], level=level, share=True)


def spoken(feedback: pd.DataFrame, attributes: Mapping[str, Attribute]) -> Spoken | None:
    """Which utterance speaks of which attribute? None where nothing was written down.

    By the attribute's words in client.yml, or its name where it has none, whatever the language
    (`models.folding`). Where an utterance has no text, the theme a coder gave it counts.
    """
    there = feedback["text"].notna() | feedback["theme"].notna()
    said = feedback[there]
    if said.empty or not attributes:
        return None
    words = {a.id: a.words or (a.label, a.id) for a in attributes.values()}
    coded = code(said["text"].fillna(""), words)
    given = said["theme"].where(said["text"].isna()).to_numpy()
    marks = coded.marks | (given[:, None] == np.array(coded.themes, dtype=object))
    account, names = units(said)
    part = said["role"].map(PART).to_numpy(float)
    return Spoken(Coded(coded.themes, marks), account, len(names), part, int((~there).sum()))
