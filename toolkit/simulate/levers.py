"""Does turning one-off customers into clients pay? The table `levers`, and its two mistakes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.simulate.market import Lever
from toolkit.simulate.world import World

REACHED = 0.5  # a lever that reached fewer one-off customers than this has been left behind


def levers_table(world: World, one_off: int, rng: np.random.Generator) -> pd.DataFrame:
    """The table `levers`: a trial per row, conversions drawn as binomials from the true rates."""
    levers = world.levers
    treated = np.array([round(lever.reached * one_off) for lever in levers])
    alone = np.array([round(lever.control * one_off) for lever in levers])
    return pd.DataFrame(
        {
            "lever": [lever.lever for lever in levers],
            "customers": treated,
            "converted": rng.binomial(treated, [lever.rate for lever in levers]),
            "cost": np.round(treated * np.array([lever.cost for lever in levers]), 2),
            "control_customers": alone,
            "control_converted": rng.binomial(alone, [lever.control_rate for lever in levers]),
        }
    )


def gain(lever: Lever, value: float) -> float:
    """What does treating one customer bring beyond its cost, a client being worth `value` more?

    >>> round(gain(Lever("learn", 0.3, rate=0.5, cost=20.0, control=0.3, control_rate=0.1), 100), 9)
    20.0
    """
    return (lever.rate - lever.control_rate) * value - lever.cost


def chasing_one_offs(world: World, value: float | None) -> float | None:
    """What is lost per customer by the lever with most spend? θ = −gain, in currency."""
    if not world.levers or value is None:
        return None
    return -gain(max(world.levers, key=lambda lever: lever.reached * lever.cost), value)


def clients_left(world: World, value: float | None) -> float | None:
    """What does the best lever bring per customer that fewer than half have been offered?

    θ = the largest gain among levers that reached less than half of the one-off customers; None
    where there is none.
    """
    left = [lever for lever in world.levers if lever.reached < REACHED]
    if not left or value is None:
        return None
    return max(gain(lever, value) for lever in left)
