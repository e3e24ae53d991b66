"""Worlds in which all six mistakes have a wished multiple of their threshold at once.

Consumers weigh what buyers weigh with two pairs of attributes swapped (a with c, b with d), so
claims of `e`, of `f`, or of a whole pair fit both roles exactly alike: rows on their kink. Claims
of one of a pair fit one role better. Spend shares put the rest where it has to be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.simulate.solve import solve_world
from toolkit.simulate.truth import true_population, true_sizes
from toolkit.simulate.world import (
    AccountStructure,
    DecisionInfluence,
    DecisionProfile,
    Role,
    SurveyDesign,
    World,
)

IMPORTANCE = (4.4, 4.0, 2.2, 2.0, 3.2, 2.8)
SWAPPED = (2.2, 2.0, 4.4, 4.0, 3.2, 2.8)
PERFORMANCE = (3.4, 3.6, 3.2, 3.0, 3.3, 3.5)
ATTRIBUTES = "abcdef"
SPEND = 1_000_000.0
HALVINGS = 50
ROUNDS = 20
EXACT = 1e-9

CLUSTERED = AccountStructure(consumers={1: 0.35, 2: 0.3, 3: 0.2, 5: 0.1, 8: 0.05})
GROWING = replace(CLUSTERED, growth=0.2)  # large accounts answer differently
SAY = DecisionInfluence(
    profiles=(
        DecisionProfile(0.5, buyer=50, consumer=30, influencer=10, gatekeeper=10),
        DecisionProfile(0.3, buyer=30, consumer=40, influencer=0, gatekeeper=30),
        DecisionProfile(0.2, buyer=40, consumer=20, influencer=40, gatekeeper=0),
    ),
    stages={"need": {"consumer": 1.4}, "choice": {}, "payment": {"buyer": 1.5}},
    others=0.2,
)


def world(
    times: float, *, accounts: AccountStructure = CLUSTERED, survey: SurveyDesign | None = None
) -> World:
    """All mistakes at `times` their threshold (buyer-ignored at minus that)."""
    client = {"attributes": {a: {"label": a} for a in ATTRIBUTES}}
    role: dict[str, Any] = {"performance": PERFORMANCE, "overstates": 1.4, "reports": 0.9}
    start = World(
        client,
        Role(IMPORTANCE, **role, pull=0.5, tilt=0.4),
        Role(SWAPPED, **role, pull=0.5, tilt=0.4),
        accounts,
        survey or SurveyDesign(),
        SAY,
    )
    start = solve_world(
        start, "consumer-ignored", times * MISTAKE_TYPES["consumer-ignored"].threshold
    )
    return _with_campaigns(start, times)


def alike(accounts: AccountStructure = CLUSTERED) -> World:
    """Every kink at once: roles weigh alike, one claim set goes to both, spend is where say is."""
    start = world(0.0, accounts=accounts)
    same = replace(start, consumer=replace(start.consumer, importance=IMPORTANCE))
    same = solve_world(same, "consumer-ignored", 0.0)
    shares = _say_shares(same)
    rows = [
        row(f"{claims} {role}", role, claims, shares[role] / 3)
        for role in ("buyer", "consumer")
        for claims in ("a", "b;e", "c;d;f")
    ]
    return replace(same, campaigns=(*rows, row("visit", "influencer", None, shares["influencer"])))


def mirrored(times: float) -> World:
    """The same with buyer-ignored at `times` its threshold, consumer-ignored at minus that."""
    return solve_world(
        world(times), "buyer-ignored", times * MISTAKE_TYPES["buyer-ignored"].threshold
    )


def row(name: str, audience: str, claims: str | None, share: float) -> dict[str, Any]:
    """A campaign row with that share of all spend."""
    return {"campaign": name, "audience": audience, "spend": share * SPEND, "claims": claims}


def _with_campaigns(start: World, times: float) -> World:
    shares = _say_shares(start)
    moved = times * MISTAKE_TYPES["missed-influencer"].threshold
    shares = {
        "buyer": shares["buyer"] + moved / 2,
        "consumer": shares["consumer"] + moved / 2,
        "influencer": shares["influencer"] - moved,
    }
    goals = {id: times * MISTAKE_TYPES[id].threshold for id in ("wrong-message", "same-message")}
    wrong = 0.0
    for _ in range(ROUNDS):
        made = _as_alike(start, shares, wrong, goals["same-message"])
        off = goals["wrong-message"] - (true_sizes(made)["wrong-message"] or 0.0)
        if abs(off) < EXACT:
            return made
        wrong = max(0.0, wrong + off / (2 * _fit_gap(start)))
    raise ValueError(f"no campaigns found with {goals}; left over: {off}")


def _as_alike(start: World, shares: dict[str, float], wrong: float, goal: float) -> World:
    """The world whose messages are so alike that same-message is `goal`."""
    low, high = 0.0, 1.0  # the share of each role's spend on the claim that suits it
    for _ in range(HALVINGS):
        right = (low + high) / 2
        found = true_sizes(replace(start, campaigns=_rows(shares, wrong, right)))["same-message"]
        low, high = (right, high) if (found or 0.0) > goal else (low, right)
    return replace(start, campaigns=_rows(shares, wrong, high))


def _rows(shares: dict[str, float], wrong: float, right: float) -> tuple[dict[str, Any], ...]:
    rows = [row("visit", "influencer", None, shares["influencer"])]
    for role, own, other in (("buyer", "a", "c"), ("consumer", "c", "a")):
        good = right * (shares[role] - wrong)
        rest = shares[role] - wrong - good
        rows += [row(f"right {role}", role, own, good), row(f"wrong {role}", role, other, wrong)]
        rows += [row(f"{c} {role}", role, c, rest / 4) for c in ("e", "f", "a;c", "b;d;e")]
    return tuple(r for r in rows if r["spend"] > 0)


def _fit_gap(start: World) -> float:
    weights = true_population(start).weights
    fits = {role: w[0] / w.max() for role, w in weights.items()}
    return float(fits["buyer"] - fits["consumer"])


def _say_shares(start: World) -> dict[str, float]:
    say = true_population(start).say or {}
    others = say["influencer"] + say["gatekeeper"]
    return {"buyer": say["buyer"], "consumer": say["consumer"], "influencer": others}
