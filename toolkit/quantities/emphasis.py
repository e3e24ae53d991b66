"""How is the last year's spend split between buyers and consumers, and what does a stage ask?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.quantities.answers import Array
from toolkit.quantities.spend import split_spend
from toolkit.quantities.stages import DRAWS, Life
from toolkit.stats.arrays import tail
from toolkit.stats.interval import Interval

EXACT = 12  # digits of a distance: a mix that is exactly off by the threshold is not beyond it
METHOD = "refitted Bass curves; the spend is known"


@dataclass(frozen=True)
class Emphasis:
    """The spend of the 12 months up to `until` that was aimed at buyers and at consumers.

    `buyer` is buyers' share of it, `spend` the money of both, `rows` the campaign rows with days
    and `undated` those without, which are in neither.
    """

    buyer: float
    spend: float
    until: pd.Timestamp
    rows: int
    undated: int


def emphasis(campaigns: pd.DataFrame) -> Emphasis | None:
    """Whom did the last year's money speak to? None where no dated row reached either role.

    A row's spend is even over its days, first and last included; what falls into the 12 months up
    to the last end of any campaign counts, `both` half for each.
    """
    dated = (campaigns["end"] >= campaigns["start"]).to_numpy()
    rows = campaigns[dated]
    if rows.empty:
        return None
    until = rows["end"].max()
    aimed = (split_spend(rows) * _part_within(rows, until)[:, None])[:, :2].sum(axis=0)
    if aimed.sum() <= 0:
        return None
    undated = int((campaigns.loc[~dated, "spend"] > 0).sum())
    spend = float(aimed.sum())
    return Emphasis(float(aimed[0] / spend), spend, until, len(rows), undated)


def mismatch(life: Life, mix: Mapping[str, float], buyer: float, level: float) -> Interval:
    """How far is the spend from the mix the stage asks for? TVD over buyer and consumer.

    |buyer − mix[stage]|. The spend is known and the mix set, so all that is uncertain is the
    stage: the estimate is that of the likeliest, the interval reaches over the stages but for
    (1 − level) / 2 of their chance at either end, at each moment of `Life.possible`. A point where
    one stage has nearly all of it.
    """
    away = {stage: round(abs(buyer - mix[stage]), EXACT) for stage in life.chances}
    value = away[max(life.chances, key=lambda stage: life.chances[stage])]
    sizes = [
        np.array(sorted((away[stage], chance) for stage, chance in chances.items()))
        for chances in life.possible
    ]
    low = min(value, *(_end(size, level) for size in sizes))
    high = max(value, *(_end(size[::-1], level) for size in sizes))
    return Interval(value, low, high, life.accounts, METHOD)


def mismatch_p_above(life: Life, mix: Mapping[str, float], buyer: float, threshold: float) -> float:
    """How likely is it that the product is in a stage for which the spend is near enough?

    The chance of the stages with a distance up to `threshold`, the largest of `Life.possible`, as
    (1 + those curves) / (1 + all), so never 0: a bootstrap test is only as fine as its draws
    (Davison & Hinkley 1997, Bootstrap Methods and Their Application, section 4.2).
    """
    harmless = [stage for stage in life.chances if abs(buyer - mix[stage]) <= threshold + 1e-9]
    chance = max(sum(chances[stage] for stage in harmless) for chances in life.possible)
    return min(1.0, (1 + DRAWS * chance) / (1 + DRAWS))


def _end(sizes: Array, level: float) -> float:
    """The first size, in this order, up to which more than the tail's chance has gathered."""
    return float(sizes[np.argmax(np.cumsum(sizes[:, 1]) > tail(level)), 0])


def _part_within(rows: pd.DataFrame, until: pd.Timestamp) -> Array:
    """Which part of each row's days lies in the 12 months up to that day?"""
    since = until - pd.DateOffset(years=1)
    before = rows["start"] - pd.Timedelta(days=1)
    within = (rows["end"] - before.clip(lower=since)).dt.days.clip(lower=0)
    return np.asarray(within / (rows["end"] - before).dt.days, dtype=np.float64)
