"""What would the audit say? Only what a change moves is worked out anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeVar

from toolkit.audits.mistakes.effect import ESTIMATORS, Effect, MoneyRange, judge_effects
from toolkit.audits.mistakes.judge import mistake_effect
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.model import Client
from toolkit.finding import Judgement
from toolkit.measures.facts import DRAWS, Facts
from toolkit.whatif.apply import apply_scenario
from toolkit.whatif.scenario import PARTS, UNCHANGED, Scenario, new_margin_share, revenue_factor
from toolkit.whatif.updated_measures import ServedAfterLift, SpendByRow, lifted_survey

K = TypeVar("K")
V = TypeVar("V")
SPEND = ("spend", "audiences")
MESSAGE = (*SPEND, "claims")
MOST_EFFECTS, MOST_ROWS = 3_000, 20  # that are remembered, lest a long day fill the memory
# Which parts of a scenario move which shared quantity; those not named here never move.
MOVED_BY: Mapping[str, tuple[str, ...]] = {
    "answers": ("lift",),
    "served": ("lift",),
    "reversals": ("lift",),
    "contentment": ("lift",),
    "linked": ("lift",),
    "repeaters": ("lift", "price"),
    "spend": SPEND,
    "total_spend": SPEND,
    "phases": SPEND,
    "emphasis": SPEND,
    "responses": ("spend", "price"),
    "messages": MESSAGE,
    "misfit": ("claims", "audiences", "spend"),
    "tried": ("levers",),
    "returns": ("price",),
    "worth": ("price",),
    "use": ("price",),
    "free_users": ("price", "free_cost"),
}
PRICE_ASSUMPTIONS = ("elasticity", "loss_aversion")  # what a change of price rests on
REVENUE_COLUMNS: Mapping[str, tuple[str, ...]] = {  # columns that every account's payments scale
    "returns": ("revenue",),
    "worth": ("first", "later", "brought"),
    "use": ("revenue",),
    "repeaters": ("revenue",),
}


@dataclass(frozen=True, eq=False)
class ScenarioResult:
    """What a scenario comes to: the changed client, its quantities, and the fifteen verdicts.

    `observed` are the quantities of the client as it is.
    """

    scenario: Scenario
    observed: Facts
    facts: Facts
    mistakes: tuple[Judgement, ...]

    @property
    def client(self) -> Client:
        """The client as it would be."""
        return self.facts.client

    def mistake(self, id: str) -> Judgement:
        """The verdict on the mistake of that id."""
        return next(m for m in self.mistakes if m.id == id)


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A client under any scenario; what was worked out once is remembered.

    With fewer `draws` than the audit's, answers come sooner and are coarser: for a look while a
    slider is still moving.
    """

    client: Client
    draws: int = DRAWS
    facts: Facts | None = None  # what an audit before has worked out is not done again
    _effects: dict[tuple[str, str], Effect] = field(default_factory=dict)
    _rows: dict[str, SpendByRow] = field(default_factory=dict)
    _last: dict[str, Facts] = field(default_factory=dict)

    @cached_property
    def observed(self) -> ScenarioResult:
        """What the audit says of the client as it is."""
        facts = self.facts or Facts(self.client, self.draws)
        return ScenarioResult(UNCHANGED, facts, facts, self._judged(facts, facts, UNCHANGED))

    def under(self, scenario: Scenario) -> ScenarioResult:
        """What the audit would say: the same verdicts and money as on the changed tables.

        Every mistake that has a p is adjusted anew for all of them.
        """
        was, plain = self.observed.facts, replace(scenario.unnamed, price=1.0)
        facts = self._plain(plain) if plain.changes else was
        priced = self._priced(facts, scenario) if scenario.price != 1 else facts
        return ScenarioResult(scenario, was, priced, self._judged(facts, priced, scenario))

    def count_scores(self) -> None:
        """Count what any lift will ask for, so that the first one is no slower than the next."""
        if self.observed.facts.answers is not None and self.observed.facts.served is not None:
            self._lifting.count_all()

    def _judged(self, plain: Facts, priced: Facts, scenario: Scenario) -> tuple[Judgement, ...]:
        judged = [id for id in MISTAKE_TYPES if id in ESTIMATORS]
        found = {id: self._effect(id, plain, priced, scenario) for id in judged}
        limits = priced.client.settings.thresholds
        return judge_effects(found, limits, priced.one_person, priced.client.currency)

    def _effect(self, id: str, plain: Facts, priced: Facts, scenario: Scenario) -> Effect:
        """The effect, worked out at today's prices where they only move its money."""
        parts = MISTAKE_TYPES[id].moved_by
        parts = parts if self.client.margin != 0 else (*parts, "price")
        facts = priced if "price" in parts else plain
        threshold = facts.client.settings.thresholds.get(id, MISTAKE_TYPES[id].threshold)
        key = id, f"{threshold!r} {_parts_key(scenario, parts)}"
        make = partial(mistake_effect, facts, id, threshold)
        found = _remembered(self._effects, key, MOST_EFFECTS, make)
        return found if facts is priced else _repriced(id, found, self.client.margin, scenario)

    def _plain(self, scenario: Scenario) -> Facts:
        """The facts at today's prices; the last are remembered, for prices move often alone."""
        return _remembered(self._last, scenario.part(*PARTS), 1, partial(self._facts, scenario))

    def _facts(self, scenario: Scenario) -> Facts:
        """The facts of the changed client, with all that stays as it was handed in."""
        was = self.observed.facts
        client = apply_scenario(self.client, scenario, was)
        kept = _unmoved(was, {*scenario.changes})
        if "spend" in scenario.changes and client.has("campaigns"):
            kept |= self._spent(scenario, client)
        if "lift" in scenario.changes:
            kept |= self._lifted(client)
        return Facts.given(client, **kept)

    def _lifted(self, client: Client) -> dict[str, Any]:
        """The lifted answers, and how the roles are served then where that is quickly told."""
        answers, contentment = lifted_survey(self.observed.facts, client)
        served = self._lifting.served(answers) if answers else None
        found = {"answers": answers, "contentment": contentment}
        return found | ({"served": served} if served else {})

    @cached_property
    def _lifting(self) -> ServedAfterLift:
        return ServedAfterLift(self.observed.facts)

    def _spent(self, scenario: Scenario, client: Client) -> dict[str, Any]:
        """What is known of spend, added up from rows that keep their audience and claims."""
        key = scenario.part("audiences", "claims")
        aimed = Scenario(audiences=scenario.audiences, claims=scenario.claims)
        rows = _remembered(self._rows, key, MOST_ROWS, lambda: SpendByRow(self._facts(aimed)))
        return rows.at(client.frames["campaigns"]["spend"].to_numpy(float))

    def _priced(self, plain: Facts, scenario: Scenario) -> Facts:
        """The same facts at other prices, every account paying so many times as much."""
        price = Scenario(price=scenario.price, assumptions=scenario.assumptions)
        client = apply_scenario(plain.client, price)
        kept, times = _unmoved(plain, {"price"}), revenue_factor(scenario)
        for name, columns in REVENUE_COLUMNS.items():
            quantity = getattr(plain, name)
            if quantity is not None:
                scaled = {column: getattr(quantity, column) * times for column in columns}
                kept[name] = replace(quantity, **scaled)
        if plain.worth is not None:
            kept["worth"] = replace(kept["worth"], margin=client.margin)
        return Facts.given(client, **kept)


