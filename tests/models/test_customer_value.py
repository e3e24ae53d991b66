import numpy as np
import pandas as pd
import pytest

from tests.models.buyers import PURSE, SHOP, cdnow_history, drawn_history
from toolkit.models.customer_value import (
    CustomerValues,
    FittedGammaGamma,
    FittedRenewals,
    GammaGamma,
    ShiftedBetaGeometric,
    customer_values,
    fit_gamma_gamma,
    fit_renewals,
    retention_multiple,
)
from toolkit.models.repeat_buying import FittedBgNbd, fit_bg_nbd
from toolkit.stats.interval import CannotTell, Interval
from toolkit.stats.shares import wilson

TRUTH = ShiftedBetaGeometric(0.9, 3.0)


def cohort(n: int, periods: int, seed: int) -> list[int]:
    """How many of n are left at the start and after each renewal?"""
    rng = np.random.default_rng(seed)
    leaves = rng.geometric(np.maximum(rng.beta(*TRUTH, n), 1e-12))
    return [int((leaves > t).sum()) for t in range(periods + 1)]


def test_what_will_be_left_is_recovered_and_covered() -> None:
    covered = []
    for seed in range(150):
        found = fit_renewals(cohort(500, 6, seed))
        assert isinstance(found, FittedRenewals)
        ends = found.survival([6, 12])
        covered.append(
            [i.low < t < i.high for i, t in zip(ends, TRUTH.survival([6, 12]), strict=True)]
        )
    assert (np.mean(covered, axis=0) > 0.89).all()  # 95 % in the long run


def test_many_customers_tell_the_parameters() -> None:
    found = fit_renewals(cohort(200_000, 8, seed=1))
    assert isinstance(found, FittedRenewals)
    for interval, truth in zip(found.parameters(level=0.99).values(), TRUTH, strict=True):
        assert interval.low < truth < interval.high
        assert interval.high / interval.low < 1.2


def test_retention_rises_with_age() -> None:
    left = TRUTH.survival(np.arange(20))
    rates = left[1:] / left[:-1]
    assert (np.diff(rates) > 0).all()
    t = np.arange(1, 20)  # the published recursion: r(t) = (β + t − 1) / (α + β + t − 1)
    assert rates == pytest.approx((TRUTH.beta + t - 1) / (TRUTH.alpha + TRUTH.beta + t - 1))
    assert TRUTH.survival(0) == 1


def test_too_little_cannot_tell() -> None:
    short = fit_renewals([1000, 800])
    assert short == CannotTell(
        "expected 3 counts and 30 customers lost, found 2 counts and 200 lost"
    )
    loyal = fit_renewals([1000, 990, 980])
    assert isinstance(loyal, CannotTell)


def test_counts_that_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="never rise"):
        fit_renewals([100, 60, 70])


def test_the_multiple_is_the_sum_of_the_discounted_payments() -> None:
    years = np.arange(1, 2_000)
    payments = (0.85 / 1.1) ** years
    assert retention_multiple(0.85, rate=0.1).value == pytest.approx(payments.sum())
    at_once = retention_multiple(0.85, rate=0.1, paid="start")
    assert at_once.value == pytest.approx(1 + payments.sum())
    assert "start" in at_once.method


def test_the_multiple_is_as_sure_as_the_retention() -> None:
    share = wilson(170, 200)
    found = retention_multiple(share, rate=0.1)
    assert found.low == retention_multiple(share.low, rate=0.1).value
    assert found.high == retention_multiple(share.high, rate=0.1).value
    assert found.n == 200


@pytest.mark.parametrize(("retention", "rate"), [(1.1, 0.1), (-0.1, 0.1), (1.0, 0.0), (0.5, -0.1)])
def test_an_endless_or_impossible_customer_is_refused(retention: float, rate: float) -> None:
    with pytest.raises(ValueError, match="retention"):
        retention_multiple(Interval.constant(retention, 1), rate=rate)


def fitted(n: int, seed: int) -> FittedGammaGamma:
    found = fit_gamma_gamma(drawn_history(n, seed))
    assert isinstance(found, FittedGammaGamma)
    return found


def test_the_parameters_are_recovered_and_covered() -> None:
    covered = []
    for seed in range(60):
        ends = fitted(1_000, seed).parameters().values()
        covered.append([i.low < t < i.high for i, t in zip(ends, PURSE, strict=True)])
    assert (np.mean(covered, axis=0) > 0.88).all()  # 95 % in the long run


def test_spend_that_goes_apart_from_frequency_is_seen_so() -> None:
    together = fitted(3_000, seed=1).correlation
    assert together.low < 0 < together.high


def test_the_more_she_bought_the_more_her_own_mean_counts() -> None:
    model = GammaGamma(6.0, 4.0, 15.0)
    assert model.mean == 30
    expected = model.expected([0, 1, 100], [0, 60, 60])
    assert expected[0] == 30
    assert 30 < expected[1] < expected[2] < 60
    assert expected[2] == pytest.approx(60, abs=0.5)


