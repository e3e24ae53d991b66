import numpy as np
import pytest

from toolkit.models.conversion import (
    LeverTrial,
    break_even_conversion,
    conversion_by_horizon,
    freemium_value,
    lever_gain,
    rank_levers,
)
from toolkit.stats.interval import CannotTell, Interval

TRIAL = LeverTrial("incentive", 1_000, 60, 1_000, 40, cost=1.5)


def test_chance_gain_and_value_of_knowing_agree_with_drawing_them() -> None:
    rng = np.random.default_rng(0)
    drawn = (rng.beta(61, 941, 400_000) - rng.beta(41, 961, 400_000)) * 120 - 1.5
    found = lever_gain(TRIAL, 120)
    assert found.pays == pytest.approx((drawn > 0).mean(), abs=3e-3)
    assert found.expected == pytest.approx(drawn.mean(), abs=0.01)
    knowing = np.maximum(drawn, 0).mean() - max(drawn.mean(), 0)
    assert found.perfect_information == pytest.approx(knowing, abs=0.005)


def test_an_uncertain_worth_agrees_with_drawing_it() -> None:
    rng = np.random.default_rng(1)
    worth = rng.normal(120, 20, 400_000)
    drawn = (rng.beta(61, 941, 400_000) - rng.beta(41, 961, 400_000)) * worth - 1.5
    found = lever_gain(TRIAL, Interval(120, 120 - 1.96 * 20, 120 + 1.96 * 20, 500, "given"))
    assert found.pays == pytest.approx((drawn > 0).mean(), abs=4e-3)
    assert found.expected == pytest.approx(drawn.mean(), abs=0.02)
    assert (
        found.gain.high - found.gain.low
        > lever_gain(TRIAL, 120).gain.high - lever_gain(TRIAL, 120).gain.low
    )


@pytest.mark.parametrize(
    ("treated", "control", "base", "worth", "cost"),
    [(1_000, 1_000, 0.04, 120, 1.2), (400, 200, 0.05, 100, 2.0), (5_000, 2_000, 0.1, 50, 0.5)],
)
def test_a_lever_that_just_breaks_even_is_seldom_found_to_pay_or_not(
    treated: int, control: int, base: float, worth: float, cost: float
) -> None:
    rng, inside, found = np.random.default_rng(2), [], []
    for _ in range(250):
        won, usual = rng.binomial(treated, base + cost / worth), rng.binomial(control, base)
        g = lever_gain(LeverTrial("support", treated, int(won), control, int(usual), cost), worth)
        inside.append(g.gain.low < 0 < g.gain.high)
        found.append(g.p < 0.05)
    assert 0.92 < np.mean(inside) < 0.985
    assert np.mean(found) < 0.085


def test_the_p_is_half_of_what_the_interval_leaves_out() -> None:
    found = lever_gain(TRIAL, 120)
    touching = lever_gain(TRIAL, 120, level=1 - 2 * found.p)
    assert touching.gain.low == pytest.approx(0, abs=1e-6)
    losing = lever_gain(LeverTrial("learn", 1_000, 40, 1_000, 60, cost=1.5), 120)
    assert losing.p > 0.5
    assert lever_gain(TRIAL, 120, level=0.8).p == pytest.approx(found.p)


def test_swapping_the_arms_turns_the_lift_round() -> None:
    free = LeverTrial("support", 300, 30, 200, 12, cost=0)
    swapped = LeverTrial("support", 200, 12, 300, 30, cost=0)
    assert -lever_gain(free, 50).gain.value == lever_gain(swapped, 50).gain.value
    assert lever_gain(free, 50).pays + lever_gain(swapped, 50).pays == pytest.approx(1, abs=1e-4)
    assert lever_gain(free, 50).p + lever_gain(swapped, 50).p == pytest.approx(1)


def test_a_shop_of_one_product_has_nothing_to_gain() -> None:
    found = lever_gain(TRIAL, 0)
    assert (found.pays, found.expected) == (0, -1.5)
    assert (found.gain.low, found.gain.high) == (-1.5, -1.5)
    assert (found.p, found.perfect_information) == (pytest.approx(1), 0)


