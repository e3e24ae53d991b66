"""What the catalogue names is there: charts, panels, measures, parts of a scenario, tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import toolkit
from toolkit.audits.mistakes import ESTIMATORS
from toolkit.catalogue import MISTAKE_TYPES, MistakeType
from toolkit.charts.mistakes import MISTAKE_CHARTS
from toolkit.client import Client
from toolkit.contract import TABLES
from toolkit.finding import Audit, Verdict
from toolkit.questions import AUDITS, CLAIMS
from toolkit.simulate.truth import SIZES
from toolkit.whatif.panels import PANELS, panel_mistakes
from toolkit.whatif.scenario import PARTS

GYM = Path(__file__).resolve().parents[1] / "datasets" / "clients" / "iron-gym"
ROWS = pytest.mark.parametrize("kind", MISTAKE_TYPES.values(), ids=list(MISTAKE_TYPES))


@pytest.fixture(scope="module")
def gym() -> Client:
    return toolkit.load(GYM)  # it has every table


@pytest.fixture(scope="module")
def audit(gym: Client) -> Audit:
    return toolkit.audit(gym)


@ROWS
def test_every_name_of_a_row_leads_somewhere(kind: MistakeType, audit: Audit) -> None:
    assert kind.id in ESTIMATORS
    assert kind.id in SIZES
    assert kind.chart in MISTAKE_CHARTS
    assert kind.panel in PANELS
    assert {*kind.moved_by} <= {*PARTS}
    assert {*kind.tables} <= {*TABLES}
    assert {*kind.claims} <= {*CLAIMS}
    for audit_id, measure, _ in kind.evidence:
        assert measure in set(audit.findings[audit_id].frame["measure"]), measure


def test_no_table_holds_a_mistake_or_a_name_that_no_row_asks_for() -> None:
    assert {*ESTIMATORS} == {*SIZES} == {*MISTAKE_TYPES}
    assert {kind.chart for kind in MISTAKE_TYPES.values()} == {*MISTAKE_CHARTS}
    listed = [id for panel in PANELS for id in panel_mistakes(panel)]
    assert sorted(listed) == sorted(MISTAKE_TYPES)


@ROWS
def test_money_is_of_the_kind_that_the_row_says(kind: MistakeType, audit: Audit) -> None:
    money = audit.mistake(kind.id).money
    assert money is None or money.kind == kind.money


@ROWS
def test_without_a_table_that_the_row_names_no_verdict_is_given(
    kind: MistakeType, gym: Client
) -> None:
    for table in kind.tables:
        frames = {name: frame for name, frame in gym.frames.items() if name != table}
        mistake = toolkit.audit(replace(gym, frames=frames)).mistake(kind.id)
        assert mistake.verdict is Verdict.CANNOT_TELL
        assert mistake.needs is not None
        assert mistake.needs.table == table


def test_a_table_that_no_row_names_is_not_needed_for_a_verdict(gym: Client, audit: Audit) -> None:
    needed = {table for kind in MISTAKE_TYPES.values() for table in kind.tables}
    frames = {name: frame for name, frame in gym.frames.items() if name in needed | {"products"}}
    fewer = toolkit.audit(replace(gym, frames=frames))
    assert [m.verdict for m in fewer.mistakes] == [m.verdict for m in audit.mistakes]
    assert set(AUDITS) == set(fewer.findings)
