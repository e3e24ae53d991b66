import math

import numpy as np
import pytest

from tests.stats.worlds import at_most
from toolkit.stats.means import bounded_mean, bounded_mean_p_above
from toolkit.stats.shares import (
    binomial_p_above,
    jeffreys,
    multinomial_goodman,
    newcombe,
    wilson,
)


@pytest.mark.parametrize(  # Newcombe (1998), Statistics in Medicine 17, 857–872, table I
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_ends(x: int, n: int, low: float, high: float) -> None:
    share = wilson(x, n)
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)
    assert (share.value, share.n) == (x / n, n)


@pytest.mark.parametrize(  # Newcombe (1998), Statistics in Medicine 17, 873–890, table II
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe_gives_the_published_ends(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    gap = newcombe(*counts)
    assert (gap.low, gap.high) == pytest.approx((low, high), abs=5e-5)


def test_newcombe_turns_its_sign_with_the_groups() -> None:
    assert -newcombe(56, 70, 48, 80) == newcombe(48, 80, 56, 70)


def test_goodman_gives_the_known_ends() -> None:
    # Counts of Sison & Glaz (1995), JASA 90; ends by statsmodels multinomial_proportions_confint
    cells = multinomial_goodman([56, 72, 73, 59, 62, 87, 58])
    assert (cells[0].low, cells[0].high) == pytest.approx((0.0852, 0.1663), abs=5e-5)
    assert (cells[5].low, cells[5].high) == pytest.approx((0.1427, 0.2394), abs=5e-5)
    assert sum(c.value for c in cells) == pytest.approx(1)


def test_jeffreys_ends_at_the_edges_and_mirrors() -> None:
    assert jeffreys(0, 12).low == 0
    assert jeffreys(12, 12).high == 1
    few, many = jeffreys(3, 12), jeffreys(9, 12)
    assert (few.low, few.high) == pytest.approx((1 - many.high, 1 - many.low))


def test_the_exact_p_is_the_sum_of_its_terms() -> None:
    terms = [math.comb(30, k) * 0.2**k * 0.8 ** (30 - k) for k in range(9, 31)]
    assert binomial_p_above(9, 30, 0.2) == pytest.approx(sum(terms))
    assert binomial_p_above(0, 30, 0.2) == 1


def test_yes_or_no_answers_give_almost_wilson() -> None:
    answers, share = bounded_mean([1.0] * 30 + [0.0] * 370), wilson(30, 400)
    assert (answers.low, answers.high) == pytest.approx((share.low, share.high), abs=4e-4)


def test_a_bounded_mean_stays_inside_and_is_never_empty() -> None:
    for values in ([0.0] * 40, [1.0] * 40, [0.0] * 39 + [1e-9], [0.3] * 40, [0.5], [1e-200] * 3):
        mean = bounded_mean(values)
        assert 0 <= mean.low <= mean.value <= mean.high <= 1
        assert mean.high - mean.low > 1e-9


def test_a_bounded_mean_mirrors_and_ignores_the_scale_of_weights() -> None:
    values = np.random.default_rng(1).beta(0.4, 2, 80)
    weights = np.random.default_rng(2).uniform(0.5, 2, 80)
    mean, mirror = bounded_mean(values, weights=weights), bounded_mean(1 - values, weights=weights)
    assert (mean.low, mean.high) == pytest.approx((1 - mirror.high, 1 - mirror.low))
    tenfold = bounded_mean(values, weights=10 * weights)
    assert (tenfold.low, tenfold.high) == pytest.approx((mean.low, mean.high))
    equal = bounded_mean(values, weights=np.full(80, 3.0))
    assert equal.low == pytest.approx(bounded_mean(values).low)


def test_units_without_weight_do_not_count() -> None:
    values = np.random.default_rng(1).beta(0.4, 2, 80)
    weights = np.r_[np.ones(50), np.zeros(30)]
    assert bounded_mean(values, weights=weights) == bounded_mean(values[:50])


def test_a_bounded_mean_and_its_p_say_the_same() -> None:
    values = np.random.default_rng(3).beta(0.5, 3, 60)
    for level in (0.9, 0.95, 0.99):
        mean = bounded_mean(values, level=level)
        assert bounded_mean_p_above(values, mean.low) == pytest.approx((1 - level) / 2)
        assert bounded_mean_p_above(values, mean.high) == pytest.approx((1 + level) / 2)
    assert bounded_mean_p_above(values, 0) == 0
    assert bounded_mean_p_above(values, 1) == 1
    assert bounded_mean_p_above([0.0, 0.0], 0) == 1


@pytest.mark.parametrize("n", [30, 150, 600])
@pytest.mark.parametrize("kind", ["rare and small", "rare", "skewed", "even"])
def test_a_bounded_mean_covers_the_truth(kind: str, n: int) -> None:
    rng, worlds = np.random.default_rng(11), 400
    shape = (worlds, n)
    samples, truth = {
        "rare and small": ((rng.random(shape) < 0.05) * rng.beta(1, 4, shape), 0.01),
        "rare": ((rng.random(shape) < 0.1) * rng.random(shape), 0.05),
        "skewed": (rng.beta(0.2, 3.8, shape), 0.05),
        "even": (rng.beta(50, 50, shape), 0.5),
    }[kind]
    means = [bounded_mean(values) for values in samples]
    misses = sum(not m.low <= truth <= m.high for m in means)
    found = sum(bounded_mean_p_above(values, truth) < 0.05 for values in samples)
    assert at_most(0.07, misses, worlds)
    assert at_most(0.05, found, worlds)
    assert at_most(0.97, worlds - misses, worlds)


def test_what_cannot_be_a_share_is_refused() -> None:
    for x, n in ((5, 4), (-1, 4), (0, 0)):
        with pytest.raises(ValueError, match="successes"):
            wilson(x, n)
    with pytest.raises(ValueError, match="level"):
        wilson(1, 4, level=95)
    with pytest.raises(ValueError, match=r"0…1"):
        bounded_mean([0.2, 1.2])
    with pytest.raises(ValueError, match="weights"):
        bounded_mean([0.2, 0.4], weights=[0, 0])
    with pytest.raises(ValueError, match="finite"):
        bounded_mean([0.2, math.nan])
