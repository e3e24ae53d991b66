import numpy as np
import pytest

from toolkit.models.levers import Trial, gain, ranking
from toolkit.stats.interval import Interval

TRIAL = Trial("incentive", 1_000, 60, 1_000, 40, cost=1.5)


def test_chance_gain_and_value_of_knowing_agree_with_drawing_them() -> None:
    rng = np.random.default_rng(0)
    drawn = (rng.beta(61, 941, 400_000) - rng.beta(41, 961, 400_000)) * 120 - 1.5
    found = gain(TRIAL, 120)
    assert found.pays == pytest.approx((drawn > 0).mean(), abs=3e-3)
    assert found.expected == pytest.approx(drawn.mean(), abs=0.01)
    knowing = np.maximum(drawn, 0).mean() - max(drawn.mean(), 0)
    assert found.perfect_information == pytest.approx(knowing, abs=0.005)


def test_an_uncertain_worth_agrees_with_drawing_it() -> None:
    rng = np.random.default_rng(1)
    worth = rng.normal(120, 20, 400_000)
    drawn = (rng.beta(61, 941, 400_000) - rng.beta(41, 961, 400_000)) * worth - 1.5
    found = gain(TRIAL, Interval(120, 120 - 1.96 * 20, 120 + 1.96 * 20, 500, "given"))
    assert found.pays == pytest.approx((drawn > 0).mean(), abs=4e-3)
    assert found.expected == pytest.approx(drawn.mean(), abs=0.02)
    assert found.gain.high - found.gain.low > gain(TRIAL, 120).gain.high - gain(TRIAL, 120).gain.low


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
        g = gain(Trial("support", treated, int(won), control, int(usual), cost), worth)
        inside.append(g.gain.low < 0 < g.gain.high)
        found.append(g.p < 0.05)
    assert 0.92 < np.mean(inside) < 0.985
    assert np.mean(found) < 0.085


def test_the_p_is_half_of_what_the_interval_leaves_out() -> None:
    found = gain(TRIAL, 120)
    touching = gain(TRIAL, 120, level=1 - 2 * found.p)
    assert touching.gain.low == pytest.approx(0, abs=1e-6)
    losing = gain(Trial("learn", 1_000, 40, 1_000, 60, cost=1.5), 120)
    assert losing.p > 0.5
    assert gain(TRIAL, 120, level=0.8).p == pytest.approx(found.p)


def test_swapping_the_arms_turns_the_lift_round() -> None:
    free = Trial("support", 300, 30, 200, 12, cost=0)
    swapped = Trial("support", 200, 12, 300, 30, cost=0)
    assert -gain(free, 50).gain.value == gain(swapped, 50).gain.value
    assert gain(free, 50).pays + gain(swapped, 50).pays == pytest.approx(1, abs=1e-4)
    assert gain(free, 50).p + gain(swapped, 50).p == pytest.approx(1)


def test_act_where_it_is_likely_to_pay() -> None:
    assert not gain(TRIAL, 120).act
    better = Trial("incentive", 1_000, 80, 1_000, 40, cost=1.5)
    assert gain(better, 120).act


def test_a_shop_of_one_product_has_nothing_to_gain() -> None:
    found = gain(TRIAL, 0)
    assert (found.pays, found.expected) == (0, -1.5)
    assert (found.gain.low, found.gain.high) == (-1.5, -1.5)
    assert (found.p, found.perfect_information) == (pytest.approx(1), 0)


def test_knowing_is_worth_most_where_it_is_open() -> None:
    open_ = gain(TRIAL, 120).perfect_information
    sure = gain(Trial("incentive", 1_000, 200, 1_000, 40, cost=1.5), 120).perfect_information
    assert 0 <= sure < 1e-6 < open_


def test_levers_are_ranked_by_what_is_sure_and_judged_together() -> None:
    sure = Trial("learn", 5_000, 400, 5_000, 200, cost=1.0)
    lucky = Trial("word_of_mouth", 30, 4, 30, 1, cost=1.0)
    ranked = ranking([lucky, TRIAL, sure], 120)
    assert [g.lever for g, _ in ranked] == ["learn", "incentive", "word_of_mouth"]
    assert all(p >= g.p for g, p in ranked)
    assert ranked[0][1] == pytest.approx(3 * ranked[0][0].p)
    assert ranking([], 120) == []
