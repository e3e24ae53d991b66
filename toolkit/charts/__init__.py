"""Charts take findings and compute nothing; each comes with words that say what it shows.

Drawing is loaded when first asked for: the ruler and the words need no matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.charts.chart import Chart
    from toolkit.charts.questions import (
        for_mistake,
        importance,
        message_fit,
        open_ground,
        performance,
        say,
        separation,
        spend_and_say,
        value_delivered,
    )
    from toolkit.charts.words import Words, answer, judgement, limits, table, verdicts

_DRAWN = (
    "for_mistake",
    "importance",
    "message_fit",
    "open_ground",
    "performance",
    "say",
    "separation",
    "spend_and_say",
    "value_delivered",
)
_SAID = ("Words", "answer", "judgement", "limits", "table", "verdicts")
_HOMES = {"Chart": "chart"} | dict.fromkeys(_DRAWN, "questions") | dict.fromkeys(_SAID, "words")

__all__ = [
    "Chart",
    "Words",
    "answer",
    "for_mistake",
    "importance",
    "judgement",
    "limits",
    "message_fit",
    "open_ground",
    "performance",
    "say",
    "separation",
    "spend_and_say",
    "table",
    "value_delivered",
    "verdicts",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'toolkit.charts' has no attribute {name!r}")
    return getattr(import_module(f"toolkit.charts.{_HOMES[name]}"), name)
