"""Worlds in which a mistake has exactly the size one wishes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from toolkit.simulate.messages import claimed, fit, spend_shares
from toolkit.simulate.population import population
from toolkit.simulate.truth import say_of_three
from toolkit.simulate.truth import theta as true_size
from toolkit.simulate.world import FloatArray, World
from toolkit.tables import ROLES

SOLVABLE = (
    "consumer-ignored",
    "buyer-ignored",
    "spend-off-say",
    "missed-influencer",
    "wrong-message",
    "same-message",
)
Path = Callable[[float], World]
NOISE = 1e-12  # of floating point: TVD = 0 comes out as 1e-16
STEPS = 60  # halvings: as fine as floating point can tell apart


def solve(world: World, mistake: str, theta: float) -> World:
    """In which nearby world is the mistake exactly that large?

    One thing is moved until the exact truth is θ, by bisection: consumers' performance
    (consumer-ignored, buyer-ignored), spend from where the say is towards buyers (spend-off-say)
    or away from influencers (missed-influencer), spend of the rows that fit the other role better
    (wrong-message), and how far consumers' importances lie from buyers' (same-message).
    The others are numbers of the world itself, or of a part of it, and set there: rates of
    `Response`, `Lever.cost`, `Usage.idle`, `Voices.consumers`, a campaign's phase and dates.
    Raises ValueError where no such world exists on that path.
    """
    path, low, high = _path(world, mistake)
    at_low, at_high = (_theta(path(t), mistake) for t in (low, high))
    if not min(at_low, at_high) - NOISE <= theta <= max(at_low, at_high) + NOISE:
        raise ValueError(f"{mistake}: expected θ within {at_low:.4g}…{at_high:.4g}; found {theta}")
    rising = at_high >= at_low
    for _ in range(STEPS):
        middle = (low + high) / 2
        if (_theta(path(middle), mistake) < theta) == rising:
            low = middle
        else:
            high = middle
    return path(high)


def with_spend(world: World, shares: dict[str, float]) -> World:
    """The same campaigns, rescaled by audience so that spend has these shares; total unchanged."""
    now = spend_shares(world)
    if any(row["audience"] == "both" for row in world.campaigns):
        raise ValueError("campaigns: expected rows aimed at one audience each; found both")
    empty = [role for role, share in shares.items() if share > 0 and now[role] == 0]
    if empty:
        raise ValueError(f"campaigns: expected a row with spend aimed at {', '.join(empty)}")
    factor = {role: shares[role] / now[role] if now[role] else 0.0 for role in shares}
    return _scaled(world, [factor[row["audience"]] for row in world.campaigns])


def _path(world: World, mistake: str) -> tuple[Path, float, float]:
    if mistake in ("consumer-ignored", "buyer-ignored"):
        return lambda t: _performing(world, t), -4.0, 4.0
    if mistake == "spend-off-say":
        return _towards(world, np.array([1.0, 0.0, 0.0])), 0.0, 1.0
    if mistake == "missed-influencer":
        return _from_influencer(world), 0.0, 1.0
    if mistake == "wrong-message":
        return _misfit(world), -20.0, 20.0
    if mistake == "same-message":
        return lambda t: _weighing(world, t), 0.0, 3.0
    raise ValueError(f"expected one of {', '.join(SOLVABLE)}; found {mistake}")


def _theta(world: World, mistake: str) -> float:
    theta = true_size(world, mistake)
    if theta is None:
        raise ValueError(f"{mistake}: the world lacks the campaigns or the say it takes")
    return theta


def _performing(world: World, shift: float) -> World:
    moved = tuple(p + shift for p in world.consumer.performance)
    return replace(world, consumer=replace(world.consumer, performance=moved))


def _weighing(world: World, stretch: float) -> World:
    pairs = zip(world.buyer.importance, world.consumer.importance, strict=True)
    moved = tuple(b + stretch * (c - b) for b, c in pairs)
    return replace(world, consumer=replace(world.consumer, importance=moved))


def _towards(world: World, end: FloatArray) -> Path:
    say = say_of_three(population(world))

    def path(t: float) -> World:
        mixed = (1 - t) * say + t * end
        return with_spend(world, dict(zip(spend_shares(world), mixed.tolist(), strict=True)))

    return path


def _from_influencer(world: World) -> Path:
    rest = spend_shares(world)
    left = rest["buyer"] + rest["consumer"]

    def path(t: float) -> World:
        shares = {role: t * rest[role] / left for role in ROLES}
        return with_spend(world, shares | {"influencer": 1 - t})

    return path


def _misfit(world: World) -> Path:
    """Spend of the rows that fit the other role better, multiplied by 2 to the power t."""
    weights = population(world).weights
    wrong = [_fits_other(world, row, weights) for row in world.campaigns]

    def path(t: float) -> World:
        return _scaled(world, [2.0**t if bad else 1.0 for bad in wrong])

    return path


def _fits_other(world: World, row: Mapping[str, Any], weights: dict[str, FloatArray]) -> bool:
    if row["audience"] not in ROLES or not row.get("claims"):
        return False
    claims = claimed(world, row["claims"])
    fits = {role: fit(claims, weights[role]) for role in ROLES}
    other = ROLES[1 - ROLES.index(row["audience"])]
    return fits[other] > fits[row["audience"]]


def _scaled(world: World, factors: Iterable[float]) -> World:
    pairs = zip(world.campaigns, factors, strict=True)
    rows = tuple({**row, "spend": row["spend"] * factor} for row, factor in pairs)
    return replace(world, campaigns=rows)
