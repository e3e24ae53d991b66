import time

import numpy as np
import pandas as pd
import pytest
from scipy import special

from tests.models.buyers import (
    CALIBRATED,
    ENDED,
    SHOP,
    cdnow,
    cdnow_history,
    cdnow_sample,
    drawn_history,
)
from toolkit.models.repeat_buying import (
    BgNbd,
    FittedBgNbd,
    HoldoutCheck,
    buying_days,
    fit_bg_nbd,
    holdout_check,
    purchase_summary,
)
from toolkit.stats.interval import CannotTell


def rows(*lines: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=["customer", "date", "amount"])


def test_all_of_one_day_is_one_purchase() -> None:
    told = purchase_summary(
        rows(
            ("a", "2024-01-01 12:00", 1), ("a", "2024-01-08 09:00", 2), ("a", "2024-01-08 17:00", 3)
        ),
        until="2024-01-29",
    )
    assert told.loc["a"].tolist() == [1, 1, 4, 5]


def test_the_first_purchase_is_no_repeat_and_its_amount_is_not_averaged() -> None:
    told = purchase_summary(
        rows(("a", "2024-01-01", 100), ("a", "2024-01-15", 7)), until="2024-01-15"
    )
    assert told.loc["a", ["frequency", "monetary"]].tolist() == [1, 7]
    once = purchase_summary(rows(("a", "2024-01-01", 100)), until="2024-01-15")
    assert once.loc["a"].tolist() == [0, 0, 2, 0]


def test_purchases_after_the_end_are_not_looked_at() -> None:
    lines = (("a", "2024-01-01", 1), ("b", "2024-03-01", 1), ("a", "2024-03-01", 1))
    told = purchase_summary(rows(*lines), until="2024-02-01")
    assert told.index.tolist() == ["a"]
    assert told.loc["a", "frequency"] == 0


def test_neither_the_order_of_rows_nor_the_unit_of_time_changes_what_is_told() -> None:
    lines = rows(("b", "2024-02-01", 1), ("a", "2024-01-10", 4), ("a", "2024-01-01", 2))
    forth = purchase_summary(lines, until="2024-03-01")
    back = purchase_summary(lines[::-1], until="2024-03-01")
    assert forth.index.tolist() == ["b", "a"]  # as they first appear
    assert forth.loc["a"].equals(back.loc["a"])
    daily = purchase_summary(lines, until="2024-03-01", days=1)
    assert daily["T"].tolist() == pytest.approx((forth["T"] * 7).tolist())


def test_a_missing_column_or_date_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a column 'amount'"):
        buying_days(pd.DataFrame({"customer": ["a"], "date": ["2024-01-01"]}))
    with pytest.raises(ValueError, match="found an empty one"):
        buying_days(pd.DataFrame({"customer": ["a"], "date": [None], "amount": [1]}))


MODELS = (
    BgNbd(0.24, 4.4, 0.79, 2.43),
    BgNbd(0.24, 4.4, 0.2, 0.5),  # a + b below 1
    BgNbd(30.0, 1.4, 0.8, 60.0),
    BgNbd(1.0, 1.0, 3.0, 200.0),
    BgNbd(2.0, 20.0, 40.0, 90.0),  # nearly one chance to stop for all
    BgNbd(1.0, 14.0, 16.0, 131.0),  # a − r whole: scipy's ₂F₁ is off near 1
)


def by_quadrature(model: BgNbd, t: float, x: float = 0, T: float = 0) -> float:
    """E[(1 − e^(−λ p t)) / p] over λ ~ Gamma(r + x, α + T), p ~ Beta(a, b + x), numerically."""
    u = np.linspace(-120, 60, 100_001)
    log_p, log_q = -np.logaddexp(0, -u), -np.logaddexp(0, u)
    p, stay = np.exp(log_p), model.b + x
    density = np.exp(model.a * log_p + stay * log_q - special.betaln(model.a, stay))
    stops = -np.expm1(-(model.r + x) * np.log1p(p * t / (model.alpha + T)))
    return float(np.trapezoid(density * stops / p, u))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("t", [0.5, 39, 520])
