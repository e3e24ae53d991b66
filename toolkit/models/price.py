"""Which prices do payers accept? Van Westendorp's price sensitivity meter.

Asked of those who pay, never of those who only use. What people say they would pay is more than
they do pay: read it as an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.models.cannot import CannotTell
from toolkit.stats.arrays import Array
from toolkit.stats.bootstrap import Resample
from toolkit.stats.interval import Interval
from toolkit.stats.means import percentile

QUESTIONS = ("too_cheap", "cheap", "expensive", "too_expensive")
FEWEST_ACCOUNTS = 30
DRAWS = 1_000
MOST_PRICES = 128  # where the curves are read; between them they run straight


@dataclass(frozen=True, eq=False)
class PriceAcceptance:
    """Which prices do payers accept? Each an interval, in the currency of the answers.

    `optimal`: as many find it too cheap as too expensive. `indifferent`: as many cheap as
    expensive. `lowest`: as many too cheap as not cheap; `highest`: as many too expensive as not
    expensive. `asked` answered, `intransitive` of them were left out because their four prices do
    not rise. `curves`: price and the four shares, for a chart.
    """

    optimal: Interval
    indifferent: Interval
    lowest: Interval
    highest: Interval
    asked: int
    intransitive: int
    curves: pd.DataFrame


def price_acceptance(
    answers: pd.DataFrame,
    *,
    accounts: ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    level: float = 0.95,
) -> PriceAcceptance | CannotTell:
    """Which prices do these payers accept?

    `answers`: columns too_cheap, cheap, expensive, too_expensive, one payer per row; `accounts`
    (rows,) says which belong together, and whole accounts are resampled. Only rows whose prices
    rise from column to column count (an empty answer does not). Too cheap and cheap count who
    would say so at a price: share of answers at or above it; the other two at or below. Between
    the prices named the shares run straight; where two curves meet along a stretch, its middle.
    Source: Van Westendorp (1976), Proceedings of the ESOMAR Congress, 139–167.
    """
    prices = _prices(answers)
    rising = (np.diff(prices, axis=1) > 0).all(axis=1)
    kept = prices[rising]
    named = np.arange(len(prices)) if accounts is None else np.asarray(accounts)
    if named.shape != (len(prices),):
        raise ValueError(f"accounts: expected one per answer, {len(prices)}, found {named.shape}")
    codes, names = pd.factorize(named[rising])
    if len(names) < FEWEST_ACCOUNTS:
        found = f"{len(names)} ({len(prices) - len(kept)} of {len(prices)} answers do not rise)"
        return CannotTell(f"expected rising prices of {FEWEST_ACCOUNTS} accounts, found {found}")
    grid = _grid(kept)
    sums = np.stack([np.bincount(codes, says) for says in _says(kept, grid).T], axis=1)
    drawn = Resample(len(names), draws, seed).totals(np.column_stack([sums, np.bincount(codes)]))
    values, spread = points(grid, _shares(_says(kept, grid).mean(axis=0)[None])), _read(grid, drawn)
    optimal, indifferent, lowest, highest = (
        percentile(float(value[0]), draw, n=len(names), level=level)
        for value, draw in zip(values, spread, strict=True)
    )
    left_out, shares = int((~rising).sum()), curves(kept)
    return PriceAcceptance(optimal, indifferent, lowest, highest, len(prices), left_out, shares)


def curves(prices: ArrayLike) -> pd.DataFrame:
    """Which share finds each price too cheap, cheap, expensive, too expensive?

    `prices` (payers, 4), rising in each row. Each share starts or ends at 0 and at 1.

    >>> curves([[1, 2, 3, 4], [2, 3, 4, 5]])["cheap"].tolist()
    [1.0, 1.0, 0.5, 0.0, 0.0]
    """
    rows = np.asarray(prices, dtype=np.float64)
    grid = _grid(rows)
    shares = _says(rows, grid).mean(axis=0).reshape(len(QUESTIONS), -1)
    return pd.DataFrame({"price": grid} | dict(zip(QUESTIONS, shares, strict=True)))


def points(grid: Array, shares: Array) -> Array:
    """Where do the curves cross? (draws, 4, prices) to (4, draws): optimal … highest."""
    too_cheap, cheap, expensive, too_expensive = np.moveaxis(shares, 1, 0)
    return np.stack(
        [
            _crossing(grid, too_expensive - too_cheap),
            _crossing(grid, expensive - cheap),
            _crossing(grid, 1 - cheap - too_cheap),
            _crossing(grid, too_expensive + expensive - 1),
        ]
    )


def _prices(answers: pd.DataFrame) -> Array:
    missing = [name for name in QUESTIONS if name not in answers]
    if missing:
        raise ValueError(f"answers: expected a column {missing[0]!r}, found {list(answers)}")
    prices = answers[list(QUESTIONS)].to_numpy(np.float64)
    if (prices < 0).any() or np.isinf(prices).any():
        raise ValueError("answers: expected prices of 0 or more")
    return prices


def _grid(prices: Array) -> Array:
    """At which prices are the curves read? All that were named, or 128 spread evenly over them."""
    named = np.unique(prices)
    if len(named) <= MOST_PRICES:
        return named
    return named[np.linspace(0, len(named) - 1, MOST_PRICES).round().astype(int)]


def _says(prices: Array, grid: Array) -> Array:
    """What does each payer say of each price? 0 or 1: (payers, 4 · prices)."""
    falling = prices[:, :2, None] >= grid
    rising = prices[:, 2:, None] <= grid
    both = np.concatenate([falling, rising], axis=1).astype(np.float64)
    return both.reshape(len(prices), -1)


def _shares(flat: Array) -> Array:
    return flat.reshape(len(flat), len(QUESTIONS), -1)


def _read(grid: Array, drawn: Array) -> Array:
    """The four points in each draw of accounts: (4, draws)."""
    return points(grid, _shares(drawn[:, :-1] / drawn[:, -1:]))


def _crossing(grid: Array, gap: Array) -> Array:
    """Where does a gap (draws, prices) that only rises pass 0? (draws,)

    The middle of the stretch between the last point below and the first above.
    """
    gap = np.where(np.abs(gap) < 1e-9, 0.0, gap)
    last, first = (gap < 0).sum(axis=1) - 1, gap.shape[1] - (gap > 0).sum(axis=1)
    ends = [_root(grid, gap, np.clip(k, 0, gap.shape[1] - 2)) for k in (last, first - 1)]
    return np.asarray((ends[0] + ends[1]) / 2)


def _root(grid: Array, gap: Array, left: np.ndarray) -> Array:
    """Where does the straight line between two neighbouring points pass 0?"""
    rows = np.arange(len(gap))
    a, b = gap[rows, left], gap[rows, left + 1]
    share = np.clip(np.divide(-a, b - a, out=np.zeros_like(a), where=b != a), 0, 1)
    return np.asarray(grid[left] + share * (grid[left + 1] - grid[left]))
