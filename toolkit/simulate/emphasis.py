"""Does the spend of the last year fit the stage of the main product?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.catalogue import BUYER_SHARE
from toolkit.simulate.bass import stage
from toolkit.simulate.messages import spend_shares
from toolkit.simulate.returning import Returning
from toolkit.simulate.revenue import main_product
from toolkit.simulate.world import World


def stage_mismatch(world: World, accounts: Returning | None) -> float | None:
    """How far is the last year's spend from the mix the main product's stage asks for?

    θ = |buyers' share − the stage's share|, which is the TVD over buyer and consumer, of spend in
    the 12 months up to the last campaign's end, a campaign's spend being even over its days. The
    stage is that at the end of the time observed (`bass.stage`), the mix the client's setting
    `stage_mix` or BUYER_SHARE. None where the main product was not launched within the time
    observed: the beginning of its curve cannot be seen; or where campaigns have no dates.
    """
    trade = world.trade
    dated = [row for row in world.campaigns if row.get("start") and row.get("end")]
    if accounts is None or trade is None or trade.launch is None or not dated:
        return None
    if len(dated) < len(world.campaigns) or main_product(trade, accounts) != trade.launch.product:
        return None
    mix = BUYER_SHARE | dict(world.client.get("settings", {}).get("stage_mix", {}))
    return abs(_buyer_share(world) - mix[stage(trade.launch, trade.days)])


def _buyer_share(world: World) -> float:
    """Buyers' share of what was spent on buyers and consumers in the last 12 months."""
    last = max(pd.Timestamp(row["end"]) for row in world.campaigns)
    since = last - pd.DateOffset(years=1)
    rows = tuple({**r, "spend": r["spend"] * _part_after(since, r)} for r in world.campaigns)
    shares = spend_shares(replace(world, campaigns=rows))
    return shares["buyer"] / (shares["buyer"] + shares["consumer"])


def _part_after(since: pd.Timestamp, row: Mapping[str, Any]) -> float:
    """Which part of a campaign's days lies after that day?"""
    before = pd.Timestamp(row["start"]) - pd.Timedelta(days=1)
    end = pd.Timestamp(row["end"])
    return max((end - max(before, since)).days, 0) / (end - before).days
