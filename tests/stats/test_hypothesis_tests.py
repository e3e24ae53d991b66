"""How many more units decide: the textbook's number, and what the first sample leaves open."""

import math

import numpy as np
import pytest

from toolkit.stats.hypothesis_tests import (
    benjamini_hochberg,
    chance_of_decision,
    holm,
    more_units,
    more_units_in_part,
)
from toolkit.stats.interval import normal_quantile

# Fifteen p values: Benjamini & Hochberg (1995), JRSS B 57, 289–300, section 4.1
FIFTEEN = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
FIFTEEN += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_as_many_are_rejected_as_published() -> None:
    assert (holm(FIFTEEN) < 0.05).sum() == 3
    assert (benjamini_hochberg(FIFTEEN) < 0.05).sum() == 4


def test_holm_steps_down_and_benjamini_hochberg_steps_up() -> None:
    assert holm([0.01, 0.02, 0.5]) == pytest.approx([0.03, 0.04, 0.5])
    assert benjamini_hochberg([0.01, 0.02, 0.5]) == pytest.approx([0.03, 0.03, 0.5])
    assert holm([0.6, 0.9]) == pytest.approx([1, 1])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_the_order_of_the_tests_does_not_matter(adjust: type) -> None:
    order = np.random.default_rng(1).permutation(15)
    assert adjust(np.array(FIFTEEN)[order]) == pytest.approx(np.array(adjust(FIFTEEN))[order])


def test_holm_keeps_any_false_find_below_the_level() -> None:
    families = np.random.default_rng(2).random((4000, 8))
    any_found = np.mean([holm(p).min() < 0.05 for p in families])
    assert any_found == pytest.approx(1 - (1 - 0.05 / 8) ** 8, abs=0.011)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_one_test_or_none_stays_as_it_is(adjust: type) -> None:
    assert adjust([0.03]) == pytest.approx([0.03])
    assert adjust([]).size == 0


@pytest.mark.parametrize("p", [[0.1, float("nan")], [1.2], [-0.1], [[0.1]]])
def test_what_is_no_p_is_refused(p: list[float]) -> None:
    with pytest.raises(ValueError, match="p: expected"):
        holm(p)


def test_the_textbook_sample_size_is_the_least_that_is_asked_for() -> None:
    # One mean, effect of half a standard deviation, one-sided 5 %, power 80 %: 24.7 units
    # (Cohen 1988). Where the first sample is large against that, it is the answer.
    more = more_units(0.5, 0.0, 1 / math.sqrt(10), 10)
    assert more is not None
    assert more >= math.ceil(24.73 - 10)


def test_an_estimate_that_is_open_on_both_sides_asks_for_more_than_the_textbook() -> None:
    error, n, gap = 0.05, 100, 0.02
    reach = normal_quantile(0.95) + normal_quantile(0.8)
    textbook = n * (reach * error / gap) ** 2 - n
    more = more_units(0.1 + gap, 0.1, error, n)
    assert more is not None
    assert more >= textbook


def test_the_chance_of_a_decision_is_what_a_simulation_finds() -> None:
    rng = np.random.default_rng(1)
    gap, now, later = 0.03, 0.04**2, 0.02**2
    truth = rng.normal(gap, math.sqrt(now), 200_000)  # what the first sample leaves open
    fresh = 1 / (1 / later - 1 / now)  # variance of the rows that are added alone
    added = rng.normal(truth, math.sqrt(fresh))
    final = (gap / now + added / fresh) * later
    found = final > normal_quantile(0.95) * math.sqrt(later)
    clear = final < -normal_quantile(0.975) * math.sqrt(later)
    said = chance_of_decision(gap, now, later)
    assert said == pytest.approx(np.mean(found | clear), abs=0.005)


@pytest.mark.parametrize("estimate", [0.16, 0.05, 0.13])
def test_with_that_many_more_units_at_least_four_in_five_are_decided(estimate: float) -> None:
    n, error = 200, 0.05
    more = more_units(estimate, 0.10, error, n)
    assert more is not None
    later = error**2 * n / (n + more)
    assert chance_of_decision(estimate - 0.10, error**2, later) >= 0.8


def test_what_is_decided_already_needs_nothing() -> None:
    assert more_units(0.5, 0.1, 0.05, 100) == 0


def test_what_nobody_can_bring_is_not_asked_for() -> None:
    assert more_units(0.1, 0.1, 0.05, 100) is None
    assert more_units(0.1001, 0.1, 0.05, 100) is None
    assert more_units(0.2, 0.1, math.inf, 100) is None
    assert more_units(math.nan, 0.1, 0.05, 100) is None


def test_a_part_alone_may_not_be_able_to_decide() -> None:
    assert more_units_in_part(0.2, 0.1, 0.001, 0.01, 50) is None
    assert more_units_in_part(0.2, 0.1, 0.004, 0.0005, 50) is not None


def test_stricter_tests_need_more() -> None:
    plain = more_units(0.2, 0.1, 0.06, 100)
    strict = more_units(0.2, 0.1, 0.06, 100, alpha_found=0.05 / 6)
    assert plain is not None
    assert strict is not None
    assert strict > plain > 0
