"""What did campaigns and levers bring, as far as their tables say it?

How each segment responded to each campaign; which ways of turning one-off customers into clients
were tried, on how many, at what cost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.models.conversion import LeverTrial
from toolkit.models.response import LostShare, ResponseSpread, lost_share, response_spread
from toolkit.stats.bootstrap import DRAWS
from toolkit.stats.interval import Array, CannotTell

NEEDED = ("segment", "contacts", "conversions")
SURE = 1.959964  # standard errors of a difference that is no chance


@dataclass(frozen=True, eq=False)
class SegmentResponses:
    """What S segments did on K campaigns: arrays (S, K), 0 contacts where one was not run.

    `spend` is the money of those cells, `revenue` what the conversions in `valued` brought.
    `rows` were used, `unused` name a segment but not who was reached and who acted. `days` lie
    between first start and last end, None where a row lacks them or they run backwards;
    `randomised`: all drawn by lot.
    """

    segments: tuple[str, ...]
    campaigns: tuple[str, ...]
    contacts: Array
    conversions: Array
    spend: Array
    revenue: float
    valued: float
    randomised: bool
    days: int | None
    rows: int
    unused: int = 0
    draws: int = DRAWS
    seed: int = 1

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Which segments had at least two campaigns? (S,)"""
        return np.asarray((self.contacts > 0).sum(axis=1) >= 2)

    @property
    def revenue_per_conversion(self) -> float | None:
        """What does one conversion bring? None where no row says so."""
        return self.revenue / self.valued if self.valued > 0 else None

    @cached_property
    def lost(self) -> LostShare | CannotTell:
        """Which share of attainable conversions was lost, over segments with two campaigns?"""
        rows = self.compared
        counts = self.contacts[rows], self.conversions[rows]
        return lost_share(*counts, draws=self.draws, seed=self.seed)

    @cached_property
    def spread(self) -> ResponseSpread | CannotTell:
        """How far apart do the segments respond, over all campaigns they had?"""
        return response_spread(self.contacts.sum(axis=1), self.conversions.sum(axis=1))

    @cached_property
    def turned(self) -> tuple[str, str] | None:
        """Which campaign is ahead of which by all contacts, and surely behind within segments?

        The first such pair. Within: Σ m d / Σ m with d the difference of rates in a segment that
        had both and m = n1 n2 / (n1 + n2). Source: Mantel & Haenszel (1959), JNCI 22; Simpson
        (1951), JRSS B 13.
        """
        pairs = ((a, b) for a in range(len(self.campaigns)) for b in range(len(self.campaigns)))
        found = next(((a, b) for a, b in pairs if a != b and self._turns(a, b)), None)
        return (self.campaigns[found[0]], self.campaigns[found[1]]) if found else None

    def _turns(self, first: int, second: int) -> bool:
        both = (self.contacts[:, [first, second]] > 0).all(axis=1)
        n, x = (counts[both][:, [first, second]] for counts in (self.contacts, self.conversions))
        if not both.any() or not np.diff(x.sum(axis=0) / n.sum(axis=0))[0] < 0:
            return False
        rates, mass = x / n, n.prod(axis=1) / n.sum(axis=1)
        within = float(mass @ (rates[:, 0] - rates[:, 1]))
        error = math.sqrt(float(mass**2 @ (rates * (1 - rates) / n).sum(axis=1)))
        return within < -SURE * error


def segment_responses(
    campaigns: pd.DataFrame, *, draws: int = DRAWS, seed: int = 1
) -> SegmentResponses | None:
    """Which contacts and conversions are known, segment by campaign? None where no row says.

    A row counts where it names a segment, reached somebody, and says how many of them acted (not
    more than were reached). Rows of one campaign in one segment are added up.
    """
    named = campaigns[campaigns["segment"].notna()]
    usable = named[list(NEEDED)].notna().all(axis=1) & (named["contacts"] > 0)
    rows = named[usable & (named["conversions"] <= named["contacts"])]
    if rows.empty:
        return None
    segment, segments = pd.factorize(rows["segment"].astype(str))
    campaign, names = pd.factorize(rows["campaign"].astype(str))
    shape = len(segments), len(names)

    def summed(column: str) -> Array:
        cells = np.zeros(shape)
        np.add.at(cells, (segment, campaign), rows[column].fillna(0).to_numpy(float))
        return cells

    sold = rows["revenue"].notna()
    return SegmentResponses(
        segments=tuple(segments),
        campaigns=tuple(names),
        contacts=summed("contacts"),
        conversions=summed("conversions"),
        spend=summed("spend"),
        revenue=float(rows.loc[sold, "revenue"].sum()),
        valued=float(rows.loc[sold, "conversions"].sum()),
        randomised=bool((rows["randomised"] == "yes").all()),
        days=_days(rows),
        rows=len(rows),
        unused=len(named) - len(rows),
        draws=draws,
        seed=seed,
    )


def _days(rows: pd.DataFrame) -> int | None:
    dates = rows[["start", "end"]]
    if dates.isna().any(axis=None):
        return None
    days = int((dates["end"].max() - dates["start"].min()).days) + 1
    return days if days > 0 else None


COUNTS = ("customers", "converted", "control_customers", "control_converted")


@dataclass(frozen=True)
class TriedLever:
    """One lever: customers treated, what that cost in all, and its trial against doing nothing.

    `trial` is None where the counts give none; `why` then says so.
    """

    lever: str
    customers: int
    cost: float
    trial: LeverTrial | None
    why: str | None = None

    @property
    def smaller(self) -> int:
        """How many customers has the smaller arm of the trial?"""
        trial = self.trial
        return min(trial.customers, trial.control_customers) if trial else 0


def tried_levers(levers: pd.DataFrame) -> tuple[TriedLever, ...]:
    """Which levers were tried? Rows of the table `levers`, those of one lever put together.

    A row takes part in the comparison where it has customers in both arms and no more converted
    than customers; its cost counts in any case. Nothing here says that arms were drawn by lot.
    """
    return tuple(_tried(str(lever), rows) for lever, rows in levers.groupby("lever", sort=False))


def _tried(lever: str, rows: pd.DataFrame) -> TriedLever:
    treated, spent = int(rows["customers"].sum()), float(rows["cost"].sum())
    both = rows[(rows["customers"] > 0) & (rows["control_customers"] > 0)]
    both = both[both["control_converted"].notna()]
    if both.empty:
        why = "has no control group" if treated else "has treated nobody"
        return TriedLever(lever, treated, spent, None, why)
    counts = {name: int(both[name].sum()) for name in COUNTS}
    if (both["converted"] > both["customers"]).any() or (
        both["control_converted"] > both["control_customers"]
    ).any():
        return TriedLever(lever, treated, spent, None, "counts more converted than customers")
    each = float(both["cost"].sum()) / counts["customers"]
    return TriedLever(lever, treated, spent, LeverTrial(lever, cost=each, **counts))
