"""A scenario is audited as any client, says what it is, and never takes an audit's place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.report.batches import content, run
from toolkit.errors import RunError


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "dearer.json"
    path.write_text(json.dumps({"format": 1, "name": "Dearer", "price": 1.1}), "utf-8")
    return path


def test_a_report_of_a_scenario_says_so_first_and_in_its_findings(
    clients: Path, scenario: Path, tmp_path: Path
) -> None:
    (outcome,) = run("good", clients, tmp_path / "out", scenario=scenario)
    assert outcome.status == "done", outcome.failure
    folder = tmp_path / "out" / "sweet-corner"
    page = (folder / "report.html").read_text("utf-8")
    heading = page[page.index("<h2", page.index("<main")) :]
    assert heading.startswith('<h2 id="scenario">A what-if, not what was observed')
    told = json.loads((folder / "findings.json").read_text("utf-8"))["run"]["scenario"]
    assert any("Dearer" in sentence for sentence in told)
    assert "<title>What-if: " in page
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<title>What-if: " in index
    assert '<span class="small">what-if</span>' in index
    assert ",what-if," in (tmp_path / "out" / "index.csv").read_text("utf-8")


def test_a_scenario_and_an_audit_never_take_each_others_place(
    clients: Path, reports: Path, scenario: Path, tmp_path: Path
) -> None:
    before, out = content(reports / "sweet-corner"), tmp_path / "out"
    shutil.copytree(reports, out)
    (refused,) = run("good", clients, out, scenario=scenario)
    assert "holds an audit" in refused.why
    assert "--out" in refused.why
    kept = content(out / "sweet-corner")
    assert {name: kept[name] for name in before} == before
    run("good", clients, tmp_path / "what-if", scenario=scenario)
    (refused,) = run("good", clients, tmp_path / "what-if")
    assert "holds a what-if" in refused.why


def test_another_scenario_is_no_unchanged_client(
    clients: Path, scenario: Path, tmp_path: Path
) -> None:
    run("good", clients, tmp_path / "out", scenario=scenario)
    (same,) = run("good", clients, tmp_path / "out", scenario=scenario)
    assert same.unchanged
    scenario.write_text(json.dumps({"format": 1, "name": "Dearer", "price": 1.2}), "utf-8")
    (other,) = run("good", clients, tmp_path / "out", scenario=scenario)
    assert not other.unchanged


def test_a_scenario_that_is_not_there_stops_the_run_in_plain_words(
    clients: Path, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match=r"nowhere\.json cannot be read: No such file"):
        run("good", clients, tmp_path / "out", scenario=tmp_path / "nowhere.json")
