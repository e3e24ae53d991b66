"""Where does the campaign money go, what does it promise, and how well does a promise fit a role?

By audience, by claims, and by phase: how much is for the first sale, how much for what comes after
it. How the last year's spend is split between buyers and consumers, and what a product's stage
asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.contract import ROLES
from toolkit.measures.products import CURVE_DRAWS, ProductLife
from toolkit.stats.interval import Array, Interval, tail_probability

AUDIENCES = ("buyer", "consumer", "influencer")


def split_spend(campaigns: pd.DataFrame) -> Array:
    """How much of each row is aimed at buyer, consumer and influencer? Shape (rows, 3).

    `both` counts half for the buyer and half for the consumer; `influencer` stands for
    everybody who has a say but neither pays nor uses.
    """
    share = {a: np.eye(3)[i] for i, a in enumerate(AUDIENCES)} | {"both": np.array([0.5, 0.5, 0])}
    aimed = np.array([share[a] for a in campaigns["audience"]]).reshape(-1, 3)
    return np.asarray(aimed * campaigns["spend"].to_numpy(float)[:, None])


def spend_shares(campaigns: pd.DataFrame) -> Array:
    """s_r: the share of all spend aimed at buyer, consumer, influencer; NaN if nothing is spent."""
    aimed = split_spend(campaigns).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(aimed / aimed.sum())


@dataclass(frozen=True, eq=False)
class CampaignMessages:
    """The campaign rows that promise something, as arrays of length K.

    `claims` (K, A): does row k claim attribute a? `spend` (K,) money; `aimed` (K, 2): the part of
    it aimed at buyer and at consumer; `total` all spend, of rows without claims too.
    """

    names: tuple[str, ...]
    claims: NDArray[np.bool_]
    spend: Array
    aimed: Array
    total: float

    @property
    def one_role(self) -> NDArray[np.bool_]:
        """Which rows are aimed at one of the two roles alone? Shape (K,)."""
        return np.asarray((self.aimed > 0).sum(axis=1) == 1)

    def claim_shares(self) -> Array:
        """How is each role's claim money shared over attributes? Shape (2, A); NaN if none.

        A row's spend is split evenly over its claims.
        """
        even = self.claims / self.claims.sum(axis=1, keepdims=True)
        money = self.aimed.T @ even
        with np.errstate(invalid="ignore"):
            return np.asarray(money / money.sum(axis=1, keepdims=True))


def campaign_messages(campaigns: pd.DataFrame, attributes: Sequence[str]) -> CampaignMessages:
    """Which rows promise which of the attributes that respondents weighed?

    A row whose claims are all outside `attributes` says nothing about fit and is left out.
    """
    said = campaigns["claims"].fillna("").astype(str).str.split(";")
    claims = np.array([[a in row for a in attributes] for row in said]).reshape(
        len(campaigns), len(attributes)
    )
    speaks = claims.any(axis=1)
    rows = campaigns[speaks]
    return CampaignMessages(
        names=tuple(rows["campaign"]),
        claims=claims[speaks],
        spend=rows["spend"].to_numpy(float),
        aimed=split_spend(rows)[:, : len(ROLES)],
        total=float(campaigns["spend"].sum()),
    )


def claim_fit(weights: Array, claims: NDArray[np.bool_]) -> Array:
    """How much of what a role weighs do a message's claims cover? In 0…1.

    Σ of w over the claims, divided by the sum of as many of the largest w. `weights` (…, A) and
    `claims` (K, A) give (…, K).
    """
    covered = weights @ claims.T
    best = np.cumsum(-np.sort(-weights, axis=-1), axis=-1)
    return covered / best[..., claims.sum(axis=1) - 1]


@dataclass(frozen=True)
class SpendByPhase:
    """Campaign spend by what it is for: `acquire` is a share of `spend`, the spend with a phase.

    `rows` say a phase; `silent` rows, with `unsaid` as a share of all spend, do not.
    """

    acquire: float
    spend: float
    rows: int
    silent: int
    unsaid: float


def spend_by_phase(campaigns: pd.DataFrame) -> SpendByPhase | None:
    """Which share of the spend whose phase is known goes into acquiring? None if none is known."""
    said = campaigns[campaigns["phase"].notna()]
    total, spend = float(campaigns["spend"].sum()), float(said["spend"].sum())
    if spend <= 0:
        return None
    acquire = float(said.loc[said["phase"] == "acquire", "spend"].sum()) / spend
    silent = len(campaigns) - len(said)
    return SpendByPhase(acquire, spend, len(said), silent, 1 - spend / total)


EXACT = 12  # digits of a distance: a mix that is exactly off by the threshold is not beyond it
METHOD = "refitted Bass curves; the spend is known"


@dataclass(frozen=True)
class SpendEmphasis:
    """The spend of the 12 months up to `until` that was aimed at buyers and at consumers.

    `buyer` is buyers' share of it, `spend` the money of both, `rows` the campaign rows with days
    and `undated` those without, which are in neither.
    """

    buyer: float
    spend: float
    until: pd.Timestamp
    rows: int
    undated: int


def spend_emphasis(campaigns: pd.DataFrame) -> SpendEmphasis | None:
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
    return SpendEmphasis(float(aimed[0] / spend), spend, until, len(rows), undated)


def emphasis_mismatch(
    life: ProductLife, mix: Mapping[str, float], buyer: float, level: float
) -> Interval:
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


def mismatch_p_above(
    life: ProductLife, mix: Mapping[str, float], buyer: float, threshold: float
) -> float:
    """How likely is it that the product is in a stage for which the spend is near enough?

    The chance of the stages with a distance up to `threshold`, the largest of `Life.possible`, as
    (1 + those curves) / (1 + all), so never 0: a bootstrap test is only as fine as its draws
    (Davison & Hinkley 1997, Bootstrap Methods and Their Application, section 4.2).
    """
    harmless = [stage for stage in life.chances if abs(buyer - mix[stage]) <= threshold + 1e-9]
    chance = max(sum(chances[stage] for stage in harmless) for chances in life.possible)
    return min(1.0, (1 + CURVE_DRAWS * chance) / (1 + CURVE_DRAWS))


def _end(sizes: Array, level: float) -> float:
    """The first size, in this order, up to which more than the tail's chance has gathered."""
    return float(sizes[np.argmax(np.cumsum(sizes[:, 1]) > tail_probability(level)), 0])


def _part_within(rows: pd.DataFrame, until: pd.Timestamp) -> Array:
    """Which part of each row's days lies in the 12 months up to that day?"""
    since = until - pd.DateOffset(years=1)
    before = rows["start"] - pd.Timedelta(days=1)
    within = (rows["end"] - before.clip(lower=since)).dt.days.clip(lower=0)
    return np.asarray(within / (rows["end"] - before).dt.days, dtype=np.float64)
