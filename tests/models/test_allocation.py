"""A sum shared out so that the lower end of what it brings is highest."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.models.allocation import Field, highest
from toolkit.stats.arrays import Array

GUARD = 0.3
KNOWN = np.zeros(3)


def field(
    margin: list[float], error: Array = KNOWN, exponents: tuple[float, ...] = (0.2,)
) -> Field:
    """Three takers of equal spend."""
    return Field(np.full(3, 1_000.0), np.array(margin), error, exponents, 0.95)


def test_the_next_coin_brings_the_same_everywhere() -> None:
    # margin b f^(b − 1) / spend is the same for all where nobody is at the guard
    found = highest(field([1_000, 1_100, 1_200]), np.ones(3), GUARD)
    assert found.sum() == pytest.approx(3)
    assert found / found[0] == pytest.approx((np.array([1, 1.1, 1.2])) ** (1 / 0.8), abs=1e-4)


def test_takers_that_bring_alike_are_left_alike() -> None:
    start = np.array([0.9, 1.0, 1.1])
    assert highest(field([500, 500, 500]), start, GUARD) == pytest.approx(np.ones(3), abs=1e-4)


def test_the_order_of_the_takers_is_no_matter() -> None:
    error = np.array([30.0, 10.0, 80.0])
    one = field([900, 1_500, 1_200], error, (0.12, 0.09, 0.24))
    other = field([1_200, 1_500, 900], error[::-1], (0.12, 0.09, 0.24))
    start = np.array([0.95, 1.0, 1.05])
    found, turned = highest(one, start, GUARD), highest(other, start[::-1], GUARD)
    assert found == pytest.approx(turned[::-1], abs=1e-4)


def test_slopes_are_what_small_steps_gain() -> None:
    one = field([900, 1_500, 1_200], np.array([30.0, 10.0, 80.0]), (0.12, 0.24))
    at, step = np.array([0.9, 1.15, 0.95]), 1e-6
    for k, direction in enumerate(np.eye(3)):
        rise = (one.low(at + step * direction) - one.low(at - step * direction)) / (2 * step)
        assert one.slopes(at)[:, k] == pytest.approx(rise, rel=1e-5)
