"""Means of many groups that lean on each other."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.worlds import at_most
from toolkit.models.shrinkage import shrunken_means, shrunken_rates


def cells(mean: float, alike: float, count: int, seed: int) -> tuple[np.ndarray, ...]:
    """True rates of `count` cells, trials and successes; the larger `alike`, the more alike."""
    rng = np.random.default_rng(seed)
    rates = rng.beta(mean * alike, (1 - mean) * alike, count)
    trials = rng.integers(1, 60, count)
    return rates, trials, rng.binomial(trials, rates)


@pytest.mark.parametrize(("mean", "alike"), [(0.1, 20.0), (0.5, 4.0), (0.1, 1e6)])
def test_true_rates_are_covered_and_met_better_than_by_counting(mean: float, alike: float) -> None:
    covered, near, raw = [], [], []
    for seed in range(60):
        rates, trials, successes = cells(mean, alike, 12, seed)
        found = shrunken_rates(successes, trials)
        covered += [i.low <= r <= i.high for i, r in zip(found, rates, strict=True)]
        near += [(i.value - r) ** 2 for i, r in zip(found, rates, strict=True)]
        raw += list((successes / trials - rates) ** 2)
    assert np.mean(covered) > 0.93
    assert np.mean(near) < 0.85 * np.mean(raw)


def test_a_cell_of_few_trials_leans_on_the_others_and_one_of_many_does_not() -> None:
    few, many, *_ = shrunken_rates([2, 2_000, 10, 12, 9, 11], [2, 4_000, 100, 100, 100, 100])
    assert few.value < 0.9
    assert few.high - few.low > 0.4
    assert many.value == pytest.approx(0.5, abs=0.01)


def test_the_order_of_cells_does_not_matter_and_failures_mirror_successes() -> None:
    forth = shrunken_rates([3, 40, 0], [10, 100, 5])
    back = shrunken_rates([0, 40, 3], [5, 100, 10])
    assert [i.value for i in forth] == pytest.approx([i.value for i in back[::-1]])
    mirrored = shrunken_rates([7, 60, 5], [10, 100, 5])
    assert [i.value for i in forth] == pytest.approx([1 - i.value for i in mirrored], abs=2e-3)


def test_a_cell_without_trials_gets_what_is_known_of_all() -> None:
    empty, *rest = shrunken_rates([0, 10, 12, 9, 11, 8, 10], [0, *[100] * 6])
    assert empty.value == pytest.approx(0.10, abs=0.02)
    assert empty.high - empty.low > max(r.high - r.low for r in rest)


def test_many_trials_do_not_fall_between_the_points_of_the_grid() -> None:
    found = shrunken_rates([100_000, 200_000], [1_000_000, 1_000_000])
    assert [i.value for i in found] == pytest.approx([0.1, 0.2], abs=1e-4)
    assert found[0].high - found[0].low == pytest.approx(0.00118, rel=0.05)  # as of one cell alone


def test_more_successes_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="0 ≤ successes ≤ trials"):
        shrunken_rates([3], [2])


@pytest.mark.parametrize("spread", [0.0, 1.0, 5.0])
def test_true_means_are_covered_however_far_apart_they_lie(spread: float) -> None:
    rng, misses = np.random.default_rng(1), 0
    for _ in range(300):
        errors = rng.uniform(0.5, 3, 6)
        true = 10 + spread * rng.normal(size=6)
        found = shrunken_means(true + errors * rng.normal(size=6), errors, np.full(6, 40))
        misses += sum(not one.low <= t <= one.high for one, t in zip(found, true, strict=True))
    assert at_most(0.06, misses, 1800)


def test_leaning_is_nearer_to_the_truth_than_each_alone() -> None:
    rng = np.random.default_rng(2)
    true = rng.normal(0, 1, (200, 8))
    seen = true + 2 * rng.normal(size=true.shape)
    leant = [[m.value for m in shrunken_means(y, np.full(8, 2.0), np.full(8, 30))] for y in seen]
    assert ((np.array(leant) - true) ** 2).mean() < 0.5 * ((seen - true) ** 2).mean()


def test_the_less_sure_a_mean_the_further_it_leans() -> None:
    sure, unsure, other = shrunken_means([10.0, 10.0, 2.0], [0.5, 4.0, 0.5], [90, 9, 90])
    assert other.value < unsure.value < sure.value


def test_origin_and_unit_do_not_matter() -> None:
    y, se = np.array([3.0, 8.0, 5.0]), np.array([1.0, 2.0, 1.5])
    plain = shrunken_means(y, se, [9, 9, 9])
    moved = shrunken_means(10 * y + 7, 10 * se, [9, 9, 9])
    for a, b in zip(plain, moved, strict=True):
        assert b.value == pytest.approx(10 * a.value + 7)
        assert b.low == pytest.approx(10 * a.low + 7)


def test_one_group_alone_leans_on_nothing() -> None:
    (alone,) = shrunken_means([5.0], [1.0], [30])
    assert (alone.value, alone.low) == pytest.approx((5, 5 - 1.96), abs=1e-3)


def test_an_error_of_0_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        shrunken_means([1.0, 2.0], [0.0, 1.0], [3, 3])
