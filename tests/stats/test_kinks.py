import math

import numpy as np
import pytest

from tests.stats.worlds import at_least, at_most, distribution, gains, judged
from toolkit.stats.arrays import normal
from toolkit.stats.kinked import Kinked
from toolkit.stats.kinks import invert, p_above

EVEN = np.array([0.5, 0.3, 0.2])
SIX = np.array([0.3, 0.2, 0.15, 0.15, 0.1, 0.1])


def noisy(d: np.ndarray, spread: float = 0.03, draws: int = 4000, seed: int = 0) -> np.ndarray:
    return d + np.random.default_rng(seed).normal(0, spread, (draws, d.size))


@pytest.mark.parametrize("mean", [EVEN, SIX], ids=["3 shares", "6 shares"])
def test_a_distance_of_exactly_0_is_covered_and_never_found(mean: np.ndarray) -> None:
    theta, sample = distribution(mean, mean)
    seen = judged(theta, sample, truth=0, threshold=0.10, n=150)
    assert at_most(0.07, seen["misses"], 300)
    assert at_most(0.01, seen["found"], 300)


@pytest.mark.parametrize(
    ("mean", "against"),
    [
        (EVEN, [0.6, 0.2, 0.2]),
        (EVEN, [0.6, 0.25, 0.15]),
        (EVEN, [0.4, 0.35, 0.25]),
        (SIX, [0.4, 0.1, 0.15, 0.15, 0.1, 0.1]),
        (SIX, [0.34, 0.24, 0.17, 0.1, 0.075, 0.075]),
    ],
    ids=["one at its kink", "one against two", "two against one", "four at kinks", "spread"],
)
def test_a_distance_at_the_threshold_is_covered_and_seldom_found(
    mean: np.ndarray, against: list[float]
) -> None:
    theta, sample = distribution(mean, np.array(against))
    seen = judged(theta, sample, truth=0.10, threshold=0.10, n=150)
    assert at_most(0.07, seen["misses"], 300)
    assert at_most(0.05, seen["found"], 300)


def test_a_distance_of_twice_the_threshold_is_found_with_600_units() -> None:
    theta, sample = distribution(EVEN, np.array([0.7, 0.18, 0.12]))
    seen = judged(theta, sample, truth=0.20, threshold=0.10, n=600, worlds=100)
    assert at_least(0.90, seen["found"], 100)
    assert at_most(0.07, seen["misses"], 100)


@pytest.mark.parametrize(
    "mean",
    [[0.0] * 10, [0.0] * 5 + [0.1] * 5, [0.05] * 10, [0.0] * 9 + [0.5], [-0.1, 0.1] * 5],
    ids=["all at 0", "half at 0", "all above", "one above", "half below"],
)
def test_positive_parts_are_covered_and_seldom_found(mean: list[float]) -> None:
    theta, sample = gains(np.array(mean))
    seen = judged(theta, sample, truth=float(theta(mean)), threshold=0.05, n=150)
    assert at_most(0.07, seen["misses"], 300)
    assert at_most(0.05, seen["found"], 300)


def test_one_component_follows_the_folded_normal_distribution() -> None:
    theta, noise = Kinked("absolute", np.ones(1)), noisy(np.zeros(1), 1.0, draws=20_000)
    d = np.array([2.1])
    p = p_above(theta, d, noise + d, 0.0, n=10**6)
    assert p == pytest.approx(2 * (1 - 0.98214), rel=0.1)  # P(|Z| ≥ 2.1), normal table
    assert invert(theta, d, noise + d, n=10**6).low == 0
    far = invert(theta, np.array([9.0]), noise + 9.0, n=10**6)
    assert far.low == pytest.approx(9 - normal(0.975), abs=0.05)
    assert far.high == pytest.approx(9 + normal(0.975), abs=0.05)


def test_sign_and_order_of_the_components_do_not_matter_to_a_distance() -> None:
    d = np.array([0.12, -0.03, -0.09])
    draws = noisy(d)
    draws -= draws.mean(axis=1, keepdims=True)
    theta = Kinked("absolute", np.full(3, 0.5))
    straight = invert(theta, d, draws, n=300)
    assert invert(theta, -d, -draws, n=300) == straight
    turned = invert(theta, d[::-1], draws[:, ::-1], n=300)
    assert turned.low == pytest.approx(straight.low)
    assert turned.high == pytest.approx(straight.high)


def test_units_of_measurement_do_not_matter() -> None:
    d, weights = np.array([0.2, -0.1, 0.03, 0.0]), np.array([0.4, 0.3, 0.2, 0.1])
    draws = noisy(d)
    one = invert(Kinked("positive", weights), d, draws, n=300)
    thousand = invert(Kinked("positive", weights), 1000 * d, 1000 * draws, n=300)
    assert thousand.low == pytest.approx(1000 * one.low)
    assert thousand.high == pytest.approx(1000 * one.high)
    moved = invert(Kinked("positive", weights, constant=-0.5), d, draws, n=300)
    assert moved.low == pytest.approx(one.low - 0.5)


