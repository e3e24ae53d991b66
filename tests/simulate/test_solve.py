"""Worlds in which a mistake has the wished size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.simulate.campaigns import true_spend_shares
from toolkit.simulate.solve import SOLVABLE, solve_world, with_spend
from toolkit.simulate.truth import true_sizes
from toolkit.simulate.world import World


@pytest.mark.parametrize("mistake", SOLVABLE)
@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_the_mistake_is_exactly_as_large_as_wished(
    world: World, mistake: str, factor: float
) -> None:
    theta = MISTAKE_TYPES[mistake].threshold * factor
    if mistake == "same-message":  # it can be large only where both roles hear much the same
        world = replace(world, campaigns=tuple({**r, "claims": "price"} for r in world.campaigns))
    assert true_sizes(solve_world(world, mistake, theta))[mistake] == pytest.approx(theta, abs=1e-9)


def test_spend_can_be_put_exactly_where_the_say_is(world: World) -> None:
    assert true_sizes(solve_world(world, "spend-off-say", 0.0))["spend-off-say"] == pytest.approx(
        0, abs=1e-12
    )


def test_a_size_no_such_world_can_have_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match=r"missed-influencer: expected θ within"):
        solve_world(world, "missed-influencer", 0.9)


def test_spend_takes_the_shares_given_and_keeps_its_total(world: World) -> None:
    shares = {"buyer": 0.2, "consumer": 0.5, "influencer": 0.3}
    moved = with_spend(world, shares)
    assert true_spend_shares(moved) == pytest.approx(shares)
    assert sum(r["spend"] for r in moved.campaigns) == pytest.approx(1000)


def test_spend_cannot_go_to_an_audience_without_a_campaign(world: World) -> None:
    rows = tuple(r for r in world.campaigns if r["audience"] != "influencer")
    shares = {"buyer": 0.5, "consumer": 0.3, "influencer": 0.2}
    with pytest.raises(ValueError, match="influencer"):
        with_spend(replace(world, campaigns=rows), shares)


def test_an_unknown_mistake_is_refused_by_name(world: World) -> None:
    with pytest.raises(ValueError, match="hostages"):
        solve_world(world, "hostages", 0.1)
