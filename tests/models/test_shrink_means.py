"""Means of many groups that lean on each other."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.worlds import at_most
from toolkit.models.shrink_means import shrunken_means


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
