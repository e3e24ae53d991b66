import time

import numpy as np
import pandas as pd
import pytest

from tests.models.buyers import CALIBRATED, SHOP, cdnow, cdnow_history, drawn_history
from toolkit.models.buying import Buying
from toolkit.models.cannot import CannotTell
from toolkit.models.history import history
from toolkit.models.repeat import RepeatBuying, fit_repeat_buying


def fitted(told: pd.DataFrame) -> RepeatBuying:
    found = fit_repeat_buying(told)
    assert isinstance(found, RepeatBuying)
    return found


def questions(model: Buying) -> list[float]:
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
    found = fit_repeat_buying(some)
    assert found == CannotTell("expected 30 customers who bought again, found 29")


def test_customers_who_never_stop_leave_the_model_at_its_edge() -> None:
    never = drawn_history(300, seed=2, shop=Buying(50.0, 50.0, 1e-3, 50.0))
    found = fit_repeat_buying(never)
    assert isinstance(found, CannotTell)
    assert found.why.startswith("the data")


@pytest.mark.parametrize(
    ("row", "match"),
    [((1, 9, 5), "recency ≤ T"), ((1, 0, 5), "exactly where"), ((-1, 0, 5), "frequency ≥ 0")],
)
def test_an_impossible_history_is_refused(row: tuple[int, int, int], match: str) -> None:
    told = pd.DataFrame([row], columns=["frequency", "recency", "T"])
    with pytest.raises(ValueError, match=match):
        fit_repeat_buying(told)


def test_all_of_cdnow_takes_two_seconds_at_most() -> None:
    told = history(cdnow(), until=CALIBRATED)
    assert len(told) == 23_570
    start = time.process_time()
    whole = fitted(told)
    assert time.process_time() - start < 2
    assert whole.maximum.n == 23_570
    sample = fitted(cdnow_history()).parameters()
    for name, interval in whole.parameters().items():
        assert sample[name].low < interval.value < sample[name].high
