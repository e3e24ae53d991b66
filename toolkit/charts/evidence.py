"""Which chart shows what a verdict rests on?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from toolkit.charts import clients, feedback, life_cycle, loyalty, questions, segments
from toolkit.charts.chart import Chart
from toolkit.charts.questions import Labels
from toolkit.finding import Finding

Findings = Mapping[str, Finding]


@dataclass(frozen=True)
class Shown:
    """How a mistake is shown: the measures (audit, measure) it takes, and how to draw them."""

    takes: tuple[tuple[str, str], ...]
    draw: Callable[[Findings, Labels], Chart]


PERFORMANCE = Shown(
    (("motivations", "performance"),),
    lambda f, labels: questions.performance(f["motivations"], labels),
)
SPEND = Shown(
    (("targeting", "spend_share"), ("roles", "say")),
    lambda f, _: questions.spend_and_say(f["targeting"], f["roles"]),
)
LEVERS = Shown((("clients", "lever_net"),), lambda f, _: clients.levers(f["clients"]))
SHOWN_BY: Mapping[str, Shown] = {
    "consumer-ignored": PERFORMANCE,
    "buyer-ignored": PERFORMANCE,
    "spend-off-say": SPEND,
    "missed-influencer": SPEND,
    "wrong-message": Shown(
        (("targeting", "message_fit"),),
        lambda f, labels: questions.message_fit(f["targeting"], labels),
    ),
    "same-message": Shown(
        (("motivations", "importance"),),
        lambda f, labels: questions.importance(f["motivations"], labels),
    ),
    "wrong-audience": Shown(
        (("segments", "campaign_response"),),
        lambda f, _: segments.campaign_response(f["segments"]),
    ),
    "one-ear": Shown(
        (("feedback", "heard"), ("feedback", "say_of_two")),
        lambda f, _: feedback.heard_and_say(f["feedback"]),
    ),
    "first-sale-only": Shown(
        (("clients", "first_sale"),),
        lambda f, _: clients.first_sale(f["clients"]),
    ),
    "chasing-one-offs": LEVERS,
    "clients-left": LEVERS,
    "hostages": Shown(
        (("loyalty", "loyalty_kind"),),
        lambda f, _: loyalty.loyalty_kinds(f["loyalty"]),
    ),
    "stage-mismatch": Shown(
        (("life_cycle", "emphasis"),),
        lambda f, _: life_cycle.emphasis(f["life_cycle"]),
    ),
    "sold-not-used": Shown(
        (("loyalty", "not_used"),),
        lambda f, _: loyalty.not_used(f["loyalty"]),
    ),
    "phantom-segments": Shown(
        (("segments", "response"),),
        lambda f, _: segments.response(f["segments"]),
    ),
}


def for_mistake(id: str, findings: Findings, labels: Labels) -> Chart | None:
    """Which chart shows what a verdict rests on? None where its measures are not there."""
    shown = SHOWN_BY.get(id)
    if shown is None or not all(_has(findings, *one) for one in shown.takes):
        return None
    chart = shown.draw(findings, labels)
    return Chart(chart.axes, chart.alt, id)


def _has(findings: Findings, audit: str, measure: str) -> bool:
    return audit in findings and bool((findings[audit].frame["measure"] == measure).any())
