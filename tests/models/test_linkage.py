"""The link from satisfaction to repurchase: known truths, few accounts, and what cannot be told.

Direct and indirect parts: recovery, identities, account by account.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from tests.stats.worlds import at_most
from toolkit.models.linkage import (
    MediationEffects,
    RepurchaseLinkage,
    e_value,
    fieller,
    fit_linkage,
    loyalty_kinds,
    mediation_effects,
    repurchase_gain,
)
from toolkit.models.regression import AccountEstimates, linear_regression
from toolkit.stats.interval import CannotTell

WORLDS = 150


def world(accounts: int, rng: np.random.Generator, each: int = 1) -> dict[str, np.ndarray]:
    """Performance → the consumer's satisfaction → repurchase, with moods that accounts share."""
    of = np.repeat(np.arange(accounts), each)
    mood = rng.normal(size=accounts)[of]
    n = len(of)
    performance = 60 + 15 * rng.normal(size=(n, 2)) + 6 * mood[:, None]
    consumer = 20 + performance @ [0.5, 0.2] + 10 * rng.normal(size=n)
    buyer = 50 + 0.2 * consumer + 10 * mood + 10 * rng.normal(size=n)
    again = rng.random(n) < expit(-4.5 + 0.05 * consumer + 0.02 * buyer)
    return {"of": of, "P": performance, "c": consumer, "b": buyer, "y": again.astype(float)}


def linked(w: dict[str, np.ndarray]) -> RepurchaseLinkage | CannotTell:
    """The link of a world."""
    return fit_linkage(w["y"], {"consumer": w["c"], "buyer": w["b"]}, w["of"])


def truth() -> np.ndarray:
    """Mean slopes of both satisfactions over a hundred thousand accounts' true probabilities."""
    w = world(100_000, np.random.default_rng(0))
    p = expit(-4.5 + 0.05 * w["c"] + 0.02 * w["b"])
    return (p * (1 - p)).mean() * np.array([0.05, 0.02])


@pytest.mark.parametrize(("accounts", "each"), [(40, 1), (150, 1), (60, 3)])
def test_effects_and_the_chain_from_performance_are_covered(accounts: int, each: int) -> None:
    slopes, misses = truth(), np.zeros(3)
    rng, told = np.random.default_rng(5), 0
    for _ in range(WORLDS):
        w = world(accounts, rng, each)
        link = linked(w)
        if isinstance(link, CannotTell):
            continue
        told += 1
        design = np.column_stack([w["P"], np.ones(len(w["y"]))])
        performance = linear_regression(w["c"], design, w["of"], accounts).weighted(
            np.eye(3)[:, :2]
        )
        ends = link.per_points("consumer"), link.per_points("buyer")
        chain = repurchase_gain(link, "consumer", performance, [10.0, 5.0])
        right = 10 * slopes[0], 10 * slopes[1], slopes[0] * 6.0
        for k, (one, true) in enumerate(zip((*ends, chain), right, strict=True)):
            misses[k] += not one.low <= true <= one.high
    assert told > 0.9 * WORLDS
    for miss in misses:
        assert at_most(0.08, int(miss), told)


def test_the_premium_is_the_ratio_of_what_satisfaction_and_price_go_with() -> None:
    rng = np.random.default_rng(2)
    n = 4000
    glad, price = rng.normal(60, 20, n), rng.normal(0, 10, n)
    y = (rng.random(n) < expit(-2 + 0.04 * glad - 0.08 * price)).astype(float)
    link = fit_linkage(y, {"consumer": glad, "price": price}, np.arange(n))
    assert isinstance(link, RepurchaseLinkage)
    premium = link.premium("consumer", "price")
    assert not isinstance(premium, CannotTell)
    assert premium.low < 0.5 < premium.high
    assert premium.high - premium.low < 0.2
    ratios = link.left_out.coefficients().draws()
    drawn = np.quantile(-ratios[:, 0] / ratios[:, 1], [0.025, 0.975])
    assert (premium.low, premium.high) == pytest.approx(drawn, rel=0.02)


def test_a_price_that_may_not_matter_gives_no_premium() -> None:
    w = world(300, np.random.default_rng(3))
    price = np.random.default_rng(4).normal(size=300)
    link = fit_linkage(w["y"], {"consumer": w["c"], "price": price}, w["of"])
    assert isinstance(link, RepurchaseLinkage)
    premium = link.premium("consumer", "price")
    assert isinstance(premium, CannotTell)
    assert "no limit" in premium.why


