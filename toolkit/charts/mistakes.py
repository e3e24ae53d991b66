"""Which chart shows what a verdict rests on?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.charts.chart import Chart, Labels
from toolkit.charts.customers import (
    plot_feedback_and_say,
    plot_first_sale,
    plot_levers,
    plot_loyalty_kinds,
    plot_not_used,
)
from toolkit.charts.life_cycle import plot_emphasis
from toolkit.charts.people import (
    plot_campaign_response,
    plot_importance,
    plot_message_fit,
    plot_performance,
    plot_segment_response,
    plot_spend_and_say,
)
from toolkit.finding import Finding

Findings = Mapping[str, Finding]


@dataclass(frozen=True)
class MistakeChart:
    """How mistakes are shown: the measures (audit, measure) it takes, and how to draw them."""

    takes: tuple[tuple[str, str], ...]
    draw: Callable[[Findings, Labels], Chart]


# By the name that the catalogue's rows use.
MISTAKE_CHARTS: Mapping[str, MistakeChart] = {
    "performance": MistakeChart(
        (("motivations", "performance"),),
        lambda f, labels: plot_performance(f["motivations"], labels),
    ),
    "importance": MistakeChart(
        (("motivations", "importance"),),
        lambda f, labels: plot_importance(f["motivations"], labels),
    ),
    "spend and say": MistakeChart(
        (("targeting", "spend_share"), ("roles", "say")),
        lambda f, _: plot_spend_and_say(f["targeting"], f["roles"]),
    ),
    "message fit": MistakeChart(
        (("targeting", "message_fit"),),
        lambda f, labels: plot_message_fit(f["targeting"], labels),
    ),
    "campaign response": MistakeChart(
        (("segments", "campaign_response"),),
        lambda f, _: plot_campaign_response(f["segments"]),
    ),
    "segment response": MistakeChart(
        (("segments", "response"),),
        lambda f, _: plot_segment_response(f["segments"]),
    ),
    "feedback and say": MistakeChart(
        (("feedback", "heard"), ("feedback", "say_of_two")),
        lambda f, _: plot_feedback_and_say(f["feedback"]),
    ),
    "first sale": MistakeChart(
        (("clients", "first_sale"),),
        lambda f, _: plot_first_sale(f["clients"]),
    ),
    "levers": MistakeChart((("clients", "lever_net"),), lambda f, _: plot_levers(f["clients"])),
    "loyalty kinds": MistakeChart(
        (("loyalty", "loyalty_kind"),),
        lambda f, _: plot_loyalty_kinds(f["loyalty"]),
    ),
    "not used": MistakeChart(
        (("loyalty", "not_used"),),
        lambda f, _: plot_not_used(f["loyalty"]),
    ),
    "emphasis": MistakeChart(
        (("life_cycle", "emphasis"),),
        lambda f, _: plot_emphasis(f["life_cycle"]),
    ),
}


def plot_mistake(id: str, findings: Findings, labels: Labels) -> Chart | None:
    """Which chart shows what a verdict rests on? None where its measures are not there."""
    shown = MISTAKE_CHARTS[MISTAKE_TYPES[id].chart]
    if not all(_has_measure(findings, *one) for one in shown.takes):
        return None
    chart = shown.draw(findings, labels)
    return Chart(chart.axes, chart.alt, id)


def _has_measure(findings: Findings, audit: str, measure: str) -> bool:
    return audit in findings and bool((findings[audit].frame["measure"] == measure).any())
