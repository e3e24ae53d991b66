"""What if money, messages and prices changed? A `Scenario`, the same audits, before and after.

whatif = WhatIf(toolkit.load("datasets/clients/little-bear"))
after = whatif.under(Scenario(spend={"audience": {"buyer": 1.2, "consumer": 0.9}}))
html = comparison_fragments(whatif.observed, after)

`explore(client)` is the same with widgets; it loads ipywidgets, so it is imported when first used.
"""

from typing import TYPE_CHECKING, Any

from toolkit.whatif.apply import apply_scenario
from toolkit.whatif.html import comparison_fragments
from toolkit.whatif.money import best_move
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.sentences import scenario_sentences
from toolkit.whatif.whatif import WhatIf

if TYPE_CHECKING:
    from toolkit.whatif.dashboard import explore

__all__ = [
    "Scenario",
    "WhatIf",
    "apply_scenario",
    "best_move",
    "comparison_fragments",
    "explore",
    "scenario_sentences",
]


def __getattr__(name: str) -> Any:
    if name != "explore":
        raise AttributeError(f"module 'toolkit.whatif' has no attribute {name!r}")
    from toolkit.whatif.dashboard import explore

    return explore
