"""Which move of money is the best that the data can answer for?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.client import Client
from toolkit.explore.scenario import Scenario
from toolkit.explore.spending import GUARD, Yields, ends, gain, yields
from toolkit.models.cannot import CannotTell
from toolkit.quantities.answers import Array
from toolkit.stats.interval import Interval

STEPS = (0.1, 0.03, 0.01, 0.003, 0.001)  # of the smallest spend, moved at a time
MOST_MOVES = 2_000


@dataclass(frozen=True)
class BestMove:
    """The scenario whose gain has the highest lower end, and that gain of margin."""

    scenario: Scenario
    gain: Interval


def best_move(client: Client, scenario: Scenario, *, level: float = 0.95) -> BestMove | CannotTell:
    """How should the money be shared out between campaigns, all of it spent, none moved beyond?

    The allocation with the highest lower end of `gain`, each campaign within GUARD of its spend
    and the sum unchanged. Found by moving ever smaller sums between pairs of campaigns, from today
    and from the allocation that looks best; today is the answer where no move is surely a gain.
    """
    rows = yields(client)
    if isinstance(rows, CannotTell):
        return rows
    known = _by_campaign(rows)
    if len(known.names) < 2:
        return CannotTell("Only one campaign says what it brought, so there is none to move to.")
    response = scenario.assumed("response")
    starts = [np.ones(len(known.names)), _looking_best(known, response)]
    reached = [_climbed(known, start, response, level) for start in starts]
    lows = ends(known, np.array(reached), response, level)[0]
    factors = reached[int(np.argmax(lows))] if max(lows) > 0 else starts[0]
    named = {n: round(float(f), 4) for n, f in zip(known.names, factors, strict=True)}
    found = Scenario(name="Best move", spend={"campaign": named}, assumptions=scenario.assumptions)
    moved = gain(client, found, level=level)
    return moved if isinstance(moved, CannotTell) else BestMove(found, moved)


def _by_campaign(rows: Yields) -> Yields:
    code, names = pd.factorize(np.array(rows.names, dtype=object))

    def summed(values: Array) -> Array:
        return np.bincount(code, values).astype(np.float64)

    error = np.sqrt(summed(rows.error**2))
    return Yields(tuple(names), summed(rows.spend), summed(rows.margin), error, rows.conversions)


def _looking_best(known: Yields, response: float) -> Array:
    """Equal marginal returns within the guard: f ∝ (margin / spend)^(1 / (1 − b)), by halving."""
    wish = (known.margin / known.spend) ** (1 / (1 - response))
    low, high = 1e-9 / wish.max(), 10 / max(float(wish.min()), 1e-300)
    for _ in range(200):
        middle = (low * high) ** 0.5
        factors = np.clip(middle * wish, 1 - GUARD, 1 + GUARD)
        low, high = (middle, high) if factors @ known.spend < known.spend.sum() else (low, middle)
    return _spent(known, np.clip(high * wish, 1 - GUARD, 1 + GUARD))


def _spent(known: Yields, factors: Array) -> Array:
    """The same allocation with the last rounding of the sum taken back from the loosest."""
    rest = known.spend.sum() - factors @ known.spend
    inside = np.abs(factors - 1) < GUARD - 1e-6
    at = int(np.argmax(known.spend * inside))
    return factors + np.eye(len(factors))[at] * (rest / known.spend[at] if inside.any() else 0.0)


def _climbed(known: Yields, start: Array, response: float, level: float) -> Array:
    """From there, the best pair by pair, in ever smaller steps, until none raises the low end."""
    best, k = start, len(start)
    pairs = ~np.eye(k, dtype=bool)
    for step in STEPS:
        money = step * float(known.spend.min())
        moves = (np.eye(k)[:, None] - np.eye(k)[None])[pairs] * (money / known.spend)
        for _ in range(MOST_MOVES):
            tried = np.vstack([best, best + moves])
            allowed = (np.abs(tried - 1) <= GUARD + 1e-9).all(axis=1)
            lows = np.where(allowed, ends(known, tried, response, level)[0], -np.inf)
            if lows.argmax() == 0 or lows.max() <= lows[0]:
                break
            best = tried[lows.argmax()]
    return best
