"""Worlds in which stage-mismatch has a wished size: the client's own mix is set to be that far off.

θ = `times` · δ. All else stays as it is where a product is launched within the time observed and
campaigns have days; otherwise such a launch and such days are added.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from tests.clients import client
from toolkit.catalogue import BUYER_SHARE, MISTAKE_TYPES
from toolkit.measures.campaign_spend import spend_emphasis
from toolkit.measures.facts import LIVES, Facts
from toolkit.measures.products import ProductLife, first_purchases, read_stage
from toolkit.simulate.campaigns import campaigns_table
from toolkit.simulate.people import random_stream
from toolkit.simulate.trade import adopted_share, adoption_day, true_stage
from toolkit.simulate.world import FloatArray, Launch, Product, Trade, World

TRADE = Trade((Product("new", "New", 1.0, 20.0, 12.0, "2024-01-01"),), {"shop": 1.0})
SPREAD = {"p": 0.03, "q": 0.45}  # most buy in month 6; after 18 months it is in decline
YEAR = pd.Timedelta(days=364)


def launched(world: World) -> World:
    """The same world where its largest product is launched in it and its campaigns have days."""
    trade = world.trade or TRADE
    largest = max(trade.products, key=lambda p: p.share * p.price)
    launch = trade.launch or Launch(largest.product, **SPREAD)
    products = tuple(
        replace(p, launched=trade.start) if p.product == launch.product else p
        for p in trade.products
    )
    trade = replace(trade, launch=launch, products=products)
    end = pd.Timestamp(trade.start) + pd.Timedelta(days=trade.days - 1)
    days = {"start": f"{end - YEAR:%Y-%m-%d}", "end": f"{end:%Y-%m-%d}"}
    return replace(world, trade=trade, campaigns=tuple(days | dict(r) for r in world.campaigns))


def stage_mismatch(world: World, times: float) -> World:
    """Set the mix its stage asks for to lie `times` δ from the last year's spend."""
    made = launched(world)
    trade = made.trade or TRADE
    now = true_stage(trade.launch or Launch("new", **SPREAD), trade.days)
    buyer, away = _buyer(made), times * MISTAKE_TYPES["stage-mismatch"].threshold
    asked = buyer - away if buyer >= away else buyer + away
    settings = dict(made.client.get("settings", {}))
    mix = {"stage_mix": dict(settings.get("stage_mix", {})) | {now: asked}}
    return replace(made, client=dict(made.client) | {"settings": settings | mix})


DIALS = {"stage-mismatch": stage_mismatch}


def quantities(world: World, days: FloatArray, seed: np.random.SeedSequence) -> dict[str, Any]:
    """What `Facts.given` takes of one client whose accounts first order on these days."""
    trade = world.trade or TRADE
    since = pd.Timestamp(trade.start)
    first = since + pd.to_timedelta(days, unit="D")
    mine = pd.DataFrame({"account_id": np.arange(len(days)), "date": first})
    seen = first_purchases(mine, since, since + pd.Timedelta(days=trade.days - 1))
    told, why = read_stage(seen, seed, level=0.95)
    life = ProductLife("new", 1.0, len(days), 1.0, since, seen, told, why)
    campaigns = campaigns_table(world, random_stream(1, "campaigns"))
    dated = campaigns.assign(**{c: pd.to_datetime(campaigns[c]) for c in ("start", "end")})
    mix = BUYER_SHARE | dict(world.client.get("settings", {}).get("stage_mix", {}))
    return {"lives": (life,), "emphasis": spend_emphasis(dated), "stage_mix": mix}


def facts(world: World, accounts: int, seed: int) -> Facts:
    """The facts of one client of that world, drawn as arrays; of other tables there are none."""
    trade = world.trade or TRADE
    launch = trade.launch or Launch("new", **SPREAD)
    reached = adopted_share(launch, np.array([trade.days]))[0]
    drawn = random_stream(seed, "first orders").random(accounts)
    made = client(settings={"seed": seed})
    known = Facts.given(made)
    days = np.floor(adoption_day(launch, drawn * reached))
    return Facts.given(made, **quantities(world, days, known.seed(LIVES)))


def _buyer(world: World) -> float:
    """Buyers' share of the last year's spend on both roles."""
    table = campaigns_table(world, random_stream(1, "campaigns"))
    spent = spend_emphasis(table.assign(**{c: pd.to_datetime(table[c]) for c in ("start", "end")}))
    if spent is None:
        raise ValueError("expected campaigns aimed at buyers or consumers")
    return spent.buyer
