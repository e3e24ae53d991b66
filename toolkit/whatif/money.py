"""What would moved money bring, and which move is the best that the data can answer for?

A row's margin follows its spend as x^b, b the exponent of diminishing returns: the average return
says little of the next coin. What is not known stays out: rows without conversions and revenue.
Nothing here was drawn by lot unless the campaigns say so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.client.model import Client
from toolkit.models.response import AllocationProblem, maximise_lower_end
from toolkit.stats.interval import Array, CannotTell, Interval
from toolkit.whatif.apply import CampaignRows
from toolkit.whatif.scenario import ASSUMPTIONS, Scenario, new_margin_share, revenue_factor
from toolkit.wording import join_words

GUARD = 0.3  # of the spend observed: further away nothing was seen
CENTS = 2  # decimals of a sum that was moved to and fro
FEWEST_CONVERSIONS = 5.0  # conversions: with fewer a row says too little of what it brings
RESPONSE_METHOD = "conversions as counted, spend to a power; ends over the published exponents"


@dataclass(frozen=True, eq=False)
class CampaignMargins:
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
def campaign_margins(client: Client) -> CampaignMargins | CannotTell:
    """Which campaign rows say what they brought, and how much was it? One entry a row.

    The last clients' are remembered.
    """
    if not client.has("campaigns"):
        return CannotTell("There are no campaigns.")
    if client.margin is None:
        return CannotTell("Without the margin it is not known what a sale brings.")
    rows = client.frames["campaigns"]
    rows = rows[_measured_rows(client)]
    if rows.empty:
        return CannotTell(
            f"No campaign row with spend says its revenue and {FEWEST_CONVERSIONS:g} conversions "
            "or more, so "
            "what moved money would bring is not known."
        )
    margin = rows["revenue"].to_numpy(float) * client.margin
    sold = rows["conversions"].to_numpy(float)
    contacts = rows["contacts"].where(rows["contacts"] > 0).to_numpy(float)
    missed = 1 - sold / contacts
    noise = np.sqrt(np.where(missed > 0, missed, 1.0) / sold)  # no more sales than were reached
    spend = rows["spend"].to_numpy(float)
    return CampaignMargins(tuple(rows["campaign"]), spend, margin, margin * noise, int(sold.sum()))


def margin_gain(
    client: Client, scenario: Scenario, *, level: float = 0.95
) -> Interval | CannotTell:
    """How much more margin would the moved money bring, what it costs not yet deducted?

    Σ margin (f^b − 1), f the factor of each row's spend, at most 1 + GUARD: beyond it more is not
    counted on; margin at the scenario's price. Rows that do not say what they brought count for
    nothing (`unmeasured_spend_note`). Ends: normal in the conversions counted, over the
    published exponents.
    """
    known = campaign_margins(client)
    if isinstance(known, CannotTell):
        return known
    factors = np.minimum(
        CampaignRows.of(client).factors(scenario)[_measured_rows(client)], 1 + GUARD
    )
    gains, half = _response_curves(known, scenario.assumed("response"), level).gains(factors)
    ends = float((gains - half).min()), float((gains + half).max())
    whole = Interval(float(gains[0]), *ends, known.conversions, RESPONSE_METHOD)
    return whole.scaled(_margin_factor(client, scenario))


def _margin_factor(client: Client, scenario: Scenario) -> float:
    """Which multiple of today's margin does a sale's worth of today bring at the new price?"""
    if scenario.price == 1 or not client.margin:
        return 1.0
    return (
        revenue_factor(scenario)
        * (new_margin_share(client.margin, scenario.price) or 0.0)
        / client.margin
    )


def unmeasured_spend_note(client: Client, scenario: Scenario) -> str:
    """Whose spend is changed, though nothing says what it brings? Empty where nobody's."""
    if isinstance(campaign_margins(client), CannotTell):
        return ""
    rows = CampaignRows.of(client)
    names = _quoted_campaigns(
        rows, (rows.factors(scenario) != 1) & (rows.spend > 0) & ~_measured_rows(client)
    )
    if not names:
        return ""
    return (
        f"What the money of {names} brings is not known, or not of all of it: its change "
        "counts as neither gain nor loss of margin."
    )


def extrapolation_note(client: Client, scenario: Scenario) -> str:
    """Which campaigns' spend is moved further than the data can answer for? Empty where none."""
    if not client.has("campaigns"):
        return ""
    rows = CampaignRows.of(client)
    names = _quoted_campaigns(rows, np.abs(rows.factors(scenario) - 1) > GUARD + 1e-9)
    if not names:
        return ""
    return (
        f"The spend of {names} is moved by more than {GUARD:.0%} of what was observed: "
        "further away no response was seen, so no gain is counted there."
    )


def _quoted_campaigns(rows: CampaignRows, which: NDArray[np.bool_]) -> str:
    """The campaigns of these rows, each once; empty where there are none."""
    return join_words(
        f"“{name}”" for name in dict.fromkeys(compress(rows.names["campaign"], which))
    )


@lru_cache(maxsize=2)
def _unmeasured_campaigns(client: Client) -> frozenset[str]:
    """Which campaigns do not say of all their money what it brought?"""
    campaigns = client.frames["campaigns"]
    silent = campaigns["spend"].gt(0) & ~_measured_rows(client)
    return frozenset(campaigns["campaign"].astype(str)[silent])


