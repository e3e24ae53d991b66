"""A mistake's facts stand in three places: its row, its estimator, its true size in a world.

A sixteenth is added in just these three, and findings, report, chart, index and what-if have it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import toolkit
from toolkit.audits.mistakes.effect import ESTIMATORS, Effect, decisive_and_shown, estimator_of
from toolkit.audits.mistakes.needs import need_survey_of_both
from toolkit.catalogue import MISTAKE_TYPES, Evidence, MistakeType
from toolkit.charts import plot_mistake
from toolkit.finding import Audit, Verdict
from toolkit.measures.facts import Facts, require_measure
from toolkit.report.page.index import index_html, read_index_rows
from toolkit.report.page.report import report_html
from toolkit.simulate import World, true_sizes
from toolkit.simulate.sample import SAMPLES
from toolkit.simulate.truth import SIZES, WorldTruth
from toolkit.stats.shares import binomial_p_above, jeffreys
from toolkit.whatif import Scenario, WhatIf
from toolkit.whatif.controls import panel_controls
from toolkit.whatif.panels import panel_content

CLIENTS = Path(__file__).resolve().parents[1] / "datasets" / "clients"
ID = "buyers-overheard"
ROW = MistakeType(
    id=ID,
    title="Buyers overheard",
    says="share of respondents who are buyers",
    wrong="The survey asks buyers and forgets consumers.",
    threshold=0.2,
    unit="share",
    tables=("survey",),
    money=None,
    advice="Ask as many consumers.",
    claims=("A0.4",),
    chart="importance",
    evidence=(Evidence("motivations", "importance_gap", "weight, buyer − consumer"),),
    panel="loyalty",
    moved_by=(),
)


def buyers_overheard(facts: Facts, threshold: float) -> Effect:
    answers = require_measure(facts.answers)
    buyers, consumers = (answers.respondents(role) for role in ("buyer", "consumer"))
    n = buyers + consumers
    decisive, shown = decisive_and_shown(
        facts.level, lambda level: jeffreys(buyers, n, level=level)
    )
    return Effect(
        shown=shown,
        decisive=decisive,
        p=binomial_p_above(buyers, n, threshold),
        n={"buyer": buyers, "consumer": consumers},
    )


def true_buyers_overheard(known: WorldTruth) -> float:
    return 0.5  # a survey draws as many of both


@pytest.fixture(autouse=True)
def _sixteenth(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(MISTAKE_TYPES, ID, ROW)
    monkeypatch.setitem(SIZES, ID, true_buyers_overheard)  # type: ignore[arg-type]
    estimator_of(ID, need_survey_of_both)(buyers_overheard)
    yield
    del ESTIMATORS[ID]


@pytest.fixture
def client() -> toolkit.Client:
    return toolkit.load(CLIENTS / "iron-gym")


@pytest.fixture
def audit(client: toolkit.Client) -> Audit:
    return toolkit.audit(client)


def test_the_findings_have_it_tested_with_all_the_others(audit: Audit) -> None:
    told = {m["id"]: m for m in json.loads(audit.to_json())["mistakes"]}
    assert list(told) == list(MISTAKE_TYPES)
    assert told[ID]["verdict"] == "found"
    assert told[ID]["p_holm"] >= told[ID]["p"]
    assert "Buyers overheard".lower() in audit.findings["mistakes"].answer.lower()


def test_report_chart_and_index_have_it(audit: Audit, tmp_path: Path) -> None:
    page = report_html(audit)
    assert "Buyers overheard" in page
    assert "Ask as many consumers." in page
    assert "weight, buyer − consumer" in page
    assert plot_mistake(ID, audit.findings, {}) is not None
    (tmp_path / "iron-gym").mkdir()
    (tmp_path / "iron-gym" / "findings.json").write_text(audit.to_json(), "utf-8")
    assert "Buyers overheard" in index_html(read_index_rows(tmp_path))


def test_the_what_if_has_it_in_its_panel_with_a_threshold_to_move(client: toolkit.Client) -> None:
    whatif = WhatIf(client)
    after = whatif.under(Scenario(thresholds={ID: 0.9}))
    assert whatif.observed.mistake(ID).verdict is Verdict.FOUND
    assert after.mistake(ID).verdict is Verdict.CLEAR
    shown = panel_content("loyalty", whatif.observed, after).mistakes
    assert ID in {now.id for _, now in shown}
    groups = panel_controls(client, "loyalty")
    labels = [control.label for group in groups.values() for control in group]
    assert any(label.startswith("Buyers overheard") for label in labels)


def test_a_world_has_its_true_size() -> None:
    world: World = SAMPLES["iron-gym"].world
    assert true_sizes(world)[ID] == 0.5


def test_without_an_estimator_it_is_left_to_a_later_version(client: toolkit.Client) -> None:
    kept = ESTIMATORS.pop(ID)
    try:
        mistake = toolkit.audit(client).mistake(ID)
    finally:
        ESTIMATORS[ID] = kept
    assert (mistake.verdict, mistake.why) == (Verdict.CANNOT_TELL, "not in this version")


def test_reports_of_a_version_that_knew_other_mistakes_are_read_and_listed(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = replace(audit, mistakes=tuple(m for m in audit.mistakes if m.id != "one-ear"))
    (tmp_path / "iron-gym").mkdir()
    (tmp_path / "iron-gym" / "findings.json").write_text(fewer.to_json(), "utf-8")
    monkeypatch.delitem(MISTAKE_TYPES, ID)
    (row,) = read_index_rows(tmp_path)
    assert not row.damaged
    page = index_html([row])
    assert "Of another version: buyers overheard found" in page
    monkeypatch.setitem(MISTAKE_TYPES, ID, ROW)
    told = toolkit.audit(toolkit.load(CLIENTS / "little-bear"))
    (tmp_path / "little-bear").mkdir()
    (tmp_path / "little-bear" / "findings.json").write_text(told.to_json(), "utf-8")
    assert "The version that made this report did not look for it." in index_html(
        read_index_rows(tmp_path)
    )
