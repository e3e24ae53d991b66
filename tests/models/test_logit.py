"""The logit: against statsmodels, and where no fit is best."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.api import Logit as Second

from toolkit.models.cannot import CannotTell
from toolkit.models.logit import LeftOut, Logit, logit


def rows(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and a design of two columns and a constant."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(50, 20, n), rng.normal(60, 15, n), np.ones(n)])
    return (rng.random(n) < expit(X @ [0.04, 0.02, -3.0])).astype(float), X


def fitted(y: np.ndarray, X: np.ndarray) -> Logit:
    """A fit that exists."""
    found = logit(y, X)
    assert isinstance(found, Logit)
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


def test_repeating_every_row_within_its_account_changes_nothing() -> None:
    y, X = rows(80)
    once = LeftOut.of(fitted(y, X), np.arange(80), 80).effects()
    twice = np.repeat(np.arange(80), 2)
    again = LeftOut.of(fitted(y[twice], X[twice]), twice, 80).effects()
    assert again.values == pytest.approx(once.values)
    assert again.covariance == pytest.approx(once.covariance, rel=1e-6)


def test_the_jackknife_step_is_near_fitting_again_without_each_account() -> None:
    y, X = rows(60)
    whole = fitted(y, X)
    found = LeftOut.of(whole, np.arange(60), 60).effects()
    means = [fitted(y[k], X[k]).slopes()[0].mean(axis=0) for k in ~np.eye(60, dtype=bool)]
    spread = 59 / 60 * ((np.array(means) - np.mean(means, axis=0)) ** 2).sum(axis=0)
    assert np.sqrt(np.diag(found.covariance))[:2] == pytest.approx(np.sqrt(spread)[:2], rel=0.05)


def test_a_column_that_tells_yes_from_no_gives_no_effect_but_a_reason() -> None:
    X = np.column_stack([np.arange(20.0), np.ones(20)])
    found = logit((np.arange(20) > 9).astype(float), X)
    assert isinstance(found, CannotTell)
    assert "every yes from every no" in found.why


def test_columns_that_repeat_each_other_give_a_reason() -> None:
    y, X = rows(50)
    found = logit(y, np.column_stack([X, X[:, 0] * 2]))
    assert isinstance(found, CannotTell)
    assert "repeat" in found.why
