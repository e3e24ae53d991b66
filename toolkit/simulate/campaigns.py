"""What do campaigns and lever trials do, and what is wrong with them?

What campaigns say to whom (spend shares, fit, shares of claims); how segments respond to them (the
rows of `campaigns`), and what is lost or made up there; whether the spend of the last year fits
the stage of the main product; and whether turning one-off customers into clients pays (the table
`levers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.catalogue import BUYER_SHARE
from toolkit.contract import ROLES
from toolkit.simulate.repeat_buying import ReturningAccounts, true_main_product
from toolkit.simulate.trade import true_stage
from toolkit.simulate.world import FloatArray, Lever, TrueResponse, World

AUDIENCES_OF = {"buyer": ("buyer", "both"), "consumer": ("consumer", "both")}


def true_spend_shares(world: World) -> dict[str, float]:
    """Which share of spend is aimed at buyer, consumer and influencer? `both` counts half each."""
    total = sum(float(row["spend"]) for row in world.campaigns)
    shares = dict.fromkeys((*ROLES, "influencer"), 0.0)
    for row in world.campaigns:
        aimed = ROLES if row["audience"] == "both" else (row["audience"],)
        for role in aimed:
            shares[role] += float(row["spend"]) / len(aimed) / total
    return shares


def claim_vector(world: World, claims: str) -> FloatArray:
    """1 for each attribute the claims (`price;dryness`) promise, 0 for the others."""
    promised = [c.strip() for c in claims.split(";") if c.strip()]
    unknown = sorted(set(promised) - set(world.attributes))
    if unknown:
        raise ValueError(f"claims: expected attributes of the client; found {', '.join(unknown)}")
    return np.array([float(a in promised) for a in world.attributes])


def true_claim_fit(claims: FloatArray, weights: FloatArray) -> float:
    """How much of what a role weighs could so many claims cover, and how much of it do these?

    Σ of the weights of the claims, divided by the sum of as many of the largest weights.

    >>> true_claim_fit(np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.3, 0.2]))
    0.6
    """
    best = np.sort(weights)[::-1][: int(claims.sum())]
    return float(claims @ weights / best.sum())


def true_fit_lost(world: World, weights: dict[str, FloatArray]) -> float:
    """Σ over rows aimed at one role of spend share × max(0, fit other role − fit aimed role)."""
    total = sum(float(row["spend"]) for row in world.campaigns)
    lost = 0.0
    for row in world.campaigns:
        if row["audience"] in ROLES and row.get("claims"):
            claims = claim_vector(world, row["claims"])
            other = ROLES[1 - ROLES.index(row["audience"])]
            gap = true_claim_fit(claims, weights[other]) - true_claim_fit(
                claims, weights[row["audience"]]
            )
            lost += float(row["spend"]) / total * max(0.0, gap)
    return lost


def true_claim_shares(world: World, role: str) -> FloatArray | None:
    """Which share of the spend aimed at the role goes to each claim? None where none does."""
    shares = np.zeros(len(world.attributes))
    for row in world.campaigns:
        if row["audience"] in AUDIENCES_OF[role] and row.get("claims"):
            claims = claim_vector(world, row["claims"])
            part = 0.5 if row["audience"] == "both" else 1.0
            shares += part * float(row["spend"]) * claims / claims.sum()
    return shares / shares.sum() if shares.sum() > 0 else None


def campaigns_table(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The table `campaigns`: rows as they stand, or one per segment where responses are known.

    Conversions are Binomial(contacts, rate), revenue is `worth` for each; a campaign's spend is
    split over its segments by contacts.
    """
    frame = pd.DataFrame(
        [part for row in world.campaigns for part in _campaign_by_segment(world, row)]
    )
    if not world.responses:
        return frame
    chances = frame.pop("rate").fillna(0.0), frame.pop("worth")
    contacts = frame["contacts"].fillna(0).astype(np.int64)
    acted = pd.Series(rng.binomial(contacts, chances[0])).where(frame["contacts"].notna())
    return frame.assign(conversions=acted, revenue=(acted * chances[1]).round(2))


def true_wrong_audience(world: World) -> float | None:
    """Which share of attainable conversions is lost because segments get what works elsewhere?

    θ = Σ_s Σ_k n_sk (p_s,best − p_sk) / Σ_s n_s p_s,best over segments s with at least two
    campaigns k, with contacts n_sk and true rates p_sk. Exact; None where no segment has two.
    """
    lost = attainable = 0.0
    for cells in _responses_by_segment(world).values():
        if len(cells) > 1:
            best = max(c.rate for c in cells)
            lost += sum(c.contacts * (best - c.rate) for c in cells)
            attainable += sum(c.contacts * best for c in cells)
    return float(lost / attainable) if attainable > 0 else None


