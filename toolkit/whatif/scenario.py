"""What would be done otherwise, and which numbers of human behaviour does that rest on?

A `Scenario` says it, whole and unchanging. Its assumptions belong to what-ifs and never to
findings: each holds for some people and goods, and its published range says how little one number
tells. What another price would bring – quantity, revenue, margin – follows from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import product
from typing import Any

from toolkit.contract import ROLES
from toolkit.models.behaviour import (
    DISCOUNT_A_DAY,
    LOSS_AVERSION,
    SUNK_COST,
    PublishedValue,
    present_value,
)
from toolkit.stats.interval import Interval

OWN_TRIAL = "no published value known to us: take it from a trial of your own with a holdout"


@dataclass(frozen=True)
class Assumption:
    """One number: `value` unless a scenario says otherwise, and the range one may set it in."""

    id: str
    label: str
    value: float
    low: float
    high: float
    source: str


def _published(id: str, label: str, value: float, known: tuple[PublishedValue, ...]) -> Assumption:
    """The range from the least to the most that these sources give."""
    low = min(p.value if p.low is None else p.low for p in known)
    high = max(p.value if p.high is None else p.high for p in known)
    return Assumption(
        id, label, value, low, high, "; ".join(dict.fromkeys(p.source for p in known))
    )


_FULL, _REDUCED = SUNK_COST[0].value, SUNK_COST[1].value
ASSUMPTIONS: Mapping[str, Assumption] = {
    a.id: a
    for a in (
        Assumption(
            "response",
            "response to spend: exponent of diminishing returns",
            0.12,
            0.09,
            0.24,
            "Sethuraman, Tellis & Briesch (2011), Journal of Marketing Research 48, 457–471: 0.12 "
            "in the short and 0.24 in the long run; Henningsen, Heuke & Clement (2011), BuR "
            "Business Research 4, 193–239: 0.09",
        ),
        Assumption(
            "elasticity",
            "price elasticity: per cent less sold for one per cent dearer",
            2.62,
            1.76,
            2.62,
            "Bijmolt, Van Heerde & Pieters (2005), Journal of Marketing Research 42, 141–156: "
            "2.62; Tellis (1988), Journal of Marketing Research 25, 331–341: 1.76",
        ),
        _published(
            "loss_aversion",
            "loss aversion: how much more a loss weighs than a gain",
            LOSS_AVERSION[1].value,
            LOSS_AVERSION,
        ),
        _published(
            "discount_a_day",
            "discounting: what a day of waiting takes off",
            DISCOUNT_A_DAY[1].value,
            DISCOUNT_A_DAY,
        ),
        Assumption(
            "sunk_cost",
            "sunk cost: how much more those use it who paid the full price",
            _FULL / _REDUCED,
            1.0,
            _FULL / _REDUCED,
            f"{SUNK_COST[0].source}: {_FULL:g} plays of 5 seen at the full price, {_REDUCED:g} at "
            "a reduced one",
        ),
        Assumption(
            "fear_of_missing_out",
            "fear of missing out: share of first orders that “only today” adds",
            0.0,
            0.0,
            1.0,
            OWN_TRIAL,
        ),
        Assumption(
            "regret",
            "share of the orders so added that are taken back, the account lost",
            0.0,
            0.0,
            1.0,
            OWN_TRIAL,
        ),
    )
}

DIMENSIONS = ("audience", "phase", "segment", "campaign")  # by which spend may change
Factors = Mapping[str, float]


@dataclass(frozen=True)
class Scenario:
    """What is changed against what was observed; a scenario that says nothing changes nothing.

    `spend[dimension][name]` multiplies the spend of the rows of that audience, phase, segment or
    campaign as observed; several multiply each other. `claims[campaign]` are the attributes it
    promises instead, `audiences[campaign]` whom it is aimed at instead. `price` multiplies all
    prices at unchanged cost. `lift[role][attribute]` is added to every rating of performance, in
    points of 0…100, up to the end of the scale. `levers[lever]`: 0 stops it, above 1 it reaches so
    many times the customers. `free_cost` multiplies what a free user costs. `thresholds` go before
    the client's, `assumptions` before the published means. `note` says why somebody would do so: a
    few words that change nothing.
    """

    name: str = ""
    note: str = ""
    spend: Mapping[str, Factors] = field(default_factory=dict)
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)
    price: float = 1.0
    lift: Mapping[str, Factors] = field(default_factory=dict)
    levers: Factors = field(default_factory=dict)
    free_cost: float = 1.0
    thresholds: Factors = field(default_factory=dict)
    assumptions: Factors = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What changes nothing is not kept, so that equal scenarios are equal.

        Raises ValueError for a dimension or role that there is none of, and a part of a lever.
        """
        _refuse_unknown("spend", self.spend, DIMENSIONS)
        _refuse_unknown("lift", self.lift, ROLES)
        if any(0 < factor < 1 for factor in self.levers.values()):
            raise ValueError(f"levers: expected 0, or 1 and more, found {dict(self.levers)}")
        told = {a.id: a.value for a in ASSUMPTIONS.values()}
        kept: dict[str, Any] = {
            "spend": _without_neutral(self.spend, 1.0),
            "lift": _without_neutral(self.lift, 0.0),
            "levers": {k: v for k, v in self.levers.items() if v != 1.0},
            "assumptions": {k: v for k, v in self.assumptions.items() if v != told.get(k)},
            "claims": {k: tuple(v) for k, v in self.claims.items()},
        }
        for name, value in kept.items():
            object.__setattr__(self, name, value)

    @property
    def unnamed(self) -> Scenario:
        """What it changes, whatever it is called and whatever is noted of it."""
        return replace(self, name="", note="") if self.name or self.note else self

    @property
    def changes(self) -> tuple[str, ...]:
        """Which of its parts change anything?"""
        return tuple(name for name in PARTS if getattr(self, name) != getattr(UNCHANGED, name))

    def assumed(self, id: str) -> float:
        """The number it reckons with."""
        return self.assumptions.get(id, ASSUMPTIONS[id].value)

    def part(self, *names: str) -> str:
        """These parts written out: equal texts where they are equal."""
        return "; ".join(self._written[name] for name in names)

    @cached_property
    def _written(self) -> dict[str, str]:
        """Every part written out, once: fifteen mistakes ask for theirs at each move."""
        return {name: f"{name} {sort_names(getattr(self, name))!r}" for name in PARTS}


def _refuse_unknown(part: str, named: Mapping[str, object], known: Sequence[str]) -> None:
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ValueError(f"{part}: expected {', '.join(known)}, found {', '.join(unknown)}")


def _without_neutral(nested: Mapping[str, Factors], neutral: float) -> dict[str, dict[str, float]]:
    kept = {k: {n: float(f) for n, f in v.items() if f != neutral} for k, v in nested.items()}
    return {key: named for key, named in kept.items() if named}


def sort_names(value: Any) -> Any:
    """The same with all names in their order, in whatever order they were written."""
    if isinstance(value, Mapping):
        return {name: sort_names(value[name]) for name in sorted(value)}
    return value


PARTS = tuple(f.name for f in fields(Scenario) if f.name not in ("name", "note"))
UNCHANGED = Scenario()

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