@pytest.mark.parametrize("kind", ["absolute", "positive"])
@pytest.mark.parametrize("seed", range(8))
def test_p_and_the_lower_end_say_the_same(kind: str, seed: int) -> None:
    d = np.random.default_rng(seed).normal(0.03, 0.06, 5)
    theta, draws = Kinked(kind, np.full(5, 0.2)), noisy(d, seed=seed)  # type: ignore[arg-type]
    for level in (0.8, 0.95):
        low = invert(theta, d, draws, n=400, level=level).low
        for threshold in np.linspace(0.001, 0.15, 12):
            rejected = p_above(theta, d, draws, threshold, n=400) < (1 - level) / 2
            assert rejected == (low > threshold)


@pytest.mark.parametrize("kind", ["absolute", "positive"])
def test_p_grows_with_the_threshold_and_is_never_0(kind: str) -> None:
    d = np.array([0.15, 0.02, -0.12, 0.0])
    theta, draws = Kinked(kind, np.full(4, 0.25)), noisy(d)  # type: ignore[arg-type]
    p = [p_above(theta, d, draws, t, n=400) for t in np.linspace(-0.01, 0.2, 30)]
    assert p[0] == 1 / 4001
    assert min(np.diff(p)) > -0.01
    assert p[-1] > 0.9


def test_a_component_clearly_below_0_adds_no_doubt() -> None:
    d = np.array([0.2, -0.9])
    draws = noisy(d, spread=0.05)
    both = invert(Kinked("positive", np.array([0.5, 0.5])), d, draws, n=400)
    alone = invert(Kinked("positive", np.array([0.5])), d[:1], draws[:, :1], n=400)
    assert (both.low, both.high) == pytest.approx((alone.low, alone.high))


def test_a_component_without_noise_raises_the_smallest_possible_value() -> None:
    d = np.array([0.2, 0.01])
    draws = noisy(d)
    draws[:, 0] = 0.2
    theta = Kinked("positive", np.array([0.5, 0.5]))
    assert invert(theta, d, draws, n=400).low == pytest.approx(0.1)
    assert p_above(theta, d, draws, 0.09, n=400) == 1 / 4001
    assert p_above(theta, d, draws, 0.1, n=400) > 0.2


def test_known_shares_bind_the_others_because_shares_add_up() -> None:
    # 0.2 too much is known, so 0.2 too little lies in the others: the distance is at least 0.2.
    d = np.array([0.2, -0.15, -0.05])
    draws = noisy(d)
    draws[:, 0], draws[:, 2] = 0.2, -0.2 - draws[:, 1]
    theta = Kinked("absolute", np.full(3, 0.5))
    found = invert(theta, d, draws, n=400)
    assert found.low == pytest.approx(0.2)
    assert p_above(theta, d, draws, 0.19, n=400) == 1 / 4001
    assert p_above(theta, d, draws, 0.2, n=400) == 1


def test_without_any_noise_the_value_is_known() -> None:
    d = np.array([0.2, -0.2])
    theta = Kinked("absolute", np.full(2, 0.5))
    found = invert(theta, d, np.tile(d, (100, 1)), n=50)
    assert (found.low, found.value, found.high) == pytest.approx((0.2, 0.2, 0.2))


def test_nothing_above_0_ends_at_the_constant() -> None:
    d = np.array([-0.3, -0.2])
    theta = Kinked("positive", np.full(2, 0.5), constant=0.25)
    found = invert(theta, d, noisy(d), n=400)
    assert (found.value, found.low, found.high) == (0.25, 0.25, 0.25)
    assert p_above(theta, d, noisy(d), 0.25, n=400) == 1


def test_draws_that_are_not_known_give_no_ends_and_no_p() -> None:
    d = np.array([0.3, 0.2])
    draws = noisy(d)
    draws[7, 1] = np.nan
    theta = Kinked("positive", np.full(2, 0.5))
    found = invert(theta, d, draws, n=400)
    assert found.value == 0.25
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert math.isnan(p_above(theta, d, draws, 0.1, n=400))


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        Kinked("square", np.ones(2))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="weights"):
        Kinked("absolute", np.array([0.5, -0.5]))
    with pytest.raises(ValueError, match="weights"):
        Kinked("absolute", np.array([]))
    theta = Kinked("absolute", np.ones(2))
    with pytest.raises(ValueError, match="found \\(3,\\) and"):
        invert(theta, np.zeros(3), np.zeros((10, 3)), n=400)
    with pytest.raises(ValueError, match="n ≥ 2"):
        p_above(theta, np.zeros(2), np.zeros((10, 2)), 0.1, n=1)
