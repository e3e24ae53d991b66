"""Charts take findings and compute nothing; each comes with words that say what it shows.

Every `plot_…` function draws one chart, into a new figure or into the matplotlib Axes given as
`ax`, and returns the Axes. A new figure shows itself in a notebook, once, with its words; a given
one is shown by whoever made it. `alt_text(ax)` has the words of both.

Drawing is loaded when first asked for: the ruler and the words need no matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.charts.chart import (
        ChartAxes,
        alt_text,
        describe_chart,
        plot_dots,
    )
    from toolkit.charts.customers import (
        plot_attribute_to_margin,
        plot_feedback_and_say,
        plot_first_sale,
        plot_holdout,
        plot_levers,
        plot_linkage,
        plot_loyalty_kinds,
        plot_mediation,
        plot_not_used,
        plot_recommendation,
        plot_repurchase_times,
        plot_return_by_rfm,
        plot_satisfaction,
        plot_theme_lean,
        plot_themes,
    )
    from toolkit.charts.life_cycle import (
        plot_accepted_prices,
        plot_emphasis,
        plot_life_cycle,
        plot_skimming,
    )
    from toolkit.charts.mistakes import (
        plot_mistake,
    )
    from toolkit.charts.people import (
        knowledge_needs,
        plot_campaign_response,
        plot_importance,
        plot_knowledge,
        plot_message_fit,
        plot_open_ground,
        plot_performance,
        plot_say,
        plot_segment_response,
        plot_segment_sizes,
        plot_segment_value,
        plot_separation,
        plot_spend_and_say,
        plot_value_delivered,
    )
    from toolkit.charts.ruler import (
        ruler_svg,
    )
    from toolkit.charts.words import (
        HtmlText,
        measure_table,
        show_answer,
        show_judgement,
        show_limits,
        show_sentences,
        verdict_table,
    )

_HOMES = {
    "ChartAxes": "chart",
    "HtmlText": "words",
    "alt_text": "chart",
    "describe_chart": "chart",
    "knowledge_needs": "people",
    "measure_table": "words",
    "plot_accepted_prices": "life_cycle",
    "plot_attribute_to_margin": "customers",
    "plot_campaign_response": "people",
    "plot_dots": "chart",
    "plot_emphasis": "life_cycle",
    "plot_feedback_and_say": "customers",
    "plot_first_sale": "customers",
    "plot_holdout": "customers",
    "plot_importance": "people",
    "plot_knowledge": "people",
    "plot_levers": "customers",
    "plot_life_cycle": "life_cycle",
    "plot_linkage": "customers",
    "plot_loyalty_kinds": "customers",
    "plot_mediation": "customers",
    "plot_message_fit": "people",
    "plot_mistake": "mistakes",
    "plot_not_used": "customers",
    "plot_open_ground": "people",
    "plot_performance": "people",
    "plot_recommendation": "customers",
    "plot_repurchase_times": "customers",
    "plot_return_by_rfm": "customers",
    "plot_satisfaction": "customers",
    "plot_say": "people",
    "plot_segment_response": "people",
    "plot_segment_sizes": "people",
    "plot_segment_value": "people",
    "plot_separation": "people",
    "plot_skimming": "life_cycle",
    "plot_spend_and_say": "people",
    "plot_theme_lean": "customers",
    "plot_themes": "customers",
    "plot_value_delivered": "people",
    "ruler_svg": "ruler",
    "show_answer": "words",
    "show_judgement": "words",
    "show_limits": "words",
    "show_sentences": "words",
    "verdict_table": "words",
}

__all__ = [
    "ChartAxes",
    "HtmlText",
    "alt_text",
    "describe_chart",
    "knowledge_needs",
    "measure_table",
    "plot_accepted_prices",
    "plot_attribute_to_margin",
    "plot_campaign_response",
    "plot_dots",
    "plot_emphasis",
    "plot_feedback_and_say",
    "plot_first_sale",
    "plot_holdout",
    "plot_importance",
    "plot_knowledge",
    "plot_levers",
    "plot_life_cycle",
    "plot_linkage",
    "plot_loyalty_kinds",
    "plot_mediation",
    "plot_message_fit",
    "plot_mistake",
    "plot_not_used",
    "plot_open_ground",
    "plot_performance",
    "plot_recommendation",
    "plot_repurchase_times",
    "plot_return_by_rfm",
    "plot_satisfaction",
    "plot_say",
    "plot_segment_response",
    "plot_segment_sizes",
    "plot_segment_value",
    "plot_separation",
    "plot_skimming",
    "plot_spend_and_say",
    "plot_theme_lean",
    "plot_themes",
    "plot_value_delivered",
    "ruler_svg",
    "show_answer",
    "show_judgement",
    "show_limits",
    "show_sentences",
    "verdict_table",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'toolkit.charts' has no attribute {name!r}")
    return getattr(import_module(f"toolkit.charts.{_HOMES[name]}"), name)