def test_fieller_of_a_sure_divisor_is_the_plain_interval_divided() -> None:
    errors = np.column_stack([np.tile([0.1, -0.1], 200), np.zeros(400)])
    pair = AccountEstimates(np.array([6.0, 2.0]), errors, "made")
    ratio, top = fieller(pair), pair.interval(0)
    assert not isinstance(ratio, CannotTell)
    assert (ratio.low, ratio.high) == pytest.approx((top.low / 2, top.high / 2))


def test_too_few_accounts_or_answers_of_one_kind_are_said() -> None:
    few = linked(world(29, np.random.default_rng(1)))
    assert isinstance(few, CannotTell)
    assert "29 accounts" in few.why
    w = world(100, np.random.default_rng(1))
    w["y"] = np.r_[np.zeros(4), np.ones(96)]
    rare = linked(w)
    assert isinstance(rare, CannotTell)
    assert "4 times; 10" in rare.why


def test_a_column_that_one_account_alone_carries_is_said() -> None:
    w = world(100, np.random.default_rng(1))
    alone = (np.arange(100) == 7).astype(float)
    found = fit_linkage(w["y"], {"consumer": w["c"], "flag": alone}, w["of"])
    assert isinstance(found, CannotTell)


def test_gaps_in_the_numbers_are_refused() -> None:
    w = world(100, np.random.default_rng(1))
    w["c"][3] = np.nan
    with pytest.raises(ValueError, match="consumer"):
        linked(w)


def test_no_effect_has_an_e_value_of_1_and_a_ratio_that_of_its_reverse() -> None:
    assert e_value(1.0) == 1
    assert e_value(0.5) == e_value(2.0)


def test_kinds_of_loyalty_add_up_and_turn_with_their_names() -> None:
    back, glad = np.r_[np.ones(60), np.zeros(40)], np.tile([1, 1, 0, 0, 0], 20)
    kinds, turned = loyalty_kinds(back, glad), loyalty_kinds(1 - back, 1 - glad)
    assert sum(s.value for s in kinds.values()) == pytest.approx(1)
    assert kinds["loyalist"] == turned["defector"]
    assert kinds["hostage"] == turned["mercenary"]


def parts(n: int, seed: int, each: int = 1) -> MediationEffects:
    """A world with a = 0.5, b = 0.6, direct 0.1, whose rows repeat within accounts."""
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(n), each)
    x = rng.normal(size=n)[of] + 0.3 * rng.normal(size=len(of))
    m = 0.5 * x + rng.normal(size=n)[of] + 0.3 * rng.normal(size=len(of))
    y = 0.1 * x + 0.6 * m + rng.normal(size=n)[of] + 0.3 * rng.normal(size=len(of))
    found = mediation_effects(x, m, y, of, draws=599)
    assert isinstance(found, MediationEffects)
    return found


def test_total_is_direct_plus_indirect_and_indirect_is_a_times_b() -> None:
    one = parts(80, 1)
    assert one.total.value == pytest.approx(one.direct.value + one.indirect.value)
    assert one.indirect.value == pytest.approx(one.a.value * one.b.value)


def test_every_part_is_covered_where_accounts_repeat_themselves() -> None:
    true = {"a": 0.5, "b": 0.6, "total": 0.4, "direct": 0.1, "indirect": 0.3}
    misses = dict.fromkeys(true, 0)
    for seed in range(150):
        one = parts(60, seed, each=4)
        for name, value in true.items():
            ends = getattr(one, name)
            misses[name] += not ends.low <= value <= ends.high
    for name in true:
        assert at_most(0.07, misses[name], 150), name


def test_units_and_origins_do_not_matter() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=50)
    m = x + rng.normal(size=50)
    y = m + rng.normal(size=50)
    one, other = (mediation_effects(k * x + 3, 2 * m - 9, y, np.arange(50)) for k in (1, 10))
    assert isinstance(one, MediationEffects)
    assert isinstance(other, MediationEffects)
    assert one.indirect.low == pytest.approx(10 * other.indirect.low)


def test_a_middle_that_repeats_the_first_is_not_told_apart() -> None:
    x = np.arange(40.0)
    same = mediation_effects(x, 2 * x + 1, x**2, np.arange(40))
    assert isinstance(same, CannotTell)
    few = mediation_effects(x[:20], x[:20] ** 2, x[:20], np.arange(20))
    assert isinstance(few, CannotTell)
    assert "20 accounts" in few.why
