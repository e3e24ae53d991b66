import math

import numpy as np
import pytest

from toolkit.models import behaviour
from toolkit.models.behaviour import (
    PublishedValue,
    flat_fee,
    present_value,
    prospect_value,
    scarcity_effect,
)


def test_a_loss_weighs_more_than_the_same_gain_and_both_fade() -> None:
    assert -prospect_value(-10) == pytest.approx(2.25 * prospect_value(10))
    assert prospect_value(20) < 2 * prospect_value(10)
    assert prospect_value(0) == 0
    fair = prospect_value([-7, 7], loss_aversion=1, curvature=1)
    assert fair.tolist() == [-7, 7]


def test_preference_turns_as_both_dates_come_near() -> None:
    far = present_value([50, 60], [365, 395], k=0.1)
    near = present_value([50, 60], [0, 30], k=0.1)
    assert far[1] > far[0]
    assert near[0] > near[1]


def test_a_flat_fee_pays_from_its_break_even_on() -> None:
    for visits in (3.0, 7.0, 12.0):
        found = flat_fee(70, visits, 10)
        assert (found.forgone > 0) == (visits < found.break_even_visits)
        assert (found.per_visit > 10) == (found.forgone > 0)
    assert flat_fee(70, 0, 10).per_visit == math.inf


def test_pressure_that_only_hurries_what_is_sent_back_costs() -> None:
    net = scarcity_effect((2_000, 300, 200), (2_000, 200, 40), gain=20, loss=25)
    assert net.value == pytest.approx(0.05 * 20 - 0.08 * 25)
    assert net.high < 0
    kept = scarcity_effect((2_000, 300, 40), (2_000, 200, 40), gain=20, loss=25)
    assert kept.low > 0


def test_the_net_effect_of_pressure_is_covered_and_turns_with_the_arms() -> None:
    rng, covered = np.random.default_rng(1), []
    for _ in range(400):
        bought, usual = rng.binomial(1_500, 0.15), rng.binomial(1_500, 0.10)
        back, normal = rng.binomial(bought, 0.4), rng.binomial(usual, 0.2)
        net = scarcity_effect((1_500, bought, back), (1_500, usual, normal), gain=20, loss=25)
        covered.append(net.low < 0.05 * 20 - (0.06 - 0.02) * 25 < net.high)
    assert np.mean(covered) > 0.93
    forth = scarcity_effect((900, 90, 30), (800, 60, 10), gain=20, loss=25)
    back_ = scarcity_effect((800, 60, 10), (900, 90, 30), gain=20, loss=25)
    assert (-forth).value == pytest.approx(back_.value)
    assert (-forth).low == pytest.approx(back_.low)


def test_every_published_value_has_a_source_and_lies_in_its_interval() -> None:
    tables = [v for v in vars(behaviour).values() if isinstance(v, tuple)]
    values = [p for table in tables for p in table if isinstance(p, PublishedValue)]
    assert len(values) >= 11
    for p in values:
        assert any(year in p.source for year in ("(19", "(20"))
        assert p.low is None or p.high is None or p.low < p.value < p.high


def test_what_cannot_be_reckoned_is_refused() -> None:
    with pytest.raises(ValueError, match="price of use"):
        flat_fee(70, 4, 0)
