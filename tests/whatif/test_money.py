"""What moved money brings: diminishing returns, and no further than was observed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.clients import client
from toolkit.client.model import Client
from toolkit.stats.interval import CannotTell, Interval
from toolkit.whatif.money import (
    GUARD,
    BestMove,
    best_move,
    extra_spend,
    extrapolation_note,
    margin_gain,
    transfer_factors,
    unmeasured_spend_note,
)
from toolkit.whatif.scenario import UNCHANGED, Scenario, demand_curve

MARGIN = 0.5


def campaign(name: str, spend: float, revenue: float, conversions: float = 1e9) -> dict[str, Any]:
    """A campaign row so well counted that its result is all but known."""
    return {
        "campaign": name,
        "audience": "buyer",
        "spend": spend,
        "contacts": conversions * 10,
        "conversions": conversions,
        "revenue": revenue,
    }


def shop(*rows: dict[str, Any], margin: float | None = MARGIN) -> Client:
    """A client with these campaigns."""
    return client(campaigns=list(rows), margin=margin)


def gained(client: Client, **factors: float) -> Interval:
    """The gain where each campaign's spend is multiplied."""
    found = margin_gain(client, Scenario(spend={"campaign": factors}))
    assert isinstance(found, Interval)
    return found


def test_margin_follows_spend_to_the_published_power() -> None:
    one = shop(campaign("Film", 1_000, 8_000))
    found = gained(one, Film=1.2)
    assert found.value == pytest.approx(8_000 * MARGIN * (1.2**0.12 - 1), rel=1e-4)
    assert found.low == pytest.approx(8_000 * MARGIN * (1.2**0.09 - 1), rel=1e-3)
    assert found.high == pytest.approx(8_000 * MARGIN * (1.2**0.24 - 1), rel=1e-3)


def test_the_next_coin_brings_less_than_the_one_before() -> None:
    one = shop(campaign("Film", 1_000, 8_000))
    steps = [gained(one, Film=1 + step).value for step in (0.1, 0.2, 0.3)]
    assert steps[1] - steps[0] < steps[0]
    assert steps[2] - steps[1] < steps[1] - steps[0]


def test_nothing_is_counted_on_beyond_what_was_observed_and_it_is_said() -> None:
    one = shop(campaign("Film", 1_000, 8_000))
    assert gained(one, Film=2.0) == gained(one, Film=1 + GUARD)
    assert "“Film”" in extrapolation_note(one, Scenario(spend={"campaign": {"Film": 1.31}}))
    assert "“Film”" in extrapolation_note(one, Scenario(spend={"campaign": {"Film": 0.69}}))
    assert extrapolation_note(one, Scenario(spend={"campaign": {"Film": 1.3}})) == ""


def test_cutting_further_costs_more_however_far() -> None:
    one = shop(campaign("Film", 1_000, 8_000))
    assert gained(one, Film=0.3).value < gained(one, Film=0.7).value < 0


def test_few_conversions_make_the_gain_unsure() -> None:
    sure = gained(shop(campaign("Film", 1_000, 8_000, 10_000)), Film=1.2)
    unsure = gained(shop(campaign("Film", 1_000, 8_000, 10)), Film=1.2)
    assert unsure.high - unsure.low > sure.high - sure.low


@pytest.mark.parametrize(
    "untold",
    [
        client(margin=MARGIN),
        shop(campaign("Film", 1_000, 8_000), margin=None),
        shop(campaign("Film", 1_000, 8_000, 4)),
        shop(campaign("Film", 0, 8_000)),
    ],
    ids=["no campaigns", "no margin", "four conversions", "no spend"],
)
def test_where_nothing_says_what_money_brought_it_cannot_be_told(untold: Client) -> None:
    assert isinstance(margin_gain(untold, UNCHANGED), CannotTell)
    assert isinstance(best_move(untold, UNCHANGED), CannotTell)


def test_money_moved_between_audiences_is_neither_won_nor_lost(bear: Client) -> None:
    scenario = Scenario(spend={"audience": transfer_factors(bear, "consumer", "buyer", 0.1)})
    rows = bear.frames["campaigns"]
    assert extra_spend(bear, scenario) == pytest.approx(0, abs=1e-6)
    told = rows["spend"][rows["audience"] == "buyer"].sum() * scenario.spend["audience"]["buyer"]
    before = rows["spend"][rows["audience"] == "buyer"].sum()
    assert told - before == pytest.approx(0.1 * rows["spend"].sum())
    with pytest.raises(ValueError, match="expected spend on"):
        transfer_factors(bear, "consumer", "both", 0.1)


