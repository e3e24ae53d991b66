"""Simulated clients whose truth is known: describe a world, compute its truth, draw from it.

world → `truth` (exact) and `draw` / `write` (a sample) ; `solve` finds the world for a wished θ.
"""

from toolkit.simulate.draw import draw
from toolkit.simulate.folder import write
from toolkit.simulate.population import Population, population
from toolkit.simulate.solve import solve, with_spend
from toolkit.simulate.truth import MISTAKES, truth
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
    "Population",
    "Product",
    "Profile",
    "Role",
    "Say",
    "Survey",
    "Trade",
    "Voices",
    "World",
    "draw",
    "population",
    "solve",
    "truth",
    "with_spend",
    "write",
]
