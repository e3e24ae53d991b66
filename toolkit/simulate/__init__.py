"""Simulated clients whose truth is known: describe a world, compute its truth, draw from it.

world → `true_sizes` (exact) and `draw_tables` / `write_simulated_client` (a sample);
`solve_world` finds the world for a wished θ.
"""

from toolkit.simulate.draw import draw_tables
from toolkit.simulate.folder import write_simulated_client
from toolkit.simulate.repeat_buying import (
    ReturningAccounts,
    true_client_value,
    true_returning_accounts,
)
from toolkit.simulate.solve import solve_world, with_spend
from toolkit.simulate.truth import MISTAKES, Population, true_population, true_size, true_sizes
from toolkit.simulate.world import (
    AccountStructure,
    DecisionInfluence,
    DecisionProfile,
    FeedbackMix,
    Launch,
    Lever,
    Product,
    Role,
    SurveyDesign,
    Trade,
    TrueResponse,
    Usage,
    World,
)

__all__ = [
    "MISTAKES",
    "AccountStructure",
    "DecisionInfluence",
    "DecisionProfile",
    "FeedbackMix",
    "Launch",
    "Lever",
    "Population",
    "Product",
    "ReturningAccounts",
    "Role",
    "SurveyDesign",
    "Trade",
    "TrueResponse",
    "Usage",
    "World",
    "draw_tables",
    "solve_world",
    "true_client_value",
    "true_population",
    "true_returning_accounts",
    "true_size",
    "true_sizes",
    "with_spend",
    "write_simulated_client",
]