def test_another_currency_changes_v_only() -> None:
    told = cdnow_history()
    euro, cent = (
        fit_gamma_gamma(told),
        fit_gamma_gamma(told.assign(monetary=100 * told["monetary"])),
    )
    assert isinstance(euro, FittedGammaGamma)
    assert isinstance(cent, FittedGammaGamma)
    assert cent.model[:2] == pytest.approx(euro.model[:2], rel=1e-4)
    assert cent.model.v == pytest.approx(100 * euro.model.v, rel=1e-4)


def test_those_who_paid_nothing_are_counted_and_left_out() -> None:
    told = drawn_history(600, seed=1)
    free = told.index[told["frequency"] > 0][:7]
    told.loc[free, "monetary"] = 0
    found = fit_gamma_gamma(told)
    assert isinstance(found, FittedGammaGamma)
    assert found.left_out == 7
    assert found.maximum.n == (told["monetary"] > 0).sum()


def test_fewer_than_a_hundred_repeat_buyers_cannot_tell() -> None:
    found = fit_gamma_gamma(drawn_history(150, seed=1))
    assert isinstance(found, CannotTell)
    assert found.why.startswith("expected 100 customers who paid for a repeat purchase, found ")


def test_a_mean_without_bound_is_not_given() -> None:
    found = fit_gamma_gamma(drawn_history(3_000, seed=1, purse=GammaGamma(3.0, 0.8, 10.0)))
    assert found == CannotTell("a few customers spend so much more that their mean has no bound")


NEWCOMER = pd.DataFrame([[0.0] * 4], columns=["frequency", "recency", "T", "monetary"])


def values_of(told: pd.DataFrame, asked: pd.DataFrame, **terms: float) -> CustomerValues:
    buying, spending = fit_bg_nbd(told), fit_gamma_gamma(told)
    assert isinstance(buying, FittedBgNbd)
    assert isinstance(spending, FittedGammaGamma)
    return customer_values(buying, spending, asked, margin=0.3, **terms)


def test_the_value_of_a_newcomer_is_recovered_and_covered() -> None:
    weeks = np.linspace(0, 104, 20_001)
    bought, faded = SHOP.expected(weeks), 1.1 ** (-weeks * 7 / 365.25)
    truth = 0.3 * PURSE.mean * np.sum(np.diff(bought) * (faded[1:] + faded[:-1]) / 2)
    covered = []
    for seed in range(40):
        found = values_of(drawn_history(800, seed), NEWCOMER, horizon=104).mean()
        covered.append(found.low < truth < found.high)
    assert np.mean(covered) > 0.85  # 95 % in the long run


def test_without_discount_it_is_margin_times_spend_times_purchases() -> None:
    told = drawn_history(800, seed=1)
    buying, spending = fit_bg_nbd(told), fit_gamma_gamma(told)
    assert isinstance(buying, FittedBgNbd)
    assert isinstance(spending, FittedGammaGamma)
    found = customer_values(buying, spending, told, margin=0.3, rate=0.0, horizon=52)
    count = buying.model.expected_given(52, *told[["frequency", "recency", "T"]].to_numpy().T)
    money = spending.model.expected(told["frequency"], told["monetary"])
    assert found.values == pytest.approx(0.3 * count * money)


def test_what_comes_later_is_worth_less_and_more_time_is_worth_more() -> None:
    told = cdnow_history()
    near = values_of(told, told, horizon=52, rate=0.1)
    far, dear = values_of(told, told, horizon=156), values_of(told, told, horizon=156, rate=0.3)
    assert (far.values > near.values).all()
    assert (dear.values < far.values).all()


def test_a_client_is_worth_more_than_a_one_off_customer_and_how_sure_is_told() -> None:
    told = cdnow_history()
    found = values_of(told, told)
    once = (told["frequency"] == 0).to_numpy()
    gap = found.difference(~once, once)
    assert gap.low > 0
    assert gap.value == pytest.approx(found.mean(~once).value - found.mean(once).value)
    assert -found.difference(once, ~once).value == pytest.approx(gap.value)
    parts = once.mean() * found.mean(once).value + (1 - once.mean()) * found.mean(~once).value
    assert parts == pytest.approx(found.mean().value)


def test_each_customer_has_her_interval() -> None:
    told = cdnow_history()
    each = values_of(told, told).each()
    assert len(each) == len(told)
    assert ((each["low"] < each["value"]) & (each["value"] < each["high"])).all()
    alike = values_of(told, told.head(1)).mean()
    assert each.iloc[0].tolist() == pytest.approx([alike.value, alike.low, alike.high])


def test_an_empty_group_is_refused() -> None:
    told = drawn_history(800, seed=1)
    with pytest.raises(ValueError, match="at least one customer"):
        values_of(told, told).mean(np.zeros(len(told), dtype=bool))
