"""Where draws reach a height along a line, against looking everywhere."""

import math

import numpy as np
import pytest

from tests.stats.worlds import (
    at_least,
    at_most,
    distribution,
    gains,
    judged,
    kink_interval,
    kink_p_above,
)
from toolkit.stats.interval import normal_quantile
from toolkit.stats.kinks import KinkedFunction, KinkedLine, tvd


def test_the_distance_is_the_share_that_would_have_to_move() -> None:
    assert tvd([0.7, 0.2, 0.1], [0.3, 0.4, 0.3]) == pytest.approx(0.40)
    assert tvd([1, 0], [0, 1]) == 1
    assert tvd([0.2, 0.8], [0.2, 0.8]) == 0


def test_the_distance_is_symmetric_and_keeps_the_triangle() -> None:
    p, q, r = np.random.default_rng(1).dirichlet(np.ones(5), 3)
    assert tvd(p, q) == tvd(q, p)
    assert tvd(p, r) <= tvd(p, q) + tvd(q, r)


def test_draws_are_measured_one_by_one() -> None:
    rng = np.random.default_rng(1)
    P, q = rng.dirichlet(np.ones(4), 20), rng.dirichlet(np.ones(4))
    assert tvd(P, q).tolist() == [float(tvd(p, q)) for p in P]
    d, theta = rng.normal(size=(20, 4)), KinkedFunction("positive", rng.random(4))
    assert theta(d) == pytest.approx([float(theta(x)) for x in d])


@pytest.mark.parametrize(("n", "mean"), [(10, 0.1659), (30, 0.098), (100, 0.054), (300, 0.031)])
def test_noise_alone_makes_a_distance_of_the_known_size(n: int, mean: float) -> None:
    # Mean distance of n draws from the shares they are drawn from; for 10 by adding up all cases
    shares = [0.5, 0.3, 0.2]
    drawn = np.random.default_rng(2).multinomial(n, shares, 40_000) / n
    assert tvd(drawn, shares).mean() == pytest.approx(mean, abs=8e-4)


def test_what_is_no_distribution_is_refused() -> None:
    with pytest.raises(ValueError, match="q: expected shares that add up to 1"):
        tvd([0.5, 0.5], [0.5, 0.4])
    assert np.isnan(tvd([np.nan, 0.5], [0.5, 0.5]))


def line(kind: str, seed: int, components: int = 6) -> KinkedLine:
    chance = np.random.default_rng(seed)
    theta = KinkedFunction(kind, chance.random(components))  # type: ignore[arg-type]
    start, direction = chance.normal(0, 0.1, (2, components))
    return KinkedLine(theta, start, direction, chance.normal(0, 0.2, (components, 400)), 3.0)


@pytest.mark.parametrize("kind", ["absolute", "positive"])
@pytest.mark.parametrize("seed", range(12))
def test_the_first_place_at_which_enough_draws_are_there_is_found(kind: str, seed: int) -> None:
    one, enough = line(kind, seed), 30
    height = float(np.quantile(one.at(1.0), 0.9))

    def there(t: float) -> int:
        return int(np.count_nonzero(one.at(t) >= height))

    found = one.first_reached(height, enough)
    before = found - 1e-9 - np.geomspace(1e-9, max(found, 1e-9), 300)
    assert found == one.end or there(found + 1e-9) >= enough
    assert all(there(t) < enough for t in before[before >= 0])


def test_a_draw_that_falls_below_and_rises_again_counts_at_both_ends() -> None:
    # |t − 0.8| ≥ ½ holds up to 0.3 and again from 1.3 on; |t − 3| up to 2.5; |t| from 0.5 on.
    one = KinkedLine(
        KinkedFunction("absolute", np.ones(1)),
        np.array([-2.0]),
        np.ones(1),
        np.array([[1.2, -1.0]]),
        4.0,
    )
    assert one.first_reached(0.5, 2) == 0.0
    assert one.first_reached(1.5, 1) == 0.0
    three = KinkedLine(one.theta, one.start, one.direction, np.array([[1.2, -1.0, 2.0]]), 4.0)
    assert three.first_reached(0.5, 3) == pytest.approx(1.3)


