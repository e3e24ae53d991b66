"""Charts of segments: what they draw, mark and say, and where their mistakes find them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import toolkit
from toolkit import charts
from toolkit.audits import segments
from toolkit.charts import people
from toolkit.finding import MEASURE_COLUMNS, Finding

SAMPLES = Path(__file__).resolve().parents[2] / "datasets" / "clients"


@pytest.fixture(scope="module")
def finding() -> Finding:
    return segments.audit(toolkit.load(SAMPLES / "crunch-morning"))


def made(rows: list[tuple]) -> Finding:
    """A finding with these measures: name, group, value."""
    full = [(m, g, v, v - 0.01, v + 0.01, 9 + i, "share", "") for i, (m, g, v) in enumerate(rows)]
    return Finding("segments", "", "", pd.DataFrame(full, columns=list(MEASURE_COLUMNS)))


def test_every_chart_says_in_words_what_it_draws(finding: Finding) -> None:
    for chart, measure in (
        (charts.plot_segment_sizes(finding), "segment_share"),
        (charts.plot_segment_response(finding), "response"),
        (charts.plot_campaign_response(finding), "campaign_response"),
        (charts.plot_segment_value(finding, "USD"), "value"),
    ):
        for group in finding.measure(measure).index:
            assert group.replace(":", ": ") in charts.alt_text(chart)
        assert len(chart.get_yticks()) == len(finding.measure(measure))
    assert "Revenue per account, USD" in charts.alt_text(charts.plot_segment_value(finding, "USD"))
    assert "what, but not where (consumer)" in charts.alt_text(charts.plot_knowledge(finding))


def test_the_best_campaign_of_each_segment_stands_out_where_it_had_others(
    finding: Finding,
) -> None:
    axes = charts.plot_campaign_response(finding)
    best = [np.ravel(line.get_xdata())[0] for line in axes.lines if line.get_marker() == "D"]
    values = finding.measure("campaign_response")["value"]
    segment = [group.split(":")[0] for group in values.index]
    assert sorted(best) == sorted(values.groupby(segment).max())
    lone = charts.plot_campaign_response(made([("campaign_response", "a:X", 0.2)]))
    assert not [line for line in lone.lines if line.get_marker() == "D"]


def test_a_picture_holds_the_largest_lines_in_their_order() -> None:
    many = [("segment_share", f"city:{i:02d}", i / 100) for i in range(40)]
    alt = charts.alt_text(charts.plot_segment_sizes(made(many)))
    labels = [f"city: {i:02d}" for i in range(40)]
    assert [label in alt for label in labels] == [i >= 40 - people.MOST_LINES for i in range(40)]
    assert alt.index(labels[30]) < alt.index(labels[31])


def test_each_kind_of_knowledge_says_what_it_needs(finding: Finding) -> None:
    needs = charts.knowledge_needs(finding)
    assert [kind.split(" (")[0] for kind in needs] == list(people.KNOWLEDGE_NAMES.values())
    assert len(set(needs.values())) == len(needs)
    assert "what and where (50.1%)" in needs
    assert "<li><strong>what and where (50.1%)</strong>: " in charts.show_sentences(needs).html


@pytest.mark.parametrize(
    ("id", "measure"),
    [("wrong-audience", "campaign_response"), ("phantom-segments", "response")],
)
def test_a_mistake_of_segments_has_its_chart_and_none_without_results(
    finding: Finding, id: str, measure: str
) -> None:
    chart = charts.plot_mistake(id, {"segments": finding}, {})
    assert chart is not None
    assert chart.mistake == id
    assert all(
        g.replace(":", ": ") in charts.alt_text(chart) for g in finding.measure(measure).index
    )
    assert charts.plot_mistake(id, {"segments": made([])}, {}) is None
    assert charts.plot_mistake(id, {}, {}) is None


def test_the_same_finding_gives_the_same_picture(finding: Finding) -> None:
    one, two = (charts.plot_campaign_response(finding).png() for _ in range(2))
    assert one == two
