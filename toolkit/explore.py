"""What if money, messages and prices changed? The names of `toolkit.whatif` that users know.

    whatif = WhatIf(toolkit.load("datasets/clients/little-bear"))
    after = whatif.under(Scenario(spend={"audience": {"buyer": 1.2, "consumer": 0.9}}))

`explore(client)` is the same with widgets; it loads ipywidgets, so it is imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.whatif import Scenario, WhatIf, best_move
from toolkit.whatif import apply_scenario as applied
from toolkit.whatif import comparison_fragments as view
from toolkit.whatif import scenario_sentences as told

if TYPE_CHECKING:
    from toolkit.whatif.dashboard import explore

__all__ = ["Scenario", "WhatIf", "applied", "best_move", "explore", "told", "view"]


def __getattr__(name: str) -> Any:
    if name != "explore":
        raise AttributeError(f"module 'toolkit.explore' has no attribute {name!r}")
    from toolkit.whatif.dashboard import explore

    return explore
