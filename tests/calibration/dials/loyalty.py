"""Worlds in which hostages and sold-not-used have a wished multiple of their thresholds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.clients import client
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.measures.facts import Facts
from toolkit.measures.loyalty import product_usage, repeat_accounts
from toolkit.measures.purchases import purchase_history
from toolkit.measures.survey import satisfaction_answers
from toolkit.simulate.answers import satisfaction_cells
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.repeat_buying import true_returning_accounts
from toolkit.simulate.trade import repeat_probability
from toolkit.simulate.truth import true_size
from toolkit.simulate.world import Trade, Usage, World

HAPPY, UNHAPPY = 1.0, 2.0  # points of ten from the world's neutral 6 down to 5, and to 4
STEEPEST = 20.0
HALVINGS = 60
MONTHS = 6
EXACT = 1e-6


def hostages(world: World, times: float) -> World:
    """The same world in which coming back leans on consumers' satisfaction so that θ is `times` δ.

    Only `Trade.again` is moved: the steeper the lean, the fewer of the unhappy come back. It
    turns around 5 points of ten, and where the unhappy come back more, around 4: neither end
    leaves nobody. Raises ValueError where the world has no `trade` or too few who are unhappy.
    """
    if world.trade is None:
        raise ValueError("hostages: expected a world with `trade`; this one has none")
    trade, goal = world.trade, times * MISTAKE_TYPES["hostages"].threshold
    known, points = (
        true_returning_accounts(world, trade),
        np.linspace(0.0, 1.0, satisfaction_cells(world) + 1),
    )
    low, high = -STEEPEST, STEEPEST
    for _ in range(HALVINGS):
        lean = (low + high) / 2
        chance = repeat_probability(_leaning(trade, lean), points[:, None], points[None, :])
        above = replace(known, again=chance).hostages > goal
        low, high = (lean, high) if above else (low, lean)
    found = replace(world, trade=_leaning(trade, high))
    if abs((true_size(found, "hostages") or 0.0) - goal) > EXACT:
        raise ValueError(f"hostages: no lean makes θ {goal:g}; too few consumers are unhappy")
    return found


def sold_not_used(world: World, times: float) -> World:
    """The same world with so many idle accounts that θ is `times` δ; see `usage.sold_not_used`.

    Active accounts stay as active as they were, unless even without idle ones θ were too large.
    """
    if world.trade is None:
        raise ValueError("sold-not-used: expected a world with `trade`; this one has none")
    used = 1 - times * MISTAKE_TYPES["sold-not-used"].threshold
    usage = world.usage or Usage(until=_last_month(world.trade), idle=0.0, months=MONTHS)
    active = max(usage.active, used)
    return replace(world, usage=replace(usage, active=active, idle=1 - used / active))


def facts(world: World, accounts: int, seed: int) -> Facts:
    """What hostages and sold-not-used ask of one client of that world."""
    made = client(attributes=world.attributes, settings={"seed": seed})
    tables = ("survey", "purchases", "usage") if world.usage else ("survey", "purchases")
    frames = draw_tables(world, accounts, seed, tables=tables)
    survey = frames["survey"].assign(weight=1.0)
    bought = purchase_history(frames["purchases"])
    said = satisfaction_answers(survey, world.scale("satisfaction"))
    window = made.settings.repeat_window_days
    return Facts.given(
        made,
        repeaters=repeat_accounts(bought, said) if said else None,
        use=product_usage(frames["usage"], frames["purchases"], bought, window)
        if world.usage
        else None,
    )


def _leaning(trade: Trade, lean: float) -> Trade:
    base, buyer, _ = trade.again
    turn = HAPPY if lean > 0 else UNHAPPY
    return replace(trade, again=(base + turn * lean, buyer, lean))


def _last_month(trade: Trade) -> str:
    """The last month that was watched to its end."""
    end = np.datetime64(trade.start, "D") + trade.days
    return str(end.astype("datetime64[M]") - 1)
