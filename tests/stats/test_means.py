import math

import numpy as np
import pytest

from tests.stats.worlds import at_most
from toolkit.stats.bootstrap import (
    bootstrap_error,
    percentile_interval,
    resample_counts,
    smooth_interval,
    smooth_p_above,
)
from toolkit.stats.means import mean_difference, mean_interval, ratio_of_sums

# Hours of sleep gained with two drugs, ten patients: Student (1908), Biometrika 6, p. 20
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_the_paired_difference_gives_the_published_ends() -> None:
    gap = mean_interval(np.subtract(FIRST, SECOND))  # R's t.test(sleep), paired
    assert (gap.value, gap.low, gap.high) == pytest.approx((-1.58, -2.4598858, -0.7001142))
    assert gap.n == 10


def test_the_difference_gives_the_published_ends() -> None:
    gap = mean_difference(FIRST, SECOND)  # R's t.test(extra ~ group, sleep), Welch
    assert (gap.value, gap.low, gap.high) == pytest.approx((-1.58, -3.3654832, 0.2054832))


def test_differences_turn_their_sign() -> None:
    assert -mean_difference(FIRST, SECOND) == mean_difference(SECOND, FIRST)
    gap = np.subtract(FIRST, SECOND)
    assert -mean_interval(gap) == mean_interval(-gap)


def test_a_weighted_mean_of_equal_weights_is_the_mean() -> None:
    plain, weighted = mean_interval(SECOND), mean_interval(SECOND, weights=[2.5] * 10)
    ends = (plain.value, plain.low, plain.high)
    assert (weighted.value, weighted.low, weighted.high) == pytest.approx(ends)


def test_the_linearised_variance_is_the_textbook_one() -> None:
    # t interval of ten values by hand: 2.33 ± 2.262157 · 2.002249 / √10
    found = mean_interval(SECOND)
    half = 2.262157 * 2.002249 / math.sqrt(10)
    assert (found.low, found.high) == pytest.approx((2.33 - half, 2.33 + half), abs=1e-5)


def test_a_ratio_over_equal_denominators_is_a_mean() -> None:
    plain, over = mean_interval(SECOND), ratio_of_sums(np.array(SECOND) * 4, np.full(10, 4.0))
    assert (over.low, over.high) == pytest.approx((plain.low, plain.high))


def test_a_ratio_keeps_its_value_and_width_in_other_units() -> None:
    rng = np.random.default_rng(1)
    size = rng.integers(1, 9, 60)
    part = rng.binomial(size, 0.2)
    one, other = ratio_of_sums(part, size), ratio_of_sums(part * 100, size * 100)
    assert (one.low, one.high) == pytest.approx((other.low, other.high))


def test_a_ratio_that_is_a_share_stays_inside() -> None:
    share = ratio_of_sums([0, 0, 0, 0], [3, 1, 1, 5], share=True)
    assert share.low == 0
    assert 0 < share.high < 1
    with pytest.raises(ValueError, match="numerator"):
        ratio_of_sums([2, 0], [1, 1], share=True)


@pytest.mark.parametrize("share", [True, False])
def test_a_ratio_covers_the_truth_with_units_of_unequal_size(share: bool) -> None:
    rng, worlds, misses = np.random.default_rng(4), 400, 0
    for _ in range(worlds):
        size = 1 + rng.poisson(rng.gamma(1, 3, 150))
        part = rng.binomial(size, rng.beta(1, 3, 150))  # rows of one unit are alike
        found = ratio_of_sums(part, size, share=share)
        misses += not found.low <= 0.25 <= found.high
    assert at_most(0.07, misses, worlds)
    assert at_most(0.97, worlds - misses, worlds)


def test_one_value_says_nothing_about_spread() -> None:
    assert mean_interval([3.0]).low == -math.inf
    assert mean_difference([3.0], [1.0, 2.0]).high == math.inf
    assert ratio_of_sums([1], [2], share=True).high == 1
    assert smooth_interval(3.0, [3.0, 3.0], n=1).high == math.inf
    assert percentile_interval(3.0, [3.0, 3.0], n=1).high == math.inf


def test_draws_of_a_mean_give_back_its_t_interval() -> None:
    values = np.random.default_rng(2).gamma(2, 1, 40)
    draws = resample_counts(40, 20_000, seed=3) @ values / 40
    by_formula, by_draws = mean_interval(values), smooth_interval(values.mean(), draws, n=40)
    assert bootstrap_error(draws, n=40) == pytest.approx(values.std(ddof=1) / 40**0.5, rel=0.02)
    assert (by_draws.low, by_draws.high) == pytest.approx((by_formula.low, by_formula.high), 0.01)


def test_smooth_and_its_p_say_the_same() -> None:
    draws = np.random.default_rng(2).normal(5, 1, 500)
    found = smooth_interval(5.0, draws, n=35)
    assert smooth_p_above(5.0, draws, found.low, n=35) == pytest.approx(0.025)
    assert smooth_p_above(5.0, draws, 5.0, n=35) == pytest.approx(0.5)
    assert smooth_p_above(5.0, [5.0, 5.0], 4.9, n=35) == 0
    assert smooth_p_above(5.0, [5.0, 5.0], 5.0, n=35) == 1


@pytest.mark.parametrize("method", [smooth_interval, percentile_interval])
@pytest.mark.parametrize("n", [30, 150])
def test_intervals_from_draws_cover_the_truth(method: type, n: int) -> None:
    rng, worlds = np.random.default_rng(6), 400
    samples = rng.beta(2, 3, (worlds, n))
    draws = resample_counts(n, 999, seed=7) @ samples.T / n
    found = [method(x.mean(), d, n=n) for x, d in zip(samples, draws.T, strict=True)]
    misses = sum(not i.low <= 0.4 <= i.high for i in found)
    assert at_most(0.07, misses, worlds)
    assert at_most(0.97, worlds - misses, worlds)


def test_what_is_no_sample_is_refused() -> None:
    for values in ([], [1.0, math.nan], [[1.0], [2.0]]):
        with pytest.raises(ValueError, match="finite numbers"):
            mean_interval(values)
    with pytest.raises(ValueError, match="expected pairs"):
        ratio_of_sums([1.0, 2.0], [1.0, 1.0, 1.0], share=True)
    with pytest.raises(ValueError, match="denominators"):
        ratio_of_sums([1.0, 2.0], [0.0, 0.0])
    with pytest.raises(ValueError, match="weights: expected 2, one per value"):
        mean_interval([1.0, 2.0], weights=[1.0, 2.0, 3.0])
