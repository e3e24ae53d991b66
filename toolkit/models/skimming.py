"""Start dear and come down, or one price? What is gained, and what waiting buyers take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays import Array, vector
from toolkit.stats.bootstrap import Resample
from toolkit.stats.interval import Interval
from toolkit.stats.means import percentile

DRAWS = 500
MOST_PRICES = 200


def markup_price(cost: float, elasticity: Interval | float) -> Interval:
    """Which one price earns most, at a constant price elasticity? c e / (e − 1), e = |elasticity|.

    Raises ValueError for an elasticity of 1 or less, at which any price is too low. Published mean
    over 1,851 estimates: 2.62. Source: Lerner (1934); Bijmolt, Van Heerde & Pieters (2005), Journal
    of Marketing Research 42, 141–156.

    >>> markup_price(10, 2.62).value.__round__(2)
    16.17
    """
    e = elasticity if isinstance(elasticity, Interval) else Interval.constant(elasticity, 0)
    if e.low <= 1 or cost < 0:
        raise ValueError(f"expected elasticity above 1 and cost of 0 or more, found {e}, {cost}")
    value, low, high = (cost * x / (x - 1) for x in (e.value, e.high, e.low))
    return Interval(value, low, high, e.n, "markup at constant elasticity")


def even_skimming(periods: int) -> tuple[list[float], float]:
    """Which prices, and what profit per head, if buyers do not look ahead?

    Willingness to pay even between 0 and 1, no cost: p_k = 1 − k / (n + 1), profit n / (2 (n + 1)).

    >>> even_skimming(1), round(even_skimming(10)[1], 4)
    (([0.5], 0.25), 0.4545)
    """
    if periods < 1:
        raise ValueError(f"periods: expected 1 or more, found {periods}")
    prices = [1 - k / (periods + 1) for k in range(1, periods + 1)]
    return prices, periods / (2 * (periods + 1))


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
    if not 0 <= patience <= 1:
        raise ValueError(f"patience: expected 0 to 1, found {patience}")
    first = (2 - patience) / (4 - 3 * patience)
    dear, cheap = first * (1 - patience / 2), first / 2
    return dear, cheap, (1 - first) * dear + patience * (first - cheap) * cheap


@dataclass(frozen=True)
class Skimming:
    """What does a falling price earn beyond the best single price, per payer asked?

    `prices` are the best path for buyers who take what they can afford; `single` the best one
    price. `gain` by patience of the buyers: 0 do not wait, 1 would as soon buy later.
    """

    single: float
    prices: tuple[float, ...]
    profit: Interval
    gain: dict[float, Interval]


def skimming(
    willingness: ArrayLike,
    *,
    cost: float = 0.0,
    periods: int = 2,
    patience: Sequence[float] = (0.0, 0.5, 0.9),
    draws: int = DRAWS,
    seed: int = 1,
    level: float = 0.95,
) -> Skimming:
    """Is it worth starting dear? From what payers say they would pay at most.

    `willingness` (n,), one per paying account; `profit` is that of the single price. Prices are
    chosen once and held for all draws of accounts, so the interval is of this plan; the seller's
    own money is not discounted. With patience d a buyer takes the period that leaves most of
    d^k (willingness − price), if that is 0 or more.
    """
    wtp = vector(willingness, "willingness")
    single, prices = best_prices(wtp, 1, cost=cost)[0], best_prices(wtp, periods, cost=cost)
    one = path_profit(wtp, [single], cost=cost)
    gains = [path_profit(wtp, prices, cost=cost, patience=d) - one for d in patience]
    n = len(wtp)
    drawn = Resample(n, draws, seed).totals(np.column_stack([one, *gains])) / n
    means = [one.mean(), *(g.mean() for g in gains)]
    ends = [percentile(float(m), d, n=n, level=level) for m, d in zip(means, drawn.T, strict=True)]
    return Skimming(single, prices, ends[0], dict(zip(patience, ends[1:], strict=True)))


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
    wtp, path = np.asarray(willingness, dtype=np.float64)[:, None], np.asarray(prices)
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
    wtp = np.sort(vector(willingness, "willingness"))
    named = np.unique(wtp)
    if len(named) > MOST_PRICES:
        named = named[np.linspace(0, len(named) - 1, MOST_PRICES).round().astype(int)]
    above = (len(wtp) - np.searchsorted(wtp, named, side="left")).astype(np.float64)
    sold = np.append(above, 0.0)  # by the period before, at each price; the last: nothing yet
    new = above[:, None] - sold
    earned = np.where(new >= 0, new * (named - cost)[:, None], -np.inf)
    best, choices = np.zeros(len(named)), []
    for _ in range(periods):
        total = earned + best[:, None]
        choices.append(total.argmax(axis=0))
        best = total.max(axis=0)[:-1]
    return _walked(named, choices)


def _walked(named: Array, choices: list[np.ndarray]) -> tuple[float, ...]:
    """The path of prices that the choices of each period, given the one before, lead along."""
    path, state = [], len(named)
    for choice in reversed(choices):
        state = int(choice[state])
        path.append(float(named[state]))
    return tuple(path)
