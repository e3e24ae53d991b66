"""Worlds in which first-sale-only and the two mistakes about levers have a wished size.

θ = `times` · δ; where δ is 0, θ = (`times` − 1) times what treating one customer costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tests.clients import client
from toolkit.catalogue import KINDS
from toolkit.quantities import Facts
from toolkit.quantities.phases import phases
from toolkit.quantities.trials import tried
from toolkit.quantities.worth import worth
from toolkit.simulate import Lever, Product, Trade, World, client_value, returning
from toolkit.simulate.answers import make_answers
from toolkit.simulate.cast import Cast, make_cast, stream
from toolkit.simulate.levers import levers_table
from toolkit.simulate.response import campaigns_table
from toolkit.simulate.revenue import first_order_share
from toolkit.simulate.trade import make_orders, purchases_table
from toolkit.simulate.world import FloatArray

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
    share = first_order_share(trade, returning(made, trade))
    acquire = times * KINDS["first-sale-only"].threshold + share
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


def quantities(world: World, cast: Cast, satisfaction: FloatArray, seed: int) -> dict[str, Any]:
    """What `Facts.given` takes of one client: what accounts bought, levers tried, phases of spend.

    `satisfaction` of the people of `cast` is that of their answers.
    """
    trade = world.trade or TRADE
    orders = make_orders(trade, cast, satisfaction, stream(seed, "orders"))
    bought = purchases_table(trade, cast, orders, stream(seed, "purchases"))
    one_off = int((~orders.repeated).sum())
    found: dict[str, Any] = {"worth": worth(bought, world.client["margin"])}
    if world.levers:
        found["tried"] = tried(levers_table(world, one_off, stream(seed, "levers")))
    if world.campaigns:
        found["phases"] = phases(campaigns_table(world, stream(seed, "campaigns")))
    return found


def facts(world: World, accounts: int, seed: int) -> Facts:
    """The facts of one client of that world, drawn as arrays; of other tables there are none."""
    cast = make_cast(world, accounts, stream(seed, "cast"))
    felt = make_answers(world, cast, stream(seed, "answers")).satisfaction
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
    value = client_value(made, returning(made, made.trade or TRADE))
    if value is None or not np.isfinite(value):
        raise ValueError("expected a world in which a client has a value")
    others = tuple(lever for lever in made.levers if lever.lever in {"incentive", "learn"} - {name})
    rate = ALONE + paid_back * COST
    lever = Lever(name, reached, rate, COST * value, control=1.0, control_rate=ALONE)
    return replace(made, levers=(*others, lever))
