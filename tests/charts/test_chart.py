"""Charts draw what findings hold, say it in words, and give the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import toolkit
from toolkit import charts
from toolkit.audits import QUESTIONS, mistakes, motivations, roles, targeting
from toolkit.charts.chart import SHOWN_WIDTH, chart_canvas, plot_dots
from toolkit.client.model import Client

LITTLE_BEAR = Path(__file__).resolve().parents[2] / "datasets" / "clients" / "little-bear"


@pytest.fixture(scope="module")
def client() -> Client:
    return toolkit.load(LITTLE_BEAR)


def test_a_chart_says_in_words_every_number_it_draws(client: Client) -> None:
    finding = roles.audit(client)
    chart = charts.plot_say(finding)
    for role, row in finding.measure("say").iterrows():
        assert f"{role} {row['value']:.1%}".replace(".0%", "%") in charts.alt_text(chart)


def test_open_ground_is_drawn_for_both_roles_under_the_attributes_names(client: Client) -> None:
    labels = {a.id: a.label for a in client.attributes.values()}
    finding = targeting.audit(client)
    chart = charts.plot_open_ground(finding, labels)
    dots = [line for line in chart.lines if line.get_marker() in "oD"]
    assert len(dots) == len(finding.measure("open_ground")) == 2 * len(labels)
    assert all(f"{label} (consumer)" in charts.alt_text(chart) for label in labels.values())


def test_the_same_finding_gives_the_same_picture(client: Client) -> None:
    finding = motivations.audit(client)
    one, two = (charts.plot_importance(finding, {}).png() for _ in range(2))
    assert one == two
    assert one.startswith(b"\x89PNG")


def test_a_dot_stands_at_its_estimate_within_its_interval(client: Client) -> None:
    finding = motivations.audit(client)
    axes = charts.plot_value_delivered(finding)
    dots = [line.get_xdata()[0] for line in axes.lines if line.get_marker() in "oD"]
    assert dots == pytest.approx(list(finding.measure("value_delivered")["value"]))
    bars = [tuple(line.get_xdata()) for line in axes.lines if line.get_marker() == "None"]
    assert all(low < dot < high for dot, (low, high) in zip(dots, bars, strict=True))


def test_every_mistake_has_a_chart_that_knows_where_it_belongs() -> None:
    client = toolkit.load(LITTLE_BEAR.parent / "iron-gym")  # it has every table
    findings = {name: ask(client) for name, ask in QUESTIONS.items()}
    for id in mistakes.ESTIMATORS:
        chart = charts.plot_mistake(id, findings, targeting.campaign_labels(client))
        assert chart is not None, id
        _, metadata = chart._repr_mimebundle_()
        assert metadata["image/png"] == {
            "alt": charts.alt_text(chart),
            "width": SHOWN_WIDTH,
            "mistake": id,
        }


def test_what_a_client_wrote_is_escaped() -> None:
    finding = toolkit.audits.Finding.without("roles", "skipped", "<script>alert(1)</script>")
    assert "<script>" not in charts.show_answer(finding).html


def test_dollar_signs_of_a_client_are_no_formula() -> None:
    with chart_canvas(1, xlabel="$$\\href{x}{y}$$ and no more") as axes:
        axes.set_yticks([0], ["packs of $5 to $10"])
    assert axes.png()
    assert not axes.get_yticklabels()[0].get_parse_math()


def test_tables_carry_estimate_interval_and_count(client: Client) -> None:
    table = charts.measure_table(roles.audit(client), "separation")
    assert list(table.columns) == ["estimate", "interval", "n"]
    assert list(table.index) == ["orders", "revenue"]


def test_a_measure_without_groups_is_a_row_under_its_own_name(client: Client) -> None:
    agreement = charts.measure_table(motivations.audit(client), "rank_agreement")
    assert list(agreement.index) == ["rank agreement (Kendall's tau-b)"]


@pytest.mark.parametrize("value", [0.31, 0.5, 0.74, 0.99])
def test_the_axis_goes_on_to_a_tick_at_or_beyond_the_largest_dot(value: float) -> None:
    lines = [("a", "other", value, value - 0.2, value), ("b", "other", 0.1, 0.05, 0.2)]
    rows = pd.DataFrame(lines, columns=["label", "series", "value", "low", "high"])
    axes = plot_dots(rows, xlabel="share", bounds=(0.0, 1.0))
    ticks = list(axes.get_xticks())
    assert value <= ticks[-1] <= 1.0
    assert ticks[0] == 0
    assert axes.get_xlim()[1] >= ticks[-1]


def test_verdicts_come_with_the_most_pressing_first(client: Client) -> None:
    table = charts.verdict_table(mistakes.audit(client).mistakes, "EUR")
    assert table["verdict"].iloc[0] == "found"
    assert len(table) == 15
