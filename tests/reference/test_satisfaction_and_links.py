"""Published numbers of satisfaction, recommendation, linkage and mediation."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.datasets import spector

from toolkit.models.linkage import MediationEffects, e_value, loyalty_kinds, mediation_effects
from toolkit.models.regression import LogitFit, fit_logit, linear_regression
from toolkit.models.satisfaction import net_promoter, satisfaction_index
from toolkit.models.themes import CodedTexts, theme_contrasts
from toolkit.stats.interval import Interval
from toolkit.stats.shares import multinomial_goodman


def test_the_index_of_fornell_with_the_weights_of_ohio_and_with_equal_ones() -> None:
    # Weights .3885/.3190/.2925 for Ohio (verint.com), equal ones (S + E + P − 3) / 27 · 100; the
    # means 8, 7, 7 worked through both.
    answers = np.array([[7, 6, 8], [9, 8, 6.0]])
    assert answers.mean(axis=0).tolist() == [8, 7, 7]
    points, accounts = (answers - 1) / 9 * 100, np.arange(2)
    for weights, published in (([0.3885, 0.3190, 0.2925], 70.98), (None, 70.37)):
        found = satisfaction_index(points, accounts, weights=weights)
        assert isinstance(found, Interval)
        assert found.value == pytest.approx(published, abs=0.005)


@pytest.mark.parametrize(
    ("counts", "published"),
    [
        ((13, 9, 36), (11.1, -13.9, 34.4)),
        ((60, 15, 100), (45.0, 29.3, 58.0)),
        ((5, 0, 8), (62.5, 8.8, 82.1)),
    ],
)
def test_the_net_promoter_score_of_rocks(counts: tuple, published: tuple) -> None:
    # Rocks (2016), The American Statistician 70, by the recipe and the first case at
    # measuringu.com/nps-three-confidence-intervals; the other two cases by the same recipe.
    found = net_promoter(*counts)
    assert (found.value, found.low, found.high) == pytest.approx(published, abs=0.05)


class TestTheLogitOfSpectorAndMazzeo:
    """Spector & Mazzeo (1980), J. Economic Education 11; Greene, Econometric Analysis, ch. 17."""

    @pytest.fixture
    def fit(self) -> LogitFit:
        data = spector.load_pandas()
        design = np.column_stack([data.exog[["GPA", "TUCE", "PSI"]], np.ones(32)])
        found = fit_logit(data.endog.to_numpy(), design)
        assert isinstance(found, LogitFit)
        return found

    def test_coefficients_and_likelihood(self, fit: LogitFit) -> None:
        assert fit.coefficients == pytest.approx([2.8261, 0.0952, 2.3787, -13.0213], abs=5e-5)
        assert fit.log_likelihood == pytest.approx(-12.88963, abs=5e-6)

    def test_average_marginal_effects_and_their_errors(self, fit: LogitFit) -> None:
        rows, gradient = fit.slopes()
        errors = np.sqrt(np.diag(gradient @ fit.inverse @ gradient.T))
        assert rows.mean(axis=0)[:3] == pytest.approx([0.3626, 0.0122, 0.3052], abs=5e-5)
        assert errors[:3] == pytest.approx([0.1094, 0.0178, 0.0924], abs=5e-5)


class TestMediationOfPingouin:
    """The example of pingouin's `mediation_analysis` (X, M, Y of 100 people).

    From that example only its sums: these numbers, their squares and products. Everything least
    squares finds depends on no more, so any rows with the same sums give the same paths.
    """

    SUMS = np.array([100, 599, 486, 523.0])
    PRODUCTS = np.array([[3889, 3080, 3252], [3080, 2720, 2776], [3252, 2776, 3147.0]])

    @pytest.fixture
    def rows(self) -> np.ndarray:
        n, means = 100, self.SUMS[1:] / 100
        centred = self.PRODUCTS - n * np.outer(means, means)
        waves = np.cos(np.outer(np.arange(n) + 0.5, [1, 2, 3]) * np.pi / n) * np.sqrt(2 / n)
        return means + waves @ np.linalg.cholesky(centred).T

    def test_paths(self, rows: np.ndarray) -> None:
        found = mediation_effects(*rows.T, np.arange(100))
        assert isinstance(found, MediationEffects)
        assert found.a.value == pytest.approx(0.5610, abs=5e-5)
        assert found.total.value == pytest.approx(0.3961, abs=5e-5)
        assert found.direct.value == pytest.approx(0.0396, abs=5e-5)
        assert found.indirect.value == pytest.approx(0.3565, abs=5e-5)

    def test_the_last_step_alone(self, rows: np.ndarray) -> None:
        _, m, y = rows.T
        found = linear_regression(y, np.column_stack([m, np.ones(100)]), np.arange(100), 100)
        assert found.values[0] == pytest.approx(0.6542, abs=5e-5)


def test_the_e_values_of_vanderweele_and_ding() -> None:
    # Annals of Internal Medicine 167 (2017): risk ratio 3.9, interval from 1.8: 7.26 and 3.0.
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1.8) == pytest.approx(3.0, abs=0.005)


def test_kinds_of_loyalty_have_the_intervals_of_goodman() -> None:
    # First of seven classes .0852–.1663: Goodman's interval as statsmodels 0.15 computes it
    # (multinomial_proportions_confint). The four kinds are the same formula with four classes.
    seven = multinomial_goodman([56, 72, 73, 59, 62, 87, 58])
    assert (seven[0].low, seven[0].high) == pytest.approx((0.0852, 0.1663), abs=5e-5)
    cells = [56, 72, 73, 59]
    cells = [56, 72, 73, 59]
    back, glad = np.repeat([1, 1, 0, 0], cells), np.repeat([1, 0, 1, 0], cells)
    kinds = loyalty_kinds(back, glad)
    assert tuple(kinds.values()) == multinomial_goodman(cells)


def test_equal_counts_give_no_log_odds_in_the_contrast_of_monroe() -> None:
    # Monroe, Colaresi & Quinn (2008), Political Analysis 16: with y1 = y2 and n1 = n2 the log-odds
    # and z are 0, and without clustering the variance of their difference is 2 / (y + α).
    marks = np.tile(np.eye(2, dtype=bool), (40, 1))
    role = np.repeat([0, 1], 40)
    found = theme_contrasts(
        CodedTexts(("price", "taste"), marks), role == 0, role == 1, np.arange(80)
    )
    assert isinstance(found, list)
    for lean in found:
        assert lean.z == 0
        assert lean.counts == (20, 20)
        half = lean.log_odds.high - lean.log_odds.value
        assert half / 1.959964 >= np.sqrt(2 / (20 + 5)) - 1e-9
