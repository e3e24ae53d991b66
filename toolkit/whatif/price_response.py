"""What would another price bring? Quantity, revenue and margin, within the published ranges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from toolkit.models.behaviour import present_value
from toolkit.stats.interval import Interval
from toolkit.whatif.scenario import ASSUMPTIONS, Scenario

ELASTICITY_METHOD = "constant elasticity; ends over the published ranges"


@dataclass(frozen=True)
class DemandCurve:
    """How does the quantity sold follow the price?

    `elasticity` is the published mean over rises and cuts alike; `loss_aversion` λ splits it: a
    rise is felt as a loss and counts 2 λ / (1 + λ) of it, a cut 2 / (1 + λ), so that the mean of
    both is the published one. The split is our own reading of loss aversion in prices.
    """

    elasticity: float
    loss_aversion: float

    def quantity(self, price: float) -> float:
        """Which multiple of today's quantity is sold at this multiple of today's price?

        >>> round(DemandCurve(2.0, 1.0).quantity(1.1), 4), DemandCurve(2.0, 1.955).quantity(1.0)
        (0.8264, 1.0)
        """
        weight = self.loss_aversion if price > 1 else 1.0
        return float(price ** (-self.elasticity * 2 * weight / (1 + self.loss_aversion)))

    def turnover(self, price: float) -> float:
        """Which multiple of today's revenue comes in?"""
        return price * self.quantity(price)


def demand_curve(scenario: Scenario) -> DemandCurve:
    """How would buyers answer another price, as the scenario assumes?"""
    return DemandCurve(scenario.assumed("elasticity"), scenario.assumed("loss_aversion"))


def margin_share_at(price: float, margin: float) -> float:
    """Which share of revenue is margin at this multiple of the price? Costs a piece stay.

    >>> round(margin_share_at(1.25, 0.2), 2)
    0.36
    """
    return 1 - (1 - margin) / price


def _demand_over_ranges(scenario: Scenario) -> list[DemandCurve]:
    """All corners of the published ranges, and what the scenario assumes, first."""
    ends = [(ASSUMPTIONS[id].low, ASSUMPTIONS[id].high) for id in ("elasticity", "loss_aversion")]
    return [demand_curve(scenario), *(DemandCurve(e, aversion) for e, aversion in product(*ends))]


def scenario_revenue(scenario: Scenario, today: float) -> Interval:
    """How much revenue would come in instead of today's?"""
    return _range_of([today * d.turnover(scenario.price) for d in _demand_over_ranges(scenario)])


def scenario_margin(scenario: Scenario, today: float, margin: float) -> Interval:
    """How much margin would today's revenue, at today's share of margin, become?"""
    kept = today * margin_share_at(scenario.price, margin)
    return _range_of([kept * d.turnover(scenario.price) for d in _demand_over_ranges(scenario)])


def value_after_waiting(scenario: Scenario, days: int) -> float:
    """How much of today's value is left to buyers who wait so many days? 0…1."""
    return float(present_value(1.0, days, k=scenario.assumed("discount_a_day")))


def _range_of(values: list[float]) -> Interval:
    return Interval(values[0], min(values), max(values), 0, ELASTICITY_METHOD)


AT_COST = 1e-5  # a price that sliders round to what a piece costs leaves no more than this


def revenue_factor(scenario: Scenario) -> float:
    """Which multiple of what each account paid would it pay?"""
    return demand_curve(scenario).turnover(scenario.price) if scenario.price != 1 else 1.0


def new_margin_share(margin: float | None, price: float) -> float | None:
    """Which share of revenue would be margin? None where it is not known."""
    if margin is None or price == 1:
        return margin
    kept = margin_share_at(price, margin)
    return 0.0 if -AT_COST < kept < 0 else kept