def test_expected_purchases_agree_with_the_definition(model: BgNbd, t: float) -> None:
    assert model.expected(t) == pytest.approx(by_quadrature(model, t), rel=1e-5)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("x", [0, 3, 150])
def test_what_is_expected_of_a_history_agrees_with_the_definition(model: BgNbd, x: int) -> None:
    last = 30.0 if x else 0.0
    alive = model.alive(x, last, 40.0)
    found = model.expected_given(52.0, x, last, 40.0)
    assert found == pytest.approx(alive * by_quadrature(model, 52, x, 40), rel=1e-5)


def test_nothing_jumps_where_the_formula_divides_zero_by_zero() -> None:
    around = [BgNbd(0.24, 4.4, a, 2.4).expected(39).item() for a in (0.9999, 1.0, 1.0001)]
    assert around[0] > around[1] > around[2]
    assert around[0] - around[2] < 2e-4


@pytest.mark.parametrize("model", MODELS)
def test_the_chances_of_all_counts_add_up_and_give_the_expectation(model: BgNbd) -> None:
    chances = np.array([model.chance(n, 2.0) for n in range(400)])
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert chances @ np.arange(400) == pytest.approx(model.expected(2.0).item(), rel=1e-6)


def test_a_long_silence_speaks_against_a_frequent_buyer_only() -> None:
    model = MODELS[0]
    alive = model.alive([0, 1, 10], [0, 5, 5], [50, 50, 50])
    assert alive[0] == 1
    assert alive[1] > 0.2
    assert alive[2] < 1e-6
    assert model.alive(10, 49, 50) > 0.9


def fitted(told: pd.DataFrame) -> FittedBgNbd:
    found = fit_bg_nbd(told)
    assert isinstance(found, FittedBgNbd)
    return found


def questions(model: BgNbd) -> list[float]:
    given = model.expected_given(52, 3, 20, 35), model.expected_given(52, 0, 0, 35)
    return [model.expected(52).item(), *(g.item() for g in given)]


def test_what_is_expected_is_recovered_and_covered() -> None:
    truth, covered = questions(SHOP), []
    for seed in range(60):
        found = fitted(drawn_history(600, seed)).interval(questions)
        covered.append([i.low < t < i.high for i, t in zip(found, truth, strict=True)])
    assert (np.mean(covered, axis=0) > 0.88).all()  # 95 % in the long run


def test_many_customers_tell_the_parameters() -> None:
    found = fitted(drawn_history(20_000, seed=1)).parameters(level=0.99)
    assert list(found) == ["r", "alpha", "a", "b"]
    for interval, truth in zip(found.values(), SHOP, strict=True):
        assert interval.low < truth < interval.high
        assert interval.high / interval.low < 2
        assert interval.n == 20_000


def test_the_unit_of_time_changes_the_clock_only() -> None:
    weeks = cdnow_history()
    days = weeks.assign(recency=weeks["recency"] * 7, T=weeks["T"] * 7)
    slow, fast = fitted(weeks), fitted(days)
    assert fast.model.alpha == pytest.approx(7 * slow.model.alpha, rel=1e-4)
    assert fast.model[2:] == pytest.approx(slow.model[2:], rel=1e-4)
    repeats = weeks["frequency"].sum()  # a density per day is a seventh of one per week
    assert slow.maximum.loglik - fast.maximum.loglik == pytest.approx(repeats * np.log(7))


def test_nobody_left_out_and_nobody_twice() -> None:
    told = drawn_history(500, seed=3)
    shuffled, doubled = told.sample(frac=1, random_state=1), pd.concat([told, told])
    one, other, two = fitted(told), fitted(shuffled), fitted(doubled)
    assert tuple(other.model) == pytest.approx(tuple(one.model))
    assert tuple(two.model) == pytest.approx(tuple(one.model), rel=1e-4)
    halved = one.maximum.standard_errors / np.sqrt(2)
    assert two.maximum.standard_errors == pytest.approx(halved, rel=1e-3)


