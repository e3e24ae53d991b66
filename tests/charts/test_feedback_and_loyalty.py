"""Charts of feedback and loyalty: every number drawn is said, and each mistake finds its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import toolkit
from toolkit import charts
from toolkit.audits import feedback, loyalty
from toolkit.charts.chart import Chart
from toolkit.client import Client
from toolkit.finding import Finding

GYM = Path(__file__).resolve().parents[2] / "datasets" / "clients" / "iron-gym"


@pytest.fixture(scope="module")
def client() -> Client:
    return toolkit.load(GYM)


@pytest.fixture(scope="module")
def heard(client: Client) -> Finding:
    return feedback.audit(client)


@pytest.fixture(scope="module")
def stays(client: Client) -> Finding:
    return loyalty.audit(client)


def drawn(chart: Chart) -> list[float]:
    """Where the dots stand."""
    dots = [line for line in chart.axes.lines if str(line.get_marker()) in "oD"]
    return sorted(float(np.asarray(line.get_xdata(), float)[0]) for line in dots)


def test_each_dot_stands_at_its_estimate(client: Client, heard: Finding, stays: Finding) -> None:
    labels = {a.id: a.label for a in client.attributes.values()}
    shown = {
        "theme": charts.themes(heard, labels),
        "theme_lean": charts.theme_lean(heard, labels),
        "satisfaction_index": charts.satisfaction(heard),
        "recommend": charts.recommend(heard),
        "moves_margin": charts.bridge(heard, labels, "USD"),
    }
    for measure, chart in shown.items():
        assert drawn(chart) == pytest.approx(sorted(heard.measure(measure)["value"]))
    shown = {
        "returned": charts.returned(stays),
        "loyalty_kind": charts.loyalty_kinds(stays),
        "linkage": charts.linkage(stays),
        "mediation": charts.mediation(stays),
        "not_used": charts.not_used(stays),
    }
    for measure, chart in shown.items():
        assert drawn(chart) == pytest.approx(sorted(stays.measure(measure)["value"]))


def test_who_is_heard_stands_beside_the_say_and_alone_without_it(heard: Finding) -> None:
    chart = charts.heard_and_say(heard)
    assert len(drawn(chart)) == 4
    assert "consumers (heard)" in chart.alt
    assert "consumers (say)" in chart.alt
    frame = heard.frame[heard.frame["measure"] != "say_of_two"]
    alone = charts.heard_and_say(Finding("feedback", "", "", frame))
    assert len(drawn(alone)) == 2
    assert "say" not in alone.alt


def test_the_bridge_is_drawn_as_far_as_it_is_known(client: Client, heard: Finding) -> None:
    frame = heard.frame[heard.frame["measure"] != "moves_margin"]
    chart = charts.bridge(Finding("feedback", "", "", frame), {}, "USD")
    assert "buy again" in chart.alt
    shorter = frame[frame["measure"] != "moves_repurchase"]
    chart = charts.bridge(Finding("feedback", "", "", shorter), {}, "USD")
    assert "points of consumers' satisfaction" in chart.alt


def test_the_mistakes_of_this_chapter_have_their_chart(heard: Finding, stays: Finding) -> None:
    findings = {"feedback": heard, "loyalty": stays}
    for id in ("one-ear", "hostages", "sold-not-used"):
        chart = charts.for_mistake(id, findings, {})
        assert chart is not None
        assert chart.mistake == id
        assert chart.png() == charts.for_mistake(id, findings, {}).png()  # type: ignore[union-attr]
