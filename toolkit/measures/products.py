"""In which stage of its life is each product, which prices do payers accept, and does free use pay?

Stages are read from who bought a product for the first time, when. Prices: what payers accept, and
whether a price that falls would earn more than one price. Free use: free users, who of them pays
later, and what a payer is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.client.model import Client
from toolkit.models.conversion import FreemiumValue, conversion_by_horizon, freemium_value
from toolkit.models.diffusion import FEWEST_PERIODS, LifeStage, life_stage
from toolkit.models.pricing import (
    QUESTIONS,
    PriceAcceptance,
    SkimmingPlan,
    price_acceptance,
    skimming_plan,
)
from toolkit.stats.bootstrap import Resample
from toolkit.stats.interval import Array, CannotTell, Interval
from toolkit.wording import count_with_noun

MONTH = pd.Timedelta(days=365.25 / 12)
CURVE_DRAWS = 500  # of curves: Holm over fifteen mistakes asks for chances down to .0033
MOST_PRODUCTS = 5  # that are read, by revenue: the rest say little and take time
LATE = 1.0  # months after a launch within which purchases must begin
QUIET = 3.0  # months of other purchases that show a product was not there before
SURE = 0.8  # chance from which on a stage is taken as known
HALF = 0.5  # period n is read as the curve's at n, so it ends half a period later


@dataclass(frozen=True, eq=False)
class ProductLife:
    """One product's life as its first purchases tell it.

    `share` of all revenue, `accounts` that bought it, `rows` of purchases each has; `firsts`
    (periods,): how many bought it for the first time in each period of about a month since
    `launch`. `why` says why no stage can be told, and `asks` which table would help.
    """

    product: str
    share: float
    accounts: int
    rows: float
    launch: pd.Timestamp | None
    firsts: Array
    stage: LifeStage | None
    why: str | None = None
    asks: str = "purchases"

    @cached_property
    def chances(self) -> dict[str, float]:
        """How likely is each stage, at the end of the time observed? Empty where none is told."""
        return self.stage.at(len(self.firsts) + HALF) if self.stage else {}

    @cached_property
    def possible(self) -> tuple[dict[str, float], ...]:
        """The chances a month earlier, now, and a month on: data by the month tell no finer.

        Just past a turn a curve says so too often (its peak must have been seen to be read at
        all); a month on either side keeps that error rate.
        """
        now = len(self.firsts) + HALF
        moments = (now - 1, now, now + 1)
        return tuple(self.stage.at(m) for m in moments) if self.stage and self.chances else ()

    @property
    def likeliest(self) -> str | None:
        """The stage with the largest chance."""
        return max(self.chances, key=lambda stage: self.chances[stage], default=None)


def product_labels(client: Client) -> dict[str, str]:
    """What are the products called where readers meet them?"""
    products = client.frames.get("products", pd.DataFrame(columns=["product", "label"]))
    named = products.dropna(subset=["label"])
    return dict(zip(named["product"].astype(str), named["label"].astype(str), strict=True))


def product_lives(
    purchases: pd.DataFrame,
    products: pd.DataFrame | None,
    seed: np.random.SeedSequence,
    level: float = 0.95,
) -> tuple[ProductLife, ...]:
    """In which stage is each product? Largest revenue first; empty where no line names a product.

    A life is read from its launch on, in equal periods of about a month up to the last order of
    the table. The launch is `products.launched`, where purchases begin at most a month after it;
    where nobody says it, the product's first purchase, if other things were bought for three
    months before. What was launched earlier cannot be told: the beginning of its curve is not in
    the data, and first purchases in it need not be the first.
    """
    revenue = purchases.groupby("product")["amount"].sum()
    ranked = (revenue / max(float(purchases["amount"].sum()), 1e-300)).sort_index()
    ranked = ranked.sort_values(ascending=False, kind="stable").head(MOST_PRODUCTS)
    launched = {} if products is None else products.set_index("product")["launched"].to_dict()
    begin, end = purchases["date"].min(), purchases["date"].max()
    found = []
    for (product, share), stream in zip(ranked.items(), seed.spawn(len(ranked)), strict=True):
        mine = purchases[purchases["product"] == product]
        since, why, asks = _launch(mine, launched.get(product), begin)
        firsts = first_purchases(mine, since, end) if since is not None else np.zeros(0)
        accounts = int(mine["account_id"].nunique())
        known = (str(product), float(share), accounts, len(mine) / accounts, since, firsts)
        told, doubt = read_stage(firsts, stream, level) if since is not None else (None, why)
        found.append(ProductLife(*known, told, doubt, asks))
    return tuple(found)


def largest_product_entry(
    column: str, products: pd.DataFrame | None, lives: tuple[ProductLife, ...]
) -> float | None:
    """What does the table of products say in this column of the largest one it says it of?"""
    if products is None:
        return None
    rows = products.dropna(subset=[column])
    shares = rows["product"].map({life.product: life.share for life in lives}).fillna(0.0)
    return float(rows.loc[shares.idxmax(), column]) if len(rows) else None


def read_stage(
    firsts: Array, seed: np.random.SeedSequence, level: float
) -> tuple[LifeStage | None, str | None]:
    """What do first purchases by period say of the stage at their end, or why nothing?"""
    if len(firsts) < FEWEST_PERIODS:
        months = count_with_noun(len(firsts), "month is", "months are")
        return None, f"{months} seen since its launch, and {FEWEST_PERIODS} are the least"
    told = life_stage(firsts, draws=CURVE_DRAWS, seed=seed, level=level)
    return told, told.why


def first_purchases(mine: pd.DataFrame, launch: pd.Timestamp, end: pd.Timestamp) -> Array:
    """How many accounts bought it first in each of equal periods of about a month? (periods,)"""
    first = mine.groupby("account_id")["date"].min()
    days = (end - launch).days + 1
    periods = int(pd.Timedelta(days=days) / MONTH)
    if periods < 1:
        return np.zeros(0)
    ends = np.linspace(0, days, periods + 1)
    return np.histogram((first - launch).dt.days + HALF, ends)[0].astype(np.float64)


def _launch(
    mine: pd.DataFrame, launched: pd.Timestamp | None, begin: pd.Timestamp
) -> tuple[pd.Timestamp | None, str | None, str]:
    """Since when is the whole life in the data? None where it is not, then why, and what to ask."""
    first = mine["date"].min()
    if launched is None or pd.isna(launched):
        if first - begin >= QUIET * MONTH:
            return first, None, "purchases"
        return None, "nobody says when it was launched", "products"
    if first < launched:
        return None, "bought before the day named as its launch", "products"
    if begin - launched <= LATE * MONTH:
        return launched, None, "purchases"
    return None, "launched before the purchases begin", "purchases"


PATIENCE = (0.0, 0.5, 0.9)  # how much of today's value waiting a period leaves to buyers
COLUMNS = {f"price_{name}": name for name in QUESTIONS}


@dataclass(frozen=True, eq=False)
class StatedPrices:
    """What payers say of prices, and a what-if on it.

    `accepted` the four points of the price meter; `skimming` what two falling prices would earn
    beyond the best one price; `cost` of a piece, None where nobody says it and 0 is reckoned with.
    """

    accepted: PriceAcceptance
    skimming: SkimmingPlan
    cost: float | None


def stated_prices(
    survey: pd.DataFrame, cost: float | None, *, seed: int, level: float
) -> StatedPrices | CannotTell | None:
    """What do payers say of prices? None where nobody was asked; see `models.pricing`.

    Buyers only. Willingness to pay is the price called dear and yet considered, the mean over an
    account's payers whose four prices rise: stated, so an upper bound of what they do pay.
    """
    payers = survey[survey["role"] != "consumer"]
    answers = payers[list(COLUMNS)].rename(columns=COLUMNS).astype(float)
    asked = answers.notna().any(axis=1)
    answers, accounts = answers[asked], payers.loc[asked, "account_id"]
    if answers.empty:
        return None
    accepted = price_acceptance(answers, accounts=accounts.to_numpy(), seed=seed, level=level)
    if isinstance(accepted, CannotTell):
        return accepted
    rising = (np.diff(answers.to_numpy(), axis=1) > 0).all(axis=1)
    willing = answers.loc[rising, "expensive"].groupby(accounts[rising]).mean()
    plan = skimming_plan(willing, cost=cost or 0.0, patience=PATIENCE, seed=seed, level=level)
    return StatedPrices(accepted, plan, cost)


HORIZON = 180  # days from the first free day within which a conversion counts
WORTH = 365  # days from the first order whose margin a payer is worth
FEWEST = 30  # accounts
PAYER_DRAWS = 1_000


@dataclass(frozen=True, eq=False)
class FreeUsers:
    """`accounts` that used it free of charge, and which share of them pays within HORIZON days.

    `pays` sets what they bring against what they cost.
    """

    accounts: int
    conversion: Interval | CannotTell
    pays: FreemiumValue | CannotTell


def free_users(
    people: pd.DataFrame,
    purchases: pd.DataFrame | None,
    *,
    cost: float | None,
    margin: float | None,
    seed: np.random.SeedSequence,
    level: float,
) -> FreeUsers | None:
    """Does a free user pay for herself? None where nobody is known to use it free of charge.

    By account, since who uses free and who pays are often two people. Those who came late were
    watched for less time and count as such (Kaplan–Meier); what they bring is reckoned on those
    watched for HORIZON days. A payer is worth the margin of the first WORTH days.
    """
    spells = _spells(people, purchases)
    if spells.empty:
        return None
    paid = spells["wait"].notna()
    days = spells["wait"].fillna(spells["watched"])
    share = conversion_by_horizon(days, paid, horizon=HORIZON, level=level)
    pays = _pays(spells, _worth(purchases, seed), cost, margin, level)
    return FreeUsers(len(spells), share, pays)


def _spells(people: pd.DataFrame, purchases: pd.DataFrame | None) -> pd.DataFrame:
    """Per account that began without paying: days watched, and days until it paid (or none)."""
    own = people["account_id"].fillna(people["person_id"])
    first = people.groupby(own)[["free_from", "paid_from"]].min()
    seen = [people["free_from"].max(), people["paid_from"].max()]
    until = pd.Series(seen if purchases is None else [*seen, purchases["date"].max()]).max()
    wait = (first["paid_from"] - first["free_from"]).dt.days
    spells = pd.DataFrame({"watched": (until - first["free_from"]).dt.days, "wait": wait})
    return spells[spells["watched"].notna() & ~(wait < 0)].astype(float)


def _pays(
    spells: pd.DataFrame, worth: Array, cost: float | None, margin: float | None, level: float
) -> FreemiumValue | CannotTell:
    long = spells[spells["watched"] >= HORIZON]
    if cost is None:
        return CannotTell("nobody says what a free user costs (products: free_cost)")
    if margin is None:
        return CannotTell("nobody says which share of revenue is margin (client.yml: margin)")
    if len(long) < FEWEST:
        watched = count_with_noun(len(long), "free account was", "free accounts were")
        return CannotTell(f"{watched} watched for {HORIZON} days, of {FEWEST}")
    value = worth * margin
    if not len(value) or value.mean() <= 0:
        return CannotTell(f"fewer than {FEWEST} payers were watched for {WORTH} days")
    converted = int((long["wait"] <= HORIZON).sum())
    return freemium_value(converted, len(long), cost=cost, paid_value=value, level=level)


def _worth(purchases: pd.DataFrame | None, seed: np.random.SeedSequence) -> Array:
    """Revenue of a payer's first WORTH days, as draws of the mean over accounts seen that long."""
    if purchases is None:
        return np.zeros(0)
    first = purchases.groupby("account_id")["date"].transform("min")
    early = (purchases["date"] - first).dt.days < WORTH
    seen = (purchases["date"].max() - first).dt.days >= WORTH
    revenue = purchases[early & seen].groupby("account_id")["amount"].sum()
    if len(revenue) < FEWEST:
        return np.zeros(0)
    return Resample(len(revenue), PAYER_DRAWS, seed).totals(revenue) / len(revenue)