@lru_cache(maxsize=2)
def _measured_rows(client: Client) -> NDArray[np.bool_]:
    """Which campaign rows say what their money brought?"""
    campaigns = client.frames["campaigns"]
    told = campaigns["conversions"].ge(FEWEST_CONVERSIONS) & campaigns["revenue"].notna()
    return np.asarray((told & campaigns["spend"].gt(0)).to_numpy(bool))


def _response_curves(known: CampaignMargins, response: float, level: float) -> AllocationProblem:
    """What the rows bring over the exponents of diminishing returns: the one assumed, and the ends.

    The assumed one comes first.
    """
    told = ASSUMPTIONS["response"]
    return AllocationProblem(
        known.spend, known.margin, known.error, (response, told.low, told.high), level
    )


def extra_spend(client: Client, scenario: Scenario) -> float:
    """How much more money is spent in all, in the client's currency?"""
    if not client.has("campaigns"):
        return 0.0
    rows = CampaignRows.of(client)
    return round(float(rows.spend @ (rows.factors(scenario) - 1)), CENTS) + 0.0


def transfer_factors(client: Client, giver: str, taker: str, share: float) -> Mapping[str, float]:
    """By which factors does this share of all spend go from one audience to another?

    Raises ValueError where the giver has less, or no row is aimed at the taker.
    """
    spend = client.frames["campaigns"].groupby("audience")["spend"].sum()
    money = share * float(spend.sum())
    if spend.get(taker, 0.0) <= 0 or spend.get(giver, 0.0) < money:
        raise ValueError(f"expected spend on {taker}s, and {money:g} on {giver}s; found {spend}")
    return {giver: 1 - money / float(spend[giver]), taker: 1 + money / float(spend[taker])}


@dataclass(frozen=True)
class BestMove:
    """The scenario whose gain has the highest lower end, and that gain of margin."""

    scenario: Scenario
    gain: Interval


def best_move(client: Client, scenario: Scenario, *, level: float = 0.95) -> BestMove | CannotTell:
    """How should the money be shared out between campaigns, all of it spent, none moved beyond?

    The allocation with the highest lower end of `margin_gain`, each campaign within GUARD of its
    spend and the sum unchanged; campaigns that say of some of their money only what it brought stay
    as they are. Found from the allocation that looks best, and from halfway to it; today is the
    answer where no move is surely a gain.
    """
    rows = campaign_margins(client)
    if isinstance(rows, CannotTell):
        return rows
    known = _by_campaign(rows, _unmeasured_campaigns(client))
    if len(known.names) < 2:
        return CannotTell(
            "Fewer than two campaigns say what all their money brought, so none can be moved."
        )
    response = scenario.assumed("response")
    field = _response_curves(known, response, level)
    today, best = np.ones(len(known.names)), _equal_marginal_returns(known, response)
    starts = (best, (today + best) / 2)
    reached = [
        _with_sum_unchanged(known, maximise_lower_end(field, start, GUARD).round(4))
        for start in starts
    ]
    factors = max([today, *reached], key=lambda f: field.low(f).min())
    named = {n: float(f) for n, f in zip(known.names, factors, strict=True)}
    found = Scenario(name="Best move", spend={"campaign": named}, assumptions=scenario.assumptions)
    moved = margin_gain(client, found, level=level)
    return moved if isinstance(moved, CannotTell) else BestMove(found, moved)


def _by_campaign(rows: CampaignMargins, without: Collection[str]) -> CampaignMargins:
    mine = np.array([name not in without for name in rows.names], dtype=bool)
    code, names = pd.factorize(np.array(rows.names, dtype=object)[mine])

    def summed(values: Array) -> Array:
        return np.bincount(code, values[mine], len(names)).astype(np.float64)

    error = np.sqrt(summed(rows.error**2))
    return CampaignMargins(
        tuple(names), summed(rows.spend), summed(rows.margin), error, rows.conversions
    )


def _equal_marginal_returns(known: CampaignMargins, response: float) -> Array:
    """Equal marginal returns within the guard: f ∝ (margin / spend)^(1 / (1 − b)), by halving."""
    wish = (known.margin / known.spend) ** (1 / (1 - response))
    low, high = 1e-9 / wish.max(), 10 / max(float(wish.min()), 1e-300)
    for _ in range(200):
        middle = (low * high) ** 0.5
        factors = np.clip(middle * wish, 1 - GUARD, 1 + GUARD)
        low, high = (middle, high) if factors @ known.spend < known.spend.sum() else (low, middle)
    return _with_sum_unchanged(known, np.clip(high * wish, 1 - GUARD, 1 + GUARD))


def _with_sum_unchanged(known: CampaignMargins, factors: Array) -> Array:
    """The same allocation with the last rounding of the sum taken back from the loosest."""
    rest = known.spend.sum() - factors @ known.spend
    inside = np.abs(factors - 1) < GUARD - 1e-6
    at = int(np.argmax(known.spend * inside))
    loosest: Array = np.eye(len(factors))[at]
    return factors + loosest * (rest / known.spend[at] if inside.any() else 0.0)
