"""What would moved money bring?

A row's margin follows its spend as x^b, b the exponent of diminishing returns: the average return
says little of the next coin. What is not known stays out: rows without conversions and revenue.
Nothing here was drawn by lot unless the campaigns say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from toolkit.client import Client
from toolkit.explore.applied import Rows, new_margin, turnover
from toolkit.explore.assumptions import ASSUMPTIONS
from toolkit.explore.scenario import Scenario
from toolkit.models.allocation import Field
from toolkit.models.cannot import CannotTell
from toolkit.quantities.answers import Array
from toolkit.stats.interval import Interval
from toolkit.text import listed

GUARD = 0.3  # of the spend observed: further away nothing was seen
CENTS = 2  # decimals of a sum that was moved to and fro
FEWEST = 5.0  # conversions: with fewer a row says too little of what it brings
METHOD = "conversions as counted, spend to a power; ends over the published exponents"


@dataclass(frozen=True, eq=False)
class Yields:
    """What K campaigns, or rows of them, brought: arrays (K,).

    `margin` of what they sold, with its standard `error` from the conversions counted; `spend` on
    it; `conversions` in all.
    """

    names: tuple[str, ...]
    spend: Array
    margin: Array
    error: Array
    conversions: int


@lru_cache(maxsize=2)
def yields(client: Client) -> Yields | CannotTell:
    """Which campaign rows say what they brought, and how much was it? One entry a row.

    The last clients' are remembered.
    """
    if not client.has("campaigns"):
        return CannotTell("There are no campaigns.")
    if client.margin is None:
        return CannotTell("Without the margin it is not known what a sale brings.")
    rows = client.frames["campaigns"]
    rows = rows[_telling(client)]
    if rows.empty:
        return CannotTell(
            f"No campaign row with spend says its revenue and {FEWEST:g} conversions or more, so "
            "what moved money would bring is not known."
        )
    margin = rows["revenue"].to_numpy(float) * client.margin
    sold = rows["conversions"].to_numpy(float)
    contacts = rows["contacts"].where(rows["contacts"] > 0).to_numpy(float)
    missed = 1 - sold / contacts
    noise = np.sqrt(np.where(missed > 0, missed, 1.0) / sold)  # no more sales than were reached
    spend = rows["spend"].to_numpy(float)
    return Yields(tuple(rows["campaign"]), spend, margin, margin * noise, int(sold.sum()))


def gain(client: Client, scenario: Scenario, *, level: float = 0.95) -> Interval | CannotTell:
    """How much more margin would the moved money bring, what it costs not yet deducted?

    Σ margin (f^b − 1), f the factor of each row's spend, at most 1 + GUARD: beyond it more is not
    counted on; margin at the scenario's price. Rows that do not say what they brought count for
    nothing (`unheard`). Ends: normal in the conversions counted, over the published exponents.
    """
    known = yields(client)
    if isinstance(known, CannotTell):
        return known
    factors = np.minimum(Rows.of(client).factors(scenario)[_telling(client)], 1 + GUARD)
    gains, half = field_of(known, scenario.assumed("response"), level).gains(factors)
    ends = float((gains - half).min()), float((gains + half).max())
    whole = Interval(float(gains[0]), *ends, known.conversions, METHOD)
    return whole.scaled(_margin_kept(client, scenario))


def _margin_kept(client: Client, scenario: Scenario) -> float:
    """Which multiple of today's margin does a sale's worth of today bring at the new price?"""
    if scenario.price == 1 or not client.margin:
        return 1.0
    return turnover(scenario) * (new_margin(client.margin, scenario.price) or 0.0) / client.margin


def unheard(client: Client, scenario: Scenario) -> str:
    """Whose spend is changed, though nothing says what it brings? Empty where nobody's."""
    if isinstance(yields(client), CannotTell):
        return ""
    rows = Rows.of(client)
    names = _named(rows, (rows.factors(scenario) != 1) & (rows.spend > 0) & ~_telling(client))
    if not names:
        return ""
    return (
        f"What the money of {names} brings is not known, or not of all of it: its change "
        "counts as neither gain nor loss of margin."
    )


def beyond(client: Client, scenario: Scenario) -> str:
    """Which campaigns' spend is moved further than the data can answer for? Empty where none."""
    if not client.has("campaigns"):
        return ""
    rows = Rows.of(client)
    names = _named(rows, np.abs(rows.factors(scenario) - 1) > GUARD + 1e-9)
    if not names:
        return ""
    return (
        f"The spend of {names} is moved by more than {GUARD:.0%} of what was observed: "
        "further away no response was seen, so no gain is counted there."
    )


def _named(rows: Rows, which: NDArray[np.bool_]) -> str:
    """The campaigns of these rows, each once; empty where there are none."""
    return listed(f"“{name}”" for name in dict.fromkeys(compress(rows.names["campaign"], which)))


@lru_cache(maxsize=2)
def untold(client: Client) -> frozenset[str]:
    """Which campaigns do not say of all their money what it brought?"""
    campaigns = client.frames["campaigns"]
    silent = campaigns["spend"].gt(0) & ~_telling(client)
    return frozenset(campaigns["campaign"].astype(str)[silent])


@lru_cache(maxsize=2)
def _telling(client: Client) -> NDArray[np.bool_]:
    """Which campaign rows say what their money brought?"""
    campaigns = client.frames["campaigns"]
    told = campaigns["conversions"].ge(FEWEST) & campaigns["revenue"].notna()
    return (told & campaigns["spend"].gt(0)).to_numpy(bool)


def field_of(known: Yields, response: float, level: float) -> Field:
    """What the rows bring over the exponents of diminishing returns: the one assumed, and the ends.

    The assumed one comes first.
    """
    told = ASSUMPTIONS["response"]
    return Field(known.spend, known.margin, known.error, (response, told.low, told.high), level)


def extra_spend(client: Client, scenario: Scenario) -> float:
    """How much more money is spent in all, in the client's currency?"""
    if not client.has("campaigns"):
        return 0.0
    rows = Rows.of(client)
    return round(float(rows.spend @ (rows.factors(scenario) - 1)), CENTS) + 0.0


def moved(client: Client, giver: str, taker: str, share: float) -> Mapping[str, float]:
    """By which factors does this share of all spend go from one audience to another?

    Raises ValueError where the giver has less, or no row is aimed at the taker.
    """
    spend = client.frames["campaigns"].groupby("audience")["spend"].sum()
    money = share * float(spend.sum())
    if spend.get(taker, 0.0) <= 0 or spend.get(giver, 0.0) < money:
        raise ValueError(f"expected spend on {taker}s, and {money:g} on {giver}s; found {spend}")
    return {giver: 1 - money / float(spend[giver]), taker: 1 + money / float(spend[taker])}
