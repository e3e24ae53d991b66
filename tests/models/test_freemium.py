import numpy as np
import pytest

from toolkit.models.cannot import CannotTell
from toolkit.models.freemium import break_even_conversion, conversion_by, freemium
from toolkit.stats.interval import Interval


def test_at_break_even_a_free_user_is_worth_nothing() -> None:
    share = break_even_conversion(cost=2, paid_value=60, referred=0.1, referred_value=5)
    found = freemium(25, 1_000, cost=2, paid_value=60, referred=0.1, referred_value=5)
    assert share == found.break_even == pytest.approx(0.025)
    assert found.value.value == pytest.approx(0)
    assert 0.4 < found.pays < 0.6


def test_referrals_alone_may_pay() -> None:
    share = break_even_conversion(cost=2, paid_value=80, referred=0.5, referred_value=10)
    assert share < 0
    sure = freemium(0, 50, cost=2, paid_value=80, referred=0.5, referred_value=10)
    assert sure.pays == 1


def test_the_chance_agrees_with_drawing_it() -> None:
    rng = np.random.default_rng(1)
    worth = rng.normal(80, 15, 2_000)
    rate = rng.beta(30.5, 970.5, (200, 2_000))
    drawn = (rate * worth - 2 > 0).mean()
    found = freemium(30, 1_000, cost=2, paid_value=worth)
    assert found.pays == pytest.approx(drawn, abs=5e-3)


def test_a_payer_may_cost_money() -> None:
    rng = np.random.default_rng(4)
    worth = rng.normal(5, 20, 2_000)
    for extra in (1.0, -1.0):
        drawn = (rng.beta(30.5, 970.5, (200, 2_000)) * worth + extra > 0).mean()
        found = freemium(30, 1_000, cost=-extra, paid_value=worth)
        assert found.pays == pytest.approx(drawn, abs=5e-3)


def test_an_uncertain_value_of_a_payer_makes_it_less_sure() -> None:
    known = freemium(30, 1_000, cost=2, paid_value=80.0).value
    worth = np.random.default_rng(1).normal(80, 25, 2_000)
    unsure = freemium(30, 1_000, cost=2, paid_value=worth).value
    assert unsure.value == pytest.approx(known.value, abs=0.05)
    assert unsure.high - unsure.low > 1.3 * (known.high - known.low)


def test_the_value_is_covered() -> None:
    rng = np.random.default_rng(2)
    found = [freemium(int(rng.binomial(800, 0.03)), 800, cost=2, paid_value=80) for _ in range(400)]
    covered = [f.value.low < 0.03 * 80 - 2 < f.value.high for f in found]
    assert 0.92 < np.mean(covered) < 0.98


def test_users_of_yesterday_do_not_count_as_lost() -> None:
    rng, covered, naive = np.random.default_rng(3), [], []
    truth = 0.2 * (1 - np.exp(-60 / 30))
    for _ in range(200):
        converts = np.where(rng.random(400) < 0.2, rng.exponential(30, 400), np.inf)
        seen = rng.uniform(0, 120, 400)
        found = conversion_by(np.minimum(converts, seen), converts <= seen, horizon=60)
        assert isinstance(found, Interval)
        covered.append(found.low < truth < found.high)
        naive.append(((converts <= seen) & (converts <= 60)).mean())
    assert 0.9 < np.mean(covered) < 0.99
    assert np.mean(naive) < 0.85 * truth


def test_a_horizon_nobody_has_reached_cannot_be_told() -> None:
    assert isinstance(conversion_by([1, 2], [1, 0], horizon=90), CannotTell)


def test_a_payer_worth_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="expected above 0"):
        break_even_conversion(cost=1, paid_value=0)
