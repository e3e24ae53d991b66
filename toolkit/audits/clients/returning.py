"""Who comes back, what does it bring, and which share of revenue is the first sale?"""

from __future__ import annotations

import pandas as pd

from toolkit.finding import measures
from toolkit.quantities import Facts
from toolkit.quantities.worth import Worth
from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio
from toolkit.stats.shares import wilson

FEWEST = 2  # accounts for any interval


def one_off(worth: Worth, level: float) -> list[pd.DataFrame]:
    """Which share of accounts ordered on one day only: so far, and within a year of watching?"""
    shares = {"": wilson(worth.one_off, worth.accounts, level=level)}
    watched = int(worth.watched.sum())
    if watched >= FEWEST:
        shares["in a year"] = wilson(watched - worth.clients, watched, level=level)
    return [measures("one_off_share", "share", shares)]


def values(worth: Worth, level: float) -> list[pd.DataFrame]:
    """What does an account that comes back bring in the year after its first day?"""
    unit, found = "currency per customer", []
    for name, told in (
        ("client_value", worth.value(level)),
        ("client_revenue", worth.revenue(level)),
    ):
        found.append(measures(name, unit, {"": told} if told else {}))
    return found


def first_sale(facts: Facts) -> list[pd.DataFrame]:
    """Which share of the spend is for the first sale, and which share of revenue comes of it?"""
    worth, spend = facts.worth, facts.phases
    paid, shown = {}, {}
    if spend:
        paid["spend on acquiring"] = Interval.constant(spend.acquire, spend.rows)
    if worth and (worth.first + worth.later).any():
        shown["revenue from first orders"] = ratio(
            worth.first, worth.first + worth.later, level=facts.level, share=True
        )
    return [
        measures("first_sale", "share", paid, people=False),
        measures("first_sale", "share", shown),
    ]
