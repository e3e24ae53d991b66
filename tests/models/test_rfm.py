import numpy as np
import pandas as pd

from tests.models.buyers import cdnow_history, drawn_history
from toolkit.models.rfm import response_by_cell, rfm, scores


def test_only_the_order_of_values_counts() -> None:
    values = np.random.default_rng(1).lognormal(size=997)
    assert (scores(values) == scores(np.log(values))).all()
    assert (scores(values) == scores(values**3 * 7 - 2)).all()


def test_turning_the_order_round_turns_the_scores_round() -> None:
    values = np.random.default_rng(2).normal(size=1_000)
    assert (scores(-values) == 6 - scores(values)).all()


def test_without_ties_the_fifths_are_of_one_size() -> None:
    assert np.bincount(scores(np.arange(100)))[1:].tolist() == [20] * 5


def test_equal_values_score_alike_whatever_their_place() -> None:
    told = cdnow_history()
    found = rfm(told)
    assert found.groupby(told["frequency"])["frequency"].nunique().max() == 1
    assert scores([5, 5, 5, 5]).tolist() == [3, 3, 3, 3]
    shuffled = rfm(told.sample(frac=1, random_state=1))
    assert shuffled.loc[told.index].equals(found)


def test_lately_often_and_much_score_high() -> None:
    told = cdnow_history()
    found = rfm(told)
    best, rest = found["cell"] == "555", found["cell"] != "555"
    assert best.sum() > 20
    assert (told["T"] - told["recency"])[best].max() < (told["T"] - told["recency"])[rest].median()
    assert told["frequency"][best].min() > told["frequency"][rest].median()


def test_the_rate_of_a_cell_is_its_own_the_more_the_more_customers_it_has() -> None:
    cells = pd.Series(["a"] * 400 + ["b"] * 400 + ["c"] * 2)
    answered = np.r_[np.arange(400) < 200, np.arange(400) < 20, [True, True]]
    table = response_by_cell(cells, answered)
    assert table.loc["a", "rate"] > table.loc["b", "rate"]
    assert abs(table.loc["a", "rate"] - 0.5) < 0.01
    assert table.loc["c", "rate"] < 0.95
    assert (table["customers"].sum(), table["answered"].sum()) == (802, 222)


def test_every_customer_is_in_one_cell() -> None:
    told = drawn_history(500, seed=1)
    cells = rfm(told)["cell"]
    assert len(cells) == 500
    assert cells.str.fullmatch("[1-5]{3}").all()
    assert response_by_cell(cells, told["frequency"] > 2)["customers"].sum() == 500
