import numpy as np
import pandas as pd
import pytest

from tests.models.buyers import PURSE, SHOP, cdnow_history, drawn_history
from toolkit.models.repeat import RepeatBuying, fit_repeat_buying
from toolkit.models.spending import RepeatSpending, fit_spending
from toolkit.models.value import CustomerValues, customer_values

NEWCOMER = pd.DataFrame([[0.0] * 4], columns=["frequency", "recency", "T", "monetary"])


def values_of(told: pd.DataFrame, asked: pd.DataFrame, **terms: float) -> CustomerValues:
    buying, spending = fit_repeat_buying(told), fit_spending(told)
    assert isinstance(buying, RepeatBuying)
    assert isinstance(spending, RepeatSpending)
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
    buying, spending = fit_repeat_buying(told), fit_spending(told)
    assert isinstance(buying, RepeatBuying)
    assert isinstance(spending, RepeatSpending)
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
