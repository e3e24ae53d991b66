"""Charts of the life cycle draw what the finding holds and say it in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.audits.test_life_cycle import made
from tests.measures.test_products import answers
from toolkit import charts
from toolkit.audits import life_cycle
from toolkit.finding import Finding


@pytest.fixture(scope="module")
def finding() -> Finding:
    return life_cycle.audit(made(survey=answers(60)))


def test_the_curve_has_a_bar_a_month_and_a_line_where_stages_begin(finding: Finding) -> None:
    chart = charts.plot_life_cycle(finding, "a", "Alpha")
    heights = [patch.get_height() for patch in chart.patches]
    assert heights == finding.measure("first_purchases")["value"].tolist()
    starts = {round(float(line.get_xdata()[0]), 6) for line in chart.lines}
    assert {round(value, 6) for value in finding.measure("turn")["value"]} <= starts
    assert "decline begins in month" in charts.alt_text(chart)
    assert {t.get_text() for t in chart.texts} == {
        "growth begins",
        "maturity begins",
        "decline begins",
    }


def test_an_unknown_product_is_a_key_error_that_lists_those_there_are(finding: Finding) -> None:
    with pytest.raises(KeyError, match=r'"Alpha".* There are: a'):
        charts.plot_life_cycle(finding, "Alpha", "Alpha")


def test_emphasis_shows_what_was_spent_and_what_the_stage_asks(finding: Finding) -> None:
    chart = charts.plot_emphasis(finding)
    dots = [line.get_xdata()[0] for line in chart.lines if line.get_marker() in "os"]
    assert sorted(dots) == pytest.approx([0.3, 0.4, 0.6, 0.7])
    assert "spend 40% and stage asks 70%" in charts.alt_text(chart)


def test_emphasis_stands_alone_where_no_stage_is_told(finding: Finding) -> None:
    kept = finding.frame[finding.frame["measure"] != "stage_asks"]
    assert "stage asks" not in charts.alt_text(charts.plot_emphasis(replace(finding, frame=kept)))


def test_prices_are_said_in_the_clients_money(finding: Finding) -> None:
    alt = charts.alt_text(charts.plot_accepted_prices(finding, "EUR"))
    assert all(f"{name} €" in alt for name in ("lowest", "optimal", "indifferent", "highest"))
    assert "where tomorrow counts 90%" in charts.alt_text(charts.plot_skimming(finding, "EUR"))


def test_the_mistake_gets_the_chart_of_its_numbers(finding: Finding) -> None:
    chart = charts.plot_mistake("stage-mismatch", {"life_cycle": finding}, {})
    assert chart is not None
    assert chart.mistake == "stage-mismatch"
    assert chart.png() == charts.plot_mistake("stage-mismatch", {"life_cycle": finding}, {}).png()
