"""The dials of one-ear, hostages and sold-not-used: exact truth, and estimators that keep to it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from tests.calibration.dials import loyalty, voices
from tests.calibration.worlds import world
from toolkit.audits.mistakes.effect import Effect
from toolkit.audits.mistakes.judge import mistake_effect
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.simulate.truth import true_size
from toolkit.simulate.world import FeedbackMix, Product, Trade, World

DIALS = {
    "one-ear": voices.one_ear,
    "hostages": loyalty.hostages,
    "sold-not-used": loyalty.sold_not_used,
}


@cache
def start() -> World:
    """The world of the study, with trade and voices."""
    trade = Trade((Product("p", "P", 1.0, 10, 5, "2020-01-01"),), {"shop": 1.0}, gap=15.0)
    return replace(world(1.0), trade=trade, voices=FeedbackMix(400))


def told(id: str, made: World, accounts: int, seed: int) -> Effect:
    """What is said of one client."""
    facts = voices.facts if id == "one-ear" else loyalty.facts
    return mistake_effect(facts(made, accounts, seed), id, MISTAKE_TYPES[id].threshold)


@pytest.mark.parametrize("times", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("id", DIALS)
def test_the_dial_sets_the_truth_exactly(id: str, times: float) -> None:
    made = DIALS[id](start(), times)
    assert true_size(made, id) == pytest.approx(times * MISTAKE_TYPES[id].threshold, abs=1e-6)


def test_a_dial_leaves_the_other_mistakes_alone() -> None:
    made = voices.one_ear(loyalty.sold_not_used(start(), 2.0), 2.0)
    for id in ("consumer-ignored", "spend-off-say", "hostages"):
        assert true_size(made, id) == pytest.approx(true_size(start(), id))


def test_what_cannot_be_set_is_said() -> None:
    with pytest.raises(ValueError, match="expected a world with `say`"):
        voices.one_ear(replace(start(), say=None), 1.0)
    with pytest.raises(ValueError, match="expected a world with `trade`"):
        loyalty.hostages(replace(start(), trade=None), 1.0)
    with pytest.raises(ValueError, match="too few consumers are unhappy"):
        loyalty.hostages(start(), 4.99)


@pytest.mark.parametrize("id", ["one-ear", "hostages"])
def test_what_is_twice_the_threshold_is_found_and_what_is_absent_is_clear(id: str) -> None:
    line = MISTAKE_TYPES[id].threshold
    for seed in range(3):
        found = told(id, DIALS[id](start(), 2.0), 600, seed)
        assert found.p is not None
        assert found.p < 0.05 / len(MISTAKE_TYPES)
        clear = told(id, DIALS[id](start(), 0.0), 600, seed)
        assert clear.decisive is not None
        assert clear.decisive.high < line


def test_at_the_threshold_the_interval_mostly_covers_and_little_is_found() -> None:
    made, line = voices.one_ear(start(), 1.0), MISTAKE_TYPES["one-ear"].threshold
    said = [told("one-ear", made, 100, seed) for seed in range(25)]
    covered = sum(e.decisive.low <= line <= e.decisive.high for e in said if e.decisive)
    assert covered >= 20  # 25 of a true 95 % cover fewer than once in 10,000
    assert sum(e.p < 0.05 for e in said if e.p is not None) <= 5
