"""Does giving it away pay? Free users, who of them pays later, and what a payer is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.models.cannot import CannotTell
from toolkit.models.freemium import Freemium, conversion_by, freemium
from toolkit.quantities.answers import Array
from toolkit.stats.bootstrap import Resample
from toolkit.stats.interval import Interval
from toolkit.text import counted

HORIZON = 180  # days from the first free day within which a conversion counts
WORTH = 365  # days from the first order whose margin a payer is worth
FEWEST = 30  # accounts
DRAWS = 1_000


@dataclass(frozen=True, eq=False)
class FreeUsers:
    """`accounts` that used it free of charge, and which share of them pays within HORIZON days.

    `pays` sets what they bring against what they cost.
    """

    accounts: int
    conversion: Interval | CannotTell
    pays: Freemium | CannotTell


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
    share = conversion_by(days, paid, horizon=HORIZON, level=level)
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
) -> Freemium | CannotTell:
    long = spells[spells["watched"] >= HORIZON]
    if cost is None:
        return CannotTell("nobody says what a free user costs (products: free_cost)")
    if margin is None:
        return CannotTell("nobody says which share of revenue is margin (client.yml: margin)")
    if len(long) < FEWEST:
        watched = counted(len(long), "free account was", "free accounts were")
        return CannotTell(f"{watched} watched for {HORIZON} days, of {FEWEST}")
    value = worth * margin
    if not len(value) or value.mean() <= 0:
        return CannotTell(f"fewer than {FEWEST} payers were watched for {WORTH} days")
    converted = int((long["wait"] <= HORIZON).sum())
    return freemium(converted, len(long), cost=cost, paid_value=value, level=level)


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
    return Resample(len(revenue), DRAWS, seed).totals(revenue) / len(revenue)
