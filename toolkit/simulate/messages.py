"""What the campaigns of a world say to whom: spend shares, fit, and shares of claims."""

from __future__ import annotations

import numpy as np

from toolkit.simulate.world import FloatArray, World
from toolkit.tables import ROLES

HALF = {"buyer": ("buyer", "both"), "consumer": ("consumer", "both")}


def spend_shares(world: World) -> dict[str, float]:
    """Which share of spend is aimed at buyer, consumer and influencer? `both` counts half each."""
    total = sum(float(row["spend"]) for row in world.campaigns)
    shares = dict.fromkeys((*ROLES, "influencer"), 0.0)
    for row in world.campaigns:
        aimed = ROLES if row["audience"] == "both" else (row["audience"],)
        for role in aimed:
            shares[role] += float(row["spend"]) / len(aimed) / total
    return shares


def claimed(world: World, claims: str) -> FloatArray:
    """1 for each attribute the claims (`price;dryness`) promise, 0 for the others."""
    promised = [c.strip() for c in claims.split(";") if c.strip()]
    unknown = sorted(set(promised) - set(world.attributes))
    if unknown:
        raise ValueError(f"claims: expected attributes of the client; found {', '.join(unknown)}")
    return np.array([float(a in promised) for a in world.attributes])


def fit(claims: FloatArray, weights: FloatArray) -> float:
    """How much of what a role weighs could so many claims cover, and how much of it do these?

    Σ of the weights of the claims, divided by the sum of as many of the largest weights.

    >>> fit(np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.3, 0.2]))
    0.6
    """
    best = np.sort(weights)[::-1][: int(claims.sum())]
    return float(claims @ weights / best.sum())


def fit_lost(world: World, weights: dict[str, FloatArray]) -> float:
    """Σ over rows aimed at one role of spend share × max(0, fit other role − fit aimed role)."""
    total = sum(float(row["spend"]) for row in world.campaigns)
    lost = 0.0
    for row in world.campaigns:
        if row["audience"] in ROLES and row.get("claims"):
            claims = claimed(world, row["claims"])
            other = ROLES[1 - ROLES.index(row["audience"])]
            gap = fit(claims, weights[other]) - fit(claims, weights[row["audience"]])
            lost += float(row["spend"]) / total * max(0.0, gap)
    return lost


def claim_shares(world: World, role: str) -> FloatArray | None:
    """Which share of the spend aimed at the role goes to each claim? None where none does."""
    shares = np.zeros(len(world.attributes))
    for row in world.campaigns:
        if row["audience"] in HALF[role] and row.get("claims"):
            claims = claimed(world, row["claims"])
            part = 0.5 if row["audience"] == "both" else 1.0
            shares += part * float(row["spend"]) * claims / claims.sum()
    return shares / shares.sum() if shares.sum() > 0 else None
