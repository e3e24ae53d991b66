"""Worlds in which first-sale-only and the two mistakes about levers have a wished size.

θ = `times` · δ; where δ is 0, θ = (`times` − 1) times what treating one customer costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tests.clients import client
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.measures.campaign_response import tried_levers
from toolkit.measures.campaign_spend import spend_by_phase
from toolkit.measures.facts import Facts
from toolkit.measures.purchases import account_value
from toolkit.simulate.answers import draw_answers
from toolkit.simulate.campaigns import campaigns_table, levers_table
from toolkit.simulate.people import DrawnPeople, draw_people, random_stream
from toolkit.simulate.repeat_buying import (
    true_client_value,
    true_first_order_share,
    true_returning_accounts,
)
from toolkit.simulate.trade import draw_orders, purchases_table
from toolkit.simulate.world import FloatArray, Lever, Product, Trade, World

MARGIN = 0.4
COST = 0.25  # of treating a customer, as a share of what a client is worth
ALONE = 0.15  # share of customers who become clients untreated
TRADE = Trade(
    (
        Product("small", "Small", 0.6, 20.0, 12.0, "2020-01-01"),
        Product("large", "Large", 0.4, 55.0, 33.0, "2021-01-01"),
    ),
    {"shop": 0.7, "online": 0.3},
)


def trading(world: World) -> World:
    """The same world where it trades with a known margin; else with the trade of this module."""
    known = {"margin": MARGIN} | dict(world.client)
    return replace(world, client=known, trade=world.trade or TRADE)


def first_sale_only(world: World, times: float) -> World:
    """Split every campaign row into a part that acquires and one that retains, in one proportion.

    Audiences, claims and spend stay as they are; campaigns split by segment say no phase.
    """
    made = trading(world)
    trade = made.trade or TRADE
    share = true_first_order_share(trade, true_returning_accounts(made, trade))
    acquire = times * MISTAKE_TYPES["first-sale-only"].threshold + share
    if not 0 <= acquire <= 1:
        raise ValueError(f"expected a share of spend, found {acquire}")
    segmented = {response.campaign for response in made.responses}
    rows = (part for row in made.campaigns for part in _phased(row, acquire, segmented))
    return replace(made, campaigns=tuple(rows))


def chasing_one_offs(world: World, times: float) -> World:
    """A lever tried on as many as there are one-off customers, at most of the cost."""
    return _with_lever(world, "incentive", 1.0, 2 - times)


def clients_left(world: World, times: float) -> World:
    """A lever that has not reached half of the one-off customers."""
    return _with_lever(world, "learn", 0.45, times)


DIALS = {
    "first-sale-only": first_sale_only,
    "chasing-one-offs": chasing_one_offs,
    "clients-left": clients_left,
}


def quantities(
    world: World, cast: DrawnPeople, satisfaction: FloatArray, seed: int
) -> dict[str, Any]:
    """What `Facts.given` takes of one client: what accounts bought, levers tried, phases of spend.

    `satisfaction` of the people of `cast` is that of their answers.
    """
    trade = world.trade or TRADE
    orders = draw_orders(trade, cast, satisfaction, random_stream(seed, "orders"))
    bought = purchases_table(trade, cast, orders, random_stream(seed, "purchases"))
    one_off = int((~orders.repeated).sum())
    found: dict[str, Any] = {"worth": account_value(bought, world.client["margin"])}
    if world.levers:
        found["tried"] = tried_levers(levers_table(world, one_off, random_stream(seed, "levers")))
    if world.campaigns:
        found["phases"] = spend_by_phase(campaigns_table(world, random_stream(seed, "campaigns")))
    return found


def facts(world: World, accounts: int, seed: int) -> Facts:
    """The facts of one client of that world, drawn as arrays; of other tables there are none."""
    cast = draw_people(world, accounts, random_stream(seed, "cast"))
    felt = draw_answers(world, cast, random_stream(seed, "answers")).satisfaction
    made = client(attributes=world.attributes, settings={"seed": seed})
    return Facts.given(made, **quantities(world, cast, felt, seed))


def _phased(
    row: Mapping[str, Any], acquire: float, segmented: set[str]
) -> Iterator[Mapping[str, Any]]:
    if row["campaign"] in segmented:
        yield {k: v for k, v in row.items() if k != "phase"}
        return
    for phase, share in (("acquire", acquire), ("retain", 1 - acquire)):
        yield {**row, "phase": phase, "spend": share * row["spend"]}


def _with_lever(world: World, name: str, reached: float, paid_back: float) -> World:
    """A lever that brings back `paid_back` times its cost; that of the other dial stays."""
    made = trading(world)
    value = true_client_value(made, true_returning_accounts(made, made.trade or TRADE))
    if value is None or not np.isfinite(value):
        raise ValueError("expected a world in which a client has a value")
    others = tuple(lever for lever in made.levers if lever.lever in {"incentive", "learn"} - {name})
    rate = ALONE + paid_back * COST
    lever = Lever(name, reached, rate, COST * value, control=1.0, control_rate=ALONE)
    return replace(made, levers=(*others, lever))
