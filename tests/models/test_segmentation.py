"""Segments from mixed traits: recovery, none where none are, profiles that say what differs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.models.buyers import cdnow_history, drawn_history
from tests.stats.worlds import at_most
from toolkit.models.segmentation import (
    NOBODY,
    CustomerSegments,
    fifth_scores,
    find_segments,
    merge_rare_levels,
    response_by_cell,
    rfm_scores,
    segment_profile,
)
from toolkit.stats.agreement import adjusted_rand
from toolkit.stats.interval import CannotTell


def traits(n: int = 400, seed: int = 1, apart: float = 1.0) -> tuple[np.ndarray, pd.DataFrame]:
    """Young people in town on the phone, older ones in the country; incomes have a long tail."""
    rng = np.random.default_rng(seed)
    old = rng.random(n) < 0.4
    town = rng.random(n) < np.where(old, 0.5 - 0.35 * apart, 0.5 + 0.35 * apart)
    phone = rng.random(n) < np.where(old, 0.5 - 0.35 * apart, 0.5 + 0.35 * apart)
    return old, pd.DataFrame(
        {
            "age": np.round(rng.normal(40, 7, n) + np.where(old, 14, -14) * apart),
            "place": np.where(town, "town", "country"),
            "device": np.where(phone, "phone", "desk"),
            "income": np.exp(rng.normal(10, 0.8, n)),
        }
    )


def found(table: pd.DataFrame) -> CustomerSegments:
    """Segments that there are."""
    result = find_segments(table, np.arange(len(table)))
    assert isinstance(result, CustomerSegments)
    return result


def test_two_kinds_of_customers_are_found_and_not_more() -> None:
    for seed in range(3):
        old, table = traits(seed=seed)
        result = found(table)
        assert result.grouping.count == 2
        assert adjusted_rand(old, result.labels) > 0.85


def test_traits_that_have_nothing_to_do_with_each_other_make_one_segment() -> None:
    for seed in range(3):
        assert found(traits(seed=seed, apart=0.0)[1]).grouping.count == 1


def test_a_long_tail_is_no_segment() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"income": np.exp(rng.normal(10, 1.2, 500)), "visits": rng.poisson(20, 500)}
    )
    assert found(table).grouping.count == 1


def test_the_scale_of_numbers_and_the_order_of_rows_do_not_matter() -> None:
    _, table = traits()
    other = table.assign(age=table["age"] * 365 + 5).iloc[::-1]
    assert adjusted_rand(found(table).labels, found(other).labels[::-1]) > 0.98


def test_who_tells_nothing_is_in_no_segment_and_part_answers_count() -> None:
    _, table = traits()
    table.loc[:9] = None
    table.loc[10:19, "age"] = np.nan
    result = found(table.infer_objects())
    assert (result.labels[:10] == NOBODY).all()
    assert (result.labels[10:] != NOBODY).all()


def test_a_profile_says_what_a_segment_has_more_of() -> None:
    old, table = traits()
    lines = segment_profile(table, old.astype(int), np.arange(400))
    country = next(t for t in lines if t.segment == 1 and t.value == "country")
    assert country.here == pytest.approx((table["place"][old] == "country").mean())
    assert country.difference.low < 0.7 < country.difference.high
    age = next(t for t in lines if t.segment == 1 and t.trait == "age")
    assert age.difference.low < 28 < age.difference.high
    assert lines[0].q <= lines[1].q
    income = [t.q for t in lines if t.trait == "income"]
    assert min(income) > 0.05


def test_two_segments_differ_from_each_other_by_the_same_amount() -> None:
    old, table = traits()
    lines = segment_profile(table, old.astype(int), np.arange(400))
    by_place = {(t.segment, t.trait, t.value): t.difference for t in lines}
    for (segment, trait, value), ends in by_place.items():
        assert ends.value == pytest.approx(-by_place[1 - segment, trait, value].value)


def test_one_segment_has_nobody_to_differ_from() -> None:
    assert segment_profile(traits()[1], np.zeros(400, dtype=int), np.arange(400)) == []


def test_false_differences_are_rare_over_a_whole_profile() -> None:
    wrong = 0
    for seed in range(60):
        _, table = traits(120, seed)
        given = np.random.default_rng(seed).integers(0, 2, 120)
        wrong += any(t.q < 0.05 for t in segment_profile(table, given, np.arange(120)))
    assert at_most(0.06, wrong, 60)


def test_rare_levels_are_put_together_and_unknown_ones_stay_unknown() -> None:
    column = pd.Series(["phone"] * 60 + ["desk"] * 38 + ["watch", "fridge", None])
    merged = merge_rare_levels(column)
    assert merged.value_counts().to_dict() == {"phone": 60, "desk": 38, "other": 2}
    assert merged.isna().sum() == 1


def test_nothing_that_varies_and_too_few_accounts_are_said() -> None:
    same = find_segments(pd.DataFrame({"city": ["Baku"] * 50}), np.arange(50))
    assert isinstance(same, CannotTell)
    assert "No trait varies" in same.why
    assert isinstance(find_segments(traits(25)[1], np.arange(25)), CannotTell)


def test_only_the_order_of_values_counts() -> None:
    values = np.random.default_rng(1).lognormal(size=997)
    assert (fifth_scores(values) == fifth_scores(np.log(values))).all()
    assert (fifth_scores(values) == fifth_scores(values**3 * 7 - 2)).all()


def test_turning_the_order_round_turns_the_scores_round() -> None:
    values = np.random.default_rng(2).normal(size=1_000)
    assert (fifth_scores(-values) == 6 - fifth_scores(values)).all()


def test_without_ties_the_fifths_are_of_one_size() -> None:
    assert np.bincount(fifth_scores(np.arange(100)))[1:].tolist() == [20] * 5


def test_equal_values_score_alike_whatever_their_place() -> None:
    told = cdnow_history()
    found = rfm_scores(told)
    assert found.groupby(told["frequency"])["frequency"].nunique().max() == 1
    assert fifth_scores([5, 5, 5, 5]).tolist() == [3, 3, 3, 3]
    shuffled = rfm_scores(told.sample(frac=1, random_state=1))
    assert shuffled.loc[told.index].equals(found)


def test_lately_often_and_much_score_high() -> None:
    told = cdnow_history()
    found = rfm_scores(told)
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
    cells = rfm_scores(told)["cell"]
    assert len(cells) == 500
    assert cells.str.fullmatch("[1-5]{3}").all()
    assert response_by_cell(cells, told["frequency"] > 2)["customers"].sum() == 500