def test_where_too_few_draws_ever_get_there_the_end_is_given() -> None:
    assert line("absolute", 1).first_reached(1e6, 5) == 3.0


def test_slopes_are_those_of_the_pieces() -> None:
    one = line("positive", 3)
    parts = one.start[:, None] + one.noise
    ahead = one.theta.across(parts + 1e-7 * one.direction[:, None])
    slope = (ahead - one.theta.across(parts)) / 1e-7
    assert one.theta.slopes(parts, one.direction) == pytest.approx(slope, abs=1e-5)


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
    theta, noise = KinkedFunction("absolute", np.ones(1)), noisy(np.zeros(1), 1.0, draws=20_000)
    d = np.array([2.1])
    p = kink_p_above(theta, d, noise + d, 0.0, n=10**6)
    assert p == pytest.approx(2 * (1 - 0.98214), rel=0.1)  # P(|Z| ≥ 2.1), normal table
    assert kink_interval(theta, d, noise + d, n=10**6).low == 0
    far = kink_interval(theta, np.array([9.0]), noise + 9.0, n=10**6)
    assert far.low == pytest.approx(9 - normal_quantile(0.975), abs=0.05)
    assert far.high == pytest.approx(9 + normal_quantile(0.975), abs=0.05)


def test_sign_and_order_of_the_components_do_not_matter_to_a_distance() -> None:
    d = np.array([0.12, -0.03, -0.09])
    draws = noisy(d)
    draws -= draws.mean(axis=1, keepdims=True)
    theta = KinkedFunction("absolute", np.full(3, 0.5))
    straight = kink_interval(theta, d, draws, n=300)
    assert kink_interval(theta, -d, -draws, n=300) == straight
    turned = kink_interval(theta, d[::-1], draws[:, ::-1], n=300)
    assert turned.low == pytest.approx(straight.low)
    assert turned.high == pytest.approx(straight.high)


def test_units_of_measurement_do_not_matter() -> None:
    d, weights = np.array([0.2, -0.1, 0.03, 0.0]), np.array([0.4, 0.3, 0.2, 0.1])
    draws = noisy(d)
    one = kink_interval(KinkedFunction("positive", weights), d, draws, n=300)
    thousand = kink_interval(KinkedFunction("positive", weights), 1000 * d, 1000 * draws, n=300)
    assert thousand.low == pytest.approx(1000 * one.low)
    assert thousand.high == pytest.approx(1000 * one.high)
    moved = kink_interval(KinkedFunction("positive", weights, constant=-0.5), d, draws, n=300)
    assert moved.low == pytest.approx(one.low - 0.5)


@pytest.mark.parametrize("kind", ["absolute", "positive"])
@pytest.mark.parametrize("seed", range(8))
def test_p_and_the_lower_end_say_the_same(kind: str, seed: int) -> None:
    d = np.random.default_rng(seed).normal(0.03, 0.06, 5)
    theta, draws = KinkedFunction(kind, np.full(5, 0.2)), noisy(d, seed=seed)  # type: ignore[arg-type]
    for level in (0.8, 0.95):
        low = kink_interval(theta, d, draws, n=400, level=level).low
        for threshold in np.linspace(0.001, 0.15, 12):
            rejected = kink_p_above(theta, d, draws, threshold, n=400) < (1 - level) / 2
            assert rejected == (low > threshold)


