"""What a scenario is: whole, unchanging, equal where it says the same."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.models.behaviour import LOSS_AVERSION
from toolkit.whatif.scenario import ASSUMPTIONS, PARTS, UNCHANGED, Scenario


def test_what_changes_nothing_is_not_kept() -> None:
    idle = Scenario(
        spend={"audience": {"buyer": 1.0}, "phase": {}},
        lift={"consumer": {"price": 0.0}},
        levers={"support": 1.0},
        assumptions={"response": ASSUMPTIONS["response"].value},
    )
    assert idle == UNCHANGED
    assert idle.changes == ()


@pytest.mark.parametrize(
    ("scenario", "part"),
    [
        (Scenario(spend={"audience": {"buyer": 1.1}}), "spend"),
        (Scenario(claims={"Film": ()}), "claims"),
        (Scenario(audiences={"Film": "both"}), "audiences"),
        (Scenario(price=1.01), "price"),
        (Scenario(lift={"buyer": {"price": -3}}), "lift"),
        (Scenario(levers={"support": 0}), "levers"),
        (Scenario(free_cost=0.5), "free_cost"),
        (Scenario(thresholds={"hostages": 0.2}), "thresholds"),
        (Scenario(assumptions={"response": 0.2}), "assumptions"),
    ],
)
def test_each_part_is_named_where_it_changes_anything(scenario: Scenario, part: str) -> None:
    assert scenario.changes == (part,)
    assert part in PARTS
    assert scenario.part(part) != UNCHANGED.part(part)


def test_the_order_in_which_it_was_written_does_not_matter() -> None:
    one = Scenario(spend={"audience": {"buyer": 1.1, "consumer": 0.9}})
    other = Scenario(spend={"audience": {"consumer": 0.9, "buyer": 1.1}})
    assert one == other
    assert one.part("spend") == other.part("spend")


def test_assumptions_lie_in_their_published_ranges() -> None:
    for known in ASSUMPTIONS.values():
        assert known.low <= known.value <= known.high, known.id
        assert known.source
    aversion = ASSUMPTIONS["loss_aversion"]
    assert (aversion.low, aversion.high) == (1.10, 2.25)  # Walasek 2024, Tversky & Kahneman 1992
    assert aversion.value == LOSS_AVERSION[1].value
    assert Scenario(assumptions={"loss_aversion": 2.0}).assumed("loss_aversion") == 2.0
    assert UNCHANGED.assumed("loss_aversion") == 1.955


@pytest.mark.parametrize(
    "said",
    [
        {"spend": {"audiance": {"buyer": 1.2}}},
        {"lift": {"consumers": {"price": 5}}},
        {"levers": {"incentive": 0.5}},
    ],
)
def test_what_would_change_nothing_in_silence_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Scenario(**said)
