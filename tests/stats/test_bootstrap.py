import time

import numpy as np
import pytest
from numpy.random import SeedSequence

from toolkit.stats.bootstrap import (
    Resample,
    bootstrap_error,
    ratio_draws,
    resample_counts,
    sum_by_account,
)


def test_every_draw_holds_as_many_units_as_there_are() -> None:
    assert (resample_counts(37, 500, seed=1).sum(axis=1) == 37).all()
    assert (Resample(37, 500, seed=1).totals(np.ones(37)) == 37).all()


def test_units_come_up_as_often_as_chance_has_it() -> None:
    times = resample_counts(50, 20_000, seed=2)
    assert times.mean(axis=0) == pytest.approx(1, abs=0.04)  # 5 standard errors of 1/√20,000
    assert times.var() == pytest.approx(1 - 1 / 50, abs=0.01)
    assert np.mean(times == 0) == pytest.approx((1 - 1 / 50) ** 50, abs=0.002)


def test_totals_are_counts_times_columns() -> None:
    columns = np.random.default_rng(3).normal(size=(600, 60))
    resample = Resample(600, draws=5000, seed=4)
    expected = resample_counts(600, 5000, seed=4) @ columns
    assert np.allclose(resample.totals(columns), expected, rtol=1e-9, atol=1e-9)


def test_totals_of_whole_numbers_are_exact() -> None:
    whole = np.random.default_rng(3).integers(-(10**6), 10**6, (40, 2))
    times = resample_counts(40, 300, seed=4).astype(np.int64)
    assert (Resample(40, 300, seed=4).totals(whole) == times @ whole).all()


def test_the_order_of_summing_does_not_show() -> None:
    columns = np.random.default_rng(5).lognormal(0, 3, (997, 7))
    resample = Resample(997, draws=400)
    together = resample.totals(columns)
    for k in range(7):
        assert (resample.totals(columns[:, k]) == together[:, k]).all()
        assert (resample.totals(columns[:, [k, 0]])[:, 0] == together[:, k]).all()


def test_totals_keep_the_numbers_small_and_large() -> None:
    columns = np.array([[1e-300, 1e150, 0.0], [3e-300, 1.0, 0.0]])
    resample = Resample(2, draws=50)
    assert resample.totals(columns)[:, 0] == pytest.approx(
        resample_counts(2, 50) @ columns[:, 0], rel=1e-9
    )
    assert (resample.totals(columns)[:, 2] == 0).all()


def test_the_same_seed_gives_the_same_draws_and_more_draws_continue_them() -> None:
    few, many = Resample(3000, draws=120, seed=8), Resample(3000, draws=300, seed=8)
    column = np.arange(3000.0)
    assert (few.totals(column) == few.totals(column)).all()
    assert (few.totals(column) == many.totals(column)[:120]).all()
    assert (few.totals(column) != Resample(3000, 120, seed=9).totals(column)).any()
    child = SeedSequence(8).spawn(1)[0]
    again = Resample(3000, 120, child).totals(column)
    assert (Resample(3000, 120, child).totals(column) == again).all()
    assert (again != few.totals(column)).any()


def test_chunks_are_independent_of_one_another() -> None:
    first, second = list(Resample(2000, draws=262, seed=1).chunks())[:2]
    assert (first != second[: len(first)]).any()
    correlation = np.corrcoef(first.ravel(), second.ravel()[: first.size])[0, 1]
    assert abs(correlation) < 0.02


def test_more_units_than_fit_a_small_number_are_all_drawn() -> None:
    times = resample_counts(70_000, draws=20, seed=1)
    assert times[:, 65_536:].mean() == pytest.approx(1, abs=0.02)


def test_rows_of_one_unit_stay_together() -> None:
    rng, units, rows = np.random.default_rng(1), 200, 4
    values = np.repeat(rng.normal(size=units), rows)  # the rows of a unit are all alike
    codes = np.repeat(np.arange(units), rows)
    tops, bottoms = sum_by_account(codes, values, units), sum_by_account(codes, np.ones(800), units)
    _, draws = ratio_draws(tops[:, None], bottoms[:, None], Resample(units))
    by_unit = bootstrap_error(draws[:, 0], n=units)
    assert by_unit == pytest.approx(values[::rows].std(ddof=1) / units**0.5, rel=0.05)
    assert by_unit > 1.9 * values.std() / values.size**0.5  # what resampling rows would say


def test_sums_by_unit_add_up_to_the_whole() -> None:
    rng = np.random.default_rng(1)
    codes, values = rng.integers(0, 30, 500), rng.normal(size=(500, 3))
    sums = sum_by_account(codes, values, 30)
    assert sums[7] == pytest.approx(values[codes == 7].sum(axis=0))
    assert sums.sum(axis=0) == pytest.approx(values.sum(axis=0))
    assert sum_by_account(codes, values[:, 1], 30) == pytest.approx(sums[:, 1])


def test_a_ratio_carried_by_too_few_units_has_no_draws() -> None:
    bottoms = np.zeros((100, 4))
    for k, carrying in enumerate((100, 8, 1, 0)):
        bottoms[:carrying, k] = 1
    tops = bottoms * np.linspace(0, 1, 100)[:, None]
    point, draws = ratio_draws(tops, bottoms, Resample(100, draws=2000))
    assert point[:3] == pytest.approx([0.5, 0.5 * 7 / 99, 0])
    assert np.isnan(point[3])
    assert np.isfinite(draws[:, :2]).all()
    assert np.isnan(draws[:, 2:]).all()


def test_a_draw_that_misses_all_units_takes_the_value_of_the_sample() -> None:
    bottoms = np.zeros((100, 1))
    bottoms[:6] = 1  # missed by e^−6 = 0.25 % of the draws
    tops = bottoms * np.arange(1, 101)[:, None]
    resample = Resample(100, draws=4000)
    point, draws = ratio_draws(tops, bottoms, resample)
    missed = resample.totals(bottoms)[:, 0] == 0
    assert missed.any()
    assert (draws[missed, 0] == point[0]).all()


def test_five_thousand_draws_of_600_units_take_little_time() -> None:
    columns, start = np.random.default_rng(1).random((600, 60)), time.process_time()
    Resample(600).totals(columns)
    assert time.process_time() - start < 1


def test_what_cannot_be_resampled_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        Resample(0)
    with pytest.raises(ValueError, match="expected 3 rows"):
        Resample(3).totals(np.ones((4, 2)))
    with pytest.raises(ValueError, match="finite"):
        Resample(3).totals([1.0, np.nan, 2.0])
    with pytest.raises(ValueError, match="codes"):
        sum_by_account([0, -1], [1.0, 1.0], 2)
    with pytest.raises(ValueError, match="codes"):
        sum_by_account([0, 2], [1.0, 1.0], 2)
    with pytest.raises(ValueError, match="values"):
        sum_by_account([0, 1], [1.0, np.nan], 2)
    with pytest.raises(ValueError, match="≥ 0"):
        ratio_draws([[1.0]], [[-1.0]], Resample(1))