@pytest.mark.parametrize("kind", ["absolute", "positive"])
def test_p_grows_with_the_threshold_and_is_never_0(kind: str) -> None:
    d = np.array([0.15, 0.02, -0.12, 0.0])
    theta, draws = KinkedFunction(kind, np.full(4, 0.25)), noisy(d)  # type: ignore[arg-type]
    p = [kink_p_above(theta, d, draws, t, n=400) for t in np.linspace(-0.01, 0.2, 30)]
    assert p[0] == 1 / 4001
    assert min(np.diff(p)) > -0.01
    assert p[-1] > 0.9


def test_a_component_clearly_below_0_adds_no_doubt() -> None:
    d = np.array([0.2, -0.9])
    draws = noisy(d, spread=0.05)
    both = kink_interval(KinkedFunction("positive", np.array([0.5, 0.5])), d, draws, n=400)
    alone = kink_interval(KinkedFunction("positive", np.array([0.5])), d[:1], draws[:, :1], n=400)
    assert (both.low, both.high) == pytest.approx((alone.low, alone.high))


def test_a_component_without_noise_raises_the_smallest_possible_value() -> None:
    d = np.array([0.2, 0.01])
    draws = noisy(d)
    draws[:, 0] = 0.2
    theta = KinkedFunction("positive", np.array([0.5, 0.5]))
    assert kink_interval(theta, d, draws, n=400).low == pytest.approx(0.1)
    assert kink_p_above(theta, d, draws, 0.09, n=400) == 1 / 4001
    assert kink_p_above(theta, d, draws, 0.1, n=400) > 0.2


def test_known_shares_bind_the_others_because_shares_add_up() -> None:
    # 0.2 too much is known, so 0.2 too little lies in the others: the distance is at least 0.2.
    d = np.array([0.2, -0.15, -0.05])
    draws = noisy(d)
    draws[:, 0], draws[:, 2] = 0.2, -0.2 - draws[:, 1]
    theta = KinkedFunction("absolute", np.full(3, 0.5))
    found = kink_interval(theta, d, draws, n=400)
    assert found.low == pytest.approx(0.2)
    assert kink_p_above(theta, d, draws, 0.19, n=400) == 1 / 4001
    assert kink_p_above(theta, d, draws, 0.2, n=400) == 1


def test_without_any_noise_the_value_is_known() -> None:
    d = np.array([0.2, -0.2])
    theta = KinkedFunction("absolute", np.full(2, 0.5))
    found = kink_interval(theta, d, np.tile(d, (100, 1)), n=50)
    assert (found.low, found.value, found.high) == pytest.approx((0.2, 0.2, 0.2))


def test_nothing_above_0_ends_at_the_constant() -> None:
    d = np.array([-0.3, -0.2])
    theta = KinkedFunction("positive", np.full(2, 0.5), constant=0.25)
    found = kink_interval(theta, d, noisy(d), n=400)
    assert (found.value, found.low, found.high) == (0.25, 0.25, 0.25)
    assert kink_p_above(theta, d, noisy(d), 0.25, n=400) == 1


def test_draws_that_are_not_known_give_no_ends_and_no_p() -> None:
    d = np.array([0.3, 0.2])
    draws = noisy(d)
    draws[7, 1] = np.nan
    theta = KinkedFunction("positive", np.full(2, 0.5))
    found = kink_interval(theta, d, draws, n=400)
    assert found.value == 0.25
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert math.isnan(kink_p_above(theta, d, draws, 0.1, n=400))


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="kind"):
        KinkedFunction("square", np.ones(2))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="weights"):
        KinkedFunction("absolute", np.array([0.5, -0.5]))
    with pytest.raises(ValueError, match="weights"):
        KinkedFunction("absolute", np.array([]))
    theta = KinkedFunction("absolute", np.ones(2))
    with pytest.raises(ValueError, match="found \\(3,\\) and"):
        kink_interval(theta, np.zeros(3), np.zeros((10, 3)), n=400)
    with pytest.raises(ValueError, match="n ≥ 2"):
        kink_p_above(theta, np.zeros(2), np.zeros((10, 2)), 0.1, n=1)
