"""Estimates with errors by account: sums, products, and accounts that repeat themselves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.worlds import at_most
from toolkit.models.estimates import Estimates, linear
from toolkit.stats.means import mean


def line(rows: int, accounts: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """y = 2 x + noise that accounts share, with x shared as well."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(2, accounts.max() + 1))[:, accounts]
    x = common[0] + 0.3 * rng.normal(size=rows)
    return x, 2 * x + common[1] + 0.3 * rng.normal(size=rows)


def test_a_constant_alone_gives_the_mean_and_its_interval() -> None:
    y = np.array([3.0, 5, 4, 8, 1, 2])
    found = linear(y, np.ones((6, 1)), np.arange(6), 6).interval()
    plain = mean(y)
    assert found.value == pytest.approx(plain.value)
    assert found.low == pytest.approx(plain.low)


def test_repeating_every_row_within_its_account_changes_nothing() -> None:
    accounts = np.arange(40)
    x, y = line(40, accounts, 1)
    once = linear(y, np.column_stack([x, np.ones(40)]), accounts, 40)
    rows = np.repeat(np.arange(40), 3)
    thrice = linear(y[rows], np.column_stack([x, np.ones(40)])[rows], accounts[rows], 40)
    assert thrice.values == pytest.approx(once.values)
    assert thrice.covariance == pytest.approx(once.covariance)


def test_slopes_are_covered_where_accounts_share_noise_and_rows_alone_would_not_be() -> None:
    accounts = np.repeat(np.arange(40), 5)
    misses = {"account": 0, "row": 0}
    for seed in range(200):
        x, y = line(200, accounts, seed)
        design = np.column_stack([x, np.ones(200)])
        for name, units in (("account", accounts), ("row", np.arange(200))):
            ends = linear(y, design, units, int(units.max()) + 1).interval()
            misses[name] += not ends.low <= 2 <= ends.high
    assert at_most(0.07, misses["account"], 200)
    assert misses["row"] > 60


def test_sums_of_estimates_have_the_variance_of_sums() -> None:
    rng = np.random.default_rng(0)
    both = Estimates(np.array([1.0, 2.0]), rng.normal(size=(50, 2)), "made")
    total = both.weighted([1.0, -2.0])
    w = np.array([1.0, -2.0])
    assert total.values == pytest.approx([-3.0])
    assert total.covariance[0, 0] == pytest.approx(w @ both.covariance @ w)


def test_a_product_far_from_0_is_near_what_small_errors_give() -> None:
    errors = np.zeros((400, 2))
    errors[:200, 0], errors[200:, 1] = 0.01 / np.sqrt(200), 0.02 / np.sqrt(200)
    errors *= np.tile([1, -1], 200)[:, None]
    made = Estimates(np.array([2.0, 3.0]), errors, "made")
    ends, error = made.product(0, 1), np.hypot(3 * 0.01, 2 * 0.02)
    assert ends.value == 6
    assert ends.high - ends.low == pytest.approx(2 * 1.966 * error, rel=0.03)


def test_a_product_with_0_reaches_to_both_sides() -> None:
    rng = np.random.default_rng(1)
    made = Estimates(np.array([0.0, 3.0]), rng.normal(size=(100, 2)) / 50, "made")
    ends = made.product(0, 1)
    assert ends.low < 0 < ends.high