def test_too_few_repeat_buyers_cannot_tell() -> None:
    told = drawn_history(400, seed=1)
    some = pd.concat([told[told["frequency"] == 0], told[told["frequency"] > 0].head(29)])
    found = fit_bg_nbd(some)
    assert found == CannotTell("expected 30 customers who bought again, found 29")


def test_customers_who_never_stop_leave_the_model_at_its_edge() -> None:
    never = drawn_history(300, seed=2, shop=BgNbd(50.0, 50.0, 1e-3, 50.0))
    found = fit_bg_nbd(never)
    assert isinstance(found, CannotTell)
    assert found.why.startswith("the data")


@pytest.mark.parametrize(
    ("row", "match"),
    [((1, 9, 5), "recency ≤ T"), ((1, 0, 5), "exactly where"), ((-1, 0, 5), "frequency ≥ 0")],
)
def test_an_impossible_history_is_refused(row: tuple[int, int, int], match: str) -> None:
    told = pd.DataFrame([row], columns=["frequency", "recency", "T"])
    with pytest.raises(ValueError, match=match):
        fit_bg_nbd(told)


def test_all_of_cdnow_takes_two_seconds_at_most() -> None:
    told = purchase_summary(cdnow(), until=CALIBRATED)
    assert len(told) == 23_570
    start = time.process_time()
    whole = fitted(told)
    assert time.process_time() - start < 2
    assert whole.maximum.n == 23_570
    sample = fitted(cdnow_history()).parameters()
    for name, interval in whole.parameters().items():
        assert sample[name].low < interval.value < sample[name].high


@pytest.fixture(scope="module")
def held() -> HoldoutCheck:
    found = holdout_check(cdnow_sample(), split=CALIBRATED, until=ENDED)
    assert isinstance(found, HoldoutCheck)
    return found


def test_what_came_is_what_the_data_hold(held: HoldoutCheck) -> None:
    rows = cdnow_sample()
    days = rows.drop_duplicates(["customer", "date"])
    later = days[pd.to_datetime(days["date"]) > CALIBRATED]
    assert held.seen.value * held.seen.n == pytest.approx(len(later))
    groups = held.by_purchases
    assert (groups["seen"] * groups["customers"]).sum() == pytest.approx(len(later))
    assert held.by_time["seen"].iloc[-1] <= len(days) - days["customer"].nunique()


def test_the_groups_carry_the_whole_expectation(held: HoldoutCheck) -> None:
    groups = held.by_purchases
    assert groups["customers"].sum() == len(cdnow_history())
    parts = (groups["expected"] * groups["customers"]).sum() / groups["customers"].sum()
    assert parts == pytest.approx(held.expected.value)
    assert held.expected.low < held.expected.value < held.expected.high


def test_the_more_was_bought_the_more_is_expected_and_comes(held: HoldoutCheck) -> None:
    assert held.by_purchases["purchases"].tolist() == list(range(8))
    assert held.by_purchases["expected"].is_monotonic_increasing
    assert held.by_purchases["seen"].is_monotonic_increasing


def test_by_time_the_model_follows_what_it_was_fitted_to(held: HoldoutCheck) -> None:
    known = held.by_time[held.by_time["known"]]
    assert known["time"].max() == 38  # whole weeks from 1 January to 30 September
    last = known.iloc[-1]
    assert last["expected"] == pytest.approx(last["seen"], rel=0.05)
    assert held.by_time["expected"].is_monotonic_increasing


def test_who_came_after_the_split_is_left_out() -> None:
    early = holdout_check(cdnow().head(20_000), split="1997-02-28", until="1997-09-30")
    assert isinstance(early, HoldoutCheck)
    firsts = pd.to_datetime(cdnow().head(20_000).groupby("customer")["date"].min())
    assert early.seen.n == (firsts <= "1997-02-28").sum() < len(firsts)


def test_a_shop_nobody_came_back_to_cannot_tell() -> None:
    once = cdnow().drop_duplicates("customer").head(200)
    found = holdout_check(once, split=CALIBRATED, until=ENDED)
    assert found == CannotTell("expected 30 customers who bought again, found 0")


def test_an_end_before_the_split_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a date after 1997-09-30"):
        holdout_check(cdnow_sample(), split=CALIBRATED, until="1997-09-01")