def test_knowing_is_worth_most_where_it_is_open() -> None:
    open_ = lever_gain(TRIAL, 120).perfect_information
    sure = lever_gain(
        LeverTrial("incentive", 1_000, 200, 1_000, 40, cost=1.5), 120
    ).perfect_information
    assert 0 <= sure < 1e-6 < open_


def test_levers_are_ranked_by_what_is_sure_and_judged_together() -> None:
    sure = LeverTrial("learn", 5_000, 400, 5_000, 200, cost=1.0)
    lucky = LeverTrial("word_of_mouth", 30, 4, 30, 1, cost=1.0)
    ranked = rank_levers([lucky, TRIAL, sure], 120)
    assert [g.lever for g, _ in ranked] == ["learn", "incentive", "word_of_mouth"]
    assert all(p >= g.p for g, p in ranked)
    assert ranked[0][1] == pytest.approx(3 * ranked[0][0].p)
    assert rank_levers([], 120) == []


def test_at_break_even_a_free_user_is_worth_nothing() -> None:
    share = break_even_conversion(cost=2, paid_value=60, referred=0.1, referred_value=5)
    found = freemium_value(25, 1_000, cost=2, paid_value=60, referred=0.1, referred_value=5)
    assert share == found.break_even == pytest.approx(0.025)
    assert found.value.value == pytest.approx(0)
    assert 0.4 < found.pays < 0.6


def test_referrals_alone_may_pay() -> None:
    share = break_even_conversion(cost=2, paid_value=80, referred=0.5, referred_value=10)
    assert share < 0
    sure = freemium_value(0, 50, cost=2, paid_value=80, referred=0.5, referred_value=10)
    assert sure.pays == 1


def test_the_chance_agrees_with_drawing_it() -> None:
    rng = np.random.default_rng(1)
    worth = rng.normal(80, 15, 2_000)
    rate = rng.beta(30.5, 970.5, (200, 2_000))
    drawn = (rate * worth - 2 > 0).mean()
    found = freemium_value(30, 1_000, cost=2, paid_value=worth)
    assert found.pays == pytest.approx(drawn, abs=5e-3)


def test_a_payer_may_cost_money() -> None:
    rng = np.random.default_rng(4)
    worth = rng.normal(5, 20, 2_000)
    for extra in (1.0, -1.0):
        drawn = (rng.beta(30.5, 970.5, (200, 2_000)) * worth + extra > 0).mean()
        found = freemium_value(30, 1_000, cost=-extra, paid_value=worth)
        assert found.pays == pytest.approx(drawn, abs=5e-3)


def test_an_uncertain_value_of_a_payer_makes_it_less_sure() -> None:
    known = freemium_value(30, 1_000, cost=2, paid_value=80.0).value
    worth = np.random.default_rng(1).normal(80, 25, 2_000)
    unsure = freemium_value(30, 1_000, cost=2, paid_value=worth).value
    assert unsure.value == pytest.approx(known.value, abs=0.05)
    assert unsure.high - unsure.low > 1.3 * (known.high - known.low)


def test_the_value_is_covered() -> None:
    rng = np.random.default_rng(2)
    found = [
        freemium_value(int(rng.binomial(800, 0.03)), 800, cost=2, paid_value=80) for _ in range(400)
    ]
    covered = [f.value.low < 0.03 * 80 - 2 < f.value.high for f in found]
    assert 0.92 < np.mean(covered) < 0.98


def test_users_of_yesterday_do_not_count_as_lost() -> None:
    rng, covered, naive = np.random.default_rng(3), [], []
    truth = 0.2 * (1 - np.exp(-60 / 30))
    for _ in range(200):
        converts = np.where(rng.random(400) < 0.2, rng.exponential(30, 400), np.inf)
        seen = rng.uniform(0, 120, 400)
        found = conversion_by_horizon(np.minimum(converts, seen), converts <= seen, horizon=60)
        assert isinstance(found, Interval)
        covered.append(found.low < truth < found.high)
        naive.append(((converts <= seen) & (converts <= 60)).mean())
    assert 0.9 < np.mean(covered) < 0.99
    assert np.mean(naive) < 0.85 * truth


def test_a_horizon_nobody_has_reached_cannot_be_told() -> None:
    assert isinstance(conversion_by_horizon([1, 2], [1, 0], horizon=90), CannotTell)


def test_a_payer_worth_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="expected above 0"):
        break_even_conversion(cost=1, paid_value=0)
