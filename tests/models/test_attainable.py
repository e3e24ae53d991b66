"""What the wrong campaign lost: error rates at the kinks, known cases, symmetry."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.worlds import at_least, at_most
from toolkit.models.attainable import LostShare, lost, lost_share
from toolkit.models.cannot import CannotTell
from toolkit.stats.arrays import Array

WORLDS, DRAWS = 120, 599


def found(contacts: Array, conversions: Array, seed: int = 4) -> LostShare:
    """A lost share that can be told; worlds draw noise of their own, or they would err together."""
    result = lost_share(contacts, conversions, draws=DRAWS, seed=seed)
    assert isinstance(result, LostShare)
    return result


def world(segments: int, campaigns: int, kind: str, theta: float, conversions: int) -> tuple:
    """Contacts and true rates (S, K) whose lost share is theta."""
    base = 0.04 * np.linspace(0.7, 1.4, segments)[:, None] * np.ones((1, campaigns))
    worse = np.zeros((segments, campaigns))
    worse[: (segments + 1) // 2 if kind == "half" else segments, 0] = 1
    even, low, high = np.ones_like(base), 0.0, 0.95
    for _ in range(60 if theta else 0):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if lost(base * (1 - middle * worse), even) < theta else (low, middle)
        )
    rates = base * (1 - low * worse)
    return np.full(base.shape, round(conversions / rates.sum())), rates


def judged(segments: int, campaigns: int, kind: str, theta: float, conversions: int) -> dict:
    """In how many worlds do the ends miss, and which verdicts at 0.10 do they give?"""
    contacts, rates = world(segments, campaigns, kind, theta, conversions)
    seen = {"misses": 0, "found": 0, "clear": 0}
    rng = np.random.default_rng(8)
    for number in range(WORLDS):
        one = found(contacts, rng.binomial(contacts, rates), seed=number)
        ends = one.interval()
        seen["misses"] += not ends.low - 1e-9 <= theta <= ends.high
        seen["found"] += one.p_at_most(0.10) < 0.05
        seen["clear"] += ends.high < 0.10
    return seen


@pytest.mark.parametrize(("segments", "campaigns"), [(4, 2), (3, 3)])
def test_campaigns_all_alike_are_clear_with_5000_conversions(segments: int, campaigns: int) -> None:
    seen = judged(segments, campaigns, "all", theta=0.0, conversions=5000)
    assert at_least(0.90, seen["clear"], WORLDS)
    assert at_most(0.07, seen["misses"], WORLDS)
    assert seen["found"] == 0


@pytest.mark.parametrize(("segments", "campaigns"), [(2, 2), (4, 2), (3, 3)])
@pytest.mark.parametrize("kind", ["all", "half"])
def test_a_loss_at_the_threshold_is_seldom_found(segments: int, campaigns: int, kind: str) -> None:
    contacts, rates = world(segments, campaigns, kind, theta=0.10, conversions=3000)
    rng, wrong = np.random.default_rng(8), 0
    for number in range(500):
        one = found(contacts, rng.binomial(contacts, rates), seed=number)
        wrong += one.p_at_most(0.10) < 0.05
    assert at_most(0.05, wrong, 500)


@pytest.mark.parametrize(("segments", "campaigns", "kind"), [(4, 2, "half"), (3, 3, "all")])
def test_a_loss_at_the_threshold_is_covered(segments: int, campaigns: int, kind: str) -> None:
    seen = judged(segments, campaigns, kind, theta=0.10, conversions=3000)
    assert at_most(0.07, seen["misses"], WORLDS)


@pytest.mark.parametrize(("segments", "campaigns"), [(2, 2), (4, 2), (3, 3)])
def test_twice_the_threshold_is_found_with_2000_conversions(segments: int, campaigns: int) -> None:
    seen = judged(segments, campaigns, "all", theta=0.20, conversions=2000)
    assert at_least(0.90, seen["found"], WORLDS)
    assert at_most(0.07, seen["misses"], WORLDS)


def test_a_plain_percentile_would_find_losses_where_all_campaigns_are_alike() -> None:
    contacts, rates = world(3, 3, "all", 0.0, 3000)
    one = found(contacts, np.random.default_rng(1).binomial(contacts, rates))
    assert one.interval().low < np.quantile(one._drawn(one.rates), 0.025)


def test_one_campaign_half_as_good_loses_a_quarter_of_its_segment() -> None:
    contacts = np.full((2, 2), 100_000.0)
    one = found(contacts, contacts * [[0.10, 0.05], [0.10, 0.10]])
    assert one.value == pytest.approx(0.125)
    ends = one.interval()
    assert ends.low < 0.125 < ends.high
    assert ends.high - ends.low < 0.02
    assert one.best.tolist() == [0, 0]


def test_segments_and_campaigns_may_stand_in_any_order() -> None:
    contacts = np.full((2, 3), 9_000.0)
    x = np.array([[400.0, 300, 390], [200, 290, 210]])
    straight, turned = found(contacts, x), found(contacts, x[::-1, ::-1])
    assert turned.value == pytest.approx(straight.value)
    assert turned.interval().low == pytest.approx(straight.interval().low, abs=0.01)
    assert turned.interval().high == pytest.approx(straight.interval().high, abs=0.01)


def test_a_campaign_that_was_not_run_in_a_segment_adds_nothing() -> None:
    contacts, x = np.full((2, 2), 9_000.0), np.array([[400.0, 300], [200, 290]])
    beside = np.column_stack([contacts, [0, 0]]), np.column_stack([x, [0, 0]])
    with_gap, without = found(*beside), found(contacts, x)
    assert with_gap.value == pytest.approx(without.value)
    assert with_gap.interval().low == pytest.approx(without.interval().low, abs=0.01)


def test_p_and_the_lower_end_say_the_same() -> None:
    contacts = np.full((3, 2), 9_000.0)
    one = found(contacts, np.array([[400.0, 300], [200, 290], [300, 280]]))
    low = one.interval().low
    for threshold in np.linspace(0.0, 0.2, 9):
        assert (one.p_at_most(threshold) < 0.025) == (low > threshold)


def test_a_loss_too_large_for_the_clear_losers_is_shared_with_the_next() -> None:
    # One small cell is clearly worse; alone it could not lose 10 % of everything.
    contacts = np.array([[4_000.0, 60_000], [60_000, 60_000]])
    one = found(contacts, contacts * [[0.028, 0.05], [0.047, 0.05]])
    null = one._null()(0.10)
    assert lost(null, contacts) == pytest.approx(0.10, abs=1e-6)


def test_too_little_to_compare_is_said_and_not_guessed() -> None:
    alone = lost_share([[1000], [1000]], [[150], [150]])
    few = lost_share([[1000, 1000]], [[150, 20]])
    assert isinstance(alone, CannotTell)
    assert isinstance(few, CannotTell)
    assert "at least two campaigns" in alone.why
    assert "85 conversions; 100" in few.why
