"""Charts of feedback and loyalty: every number drawn is said, and each mistake finds its own.

Charts of clients: what the model foretold, what levers bring, what the first sale gets.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes

import toolkit
from tests.audits.shops import audited, published
from toolkit import charts
from toolkit.audits import feedback, loyalty
from toolkit.client.model import Client
from toolkit.finding import Finding
from toolkit.wording import format_count, format_percent

GYM_FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "clients" / "iron-gym"


@pytest.fixture(scope="module")
def client() -> Client:
    return toolkit.load(GYM_FOLDER)


@pytest.fixture(scope="module")
def heard(client: Client) -> Finding:
    return feedback.audit(client)


@pytest.fixture(scope="module")
def stays(client: Client) -> Finding:
    return loyalty.audit(client)


def dot_positions(chart: Axes) -> list[float]:
    """Where the dots stand."""
    dots = [line for line in chart.lines if str(line.get_marker()) in "oD"]
    return sorted(float(np.asarray(line.get_xdata(), float)[0]) for line in dots)


def test_each_dot_stands_at_its_estimate(client: Client, heard: Finding, stays: Finding) -> None:
    labels = {a.id: a.label for a in client.attributes.values()}
    shown = {
        "theme": charts.plot_themes(heard, labels),
        "theme_lean": charts.plot_theme_lean(heard, labels),
        "satisfaction_index": charts.plot_satisfaction(heard),
        "recommend": charts.plot_recommendation(heard),
        "moves_margin": charts.plot_attribute_to_margin(heard, labels, "USD"),
    }
    for measure, chart in shown.items():
        assert dot_positions(chart) == pytest.approx(sorted(heard.measure(measure)["value"]))
    shown = {
        "returned": charts.plot_repurchase_times(stays),
        "loyalty_kind": charts.plot_loyalty_kinds(stays),
        "linkage": charts.plot_linkage(stays),
        "mediation": charts.plot_mediation(stays),
        "not_used": charts.plot_not_used(stays),
    }
    for measure, chart in shown.items():
        assert dot_positions(chart) == pytest.approx(sorted(stays.measure(measure)["value"]))


def test_who_is_heard_stands_beside_the_say_and_alone_without_it(heard: Finding) -> None:
    chart = charts.plot_feedback_and_say(heard)
    assert len(dot_positions(chart)) == 4
    assert "consumers (heard)" in charts.alt_text(chart)
    assert "consumers (say)" in charts.alt_text(chart)
    frame = heard.frame[heard.frame["measure"] != "say_of_two"]
    alone = charts.plot_feedback_and_say(Finding("feedback", "", "", frame))
    assert len(dot_positions(alone)) == 2
    assert "say" not in charts.alt_text(alone)


def test_the_bridge_is_drawn_as_far_as_it_is_known(client: Client, heard: Finding) -> None:
    frame = heard.frame[heard.frame["measure"] != "moves_margin"]
    chart = charts.plot_attribute_to_margin(Finding("feedback", "", "", frame), {}, "USD")
    assert "buy again" in charts.alt_text(chart)
    shorter = frame[frame["measure"] != "moves_repurchase"]
    chart = charts.plot_attribute_to_margin(Finding("feedback", "", "", shorter), {}, "USD")
    assert "points of consumers' satisfaction" in charts.alt_text(chart)


def test_the_mistakes_of_this_chapter_have_their_chart(heard: Finding, stays: Finding) -> None:
    findings = {"feedback": heard, "loyalty": stays}
    for id in ("one-ear", "hostages", "sold-not-used"):
        chart = charts.plot_mistake(id, findings, {})
        assert chart is not None
        assert chart.mistake == id
        assert chart.png() == charts.plot_mistake(id, findings, {}).png()  # type: ignore[union-attr]


GYM_CLIENTS = audited("clients/iron-gym")


def test_the_holdout_draws_what_was_foretold_beside_what_came() -> None:
    chart = charts.plot_holdout(published())
    told = published().measure("tracked")["value"]
    last = max(int(group.split(":")[0]) for group in told.index)
    for what in ("expected", "seen"):
        written = format_count(round(told[f"{last}:{what}"]))
        assert written in charts.alt_text(chart)
        assert any(written in text.get_text() for text in chart.texts)
    curves = [line for line in chart.lines if np.size(line.get_xdata()) > 2]
    assert len(curves) == 2
    assert "weeks 1 to 38" in charts.alt_text(chart)


def test_each_lever_stands_at_its_net_gain_and_nothing_is_marked() -> None:
    axes = charts.plot_levers(GYM_CLIENTS, "EUR")
    dots = [np.ravel(line.get_xdata())[0] for line in axes.lines if line.get_marker() == "o"]
    assert dots == pytest.approx(list(GYM_CLIENTS.measure("lever_net")["value"]))
    assert axes.get_xlabel().endswith("EUR")
    low, high = axes.get_xlim()
    assert low < 0 < high


def test_a_mistake_of_levers_or_of_the_first_sale_has_its_chart() -> None:
    for id in ("first-sale-only", "chasing-one-offs", "clients-left"):
        chart = charts.plot_mistake(id, {"clients": GYM_CLIENTS}, {})
        assert chart is not None
        assert chart.mistake == id
        assert charts.alt_text(chart)


def test_who_came_back_is_said_in_words() -> None:
    chart = charts.plot_return_by_rfm(published())
    best = published().measure("rfm_return").loc["recency:5", "value"]
    assert f"bought lately: 5 of 5 {format_percent(best)}" in charts.alt_text(chart)
