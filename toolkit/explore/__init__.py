"""What if money, messages and prices were others? A `Scenario`, the same audits, before and after.

whatif = WhatIf(toolkit.load("datasets/clients/little-bear"))
after = whatif.under(Scenario(spend={"audience": {"buyer": 1.2, "consumer": 0.9}}))
html = view(whatif.observed, after)

`explore(client)` is the same with widgets; it loads ipywidgets, so it is imported when first used.
"""

from typing import TYPE_CHECKING, Any

from toolkit.explore.applied import applied
from toolkit.explore.best import best_move
from toolkit.explore.scenario import Scenario
from toolkit.explore.told import told
from toolkit.explore.view import view
from toolkit.explore.whatif import WhatIf

if TYPE_CHECKING:
    from toolkit.explore.dashboard import explore

__all__ = ["Scenario", "WhatIf", "applied", "best_move", "explore", "told", "view"]


def __getattr__(name: str) -> Any:
    if name != "explore":
        raise AttributeError(f"module 'toolkit.explore' has no attribute {name!r}")
    from toolkit.explore.dashboard import explore

    return explore
