"""Panels where samples say little: stated prices, free users, people who pay and use."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.clients import client, noisy_survey
from tests.measures.test_products import answers, orders, people
from tests.whatif.conftest import SAMPLES
from tests.whatif.test_whatif import said
from toolkit.audits import motivations
from toolkit.audits.mistakes.judge import judge_mistakes
from toolkit.client.load import load
from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.measures.facts import Facts
from toolkit.stats.interval import CannotTell
from toolkit.whatif.apply import apply_scenario
from toolkit.whatif.controls import panel_controls
from toolkit.whatif.panels import (
    PANELS,
    PanelNumber,
    panel_content,
    returning_share_gain,
    scarcity_gain,
)
from toolkit.whatif.scenario import UNCHANGED, Scenario
from toolkit.whatif.whatif import WhatIf

SHOP = client(
    attributes=(),
    survey=answers(80),
    people=people(),
    purchases=orders(),
    products=[{"product": "plan", "price": 50, "unit_cost": 20, "free_cost": 12}],
    margin=0.5,
)

SCORES = {
    "importance_price": 4.0,
    "importance_fun": 2.0,
    "performance_price": 3.0,
    "performance_fun": 4.0,
    "satisfaction": 4.0,
}
BOTH = client(survey=noisy_survey(40, {"buyer": SCORES, "consumer": SCORES}), margin=0.5)


def shown(id: str, label: str, scenario: Scenario) -> PanelNumber:
    """One number of a panel."""
    whatif = WhatIf(SHOP, draws=500)
    found = panel_content(id, whatif.observed, whatif.under(scenario)).numbers
    return next(n for n in found if n.label == label)


def test_a_free_user_brings_less_by_exactly_what_she_costs_more() -> None:
    number = shown("clients", "A free user brings", Scenario(free_cost=1.5))
    assert number.before is not None
    assert number.after is not None
    assert number.before.value - number.after.value == pytest.approx(6)


def test_a_dearer_plan_changes_what_a_payer_is_worth() -> None:
    scenario = Scenario(price=1.2)
    number = shown("clients", "A free user brings", scenario)
    free = Facts(apply_scenario(SHOP, scenario)).free_users
    assert free is not None
    assert not isinstance(free.pays, CannotTell)
    assert number.after == free.pays.value


def test_buyers_who_wait_take_back_what_falling_prices_bring() -> None:
    label = "Two falling prices instead of one, a payer"
    patient = Scenario(assumptions={"discount_a_day": 0.00016})
    number = shown("price", label, patient)
    known = Facts(SHOP).prices
    assert known is not None
    assert not isinstance(known, CannotTell)
    assert number.before is not None
    assert number.after is not None
    assert number.after.value < number.before.value
    gains = [g.value for g in known.skimming.gain.values()]
    assert min(gains) <= number.after.value <= max(gains)


def test_pressing_buyers_pays_until_they_regret_it() -> None:
    worth = Facts(SHOP).worth
    assert worth is not None
    none = scarcity_gain(worth, UNCHANGED, 0.95)
    assert none is not None
    assert (none.value, none.low, none.high) == (0, 0, 0), "nobody is pressed, so nothing comes"
    pressed = [
        scarcity_gain(worth, Scenario(assumptions={"fear_of_missing_out": 0.1, "regret": r}), 0.95)
        for r in (0.0, 0.5, 1.0)
    ]
    values = [p.value for p in pressed if p]
    assert values == sorted(values, reverse=True)
    assert values[0] == pytest.approx(100 * 0.1 * 0.5 * 50)  # margin of ten first orders of 50
    assert values[-1] < 0
    assert all(p.low <= p.value <= p.high for p in pressed if p)


@pytest.mark.parametrize(
    ("sample", "scenario"),
    [
        (
            "open-bazaar",
            Scenario(lift={"consumer": {"price": 9}, "buyer": {"price": 4}}, price=1.1),
        ),
        ("crunch-morning", Scenario(spend={"segment": {"on the way": 1.3, "at the table": 0.7}})),
        ("sweet-corner", Scenario(lift={"buyer": {"price": -90}})),
        ("moon-lamp", Scenario(price=1.3, spend={"audience": {"buyer": 0.5}})),
    ],
)
def test_other_clients_are_judged_as_by_their_changed_tables(
    sample: str, scenario: Scenario
) -> None:
    read = load(SAMPLES / sample)
    attribute = next(iter(read.attributes))
    lift = {role: {attribute: points["price"]} for role, points in scenario.lift.items()}
    asked = replace(scenario, lift=lift)
    assert said(WhatIf(read).under(asked).mistakes) == said(
        judge_mistakes(Facts(apply_scenario(read, asked)))
    )


@pytest.mark.parametrize("points", [1, 30, 100])
def test_no_more_accounts_come_back_than_stayed_away(points: float, bright_if: WhatIf) -> None:
    lift = {"consumer": dict.fromkeys(bright_if.client.attributes, points)}
    before, after = bright_if.observed, bright_if.under(Scenario(lift=lift))
    back = returning_share_gain(before.facts, after.facts)
    assert back is not None
    assert before.facts.linked is not None
    today = before.facts.linked.again.mean()
    assert -today <= back.low <= back.value <= back.high <= 1 - today
    nothing = returning_share_gain(before.facts, before.facts)
    assert nothing is not None
    assert nothing.low == nothing.high == 0


def test_a_lever_reaches_no_more_customers_than_there_are(bright_if: WhatIf) -> None:
    far = bright_if.under(Scenario(levers={"support": 5}))
    tried = next(t for t in bright_if.observed.facts.tried if t.lever == "support")
    worth = bright_if.observed.facts.worth
    assert worth is not None
    most = max(tried.customers, worth.one_off)
    shown = panel_content("clients", bright_if.observed, far)
    number = next(n for n in shown.numbers if "support" in n.label)
    assert number.before is not None
    assert number.after is not None
    assert number.after.value == pytest.approx(number.before.value * most / tried.customers)
    assert any(f"counted on {most}" in note for note in shown.notes)


def test_what_no_number_rests_on_says_so() -> None:
    whatif = WhatIf(SHOP, draws=500)
    cheap, alike = Scenario(price=0.9), Scenario(price=0.9, assumptions={"sunk_cost": 1.0})
    notes = [panel_content("price", whatif.observed, whatif.under(s)).notes for s in (cheap, alike)]
    assert any("no number here rests on that" in note for note in notes[0])
    assert not any("uses less" in note or "use less" in note for note in notes[1])


def test_waiting_is_asked_about_only_where_prices_were() -> None:
    def asks(one: Client) -> bool:
        named = [c.key for group in panel_controls(one, "price").values() for c in group]
        return "assumptions:discount_a_day" in named

    assert asks(SHOP)
    assert not asks(load(SAMPLES / "little-bear"))


@pytest.mark.parametrize("id", PANELS)
@pytest.mark.parametrize("role", ROLES)
def test_where_one_role_was_not_asked_every_panel_says_what_it_can(id: str, role: str) -> None:
    alone = replace(BOTH, frames={"survey": _of(BOTH, role)})
    whatif = WhatIf(alone, draws=200)
    found = panel_content(id, whatif.observed, whatif.under(Scenario(lift={role: {"price": 5}})))
    said = {number.label for number in found.numbers}
    assert id != "loyalty" or f"Value delivered to {role}s" in said
    assert not any(number.label.endswith(f"{_other(role)}s") for number in found.numbers)


def test_value_delivered_is_the_audits_own_measure(bright: Client, bright_if: WhatIf) -> None:
    numbers = panel_content("loyalty", bright_if.observed, bright_if.observed).numbers
    shown = {n.label: n.before for n in numbers}
    frame = motivations.audit(bright).frame
    measured = frame[frame["measure"] == "value_delivered"]
    assert len(measured) == len(ROLES)
    for row in measured.itertuples():
        number = shown[f"Value delivered to {row.group}s"]
        assert number is not None
        told = number.value, number.low, number.high, number.n
        assert (row.value, row.low, row.high, row.n) == told


def test_what_the_trial_found_stays_what_it_was_whatever_is_assumed() -> None:
    whatif = WhatIf(SHOP, draws=200)
    cheap = Scenario(price=0.9, assumptions={"sunk_cost": 1.1})
    (note,) = (
        n
        for n in panel_content("price", whatif.observed, whatif.under(cheap)).notes
        if "trial" in n
    )
    assert "1.24 times as much, assumed here: 1.10 times" in note


def _of(client: Client, role: str) -> pd.DataFrame:
    survey = client.frames["survey"]
    return survey[survey["role"] == role].reset_index(drop=True)


def _other(role: str) -> str:
    return next(other for other in ROLES if other != role)


def test_a_stopped_lever_brings_nothing_and_says_so(bright_if: WhatIf) -> None:
    stopped = bright_if.under(Scenario(levers={"support": 0}))
    numbers = panel_content("clients", bright_if.observed, stopped).numbers
    number = next(n for n in numbers if n.label == "The lever “support” brings in all")
    assert number.before is not None
    assert number.after is not None
    assert (number.after.low, number.after.high) == (0, 0)
