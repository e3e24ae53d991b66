"""In which stage of its life is each product? Read from who bought it for the first time, when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.client import Client
from toolkit.models.diffusion import FEWEST_PERIODS, LifeStage, life_stage
from toolkit.quantities.answers import Array
from toolkit.text import counted

MONTH = pd.Timedelta(days=365.25 / 12)
DRAWS = 500  # of curves: Holm over fifteen mistakes asks for chances down to .0033
MOST_PRODUCTS = 5  # that are read, by revenue: the rest say little and take time
LATE = 1.0  # months after a launch within which purchases must begin
QUIET = 3.0  # months of other purchases that show a product was not there before
SURE = 0.8  # chance from which on a stage is taken as known
HALF = 0.5  # period n is read as the curve's at n, so it ends half a period later


@dataclass(frozen=True, eq=False)
class Life:
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


def lives(
    purchases: pd.DataFrame,
    products: pd.DataFrame | None,
    seed: np.random.SeedSequence,
    level: float = 0.95,
) -> tuple[Life, ...]:
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
        found.append(Life(*known, told, doubt, asks))
    return tuple(found)


def said_of_largest(
    column: str, products: pd.DataFrame | None, lives: tuple[Life, ...]
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
        months = counted(len(firsts), "month is", "months are")
        return None, f"{months} seen since its launch, and {FEWEST_PERIODS} are the least"
    told = life_stage(firsts, draws=DRAWS, seed=seed, level=level)
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
