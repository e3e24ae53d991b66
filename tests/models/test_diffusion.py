import numpy as np
import pytest

from toolkit.models.diffusion import STAGES, BassCurve, fit_bass, life_stage, sales_trend

VCR = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]
TRUTH = BassCurve(1_000.0, 0.01, 0.4)


def series(periods: int, seed: int, noise: float = 5.0) -> np.ndarray:
    expected = TRUTH.sales(np.arange(1, periods + 1))
    drawn = expected + np.random.default_rng(seed).normal(0, noise, periods)
    return np.maximum(drawn, 0)


def test_the_turns_are_where_the_curve_is_highest_and_bends_most() -> None:
    t = np.linspace(0, 30, 300_001)
    sales = TRUTH.sales(t)
    slope = np.gradient(sales, t)
    places = t[slope.argmax()], t[sales.argmax()], t[slope.argmin()]
    assert TRUTH.turns == pytest.approx(places, abs=1e-3)


def test_all_of_the_market_buys_once() -> None:
    t = np.linspace(0, 200, 200_001)
    assert np.sum(TRUTH.sales(t)) * (t[1] - t[0]) == pytest.approx(1_000, rel=2e-3)


def test_a_curve_without_noise_is_found_again() -> None:
    fit = fit_bass(TRUTH.sales(np.arange(1, 16)))
    assert tuple(fit.model) == pytest.approx(tuple(TRUTH), rel=1e-6)


def test_the_turns_are_recovered_and_covered() -> None:
    covered = []
    for seed in range(60):
        found = life_stage(series(14, seed), draws=200, seed=seed)
        pairs = zip(("T1", "T*", "T2"), TRUTH.turns, strict=True)
        covered.append([found.turns[k].low < t < found.turns[k].high for k, t in pairs])
    assert (np.mean(covered, axis=0) > 0.86).all()  # 95 % in the long run


@pytest.mark.parametrize(("periods", "stage"), [(11, "maturity"), (16, "decline")])
def test_the_stage_at_the_last_period_is_found(periods: int, stage: str) -> None:
    found = life_stage(series(periods, seed=1))
    assert list(found.chances) == list(STAGES)
    assert sum(found.chances.values()) == pytest.approx(1)
    assert found.chances[stage] > 0.95


def test_near_a_turn_no_stage_is_certain() -> None:
    found = life_stage(series(12, seed=2, noise=8))  # T2 is at 12.2
    assert max(found.chances.values()) < 0.95


def test_the_stage_may_be_asked_for_at_any_moment() -> None:
    found = life_stage(series(14, seed=1))
    assert found.at(14) == found.chances
    early, late = found.at(3.0), found.at(25.0)  # T1 is at 5.8, T2 at 12.2
    assert early["introduction"] > 0.95
    assert late["decline"] == 1
    assert life_stage(VCR[:7]).at(3.0) == {}


def test_few_periods_are_grey_but_the_direction_is_told() -> None:
    found = life_stage(VCR[:7])
    assert (found.chances, found.fit) == ({}, None)
    assert found.why == "expected 8 periods, found 7"
    assert found.trend.low > 0


def test_before_the_peak_it_is_grey() -> None:
    found = life_stage(BassCurve(1_000, 0.003, 0.3).sales(np.arange(1, 13)))
    assert found.why == "the peak is not yet passed, so the size of the market is unknown"
    assert found.chances == {}


def test_sales_that_go_up_and_down_by_chance_are_hardly_ever_read_as_a_life() -> None:
    rng = np.random.default_rng(1)
    read = [life_stage(rng.poisson(100, 12), draws=50).why is None for _ in range(60)]
    assert np.mean(read) < 0.08


def test_a_seed_gives_the_same_chances_again() -> None:
    assert life_stage(VCR, seed=3).chances == life_stage(VCR, seed=3).chances


def test_the_direction_turns_with_the_series() -> None:
    up, down = sales_trend(VCR), sales_trend(VCR[::-1])
    assert -up.value == pytest.approx(down.value)
    assert (-up.low, -up.high) == pytest.approx((down.high, down.low))
    assert sales_trend([5, 5, 5, 5]).value == 0
    assert sales_trend([1, 2]).high == np.inf


def test_money_or_pieces_give_the_same_stage() -> None:
    pieces, money = life_stage(VCR), life_stage(np.array(VCR) * 399.0)
    assert money.chances == pieces.chances
    assert money.trend.value == pytest.approx(pieces.trend.value)


def test_nothing_sold_and_less_than_nothing_sold() -> None:
    assert life_stage([0] * 9).why == "nothing was sold"
    with pytest.raises(ValueError, match="none below 0"):
        life_stage([1, -2, 3])