def true_phantom_segments(world: World) -> float | None:
    """How far apart do segments respond, relative to the overall response?

    θ = √(Σ_s n_s (p_s − p)² / Σ_s n_s) / p, p_s the true response of a segment over all its
    contacts n_s and p that of all. Exact; None below two segments.
    """
    segments = _responses_by_segment(world)
    if len(segments) < 2:
        return None
    contacts = np.array([sum(c.contacts for c in cells) for cells in segments.values()], float)
    acting = np.array([sum(c.contacts * c.rate for c in cells) for cells in segments.values()])
    overall = acting.sum() / contacts.sum()
    spread = np.sqrt(np.average((acting / contacts - overall) ** 2, weights=contacts))
    return float(spread / overall)


def _responses_by_segment(world: World) -> dict[str, list[TrueResponse]]:
    segments: dict[str, list[TrueResponse]] = {}
    for response in world.responses:
        segments.setdefault(response.segment, []).append(response)
    return segments


def _campaign_by_segment(world: World, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    cells = [r for r in world.responses if r.campaign == row["campaign"]]
    if not cells:
        return [dict(row)]
    total = sum(c.contacts for c in cells)
    return [
        {**row, "spend": row["spend"] * c.contacts / total, "segment": c.segment}
        | {name: getattr(c, name) for name in ("contacts", "rate", "worth", "randomised")}
        for c in cells
    ]


def true_stage_mismatch(world: World, accounts: ReturningAccounts | None) -> float | None:
    """How far is the last year's spend from the mix the main product's stage asks for?

    θ = |buyers' share − the stage's share|, which is the TVD over buyer and consumer, of spend in
    the 12 months up to the last campaign's end, a campaign's spend being even over its days. The
    stage is that at the end of the time observed (`bass.stage`), the mix the client's setting
    `stage_mix` or BUYER_SHARE. None where the main product was not launched within the time
    observed: the beginning of its curve cannot be seen; or where campaigns have no dates.
    """
    trade = world.trade
    dated = [row for row in world.campaigns if row.get("start") and row.get("end")]
    if accounts is None or trade is None or trade.launch is None or not dated:
        return None
    if (
        len(dated) < len(world.campaigns)
        or true_main_product(trade, accounts) != trade.launch.product
    ):
        return None
    mix = BUYER_SHARE | dict(world.client.get("settings", {}).get("stage_mix", {}))
    return abs(_buyer_share(world) - mix[true_stage(trade.launch, trade.days)])


def _buyer_share(world: World) -> float:
    """Buyers' share of what was spent on buyers and consumers in the last 12 months."""
    last = max(pd.Timestamp(row["end"]) for row in world.campaigns)
    since = last - pd.DateOffset(years=1)
    rows = tuple({**r, "spend": r["spend"] * _part_after(since, r)} for r in world.campaigns)
    shares = true_spend_shares(replace(world, campaigns=rows))
    return shares["buyer"] / (shares["buyer"] + shares["consumer"])


def _part_after(since: pd.Timestamp, row: Mapping[str, Any]) -> float:
    """Which part of a campaign's days lies after that day?"""
    before = pd.Timestamp(row["start"]) - pd.Timedelta(days=1)
    end = pd.Timestamp(row["end"])
    return float(max((end - max(before, since)).days, 0) / (end - before).days)


REACHED = 0.5  # a lever that reached fewer one-off customers than this has been left behind


def levers_table(world: World, one_off: int, rng: np.random.Generator) -> pd.DataFrame:
    """The table `levers`: a trial per row, conversions drawn as binomials from the true rates."""
    levers = world.levers
    treated = np.array([round(lever.reached * one_off) for lever in levers])
    alone = np.array([round(lever.control * one_off) for lever in levers])
    return pd.DataFrame(
        {
            "lever": [lever.lever for lever in levers],
            "customers": treated,
            "converted": rng.binomial(treated, [lever.rate for lever in levers]),
            "cost": np.round(treated * np.array([lever.cost for lever in levers]), 2),
            "control_customers": alone,
            "control_converted": rng.binomial(alone, [lever.control_rate for lever in levers]),
        }
    )


def _lever_gain(lever: Lever, value: float) -> float:
    """What does treating one customer bring beyond its cost, a client being worth `value` more?

    >>> lever = Lever("learn", 0.3, rate=0.5, cost=20.0, control=0.3, control_rate=0.1)
    >>> round(_lever_gain(lever, 100), 9)
    20.0
    """
    return (lever.rate - lever.control_rate) * value - lever.cost


def true_chasing_one_offs(world: World, value: float | None) -> float | None:
    """What is lost per customer by the lever with most spend? θ = −gain, in currency."""
    if not world.levers or value is None:
        return None
    return -_lever_gain(max(world.levers, key=lambda lever: lever.reached * lever.cost), value)


def true_clients_left(world: World, value: float | None) -> float | None:
    """What does the best lever bring per customer that fewer than half have been offered?

    θ = the largest gain among levers that reached less than half of the one-off customers; None
    where there is none.
    """
    left = [lever for lever in world.levers if lever.reached < REACHED]
    if not left or value is None:
        return None
    return max(_lever_gain(lever, value) for lever in left)
