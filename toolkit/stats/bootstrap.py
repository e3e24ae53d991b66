"""What would other samples of units have shown? Draws of sums and ratios, and intervals from draws.

Resampling keeps whole units together, so what their rows have in common is not taken for news.
The intervals are for estimates without kinks; with kinks see `kinks`.
Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap; for units of several rows
Field & Welsh (2007), JRSS B 69.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike

from toolkit.stats.input_checks import (
    account_codes,
    finite_number,
    finite_vector,
    instance_of,
    number_array,
    random_seed,
    unfit_input,
    whole_number,
)
from toolkit.stats.interval import (
    Array,
    Interval,
    normal_quantile,
    student_quantile,
    student_upper_tail,
    tail_probability,
)

DRAWS = 5_000
CELLS = 1 << 18  # (draw, unit) cells made at a time: 2 MB, small enough to stay in the cache
CELLS_COUNTED = (
    1 << 15
)  # of them counted at once: that stays in the inner cache, three times as fast
MOST_EMPTY = 0.01  # share of draws that may miss every unit a ratio rests on


@dataclass(frozen=True)
class Resample:
    """Which units does each draw hold? `draws` samples of `accounts` units, with replacement.

    The same seed gives the same draws on every call, so quantities drawn one after another
    belong together; more draws continue the shorter series.
    """

    accounts: int
    draws: int = DRAWS
    seed: int | SeedSequence = 1

    def __post_init__(self) -> None:
        counts = whole_number(self.accounts, "accounts"), whole_number(self.draws, "draws")
        if min(counts) < 1:
            raise ValueError(f"expected at least one unit and one draw, found {self}")
        random_seed(self.seed)

    def chunks(self) -> Iterator[Array]:
        """How often does each draw hold each unit, some draws at a time: (some draws, accounts)."""
        rows = max(1, CELLS // self.accounts)
        root = self.seed if isinstance(self.seed, SeedSequence) else SeedSequence(self.seed)
        for i, start in enumerate(range(0, self.draws, rows)):
            # Not root.spawn: that would give other children at the next call.
            child = SeedSequence(root.entropy, spawn_key=(*root.spawn_key, i))
            yield _count_units(child, min(rows, self.draws - start), self.accounts)

    def totals(self, columns: ArrayLike) -> Array:
        """What would the column sums be in each draw? (accounts, k) gives (draws, k).

        Exact for the columns as rounded by `_grid` (relative 1e-12), so that neither the number
        of threads nor the order of summing shows in the result. A (accounts,) column gives
        (draws,). Raises ValueError for other lengths and for numbers that are not finite.
        """
        values = number_array(columns, "columns")
        if values.shape[:1] != (self.accounts,) or values.ndim > 2 or not np.isfinite(values).all():
            raise ValueError(
                f"columns: expected {self.accounts} rows of finite numbers, found {values.shape}"
            )
        grid = _grid(values)
        return np.concatenate([chunk @ grid for chunk in self.chunks()])


def resample_counts(accounts: int, draws: int = DRAWS, seed: int | SeedSequence = 1) -> Array:
    """How often does each draw hold each unit? (draws, accounts), every row adds up to accounts.

    >>> resample_counts(3, draws=2, seed=1).sum(axis=1).tolist()
    [3.0, 3.0]
    """
    return np.concatenate(list(Resample(accounts, draws, seed).chunks()))


def sum_by_account(codes: ArrayLike, values: ArrayLike, accounts: int) -> Array:
    """What does each unit add up to? Rows (rows,) or (rows, k) to (accounts,) or (accounts, k).

    `codes` number the unit of each row from 0. Raises ValueError for a code outside, and for
    values that are not finite: a missing answer must be 0 in numerator and denominator alike.

    >>> sum_by_account([0, 2, 0], [1.0, 5.0, 2.0], 3).tolist()
    [3.0, 0.0, 5.0]
    """
    rows, accounts = number_array(values, "values"), whole_number(accounts, "accounts")
    unit = account_codes(codes, None, accounts, "codes")
    if rows.shape[:1] != unit.shape or rows.ndim > 2 or not np.isfinite(rows).all():
        raise ValueError(f"values: expected {unit.size} rows of finite numbers, found {rows.shape}")
    columns = rows[:, None] if rows.ndim == 1 else rows
    sums = np.zeros((accounts, columns.shape[1]))
    for k, column in enumerate(columns.T):
        sums[:, k] = np.bincount(unit, column, accounts)
    return sums[:, 0] if rows.ndim == 1 else sums


def ratio_draws(
    numerators: ArrayLike, denominators: ArrayLike, resample: Resample
) -> tuple[Array, Array]:
    """How large are Σ numerator / Σ denominator, and how do they vary from draw to draw?

    Both (accounts, K); returns the K ratios and their (draws, K). Denominators are ≥ 0. A draw
    may miss all units a ratio rests on; it then says nothing about it and takes the value of
    the whole sample. Where that happens in more than 1 % of the draws (fewer than about five
    units), the whole column is NaN: too few units for any interval, rather than one too short.
    A ratio with denominator 0 in the whole sample is NaN itself.
    """
    top = number_array(numerators, "numerators")
    bottom = number_array(denominators, "denominators")
    instance_of(resample, Resample, "resample")
    if top.shape != bottom.shape or top.ndim != 2 or (bottom < 0).any():
        shapes = f"{top.shape} and {bottom.shape}"
        raise unfit_input("numerators, denominators", "two (units, K) arrays, ≥ 0 below", shapes)
    if not np.isfinite(top).all() or not np.isfinite(bottom).all():
        raise unfit_input("numerators, denominators", "finite numbers", "NaN or infinite ones")
    point = _divide_or_nan(top.sum(axis=0), bottom.sum(axis=0))
    both = resample.totals(np.hstack([top, bottom]))
    draws = _divide_or_nan(both[:, : top.shape[1]], both[:, top.shape[1] :])
    empty = np.isnan(draws)
    filled = np.where(empty, point, draws)
    return point, np.where(empty.mean(axis=0) > MOST_EMPTY, np.nan, filled)


def _count_units(seed: SeedSequence, draws: int, accounts: int) -> Array:
    """How often each of `accounts` comes up in each of `draws` samples of that many."""
    small = np.uint16 if accounts <= 1 << 16 else np.uint32
    chance = np.random.Generator(np.random.SFC64(seed))
    picked = chance.integers(0, accounts, size=(draws, accounts), dtype=small)
    times, rows = np.empty((draws, accounts)), max(1, CELLS_COUNTED // accounts)
    place = np.arange(rows)[:, None] * accounts
    for start in range(0, draws, rows):
        part = picked[start : start + rows]
        counted = np.bincount((part + place[: len(part)]).ravel(), minlength=part.size)
        times[start : start + rows] = counted.reshape(part.shape)
    return times


def _grid(values: Array) -> Array:
    """The columns as multiples of a power of two so coarse that no sum of them is ever rounded.

    A total of `accounts` values, times how often each is drawn, then fits the 53 bits of a
    float; whole numbers stay as they are.
    """
    largest = np.abs(values).max(axis=0, initial=0) * len(values)
    step = np.exp2(np.frexp(largest)[1] - 53.0)
    return np.asarray(np.rint(values / step) * step)


def _divide_or_nan(top: Array, bottom: Array) -> Array:
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0))


def small_sample_widening(n: int, *, level: float = 0.95) -> float:
    """By how much must bootstrap noise of n resampled units be stretched?

    √(n / (n − 1)), because resampling shows (n − 1) / n of the variance, times Student's over
    the normal quantile, because the spread itself is estimated. Infinite for n = 1.
    """
    if whole_number(n, "n") < 2:
        return math.inf
    wanted = 1 - tail_probability(level)
    return math.sqrt(n / (n - 1)) * student_quantile(wanted, n - 1) / normal_quantile(wanted)


def bootstrap_error(draws: ArrayLike, *, n: int) -> float:
    """How much would the estimate vary from sample to sample, judged by its bootstrap draws?

    Their standard deviation times √(n / (n − 1)): resampling n units shows (n − 1) / n of the
    variance. Infinite for n = 1.
    """
    drawn, n = finite_vector(draws, "draws"), whole_number(n, "n")
    if drawn.size < 2:
        raise unfit_input("draws", "two or more", repr(draws))
    spread = float(np.std(drawn, ddof=1))
    return spread * math.sqrt(n / (n - 1)) if n > 1 else math.inf


def smooth_interval(value: float, draws: ArrayLike, *, n: int, level: float = 0.95) -> Interval:
    """Where does the truth lie, given bootstrap draws of an estimate that has no kinks?

    value ± t · standard error, t at n − 1, n the number of resampled units.
    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 12.
    """
    error, value = bootstrap_error(draws, n=n), finite_number(value, "value")
    half = student_quantile(1 - tail_probability(level), n - 1) * error
    return Interval(value, value - half, value + half, n, "bootstrap standard error, t")


def smooth_p_above(value: float, draws: ArrayLike, threshold: float, *, n: int) -> float:
    """How likely is an estimate this large or larger if the truth is `threshold`? One-sided.

    Consistent with `smooth_interval`: below (1 − level) / 2 where its low end is above `threshold`.
    """
    error = bootstrap_error(draws, n=n)
    gap = finite_number(value, "value") - finite_number(threshold, "threshold")
    return student_upper_tail(gap / error, n - 1) if error > 0 else float(gap <= 0)


def percentile_interval(value: float, draws: ArrayLike, *, n: int, level: float = 0.95) -> Interval:
    """Where does the truth lie, read off the bootstrap draws? For skewed, smooth estimates.

    Quantiles of value + f (draw − value), f = √(n / (n − 1)) t / z: what small samples need.
    Not at kinks: there see `kinks`. Unbounded for n = 1.
    Source: Efron & Tibshirani (1993), ch. 13; f: Hesterberg (2015), American Statistician 69.
    """
    drawn, method = finite_vector(draws, "draws"), "percentile bootstrap"
    value, ends = finite_number(value, "value"), tail_probability(level)
    if whole_number(n, "n") < 2:
        return Interval(value, -math.inf, math.inf, n, method)
    wide = value + (drawn - value) * small_sample_widening(n, level=level)
    low, high = np.quantile(wide, [ends, 1 - ends])
    return Interval(value, float(low), float(high), n, method)
