import numpy as np
import pytest

from tests.models.buyers import PURSE, cdnow_history, drawn_history
from toolkit.models.cannot import CannotTell
from toolkit.models.spending import RepeatSpending, Spending, fit_spending


def fitted(n: int, seed: int) -> RepeatSpending:
    found = fit_spending(drawn_history(n, seed))
    assert isinstance(found, RepeatSpending)
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
    model = Spending(6.0, 4.0, 15.0)
    assert model.mean == 30
    expected = model.expected([0, 1, 100], [0, 60, 60])
    assert expected[0] == 30
    assert 30 < expected[1] < expected[2] < 60
    assert expected[2] == pytest.approx(60, abs=0.5)


def test_another_currency_changes_v_only() -> None:
    told = cdnow_history()
    euro, cent = fit_spending(told), fit_spending(told.assign(monetary=100 * told["monetary"]))
    assert isinstance(euro, RepeatSpending)
    assert isinstance(cent, RepeatSpending)
    assert cent.model[:2] == pytest.approx(euro.model[:2], rel=1e-4)
    assert cent.model.v == pytest.approx(100 * euro.model.v, rel=1e-4)


def test_those_who_paid_nothing_are_counted_and_left_out() -> None:
    told = drawn_history(600, seed=1)
    free = told.index[told["frequency"] > 0][:7]
    told.loc[free, "monetary"] = 0
    found = fit_spending(told)
    assert isinstance(found, RepeatSpending)
    assert found.left_out == 7
    assert found.maximum.n == (told["monetary"] > 0).sum()


def test_fewer_than_a_hundred_repeat_buyers_cannot_tell() -> None:
    found = fit_spending(drawn_history(150, seed=1))
    assert isinstance(found, CannotTell)
    assert found.why.startswith("expected 100 customers who paid for a repeat purchase, found ")


def test_a_mean_without_bound_is_not_given() -> None:
    found = fit_spending(drawn_history(3_000, seed=1, purse=Spending(3.0, 0.8, 10.0)))
    assert found == CannotTell("a few customers spend so much more that their mean has no bound")
