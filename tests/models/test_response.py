"""How far response rates of segments lie apart: truth kept, error rates held, ends that fit."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.worlds import at_least, at_most
from toolkit.models.cannot import CannotTell
from toolkit.models.response import Spread, spread
from toolkit.stats.arrays import Array

RATE = 0.03
WORLDS = 400


def found(contacts: Array | list[float], conversions: Array | list[float]) -> Spread:
    """A spread that there is."""
    result = spread(contacts, conversions)
    assert isinstance(result, Spread)
    return result


def world(sizes: list[float], shape: list[float], theta: float, conversions: int) -> tuple:
    """Contacts and true rates whose spread is theta."""
    w = np.array(sizes) / sum(sizes)
    v = np.array(shape) - w @ np.array(shape)
    scale = np.sqrt(w @ v**2)
    rates = RATE * (1 + theta * v / scale) if theta else np.full(len(w), RATE)
    return np.round(conversions / RATE * w), rates


def judged(sizes: list[float], shape: list[float], theta: float, conversions: int) -> dict:
    """In how many worlds do the ends miss, and which verdicts at 0.10 do they give?"""
    contacts, rates = world(sizes, shape, theta, conversions)
    seen = {"misses": 0, "found": 0, "clear": 0}
    rng = np.random.default_rng(3)
    for _ in range(WORLDS):
        one = found(contacts, rng.binomial(contacts.astype(int), rates))
        ends = one.interval()
        seen["misses"] += not ends.low <= theta <= ends.high
        seen["found"] += one.p_at_least(0.10) < 0.05
        seen["clear"] += ends.low > 0.10
    return seen


SHAPES = {
    "two alike": ([1, 1], [0, 1]),
    "five, one ahead": ([1] * 5, [0, 0, 0, 0, 1]),
    "a small one ahead": ([9, 1], [0, 1]),
    "a small one behind": ([8, 4, 2, 1], [0, 0, 0, -1]),
    "six of all sizes": ([20, 5, 3, 2, 1, 1], [0, 1, 0, 2, -1, 3]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_spread_at_the_threshold_is_covered_and_seldom_called_a_phantom(name: str) -> None:
    seen = judged(*SHAPES[name], theta=0.10, conversions=3000)
    assert at_most(0.07, seen["misses"], WORLDS)
    assert at_most(0.05, seen["found"], WORLDS)


@pytest.mark.parametrize("name", SHAPES)
def test_no_spread_at_all_is_found_with_3000_conversions(name: str) -> None:
    seen = judged(*SHAPES[name], theta=0.0, conversions=3000)
    assert at_least(0.90, seen["found"], WORLDS)
    assert at_most(0.07, seen["misses"], WORLDS)


@pytest.mark.parametrize("name", ["two alike", "a small one behind"])
def test_twice_the_threshold_is_clear_with_1100_conversions(name: str) -> None:
    seen = judged(*SHAPES[name], theta=0.20, conversions=1100)
    assert at_least(0.90, seen["clear"], WORLDS)
    assert at_most(0.07, seen["misses"], WORLDS)


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_threshold_is_clear_in_any_shape_with_1700_conversions(name: str) -> None:
    assert at_least(0.90, judged(*SHAPES[name], theta=0.20, conversions=1700)["clear"], WORLDS)


def test_rates_all_alike_show_no_spread_yet_leave_room_for_one() -> None:
    ends = found([10_000, 10_000, 10_000], [300, 300, 300]).interval()
    assert (ends.value, ends.low) == (0, 0)
    assert 0 < ends.high < 0.15


def test_the_spread_of_two_even_segments_is_half_their_difference_over_the_mean() -> None:
    one = found([1e6, 1e6], [30_000, 36_000])
    assert one.value == pytest.approx(0.5 * 6 / 33, rel=0.01)
    ends = one.interval()
    # √(λ (1 − p) / x): the standard error of θ is √((1 − p) / x) where the spread is clear.
    assert ends.high - ends.low == pytest.approx(2 * 1.96 * np.sqrt(0.967 / 66_000), rel=0.02)


def test_the_order_of_segments_does_not_matter() -> None:
    straight, turned = found([900, 800, 700], [90, 60, 80]), found([700, 900, 800], [80, 90, 60])
    assert straight.interval().high == pytest.approx(turned.interval().high)
    assert straight.p_at_least(0.1) == pytest.approx(turned.p_at_least(0.1))


def test_p_and_the_upper_end_say_the_same() -> None:
    one = found([9_000, 7_000, 5_000], [280, 215, 160])
    for level in (0.8, 0.9, 0.95):
        high = one.interval(level=level).high
        for threshold in np.linspace(0.01, 0.4, 20):
            assert (one.p_at_least(threshold) < (1 - level) / 2) == (high < threshold)


def test_too_little_to_compare_is_said_and_not_guessed() -> None:
    alone, few = spread([1000], [50]), spread([1000, 20], [50, 1])
    assert isinstance(alone, CannotTell)
    assert isinstance(few, CannotTell)
    assert "at least two" in alone.why
    assert "1.0 conversions; 5" in few.why
    assert isinstance(spread([100, 100], [0, 0]), CannotTell)


def test_more_conversions_than_contacts_are_refused() -> None:
    with pytest.raises(ValueError, match="conversions ≤ contacts"):
        spread([100, 100], [50, 101])
