"""Which ways of turning one-off customers into clients were tried, on how many, at what cost?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.models.levers import Trial

COUNTS = ("customers", "converted", "control_customers", "control_converted")


@dataclass(frozen=True)
class Tried:
    """One lever: customers treated, what that cost in all, and its trial against doing nothing.

    `trial` is None where the counts give none; `why` then says so.
    """

    lever: str
    customers: int
    cost: float
    trial: Trial | None
    why: str | None = None

    @property
    def smaller(self) -> int:
        """How many customers has the smaller arm of the trial?"""
        trial = self.trial
        return min(trial.customers, trial.control_customers) if trial else 0


def tried(levers: pd.DataFrame) -> tuple[Tried, ...]:
    """Which levers were tried? Rows of the table `levers`, those of one lever put together.

    A row takes part in the comparison where it has customers in both arms and no more converted
    than customers; its cost counts in any case. Nothing here says that arms were drawn by lot.
    """
    return tuple(_tried(str(lever), rows) for lever, rows in levers.groupby("lever", sort=False))


def _tried(lever: str, rows: pd.DataFrame) -> Tried:
    treated, spent = int(rows["customers"].sum()), float(rows["cost"].sum())
    both = rows[(rows["customers"] > 0) & (rows["control_customers"] > 0)]
    both = both[both["control_converted"].notna()]
    if both.empty:
        why = "has no control group" if treated else "has treated nobody"
        return Tried(lever, treated, spent, None, why)
    counts = {name: int(both[name].sum()) for name in COUNTS}
    if (both["converted"] > both["customers"]).any() or (
        both["control_converted"] > both["control_customers"]
    ).any():
        return Tried(lever, treated, spent, None, "counts more converted than customers")
    each = float(both["cost"].sum()) / counts["customers"]
    return Tried(lever, treated, spent, Trial(lever, cost=each, **counts))
