"""How far response rates of segments lie apart: truth kept, error rates held, ends that fit.

What the wrong campaign lost: error rates at the kinks, known cases, symmetry.
A sum shared out so that the lower end of what it brings is highest.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.worlds import at_least, at_most
from toolkit.models.response import (
    AllocationProblem,
    LostShare,
    ResponseSpread,
    lost_share,
    lost_share_at_rates,
    maximise_lower_end,
    response_spread,
)
from toolkit.stats.interval import Array, CannotTell

RATE = 0.03
WORLDS = 400


def found(contacts: Array | list[float], conversions: Array | list[float]) -> ResponseSpread:
    """A spread that there is."""
    result = response_spread(contacts, conversions)
    assert isinstance(result, ResponseSpread)
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
    alone, few = response_spread([1000], [50]), response_spread([1000, 20], [50, 1])
    assert isinstance(alone, CannotTell)
    assert isinstance(few, CannotTell)
    assert "at least two" in alone.why
    assert "1.0 conversions; 5" in few.why
    assert isinstance(response_spread([100, 100], [0, 0]), CannotTell)


def test_more_conversions_than_contacts_are_refused() -> None:
    with pytest.raises(ValueError, match="conversions ≤ contacts"):
        response_spread([100, 100], [50, 101])


LOSS_WORLDS, DRAWS = 120, 599


def found_loss(contacts: Array, conversions: Array, seed: int = 4) -> LostShare:
    """A lost share that can be told; worlds draw noise of their own, or they would err together."""
    result = lost_share(contacts, conversions, draws=DRAWS, seed=seed)
    assert isinstance(result, LostShare)
    return result


def loss_world(segments: int, campaigns: int, kind: str, theta: float, conversions: int) -> tuple:
    """Contacts and true rates (S, K) whose lost share is theta."""
    base = 0.04 * np.linspace(0.7, 1.4, segments)[:, None] * np.ones((1, campaigns))
    worse = np.zeros((segments, campaigns))
    worse[: (segments + 1) // 2 if kind == "half" else segments, 0] = 1
    even, low, high = np.ones_like(base), 0.0, 0.95
    for _ in range(60 if theta else 0):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if lost_share_at_rates(base * (1 - middle * worse), even) < theta
            else (low, middle)
        )
    rates = base * (1 - low * worse)
    return np.full(base.shape, round(conversions / rates.sum())), rates


def judged_loss(segments: int, campaigns: int, kind: str, theta: float, conversions: int) -> dict:
    """In how many worlds do the ends miss, and which verdicts at 0.10 do they give?"""
    contacts, rates = loss_world(segments, campaigns, kind, theta, conversions)
    seen = {"misses": 0, "found": 0, "clear": 0}
    rng = np.random.default_rng(8)
    for number in range(LOSS_WORLDS):
        one = found_loss(contacts, rng.binomial(contacts, rates), seed=number)
        ends = one.interval()
        seen["misses"] += not ends.low - 1e-9 <= theta <= ends.high
        seen["found"] += one.p_at_most(0.10) < 0.05
        seen["clear"] += ends.high < 0.10
    return seen


@pytest.mark.parametrize(("segments", "campaigns"), [(4, 2), (3, 3)])
def test_campaigns_all_alike_are_clear_with_5000_conversions(segments: int, campaigns: int) -> None:
    seen = judged_loss(segments, campaigns, "all", theta=0.0, conversions=5000)
    assert at_least(0.90, seen["clear"], LOSS_WORLDS)
    assert at_most(0.07, seen["misses"], LOSS_WORLDS)
    assert seen["found"] == 0


@pytest.mark.parametrize(("segments", "campaigns"), [(2, 2), (4, 2), (3, 3)])
@pytest.mark.parametrize("kind", ["all", "half"])
def test_a_loss_at_the_threshold_is_seldom_found(segments: int, campaigns: int, kind: str) -> None:
    contacts, rates = loss_world(segments, campaigns, kind, theta=0.10, conversions=3000)
    rng, wrong = np.random.default_rng(8), 0
    for number in range(500):
        one = found_loss(contacts, rng.binomial(contacts, rates), seed=number)
        wrong += one.p_at_most(0.10) < 0.05
    assert at_most(0.05, wrong, 500)


@pytest.mark.parametrize(("segments", "campaigns", "kind"), [(4, 2, "half"), (3, 3, "all")])
def test_a_loss_at_the_threshold_is_covered(segments: int, campaigns: int, kind: str) -> None:
    seen = judged_loss(segments, campaigns, kind, theta=0.10, conversions=3000)
    assert at_most(0.07, seen["misses"], LOSS_WORLDS)


@pytest.mark.parametrize(("segments", "campaigns"), [(2, 2), (4, 2), (3, 3)])
def test_twice_the_threshold_is_found_with_2000_conversions(segments: int, campaigns: int) -> None:
    seen = judged_loss(segments, campaigns, "all", theta=0.20, conversions=2000)
    assert at_least(0.90, seen["found"], LOSS_WORLDS)
    assert at_most(0.07, seen["misses"], LOSS_WORLDS)


def test_a_plain_percentile_would_find_losses_where_all_campaigns_are_alike() -> None:
    contacts, rates = loss_world(3, 3, "all", 0.0, 3000)
    one = found_loss(contacts, np.random.default_rng(1).binomial(contacts, rates))
    assert one.interval().low < np.quantile(one._drawn(one.rates), 0.025)


def test_one_campaign_half_as_good_loses_a_quarter_of_its_segment() -> None:
    contacts = np.full((2, 2), 100_000.0)
    one = found_loss(contacts, contacts * [[0.10, 0.05], [0.10, 0.10]])
    assert one.value == pytest.approx(0.125)
    ends = one.interval()
    assert ends.low < 0.125 < ends.high
    assert ends.high - ends.low < 0.02
    assert one.best.tolist() == [0, 0]


def test_segments_and_campaigns_may_stand_in_any_order() -> None:
    contacts = np.full((2, 3), 9_000.0)
    x = np.array([[400.0, 300, 390], [200, 290, 210]])
    straight, turned = found_loss(contacts, x), found_loss(contacts, x[::-1, ::-1])
    assert turned.value == pytest.approx(straight.value)
    assert turned.interval().low == pytest.approx(straight.interval().low, abs=0.01)
    assert turned.interval().high == pytest.approx(straight.interval().high, abs=0.01)


def test_a_campaign_that_was_not_run_in_a_segment_adds_nothing() -> None:
    contacts, x = np.full((2, 2), 9_000.0), np.array([[400.0, 300], [200, 290]])
    beside = np.column_stack([contacts, [0, 0]]), np.column_stack([x, [0, 0]])
    with_gap, without = found_loss(*beside), found_loss(contacts, x)
    assert with_gap.value == pytest.approx(without.value)
    assert with_gap.interval().low == pytest.approx(without.interval().low, abs=0.01)


def test_p_and_the_lower_end_say_the_same() -> None:
    contacts = np.full((3, 2), 9_000.0)
    one = found_loss(contacts, np.array([[400.0, 300], [200, 290], [300, 280]]))
    low = one.interval().low
    for threshold in np.linspace(0.0, 0.2, 9):
        assert (one.p_at_most(threshold) < 0.025) == (low > threshold)


def test_a_loss_too_large_for_the_clear_losers_is_shared_with_the_next() -> None:
    # One small cell is clearly worse; alone it could not lose 10 % of everything.
    contacts = np.array([[4_000.0, 60_000], [60_000, 60_000]])
    one = found_loss(contacts, contacts * [[0.028, 0.05], [0.047, 0.05]])
    null = one._null()(0.10)
    assert lost_share_at_rates(null, contacts) == pytest.approx(0.10, abs=1e-6)


def test_too_little_to_compare_for_a_loss_is_said_and_not_guessed() -> None:
    alone = lost_share([[1000], [1000]], [[150], [150]])
    few = lost_share([[1000, 1000]], [[150, 20]])
    assert isinstance(alone, CannotTell)
    assert isinstance(few, CannotTell)
    assert "at least two campaigns" in alone.why
    assert "85 conversions; 100" in few.why


GUARD = 0.3
KNOWN = np.zeros(3)


def field(
    margin: list[float], error: Array = KNOWN, exponents: tuple[float, ...] = (0.2,)
) -> AllocationProblem:
    """Three takers of equal spend."""
    return AllocationProblem(np.full(3, 1_000.0), np.array(margin), error, exponents, 0.95)


def test_the_next_coin_brings_the_same_everywhere() -> None:
    # margin b f^(b − 1) / spend is the same for all where nobody is at the guard
    found = maximise_lower_end(field([1_000, 1_100, 1_200]), np.ones(3), GUARD)
    assert found.sum() == pytest.approx(3)
    assert found / found[0] == pytest.approx((np.array([1, 1.1, 1.2])) ** (1 / 0.8), abs=1e-4)


def test_takers_that_bring_alike_are_left_alike() -> None:
    start = np.array([0.9, 1.0, 1.1])
    assert maximise_lower_end(field([500, 500, 500]), start, GUARD) == pytest.approx(
        np.ones(3), abs=1e-4
    )


def test_the_order_of_the_takers_is_no_matter() -> None:
    error = np.array([30.0, 10.0, 80.0])
    one = field([900, 1_500, 1_200], error, (0.12, 0.09, 0.24))
    other = field([1_200, 1_500, 900], error[::-1], (0.12, 0.09, 0.24))
    start = np.array([0.95, 1.0, 1.05])
    found, turned = (
        maximise_lower_end(one, start, GUARD),
        maximise_lower_end(other, start[::-1], GUARD),
    )
    assert found == pytest.approx(turned[::-1], abs=1e-4)


def test_slopes_are_what_small_steps_gain() -> None:
    one = field([900, 1_500, 1_200], np.array([30.0, 10.0, 80.0]), (0.12, 0.24))
    at, step = np.array([0.9, 1.15, 0.95]), 1e-6
    for k, direction in enumerate(np.eye(3)):
        rise = (one.low(at + step * direction) - one.low(at - step * direction)) / (2 * step)
        assert one.slopes(at)[:, k] == pytest.approx(rise, rel=1e-5)
