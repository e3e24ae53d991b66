"""Published numbers of repeat buying, contracts, diffusion, price, levers and behaviour."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.models.buyers import cdnow_history
from toolkit.models.behaviour import (
    DISCOUNT_A_DAY,
    LOSS_AVERSION,
    SUNK_COST,
    present_value,
    prospect_value,
)
from toolkit.models.conversion import LeverTrial, break_even_conversion, lever_gain
from toolkit.models.customer_value import (
    FittedGammaGamma,
    FittedRenewals,
    fit_gamma_gamma,
    fit_renewals,
    retention_multiple,
)
from toolkit.models.diffusion import BassCurve, fit_bass
from toolkit.models.pricing import waited_skimming
from toolkit.models.repeat_buying import BgNbd, FittedBgNbd, fit_bg_nbd
from toolkit.models.survival import kaplan_meier
from toolkit.stats.shares import newcombe


@pytest.fixture(scope="module")
def buying() -> FittedBgNbd:
    found = fit_bg_nbd(cdnow_history())
    assert isinstance(found, FittedBgNbd)
    return found


@pytest.fixture(scope="module")
def spending() -> FittedGammaGamma:
    found = fit_gamma_gamma(cdnow_history())
    assert isinstance(found, FittedGammaGamma)
    return found


class TestRepeatBuyingAtCdnow:
    """Fader, Hardie & Lee (2005), Marketing Science 24, 275–284; the customers they buying.

    Parameters, expectations and P(alive) as in the tests of the package lifetimes 0.11.3,
    tests/test_estimation.py; it takes them from the paper, its notes and R's BTYD.
    """

    def test_the_history_is_the_published_one(self) -> None:
        told = cdnow_history()
        assert len(told) == 2_357
        assert told["frequency"].sum() == 2_457
        counts = np.minimum(told["frequency"], 7).value_counts().sort_index()
        assert counts.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]  # 0 … 7 and more
        first = told.iloc[0]  # 2 repeat purchases, the last in week 30.43 of 38.86, 22.35 each
        assert first.tolist() == pytest.approx([2, 30.43, 38.86, 22.35], abs=6e-3)

    def test_the_parameters_and_their_errors(self, buying: FittedBgNbd) -> None:
        assert tuple(buying.model) == pytest.approx((0.24259, 4.4135, 0.79289, 2.42575), rel=5e-4)
        errors = buying.maximum.standard_errors
        assert errors == pytest.approx([0.0126, 0.378, 0.186, 0.705], rel=5e-3)
        assert buying.maximum.loglik == pytest.approx(-9582.4256, abs=0.01)

    def test_the_expected_purchases_of_a_new_customer(self, buying: FittedBgNbd) -> None:
        weeks = [0.1429, 1, 3, 31.8571, 32, 78]
        published = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.858]
        assert buying.model.expected(weeks) == pytest.approx(published, abs=6e-5)

    def test_what_a_customer_who_bought_twice_will_do(self, buying: FittedBgNbd) -> None:
        assert buying.model.expected_given(39, 2, 30.43, 38.86) == pytest.approx(1.2259, abs=1e-4)
        assert buying.model.alive(2, 30.43, 38.86) == pytest.approx(0.7266, abs=1e-4)

    def test_the_chance_of_no_repeat_purchase_in_39_weeks(self) -> None:
        rounded = BgNbd(0.243, 4.414, 0.793, 2.426)  # as the paper prints them
        assert rounded.chance(0, 39) == pytest.approx(0.5737864, abs=5e-7)

    def test_six_in_ten_never_buy_again(self) -> None:
        assert (cdnow_history()["frequency"] == 0).mean() == pytest.approx(0.599, abs=5e-4)


class TestSpendingAtCdnow:
    """Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value; lifetimes 0.11.3."""

    def test_the_parameters_of_946_repeat_buyers(self, spending: FittedGammaGamma) -> None:
        assert spending.maximum.n == 946
        assert tuple(spending.model) == pytest.approx((6.2488, 3.7446, 15.4477), rel=5e-4)
        assert spending.maximum.loglik == pytest.approx(-4055.92, abs=0.01)

    def test_what_the_first_ten_customers_will_spend(self, spending: FittedGammaGamma) -> None:
        ten = cdnow_history().head(10)
        published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
        found = spending.model.expected(ten["frequency"], ten["monetary"])
        assert found == pytest.approx(published, abs=0.015)

    def test_spend_hardly_goes_with_frequency(self, spending: FittedGammaGamma) -> None:
        assert spending.correlation.value == pytest.approx(0.114, abs=5e-4)


class TestSurvival:
    """Freireich et al. (1963), Blood 21, 699–716: weeks of remission under 6-MP.

    Survival and errors as in Kleinbaum & Klein, Survival Analysis, ch. 2, and
    by statsmodels (a second opinion in test_survival).
    """

    DRUG = (6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35)
    ENDED = (1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)

    def test_the_share_in_remission(self) -> None:
        spared = kaplan_meier(self.DRUG, self.ENDED)
        published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
        assert spared.table["share"].tolist() == pytest.approx(published, abs=5e-5)

    @pytest.mark.parametrize(("week", "error"), [(6, 0.0764), (23, 0.1346)])
    def test_greenwoods_error(self, week: float, error: float) -> None:
        found = kaplan_meier(self.DRUG, self.ENDED).at(week)
        # the log-log ends give it back: z · error / (S |log S|)
        gap = math.log(math.log(found.low) / math.log(found.high)) / 2
        assert gap * found.value * -math.log(found.value) / 1.959964 == pytest.approx(
            error, abs=5e-5
        )


class TestRenewals:
    """Fader & Hardie (2007), Journal of Interactive Marketing 21, 76–90, tables 1 and 3."""

    HIGH = (1000, 869, 743, 653, 593, 551, 517, 491)
    REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)

    @pytest.mark.parametrize(
        ("left", "alpha", "beta", "loglik", "after_12", "seen"),
        [
            (HIGH, 0.668, 3.806, -1611.16, 0.378, 0.394),
            (REGULAR, 0.704, 1.182, -1680.27, 0.170, 0.173),
        ],
    )
    def test_seven_renewals_tell_the_twelfth(
        self,
        left: tuple[int, ...],
        alpha: float,
        beta: float,
        loglik: float,
        after_12: float,
        seen: float,
    ) -> None:
        found = fit_renewals(left)
        assert isinstance(found, FittedRenewals)
        assert tuple(found.model) == pytest.approx((alpha, beta), abs=6e-4)
        assert found.maximum.loglik == pytest.approx(loglik, abs=0.01)
        projected = found.survival(12)[0]
        assert projected.value == pytest.approx(after_12, abs=6e-4)
        assert projected.low < seen < projected.high


class TestRetentionMultiple:
    """Gupta & Lehmann (2003), Journal of Interactive Marketing 17, 9–24: their table by formula."""

    @pytest.mark.parametrize(
        ("retention", "rate", "multiple"),
        [
            (0.6, 0.12, 1.15),
            (0.7, 0.12, 1.67),
            (0.8, 0.12, 2.50),
            (0.9, 0.12, 4.09),
            (0.9, 0.10, 4.50),
            (0.9, 0.14, 3.75),
            (0.9, 0.16, 3.46),
        ],
    )
    def test_the_multiple(self, retention: float, rate: float, multiple: float) -> None:
        found = retention_multiple(retention, rate=rate).value
        assert found == pytest.approx(multiple, abs=5e-3)
        at_once = retention_multiple(retention, rate=rate, paid="start").value
        assert at_once == pytest.approx((1 + rate) / (1 + rate - retention))


class TestDiffusion:
    def test_video_recorders(self) -> None:
        # US sales 1980–1989 in thousands; Cowpertwait & Metcalfe (2009), Introductory Time Series
        # with R, section 3.3: estimates and standard errors of nls; T1 and T2 from their formula
        fit = fit_bass([840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890])
        assert tuple(fit.model) == pytest.approx((67_981, 0.006594, 0.63809), rel=1e-4)
        assert tuple(fit.standard_errors) == pytest.approx((3_128, 0.001430, 0.04140), rel=5e-4)
        assert fit.residual_error == pytest.approx(727.2, abs=0.05)
        assert fit.df == 7
        assert fit.model.turns == pytest.approx((5.05, 7.09, 9.14), abs=6e-3)

    @pytest.mark.parametrize(  # Bass (1969), Management Science 15, table 1; T* = ln(q/p)/(p+q)
        ("p", "q", "peak"),
        [
            (0.002617, 0.21566, 20.21),  # refrigerators
            (0.018119, 0.17110, 11.87),  # home freezers
            (0.027877, 0.25105, 7.88),  # black and white television
            (0.017703, 0.29695, 8.96),  # water softeners
            (0.010399, 0.41861, 8.61),  # room air conditioners
            (0.01720, 0.35688, 8.11),  # clothes dryers
            (0.0091837, 0.33790, 10.39),  # power lawnmowers
            (0.005876, 0.24387, 14.92),  # electric bed coverings
            (0.017135, 0.30145, 9.00),  # automatic coffee makers
            (0.028632, 0.32791, 6.84),  # steam irons
            (0.024796, 0.65410, 4.82),  # record players
        ],
    )
    def test_when_eleven_durables_sold_most(self, p: float, q: float, peak: float) -> None:
        assert BassCurve(1.0, p, q).peak == pytest.approx(peak, abs=6e-3)


class TestPrices:
    def test_skimming_hurts_where_buyers_wait(self) -> None:
        # Bulow (1982), Journal of Political Economy 90: d = .5
        assert waited_skimming(0.5) == pytest.approx((0.45, 0.30, 0.225))

    def test_freemium_break_even(self) -> None:
        assert break_even_conversion(cost=2, paid_value=80) == pytest.approx(0.025)


class TestLevers:
    def test_a_lever_that_probably_pays(self) -> None:
        # 60 of 1,000 against 40 of 1,000, Beta(1, 1) priors, a client worth 120, cost 1.5:
        # Monte Carlo of a million draws gives .777 and .90
        found = lever_gain(LeverTrial("incentive", 1000, 60, 1000, 40, cost=1.5), 120)
        assert found.pays == pytest.approx(0.777, abs=1e-3)
        assert found.expected == pytest.approx(0.90, abs=6e-3)

    def test_the_difference_of_two_rates(self) -> None:
        # Newcombe (1998), Statistics in Medicine 17, 873–890, method 10
        found = lever_gain(LeverTrial("support", 70, 56, 80, 48, cost=0), 1.0).gain
        assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
        assert found.low == pytest.approx(newcombe(56, 70, 48, 80).low)


class TestBehaviour:
    def test_prospect_value_of_a_hundred(self) -> None:
        # Tversky & Kahneman (1992), Journal of Risk and Uncertainty 5: exponent .88, λ 2.25
        assert prospect_value([100, -100]) == pytest.approx([57.544, -129.474], abs=5e-4)

    def test_loss_aversion_carries_its_published_range(self) -> None:
        # T&K 1992; Brown et al. 2024 (607 estimates); Walasek et al. 2024
        found = [(p.value, p.low, p.high) for p in LOSS_AVERSION]
        assert found == [(2.25, None, None), (1.955, 1.820, 2.102), (1.31, 1.10, 1.53)]

    def test_hyperbolic_value(self) -> None:
        # Mazur (1987): A / (1 + k D)
        assert present_value(100, 30, k=0.01) == pytest.approx(76.923, abs=5e-4)

    @pytest.mark.parametrize(  # choices of Kirby, Petry & Bickel (1999)
        ("now", "later", "days", "k"),
        [(54, 55, 117, 0.000158), (34, 50, 30, 0.0157), (31, 85, 7, 0.2488)],
    )
    def test_indifference(self, now: float, later: float, days: float, k: float) -> None:
        assert present_value(later, days, k=k) == pytest.approx(now, rel=5e-3)
        least, most = DISCOUNT_A_DAY[0].value, DISCOUNT_A_DAY[-1].value
        assert least * 0.98 <= k <= most

    def test_sunk_cost_as_published(self) -> None:
        # Arkes & Blumer (1985): 4.1 against 3.3 plays; DellaVigna & Malmendier (2006): over $17
        # a visit where a pass costs $10
        values = [p.value for p in SUNK_COST]
        assert values == [4.1, 3.3, 4.3, 17.0, 10.0]
