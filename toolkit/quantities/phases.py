"""How much of the money is for the first sale, and how much for the road after it?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Phases:
    """Campaign spend by what it is for: `acquire` is a share of `spend`, the spend with a phase.

    `rows` say a phase; `silent` rows, with `unsaid` as a share of all spend, do not.
    """

    acquire: float
    spend: float
    rows: int
    silent: int
    unsaid: float


def phases(campaigns: pd.DataFrame) -> Phases | None:
    """Which share of the spend whose phase is known goes into acquiring? None if none is known."""
    said = campaigns[campaigns["phase"].notna()]
    total, spend = float(campaigns["spend"].sum()), float(said["spend"].sum())
    if spend <= 0:
        return None
    acquire = float(said.loc[said["phase"] == "acquire", "spend"].sum()) / spend
    silent = len(campaigns) - len(said)
    return Phases(acquire, spend, len(said), silent, 1 - spend / total)
