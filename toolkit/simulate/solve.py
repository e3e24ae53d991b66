"""In which nearby world has a mistake exactly the size one wishes?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from toolkit.contract import ROLES
from toolkit.simulate.campaigns import claim_vector, true_claim_fit, true_spend_shares
from toolkit.simulate.truth import say_of_three, true_population, true_size
from toolkit.simulate.world import FloatArray, World

SOLVABLE = (
    "consumer-ignored",
    "buyer-ignored",
    "spend-off-say",
    "missed-influencer",
    "wrong-message",
    "same-message",
)
_WorldPath = Callable[[float], World]
NOISE = 1e-12  # of floating point: TVD = 0 comes out as 1e-16
STEPS = 60  # halvings: as fine as floating point can tell apart


def solve_world(world: World, mistake: str, theta: float) -> World:
    """In which nearby world is the mistake exactly that large?

    One thing is moved until the exact truth is θ, by bisection: consumers' performance
    (consumer-ignored, buyer-ignored), spend from where the say is towards buyers (spend-off-say)
    or away from influencers (missed-influencer), spend of the rows that fit the other role better
    (wrong-message), and how far consumers' importances lie from buyers' (same-message).
    The others are numbers of the world itself, or of a part of it, and set there: rates of
    `Response`, `Lever.cost`, `Usage.idle`, `Voices.consumers`, a campaign's phase and dates.
    Raises ValueError where no such world exists on that path.
    """
    path, low, high = _path_of(world, mistake)
    at_low, at_high = (_size_or_error(path(t), mistake) for t in (low, high))
    if not min(at_low, at_high) - NOISE <= theta <= max(at_low, at_high) + NOISE:
        raise ValueError(f"{mistake}: expected θ within {at_low:.4g}…{at_high:.4g}; found {theta}")
    rising = at_high >= at_low
    for _ in range(STEPS):
        middle = (low + high) / 2
        if (_size_or_error(path(middle), mistake) < theta) == rising:
            low = middle
        else:
            high = middle
    return path(high)


def with_spend(world: World, shares: dict[str, float]) -> World:
    """The same campaigns, rescaled by audience so that spend has these shares; total unchanged."""
    now = true_spend_shares(world)
    if any(row["audience"] == "both" for row in world.campaigns):
        raise ValueError("campaigns: expected rows aimed at one audience each; found both")
    empty = [role for role, share in shares.items() if share > 0 and now[role] == 0]
    if empty:
        raise ValueError(f"campaigns: expected a row with spend aimed at {', '.join(empty)}")
    factor = {role: shares[role] / now[role] if now[role] else 0.0 for role in shares}
    return _scale_spend(world, [factor[row["audience"]] for row in world.campaigns])


def _path_of(world: World, mistake: str) -> tuple[_WorldPath, float, float]:
    if mistake in ("consumer-ignored", "buyer-ignored"):
        return lambda t: _with_performance(world, t), -4.0, 4.0
    if mistake == "spend-off-say":
        return _spend_path(world, np.array([1.0, 0.0, 0.0])), 0.0, 1.0
    if mistake == "missed-influencer":
        return _influencer_path(world), 0.0, 1.0
    if mistake == "wrong-message":
        return _wrong_message_path(world), -20.0, 20.0
    if mistake == "same-message":
        return lambda t: _with_importance(world, t), 0.0, 3.0
    raise ValueError(f"expected one of {', '.join(SOLVABLE)}; found {mistake}")


def _size_or_error(world: World, mistake: str) -> float:
    theta = true_size(world, mistake)
    if theta is None:
        raise ValueError(f"{mistake}: the world lacks the campaigns or the say it takes")
    return theta


def _with_performance(world: World, shift: float) -> World:
    moved = tuple(p + shift for p in world.consumer.performance)
    return replace(world, consumer=replace(world.consumer, performance=moved))


def _with_importance(world: World, stretch: float) -> World:
    pairs = zip(world.buyer.importance, world.consumer.importance, strict=True)
    moved = tuple(b + stretch * (c - b) for b, c in pairs)
    return replace(world, consumer=replace(world.consumer, importance=moved))


def _spend_path(world: World, end: FloatArray) -> _WorldPath:
    say = say_of_three(true_population(world))

    def path(t: float) -> World:
        mixed = (1 - t) * say + t * end
        return with_spend(world, dict(zip(true_spend_shares(world), mixed.tolist(), strict=True)))

    return path


def _influencer_path(world: World) -> _WorldPath:
    rest = true_spend_shares(world)
    left = rest["buyer"] + rest["consumer"]

    def path(t: float) -> World:
        shares = {role: t * rest[role] / left for role in ROLES}
        return with_spend(world, shares | {"influencer": 1 - t})

    return path


def _wrong_message_path(world: World) -> _WorldPath:
    """Spend of the rows that fit the other role better, multiplied by 2 to the power t."""
    weights = true_population(world).weights
    wrong = [_fits_other(world, row, weights) for row in world.campaigns]

    def path(t: float) -> World:
        return _scale_spend(world, [2.0**t if bad else 1.0 for bad in wrong])

    return path


def _fits_other(world: World, row: Mapping[str, Any], weights: dict[str, FloatArray]) -> bool:
    if row["audience"] not in ROLES or not row.get("claims"):
        return False
    claims = claim_vector(world, row["claims"])
    fits = {role: true_claim_fit(claims, weights[role]) for role in ROLES}
    other = ROLES[1 - ROLES.index(row["audience"])]
    return fits[other] > fits[row["audience"]]


def _scale_spend(world: World, factors: Iterable[float]) -> World:
    pairs = zip(world.campaigns, factors, strict=True)
    rows = tuple({**row, "spend": row["spend"] * factor} for row, factor in pairs)
    return replace(world, campaigns=rows)