def best(client: Client) -> BestMove:
    """The best move there is."""
    found = best_move(client, UNCHANGED)
    assert isinstance(found, BestMove)
    return found


def test_the_best_move_ends_at_the_guard_where_one_campaign_brings_far_more() -> None:
    found = best(shop(campaign("Dear", 1_000, 1_000), campaign("Good", 1_000, 90_000)))
    assert found.scenario.spend["campaign"] == {"Dear": 0.7, "Good": 1.3}
    assert found.gain.low > 0


def test_the_best_move_evens_out_what_the_next_coin_brings() -> None:
    # equal margins at the next coin: f ∝ (margin / spend)^(1 / (1 − b)); the low end of the gain
    # is that at the least published exponent, 0.09
    found = best(shop(campaign("A", 1_000, 8_000), campaign("B", 1_000, 9_000)))
    factors = found.scenario.spend["campaign"]
    assert factors["A"] + factors["B"] == pytest.approx(2)
    assert factors["B"] / factors["A"] == pytest.approx((9 / 8) ** (1 / (1 - 0.09)), abs=0.003)


def test_no_other_allocation_within_the_guard_has_a_higher_low_end() -> None:
    sold = {"A": (900, 4_000, 60), "B": (2_000, 16_000, 300), "C": (1_500, 5_000, 40)}
    world = shop(*(campaign(name, *rest) for name, rest in sold.items()))
    top, rng = best(world), np.random.default_rng(3)
    spend = np.array([s for s, _, _ in sold.values()])
    for _ in range(300):
        factors = rng.uniform(1 - GUARD, 1 + GUARD, 3)
        factors[1] += (spend.sum() - factors @ spend) / spend[1]
        if abs(factors[1] - 1) <= GUARD:
            other = gained(world, **dict(zip(sold, factors, strict=True)))
            assert other.low <= top.gain.low + 0.02


def test_a_campaign_that_tells_of_a_part_only_stays_as_it_is_and_the_sum_too() -> None:
    silent = {**campaign("Good", 90_000, 0), "conversions": None, "revenue": None}
    rows = [campaign("Dear", 1_000, 1_000), campaign("Good", 700, 60_000)]
    world = shop(*rows, campaign("Fair", 1_300, 9_000), silent)
    found = best(world)
    assert {*found.scenario.spend["campaign"]} == {"Dear", "Fair"}
    assert extra_spend(world, found.scenario) == 0
    assert "“Good”" in unmeasured_spend_note(world, Scenario(spend={"campaign": {"Good": 1.1}}))
    assert unmeasured_spend_note(world, found.scenario) == ""


def test_many_campaigns_of_all_sizes_are_shared_out_and_the_sum_kept() -> None:
    rng = np.random.default_rng(1)
    spend = np.exp(rng.uniform(5.7, 11.5, 60))
    rows = [campaign(f"c{i}", s, s * rng.uniform(1, 5), 90) for i, s in enumerate(spend)]
    world = shop(*rows)
    found = best(world)
    assert extra_spend(world, found.scenario) == 0
    assert extrapolation_note(world, found.scenario) == ""
    assert found.gain.low > 0


def test_more_margin_is_counted_at_the_price_of_the_scenario() -> None:
    one = shop(campaign("Film", 1_000, 8_000))
    spend = {"campaign": {"Film": 1.2}}
    dear, flat = Scenario(spend=spend, price=1.1), {"elasticity": 1.76, "loss_aversion": 1.0}
    found, today = (margin_gain(one, replace(dear, price=p)) for p in (1.1, 1.0))
    assert isinstance(found, Interval)
    assert isinstance(today, Interval)
    sold = demand_curve(dear).quantity(1.1)
    assert found.value == pytest.approx(today.value * sold * (1.1 - 0.5) / 0.5)
    assert isinstance(
        none := margin_gain(one, replace(dear, price=0.5, assumptions=flat)), Interval
    )
    assert none.value == pytest.approx(0)


def test_where_no_move_is_surely_a_gain_today_is_best() -> None:
    found = best(shop(campaign("A", 1_000, 8_000, 9), campaign("B", 1_000, 8_100, 9)))
    assert found.scenario.spend == {}
    assert found.gain.value == 0


@pytest.mark.parametrize("contacts", [0.0, 80.0, 100.0])
def test_more_sales_than_were_reached_are_no_surer_than_their_count(contacts: float) -> None:
    odd = campaign("Film", 1_000, 8_000, 100) | {"contacts": contacts}
    blank = campaign("Film", 1_000, 8_000, 100) | {"contacts": None}
    assert gained(shop(odd), Film=1.2) == gained(shop(blank), Film=1.2)
