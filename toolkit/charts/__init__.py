"""Charts take findings and compute nothing; each comes with words that say what it shows.

Drawing is loaded when first asked for: the ruler and the words need no matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.charts.chart import Chart
    from toolkit.charts.clients import came_back, first_sale, holdout, levers
    from toolkit.charts.evidence import for_mistake
    from toolkit.charts.feedback import (
        bridge,
        heard_and_say,
        recommend,
        satisfaction,
        theme_lean,
        themes,
    )
    from toolkit.charts.life_cycle import (
        accepted_prices,
        emphasis,
        life,
        skimming,
    )
    from toolkit.charts.loyalty import (
        linkage,
        loyalty_kinds,
        mediation,
        not_used,
        returned,
    )
    from toolkit.charts.questions import (
        importance,
        message_fit,
        open_ground,
        performance,
        say,
        separation,
        spend_and_say,
        value_delivered,
    )
    from toolkit.charts.segments import (
        campaign_response,
        knowledge,
        knowledge_needs,
        response,
        segment_sizes,
        segment_value,
    )
    from toolkit.charts.words import (
        Words,
        answer,
        judgement,
        limits,
        sentences,
        table,
        verdicts,
    )

_DRAWN = (
    "importance",
    "message_fit",
    "open_ground",
    "performance",
    "say",
    "separation",
    "spend_and_say",
    "value_delivered",
)
_CLIENTS = ("came_back", "first_sale", "holdout", "levers")
_FEEDBACK = (
    "bridge",
    "heard_and_say",
    "recommend",
    "satisfaction",
    "theme_lean",
    "themes",
)
_LIFE_CYCLE = ("accepted_prices", "emphasis", "life", "skimming")
_LOYALTY = (
    "linkage",
    "loyalty_kinds",
    "mediation",
    "not_used",
    "returned",
)
_SEGMENTS = (
    "campaign_response",
    "knowledge",
    "knowledge_needs",
    "response",
    "segment_sizes",
    "segment_value",
)
_SAID = ("Words", "answer", "judgement", "limits", "sentences", "table", "verdicts")
_HOMES = {"Chart": "chart", "for_mistake": "evidence"} | {
    name: home
    for home, names in {
        "questions": _DRAWN,
        "clients": _CLIENTS,
        "feedback": _FEEDBACK,
        "life_cycle": _LIFE_CYCLE,
        "loyalty": _LOYALTY,
        "segments": _SEGMENTS,
        "words": _SAID,
    }.items()
    for name in names
}

__all__ = [
    "Chart",
    "Words",
    "accepted_prices",
    "answer",
    "bridge",
    "came_back",
    "campaign_response",
    "emphasis",
    "first_sale",
    "for_mistake",
    "heard_and_say",
    "holdout",
    "importance",
    "judgement",
    "knowledge",
    "knowledge_needs",
    "levers",
    "life",
    "limits",
    "linkage",
    "loyalty_kinds",
    "mediation",
    "message_fit",
    "not_used",
    "open_ground",
    "performance",
    "recommend",
    "response",
    "returned",
    "satisfaction",
    "say",
    "segment_sizes",
    "segment_value",
    "sentences",
    "separation",
    "skimming",
    "spend_and_say",
    "table",
    "theme_lean",
    "themes",
    "value_delivered",
    "verdicts",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'toolkit.charts' has no attribute {name!r}")
    return getattr(import_module(f"toolkit.charts.{_HOMES[name]}"), name)
