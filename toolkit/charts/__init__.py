"""Charts take findings and compute nothing; each comes with words that say what it shows."""

from toolkit.charts.chart import Chart
from toolkit.charts.questions import (
    for_mistake,
    importance,
    message_fit,
    performance,
    say,
    separation,
    spend_and_say,
    value_delivered,
)
from toolkit.charts.words import Words, answer, judgement, limits, table, verdicts

__all__ = [
    "Chart",
    "Words",
    "answer",
    "for_mistake",
    "importance",
    "judgement",
    "limits",
    "message_fit",
    "performance",
    "say",
    "separation",
    "spend_and_say",
    "table",
    "value_delivered",
    "verdicts",
]
