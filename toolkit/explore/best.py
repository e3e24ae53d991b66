"""Which move of money is the best that the data can answer for?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.client import Client
from toolkit.explore.scenario import Scenario
from toolkit.explore.spending import GUARD, Yields, field_of, gain, untold, yields
from toolkit.models.allocation import highest
from toolkit.models.cannot import CannotTell
from toolkit.quantities.answers import Array
from toolkit.stats.interval import Interval


@dataclass(frozen=True)
class BestMove:
    """The scenario whose gain has the highest lower end, and that gain of margin."""

    scenario: Scenario
    gain: Interval


def best_move(client: Client, scenario: Scenario, *, level: float = 0.95) -> BestMove | CannotTell:
    """How should the money be shared out between campaigns, all of it spent, none moved beyond?

    The allocation with the highest lower end of `gain`, each campaign within GUARD of its spend
    and the sum unchanged; campaigns that say of some of their money only what it brought stay as
    they are. Found from the allocation that looks best, and from halfway to it; today is the
    answer where no move is surely a gain.
    """
    rows = yields(client)
    if isinstance(rows, CannotTell):
        return rows
    known = _by_campaign(rows, untold(client))
    if len(known.names) < 2:
        return CannotTell(
            "Fewer than two campaigns say what all their money brought, so none can be moved."
        )
    response = scenario.assumed("response")
    field = field_of(known, response, level)
    today, best = np.ones(len(known.names)), _looking_best(known, response)
    starts = (best, (today + best) / 2)
    reached = [_spent(known, highest(field, start, GUARD).round(4)) for start in starts]
    factors = max([today, *reached], key=lambda f: field.low(f).min())
    named = {n: float(f) for n, f in zip(known.names, factors, strict=True)}
    found = Scenario(name="Best move", spend={"campaign": named}, assumptions=scenario.assumptions)
    moved = gain(client, found, level=level)
    return moved if isinstance(moved, CannotTell) else BestMove(found, moved)


def _by_campaign(rows: Yields, without: Collection[str]) -> Yields:
    mine = np.array([name not in without for name in rows.names], dtype=bool)
    code, names = pd.factorize(np.array(rows.names, dtype=object)[mine])

    def summed(values: Array) -> Array:
        return np.bincount(code, values[mine], len(names)).astype(np.float64)

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
