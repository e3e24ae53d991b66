"""Segments from mixed traits: recovery, none where none are, profiles that say what differs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.stats.worlds import at_most
from toolkit.models.cannot import CannotTell
from toolkit.models.grouping import adjusted_rand
from toolkit.models.segments import NOBODY, Segments, merge_rare, profile, segments


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


def found(table: pd.DataFrame) -> Segments:
    """Segments that there are."""
    result = segments(table, np.arange(len(table)))
    assert isinstance(result, Segments)
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
    lines = profile(table, old.astype(int), np.arange(400))
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
    lines = profile(table, old.astype(int), np.arange(400))
    by_place = {(t.segment, t.trait, t.value): t.difference for t in lines}
    for (segment, trait, value), ends in by_place.items():
        assert ends.value == pytest.approx(-by_place[1 - segment, trait, value].value)


def test_one_segment_has_nobody_to_differ_from() -> None:
    assert profile(traits()[1], np.zeros(400, dtype=int), np.arange(400)) == []


def test_false_differences_are_rare_over_a_whole_profile() -> None:
    wrong = 0
    for seed in range(60):
        _, table = traits(120, seed)
        given = np.random.default_rng(seed).integers(0, 2, 120)
        wrong += any(t.q < 0.05 for t in profile(table, given, np.arange(120)))
    assert at_most(0.06, wrong, 60)


def test_rare_levels_are_put_together_and_unknown_ones_stay_unknown() -> None:
    column = pd.Series(["phone"] * 60 + ["desk"] * 38 + ["watch", "fridge", None])
    merged = merge_rare(column)
    assert merged.value_counts().to_dict() == {"phone": 60, "desk": 38, "other": 2}
    assert merged.isna().sum() == 1


def test_nothing_that_varies_and_too_few_accounts_are_said() -> None:
    same = segments(pd.DataFrame({"city": ["Baku"] * 50}), np.arange(50))
    assert isinstance(same, CannotTell)
    assert "No trait varies" in same.why
    assert isinstance(segments(traits(25)[1], np.arange(25)), CannotTell)
