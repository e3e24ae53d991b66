"""Which prices do payers accept, and is it worth starting dear and coming down?

Van Westendorp's price sensitivity meter, asked of those who pay, never of those who only use. What
people say they would pay is more than they do pay: read it as an upper bound. Then a falling price
against one price: what is gained, and what waiting buyers take back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.bootstrap import Resample, percentile_interval
from toolkit.stats.input_checks import (
    finite_matrix,
    finite_number,
    finite_vector,
    number_array,
    random_seed,
    table_columns,
    unfit_input,
    whole_number,
)
from toolkit.stats.interval import Array, CannotTell, Interval, tail_probability

QUESTIONS = ("too_cheap", "cheap", "expensive", "too_expensive")
FEWEST_ACCOUNTS = 30
ACCEPTANCE_DRAWS = 1_000
MOST_PRICES_READ = 128  # where the curves are read; between them they run straight


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
    draws: int = ACCEPTANCE_DRAWS,
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
    prices = _checked_prices(answers)
    whole_number(draws, "draws", least=1)
    random_seed(seed)
    tail_probability(level)
    rising = (np.diff(prices, axis=1) > 0).all(axis=1)
    kept = prices[rising]
    named = np.arange(len(prices)) if accounts is None else np.asarray(accounts)
    if named.shape != (len(prices),):
        raise ValueError(f"accounts: expected one per answer, {len(prices)}, found {named.shape}")
    if pd.isna(named).any():
        raise unfit_input("accounts", "an account for every answer", repr(accounts))
    codes, names = pd.factorize(named[rising])
    if len(names) < FEWEST_ACCOUNTS:
        found = f"{len(names)} ({len(prices) - len(kept)} of {len(prices)} answers do not rise)"
        return CannotTell(f"expected rising prices of {FEWEST_ACCOUNTS} accounts, found {found}")
    grid = _price_grid(kept)
    sums = np.stack([np.bincount(codes, says) for says in _price_judgements(kept, grid).T], axis=1)
    drawn = Resample(len(names), draws, seed).totals(np.column_stack([sums, np.bincount(codes)]))
    values, spread = (
        curve_crossings(
            grid, _shares_by_question(_price_judgements(kept, grid).mean(axis=0)[None])
        ),
        _crossings_of_draws(grid, drawn),
    )
    optimal, indifferent, lowest, highest = (
        percentile_interval(float(value[0]), draw, n=len(names), level=level)
        for value, draw in zip(values, spread, strict=True)
    )
    left_out, shares = int((~rising).sum()), acceptance_curves(kept)
    return PriceAcceptance(optimal, indifferent, lowest, highest, len(prices), left_out, shares)


def acceptance_curves(prices: ArrayLike) -> pd.DataFrame:
    """Which share finds each price too cheap, cheap, expensive, too expensive?

    `prices` (payers, 4), rising in each row. Each share starts or ends at 0 and at 1.

    >>> acceptance_curves([[1, 2, 3, 4], [2, 3, 4, 5]])["cheap"].tolist()
    [1.0, 1.0, 0.5, 0.0, 0.0]
    """
    rows = finite_matrix(prices, "prices")
    if rows.shape[1] != len(QUESTIONS) or (np.diff(rows, axis=1) < 0).any():
        raise unfit_input("prices", "(payers, 4) prices that rise in each row", repr(prices))
    grid = _price_grid(rows)
    shares = _price_judgements(rows, grid).mean(axis=0).reshape(len(QUESTIONS), -1)
    return pd.DataFrame({"price": grid} | dict(zip(QUESTIONS, shares, strict=True)))


def curve_crossings(grid: Array, shares: Array) -> Array:
    """Where do the curves cross? (draws, 4, prices) to (4, draws): optimal … highest."""
    grid, known = finite_vector(grid, "grid"), number_array(shares, "shares")
    if grid.size < 2 or known.ndim != 3 or known.shape[1:] != (len(QUESTIONS), grid.size):
        found = f"{grid.size} and {known.shape}"
        raise unfit_input("grid, shares", "two prices or more and (draws, 4, prices)", found)
    if not np.isfinite(known).all():
        raise unfit_input("shares", "finite numbers", repr(shares))
    too_cheap, cheap, expensive, too_expensive = np.moveaxis(known, 1, 0)
    return np.stack(
        [
            _crossing(grid, too_expensive - too_cheap),
            _crossing(grid, expensive - cheap),
            _crossing(grid, 1 - cheap - too_cheap),
            _crossing(grid, too_expensive + expensive - 1),
        ]
    )


def _checked_prices(answers: pd.DataFrame) -> Array:
    table_columns(answers, QUESTIONS, "answers")
    prices = np.stack([number_array(answers[name], name) for name in QUESTIONS], axis=1)
    if (prices < 0).any() or np.isinf(prices).any():
        raise unfit_input(
            "answers", "prices of 0 or more", f"{np.nanmin(prices)}…{np.nanmax(prices)}"
        )
    return prices


def _price_grid(prices: Array) -> Array:
    """At which prices are the curves read? All that were named, or 128 spread evenly over them."""
    named = np.unique(prices)
    if len(named) <= MOST_PRICES_READ:
        return named
    spread = np.linspace(0, len(named) - 1, MOST_PRICES_READ).round().astype(int)
    return np.asarray(named[spread])


def _price_judgements(prices: Array, grid: Array) -> Array:
    """What does each payer say of each price? 0 or 1: (payers, 4 · prices)."""
    falling = prices[:, :2, None] >= grid
    rising = prices[:, 2:, None] <= grid
    both = np.concatenate([falling, rising], axis=1).astype(np.float64)
    return both.reshape(len(prices), -1)


def _shares_by_question(flat: Array) -> Array:
    return flat.reshape(len(flat), len(QUESTIONS), -1)


def _crossings_of_draws(grid: Array, drawn: Array) -> Array:
    """The four points in each draw of accounts: (4, draws)."""
    return curve_crossings(grid, _shares_by_question(drawn[:, :-1] / drawn[:, -1:]))


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


SKIMMING_DRAWS = 500
MOST_PRICES_TRIED = 200


def waited_skimming(patience: float) -> tuple[float, float, float]:
    """First price, second price, profit per head, if buyers know that the price will fall?

    Two periods, willingness to pay even between 0 and 1, no cost; tomorrow counts `patience`
    (0…1) of today, for buyers and seller alike. Those above v1 = (2 − d) / (4 − 3 d) buy at once,
    p1 = v1 (1 − d / 2), p2 = v1 / 2. For 0 < d < 1 one price earns more
    (0.25): skimming hurts where buyers wait.
    Source: Bulow (1982), Journal of Political Economy 90, 314–332.

    >>> [round(x, 3) for x in waited_skimming(0.5)]
    [0.45, 0.3, 0.225]
    """
    patience = finite_number(patience, "patience", least=0, most=1)
    first = (2 - patience) / (4 - 3 * patience)
    dear, cheap = first * (1 - patience / 2), first / 2
    return dear, cheap, (1 - first) * dear + patience * (first - cheap) * cheap


@dataclass(frozen=True)
class SkimmingPlan:
    """What does a falling price earn beyond the best single price, per payer asked?

    `prices` are the best path for buyers who take what they can afford; `single` the best one
    price. `gain` by patience of the buyers: 0 do not wait, 1 would as soon buy later.
    """

    single: float
    prices: tuple[float, ...]
    profit: Interval
    gain: dict[float, Interval]


def skimming_plan(
    willingness: ArrayLike,
    *,
    cost: float = 0.0,
    periods: int = 2,
    patience: Sequence[float] = (0.0, 0.5, 0.9),
    draws: int = SKIMMING_DRAWS,
    seed: int = 1,
    level: float = 0.95,
) -> SkimmingPlan:
    """Is it worth starting dear? From what payers say they would pay at most.

    `willingness` (n,), one per paying account; `profit` is that of the single price. Prices are
    chosen once and held for all draws of accounts, so the interval is of this plan; the seller's
    own money is not discounted. With patience d a buyer takes the period that leaves most of
    d^k (willingness − price), if that is 0 or more.
    """
    wtp, cost = finite_vector(willingness, "willingness"), finite_number(cost, "cost")
    finite_vector(patience, "patience")
    single, prices = best_prices(wtp, 1, cost=cost)[0], best_prices(wtp, periods, cost=cost)
    one = path_profit(wtp, [single], cost=cost)
    gains = [path_profit(wtp, prices, cost=cost, patience=d) - one for d in patience]
    n = len(wtp)
    drawn = Resample(n, draws, seed).totals(np.column_stack([one, *gains])) / n
    means = [one.mean(), *(g.mean() for g in gains)]
    ends = [
        percentile_interval(float(m), d, n=n, level=level)
        for m, d in zip(means, drawn.T, strict=True)
    ]
    return SkimmingPlan(single, prices, ends[0], dict(zip(patience, ends[1:], strict=True)))


def path_profit(
    willingness: ArrayLike,
    prices: Sequence[float],
    *,
    cost: float = 0.0,
    patience: float = 0.0,
    discount: float = 1.0,
) -> Array:
    """What does each buyer leave behind on this path of prices? (n,), 0 for who never buys.

    Buyers weigh period k by patience^k (0: they take the first price they can afford), the
    seller by discount^k.
    """
    wtp, path = finite_vector(willingness, "willingness")[:, None], finite_vector(prices, "prices")
    cost, discount = finite_number(cost, "cost"), finite_number(discount, "discount", least=0)
    patience = finite_number(patience, "patience", least=0, most=1)
    steps = np.arange(len(path))
    if patience == 0:
        choice = np.argmax(wtp >= path, axis=1)
    else:
        choice = np.argmax(patience**steps * (wtp - path), axis=1)
    buys = np.take_along_axis(wtp >= path, choice[:, None], axis=1)[:, 0]
    return np.where(buys, (path[choice] - cost) * discount**choice, 0.0)


def best_prices(willingness: ArrayLike, periods: int, *, cost: float = 0.0) -> tuple[float, ...]:
    """Which falling prices earn most from buyers who do not wait? From what they would pay.

    Exact over the amounts named (200 spread over them where there are more), from the last period
    backwards.
    """
    wtp, cost = np.sort(finite_vector(willingness, "willingness")), finite_number(cost, "cost")
    periods = whole_number(periods, "periods", least=1)
    named = np.unique(wtp)
    if len(named) > MOST_PRICES_TRIED:
        named = named[np.linspace(0, len(named) - 1, MOST_PRICES_TRIED).round().astype(int)]
    above = (len(wtp) - np.searchsorted(wtp, named, side="left")).astype(np.float64)
    sold = np.append(above, 0.0)  # by the period before, at each price; the last: nothing yet
    new = above[:, None] - sold
    earned = np.where(new >= 0, new * (named - cost)[:, None], -np.inf)
    best, choices = np.zeros(len(named)), []
    for _ in range(periods):
        total = earned + best[:, None]
        choices.append(total.argmax(axis=0))
        best = total.max(axis=0)[:-1]
    return _price_path(named, choices)


def _price_path(named: Array, choices: list[np.ndarray]) -> tuple[float, ...]:
    """The path of prices that the choices of each period, given the one before, lead along."""
    path, state = [], len(named)
    for choice in reversed(choices):
        state = int(choice[state])
        path.append(float(named[state]))
    return tuple(path)
