import itertools

import numpy as np
import pytest

from toolkit.models.skimming import (
    best_prices,
    even_skimming,
    markup_price,
    path_profit,
    skimming,
    waited_skimming,
)
from toolkit.stats.interval import Interval

EVEN = (np.arange(2_000) + 0.5) / 2_000


@pytest.mark.parametrize("periods", [1, 2, 3, 10])
def test_buyers_asked_one_by_one_give_the_closed_form(periods: int) -> None:
    prices, profit = even_skimming(periods)
    assert path_profit(EVEN, prices).mean() == pytest.approx(profit, abs=1e-3)
    found = best_prices(EVEN, periods)
    assert found == pytest.approx(prices, abs=6e-3)
    assert path_profit(EVEN, found).mean() == pytest.approx(profit, abs=1e-3)


@pytest.mark.parametrize("patience", [0.2, 0.5, 0.8])
def test_buyers_who_wait_give_the_closed_form_too(patience: float) -> None:
    dear, cheap, profit = waited_skimming(patience)
    found = path_profit(EVEN, [dear, cheap], patience=patience, discount=patience)
    assert found.mean() == pytest.approx(profit, abs=1e-3)
    assert profit < 0.25 == even_skimming(1)[1]


def test_without_patience_or_with_all_of_it_waiting_takes_nothing() -> None:
    assert waited_skimming(0)[2] == waited_skimming(1)[2] == 0.25


@pytest.mark.parametrize("periods", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_the_best_path_is_the_best_of_all_paths(periods: int, seed: int) -> None:
    wtp = np.random.default_rng(seed).integers(1, 9, 12).astype(float)
    all_paths = itertools.combinations_with_replacement(sorted(set(wtp), reverse=True), periods)
    best = max(path_profit(wtp, path, cost=0.5).mean() for path in all_paths)
    found = path_profit(wtp, best_prices(wtp, periods, cost=0.5), cost=0.5).mean()
    assert found == pytest.approx(best)


def test_coming_down_gains_until_buyers_wait() -> None:
    wtp = np.random.default_rng(1).uniform(10, 60, 400)
    found = skimming(wtp, cost=5, patience=(0.0, 0.9))
    assert found.prices[0] > found.single > found.prices[1]
    assert found.gain[0.0].low > 0
    assert found.gain[0.9].high < found.gain[0.0].low


def test_the_gain_of_a_plan_is_covered() -> None:
    rng, covered = np.random.default_rng(2), []
    for seed in range(60):
        wtp = rng.lognormal(3, 0.5, 200)
        found = skimming(wtp, draws=200, seed=seed)
        many = np.random.default_rng(999).lognormal(3, 0.5, 50_000)
        plan = path_profit(many, found.prices) - path_profit(many, [found.single])
        covered.append(found.gain[0.0].low < plan.mean() < found.gain[0.0].high)
    assert np.mean(covered) > 0.8  # the plan was chosen on the same payers: a little hopeful


def test_the_markup_is_the_price_that_earns_most() -> None:
    prices = np.linspace(10.01, 40, 30_000)
    earned = (prices - 10) * prices**-2.62
    assert markup_price(10, 2.62).value == pytest.approx(prices[earned.argmax()], abs=2e-3)


def test_the_more_elastic_the_lower_the_price() -> None:
    found = markup_price(10, Interval(2.62, 2.0, 4.0, 50, "given"))
    assert (found.low, found.high) == pytest.approx((10 * 4 / 3, 20))
    with pytest.raises(ValueError, match="above 1"):
        markup_price(10, 0.9)
