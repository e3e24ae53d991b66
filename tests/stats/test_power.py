import math

import numpy as np
import pytest

from toolkit.stats.arrays import normal
from toolkit.stats.power import more_units, more_units_in_part


def test_the_textbook_sample_size_comes_out() -> None:
    # One mean, effect of half a standard deviation, one-sided 5 %, power 80 %: 24.7 units
    assert more_units(0.5, 0.0, 1 / math.sqrt(10), 10) == math.ceil(24.73 - 10)


@pytest.mark.parametrize(("estimate", "wanted"), [(0.16, "found"), (0.05, "clear")])
def test_with_that_many_more_units_four_in_five_samples_decide(
    estimate: float, wanted: str
) -> None:
    n, error, threshold = 200, 0.04, 0.10
    more = more_units(estimate, threshold, error, n)
    assert more is not None
    later = error * math.sqrt(n / (n + more))
    draws = np.random.default_rng(1).normal(estimate, later, 40_000)
    found = np.mean(draws - normal(0.95) * later > threshold)
    clear = np.mean(draws + normal(0.975) * later < threshold)
    assert {"found": found, "clear": clear}[wanted] == pytest.approx(0.8, abs=0.01)


def test_what_is_decided_already_needs_nothing() -> None:
    assert more_units(0.5, 0.1, 0.05, 100) == 0


def test_what_nobody_can_bring_is_not_asked_for() -> None:
    assert more_units(0.1, 0.1, 0.05, 100) is None
    assert more_units(0.1001, 0.1, 0.05, 100) is None
    assert more_units(0.2, 0.1, math.inf, 100) is None
    assert more_units(math.nan, 0.1, 0.05, 100) is None


def test_a_part_alone_may_not_be_able_to_decide() -> None:
    assert more_units_in_part(0.2, 0.1, 0.001, 0.01, 50) is None
    enough = more_units_in_part(0.2, 0.1, 0.004, 0.001, 50)
    reach = (normal(0.95) + normal(0.8)) ** 2
    assert enough == math.ceil(50 * 0.004 / (0.01 / reach - 0.001) - 50)


def test_stricter_tests_need_more() -> None:
    plain = more_units(0.2, 0.1, 0.06, 100)
    strict = more_units(0.2, 0.1, 0.06, 100, alpha_found=0.05 / 6)
    assert plain is not None
    assert strict is not None
    assert strict > plain > 0
