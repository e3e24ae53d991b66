"""Which chart shows what a verdict rests on?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.charts.chart import Labels, alt_text, describe_chart
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
    draw: Callable[[Findings, Labels, Axes | None], Axes]


# By the name that the catalogue's rows use.
MISTAKE_CHARTS: Mapping[str, MistakeChart] = {
    "performance": MistakeChart(
        (("motivations", "performance"),),
        lambda f, labels, ax: plot_performance(f["motivations"], labels, ax=ax),
    ),
    "importance": MistakeChart(
        (("motivations", "importance"),),
        lambda f, labels, ax: plot_importance(f["motivations"], labels, ax=ax),
    ),
    "spend and say": MistakeChart(
        (("targeting", "spend_share"), ("roles", "say")),
        lambda f, _, ax: plot_spend_and_say(f["targeting"], f["roles"], ax=ax),
    ),
    "message fit": MistakeChart(
        (("targeting", "message_fit"),),
        lambda f, labels, ax: plot_message_fit(f["targeting"], labels, ax=ax),
    ),
    "campaign response": MistakeChart(
        (("segments", "campaign_response"),),
        lambda f, _, ax: plot_campaign_response(f["segments"], ax=ax),
    ),
    "segment response": MistakeChart(
        (("segments", "response"),),
        lambda f, _, ax: plot_segment_response(f["segments"], ax=ax),
    ),
    "feedback and say": MistakeChart(
        (("feedback", "heard"), ("feedback", "say_of_two")),
        lambda f, _, ax: plot_feedback_and_say(f["feedback"], ax=ax),
    ),
    "first sale": MistakeChart(
        (("clients", "first_sale"),),
        lambda f, _, ax: plot_first_sale(f["clients"], ax=ax),
    ),
    "levers": MistakeChart(
        (("clients", "lever_net"),),
        lambda f, _, ax: plot_levers(f["clients"], ax=ax),
    ),
    "loyalty kinds": MistakeChart(
        (("loyalty", "loyalty_kind"),),
        lambda f, _, ax: plot_loyalty_kinds(f["loyalty"], ax=ax),
    ),
    "not used": MistakeChart(
        (("loyalty", "not_used"),),
        lambda f, _, ax: plot_not_used(f["loyalty"], ax=ax),
    ),
    "emphasis": MistakeChart(
        (("life_cycle", "emphasis"),),
        lambda f, _, ax: plot_emphasis(f["life_cycle"], ax=ax),
    ),
}


def plot_mistake(
    id: str, findings: Findings, labels: Labels, *, ax: Axes | None = None
) -> Axes | None:
    """Which chart shows what a verdict rests on? None where its measures are not there."""
    shown = MISTAKE_CHARTS[MISTAKE_TYPES[id].chart]
    if not all(_has_measure(findings, *one) for one in shown.takes):
        return None
    axes = shown.draw(findings, labels, ax)
    return describe_chart(axes, alt_text(axes), id)


def _has_measure(findings: Findings, audit: str, measure: str) -> bool:
    return audit in findings and bool((findings[audit].frame["measure"] == measure).any())
