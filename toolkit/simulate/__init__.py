"""Simulated clients whose truth is known: describe a world, compute its truth, draw from it.

world → `truth` (exact) and `draw` / `write` (a sample) ; `solve` finds the world for a wished θ.
"""

from toolkit.simulate.draw import draw
from toolkit.simulate.folder import write
from toolkit.simulate.market import Launch, Lever, Response, Usage
from toolkit.simulate.population import Population, population
from toolkit.simulate.returning import Returning, returning
from toolkit.simulate.revenue import client_value
from toolkit.simulate.solve import solve, with_spend
from toolkit.simulate.truth import MISTAKES, theta, truth
from toolkit.simulate.world import (
    Accounts,
    Product,
    Profile,
    Role,
    Say,
    Survey,
    Trade,
    Voices,
    World,
)

__all__ = [
    "MISTAKES",
    "Accounts",
    "Launch",
    "Lever",
    "Population",
    "Product",
    "Profile",
    "Response",
    "Returning",
    "Role",
    "Say",
    "Survey",
    "Trade",
    "Usage",
    "Voices",
    "World",
    "client_value",
    "draw",
    "population",
    "returning",
    "solve",
    "theta",
    "truth",
    "with_spend",
    "write",
]