def _remembered(kept: dict[K, V], key: K, most: int, make: Callable[[], V]) -> V:
    """What was made for that key before, or is now; with so many kept, all are forgotten first."""
    if key not in kept:
        if len(kept) >= most:
            kept.clear()
        kept[key] = make()
    return kept[key]


def _unmoved(facts: Facts, changes: set[str]) -> dict[str, Any]:
    """The quantities worked out so far that these changes do not move."""
    moved = {name for name, parts in MOVED_BY.items() if {*parts} & changes}
    return {k: v for k, v in vars(facts).items() if k not in {*moved, "client"}}


def _parts_key(scenario: Scenario, parts: tuple[str, ...]) -> str:
    """These parts of the scenario, with what a change of price rests on, as a key."""
    assumed = "price" in parts and scenario.price != 1
    return scenario.part(*parts) + str(
        [scenario.assumed(a) for a in PRICE_ASSUMPTIONS] if assumed else ""
    )


def _repriced(id: str, found: Effect, margin: float | None, scenario: Scenario) -> Effect:
    """The effect with its money at the scenario's prices: what is a year's, in proportion."""
    if found.money is None or scenario.price == 1:
        return found
    times = revenue_factor(scenario)
    more = (new_margin_share(margin, scenario.price) or 0.0) / margin if margin else 1.0
    factors = {"revenue per year": times, "margin per year": times * more}
    factor = factors.get(MISTAKE_TYPES[id].money or "", 1.0)
    low, mid, high = (factor * x for x in (found.money.low, found.money.mid, found.money.high))
    return replace(found, money=MoneyRange(low, mid, high))
