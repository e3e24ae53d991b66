"""Estimates with errors by account: sums, products, and accounts that repeat themselves.

The logit: against statsmodels, and where no fit is best.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.api import Logit as Second

from tests.stats.worlds import at_most
from toolkit.models.regression import (
    AccountEstimates,
    AccountJackknife,
    LogitFit,
    fit_logit,
    linear_regression,
)
from toolkit.stats.interval import CannotTell
from toolkit.stats.means import mean_interval


def line(rows: int, accounts: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """y = 2 x + noise that accounts share, with x shared as well."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(2, accounts.max() + 1))[:, accounts]
    x = common[0] + 0.3 * rng.normal(size=rows)
    return x, 2 * x + common[1] + 0.3 * rng.normal(size=rows)


def test_a_constant_alone_gives_the_mean_and_its_interval() -> None:
    y = np.array([3.0, 5, 4, 8, 1, 2])
    found = linear_regression(y, np.ones((6, 1)), np.arange(6), 6).interval()
    plain = mean_interval(y)
    assert found.value == pytest.approx(plain.value)
    assert found.low == pytest.approx(plain.low)


def test_repeating_every_row_within_its_account_changes_nothing() -> None:
    accounts = np.arange(40)
    x, y = line(40, accounts, 1)
    once = linear_regression(y, np.column_stack([x, np.ones(40)]), accounts, 40)
    rows = np.repeat(np.arange(40), 3)
    thrice = linear_regression(y[rows], np.column_stack([x, np.ones(40)])[rows], accounts[rows], 40)
    assert thrice.values == pytest.approx(once.values)
    assert thrice.covariance == pytest.approx(once.covariance)


def test_slopes_are_covered_where_accounts_share_noise_and_rows_alone_would_not_be() -> None:
    accounts = np.repeat(np.arange(40), 5)
    misses = {"account": 0, "row": 0}
    for seed in range(200):
        x, y = line(200, accounts, seed)
        design = np.column_stack([x, np.ones(200)])
        for name, units in (("account", accounts), ("row", np.arange(200))):
            ends = linear_regression(y, design, units, int(units.max()) + 1).interval()
            misses[name] += not ends.low <= 2 <= ends.high
    assert at_most(0.07, misses["account"], 200)
    assert misses["row"] > 60


def test_sums_of_estimates_have_the_variance_of_sums() -> None:
    rng = np.random.default_rng(0)
    both = AccountEstimates(np.array([1.0, 2.0]), rng.normal(size=(50, 2)), "made")
    total = both.weighted([1.0, -2.0])
    w = np.array([1.0, -2.0])
    assert total.values == pytest.approx([-3.0])
    assert total.covariance[0, 0] == pytest.approx(w @ both.covariance @ w)


def test_a_product_far_from_0_is_near_what_small_errors_give() -> None:
    errors = np.zeros((400, 2))
    errors[:200, 0], errors[200:, 1] = 0.01 / np.sqrt(200), 0.02 / np.sqrt(200)
    errors *= np.tile([1, -1], 200)[:, None]
    made = AccountEstimates(np.array([2.0, 3.0]), errors, "made")
    ends, error = made.product(0, 1), np.hypot(3 * 0.01, 2 * 0.02)
    assert ends.value == 6
    assert ends.high - ends.low == pytest.approx(2 * 1.966 * error, rel=0.03)


def test_a_product_with_0_reaches_to_both_sides() -> None:
    rng = np.random.default_rng(1)
    made = AccountEstimates(np.array([0.0, 3.0]), rng.normal(size=(100, 2)) / 50, "made")
    ends = made.product(0, 1)
    assert ends.low < 0 < ends.high


def rows(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and a design of two columns and a constant."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(50, 20, n), rng.normal(60, 15, n), np.ones(n)])
    return (rng.random(n) < expit(X @ [0.04, 0.02, -3.0])).astype(float), X


def fitted(y: np.ndarray, X: np.ndarray) -> LogitFit:
    """A fit that exists."""
    found = fit_logit(y, X)
    assert isinstance(found, LogitFit)
    return found


def test_coefficients_likelihood_and_covariance_are_those_of_statsmodels() -> None:
    y, X = rows(300)
    ours, theirs = fitted(y, X), Second(y, X).fit(disp=0)
    assert ours.coefficients == pytest.approx(theirs.params, rel=1e-6)
    assert ours.log_likelihood == pytest.approx(theirs.llf)
    assert ours.inverse == pytest.approx(theirs.cov_params(), rel=1e-5)


def test_mean_slopes_are_what_a_small_step_changes() -> None:
    y, X = rows(300)
    found = fitted(y, X)
    step = np.array([1e-5, 0, 0])
    by_step = (found.probabilities(step) - found.probabilities(-step)).mean() / 2e-5
    assert found.slopes()[0].mean(axis=0)[0] == pytest.approx(by_step, rel=1e-6)


def test_repeating_every_row_within_its_account_changes_no_effect() -> None:
    y, X = rows(80)
    once = AccountJackknife.of(fitted(y, X), np.arange(80), 80).effects()
    twice = np.repeat(np.arange(80), 2)
    again = AccountJackknife.of(fitted(y[twice], X[twice]), twice, 80).effects()
    assert again.values == pytest.approx(once.values)
    assert again.covariance == pytest.approx(once.covariance, rel=1e-6)


def test_the_jackknife_step_is_near_fitting_again_without_each_account() -> None:
    y, X = rows(60)
    whole = fitted(y, X)
    found = AccountJackknife.of(whole, np.arange(60), 60).effects()
    means = [fitted(y[k], X[k]).slopes()[0].mean(axis=0) for k in ~np.eye(60, dtype=bool)]
    spread = 59 / 60 * ((np.array(means) - np.mean(means, axis=0)) ** 2).sum(axis=0)
    assert np.sqrt(np.diag(found.covariance))[:2] == pytest.approx(np.sqrt(spread)[:2], rel=0.05)


def test_a_column_that_tells_yes_from_no_gives_no_effect_but_a_reason() -> None:
    X = np.column_stack([np.arange(20.0), np.ones(20)])
    found = fit_logit((np.arange(20) > 9).astype(float), X)
    assert isinstance(found, CannotTell)
    assert "every yes from every no" in found.why


def test_columns_that_repeat_each_other_give_a_reason() -> None:
    y, X = rows(50)
    found = fit_logit(y, np.column_stack([X, X[:, 0] * 2]))
    assert isinstance(found, CannotTell)
    assert "repeat" in found.why
