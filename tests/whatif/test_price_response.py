"""Another price: quantity, revenue, margin, and what loss aversion does to them."""

from __future__ import annotations

import pytest

from toolkit.whatif.scenario import (
    UNCHANGED,
    DemandCurve,
    Scenario,
    demand_curve,
    margin_share_at,
    scenario_margin,
    scenario_revenue,
    value_after_waiting,
)


def test_without_loss_aversion_quantity_follows_the_published_elasticity() -> None:
    even = DemandCurve(elasticity=2.62, loss_aversion=1.0)
    assert even.quantity(1.1) == pytest.approx(1.1**-2.62)
    assert even.quantity(0.9) == pytest.approx(0.9**-2.62)


def test_a_rise_counts_more_than_a_cut_and_both_together_as_published() -> None:
    felt = DemandCurve(elasticity=2.0, loss_aversion=1.955)
    rise, cut = (-_slope(felt, step) for step in (1e-6, -1e-6))
    assert rise / cut == pytest.approx(1.955, rel=1e-4)
    assert (rise + cut) / 2 == pytest.approx(2.0, rel=1e-4)


def _slope(felt: DemandCurve, step: float) -> float:
    return (felt.quantity(1 + step) - 1) / step


def test_costs_a_piece_stay_when_prices_move() -> None:
    cost = 100 * (1 - 0.35)
    assert margin_share_at(1.2, 0.35) == pytest.approx((120 - cost) / 120)
    assert margin_share_at(0.65, 0.35) == pytest.approx(0)


def test_at_todays_price_nothing_changes() -> None:
    assert (scenario_revenue(UNCHANGED, 500).low, scenario_revenue(UNCHANGED, 500).high) == (
        500,
        500,
    )
    assert scenario_margin(UNCHANGED, 500, 0.4).value == pytest.approx(200)


def test_the_range_goes_over_all_that_was_published() -> None:
    scenario = Scenario(price=1.1)
    found = scenario_revenue(scenario, 100)
    assert found.low < found.value <= found.high
    assert found.low == pytest.approx(100 * DemandCurve(2.62, 2.25).turnover(1.1))
    assert found.high == pytest.approx(100 * DemandCurve(1.76, 1.10).turnover(1.1))


def test_waiting_costs_as_the_discount_says() -> None:
    assert value_after_waiting(UNCHANGED, 0) == 1
    hasty = Scenario(assumptions={"discount_a_day": 0.01})
    assert value_after_waiting(hasty, 30) == pytest.approx(
        0.76923, abs=1e-5
    )  # Mazur: 100 in 30 days, k .01
    assert demand_curve(hasty) == demand_curve(UNCHANGED)
