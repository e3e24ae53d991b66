"""Clients that are met one after another in one place for reports, and never mixed.

A scenario is audited as any client, says what it is, and never takes an audit's place.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.report.batches import SAMPLE, content, run, several
from toolkit.errors import RunError


def rename(client: Path, name: str) -> None:
    settings = client / "client.yml"
    text = settings.read_text("utf-8").replace("name: Sweet Corner", f"name: {name}")
    settings.write_text(text, "utf-8")


def test_another_client_of_the_same_id_is_refused_and_the_first_report_stays(
    tmp_path: Path,
) -> None:
    first = several(tmp_path / "north", "shop") / "shop"
    second, out = tmp_path / "south" / "shop", tmp_path / "out"
    shutil.copytree(SAMPLE.with_name("corner-coffee"), second)
    settings = second / "client.yml"
    text = settings.read_text("utf-8").replace("id: corner-coffee", "id: shop")
    settings.write_text(text, "utf-8")
    run("good", first, out)
    before = content(out / "shop")
    (refused,) = run("good", second, out)
    assert refused.status == "failed"
    assert "holds the report of another client" in refused.why
    assert content(out / "shop") == before
    assert refused.id.startswith("shop-")
    page = (out / refused.id / "failure.html").read_text("utf-8")
    assert "Corner Coffee" in page
    assert "Sweet Corner" not in page
    with (out / "index.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["id"]: (row["name"], row["status"]) for row in csv.DictReader(table)}
    assert rows == {
        "shop": ("Sweet Corner", "done"),
        refused.id: ("Corner Coffee", "failed"),
    }


def test_a_refusal_that_stands_apart_goes_once_the_client_has_its_own_id(tmp_path: Path) -> None:
    first = several(tmp_path / "north", "shop") / "shop"
    second, out = tmp_path / "south" / "shop", tmp_path / "out"
    shutil.copytree(SAMPLE.with_name("corner-coffee"), second)
    settings = second / "client.yml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("id: corner-coffee", "id: shop"), "utf-8")
    run("good", first, out)
    run("good", second, out)
    settings.write_text(text, "utf-8")
    run("good", second, out)
    folders = {path.name for path in out.iterdir() if path.is_dir()}
    assert folders == {"shop", "corner-coffee"}


def test_a_client_under_a_new_name_is_known_by_its_tables(tmp_path: Path) -> None:
    client = several(tmp_path / "in", "shop") / "shop"
    run("good", client, tmp_path / "out")
    rename(client, "Sweet Corner & Sons")
    (outcome,) = run("good", client, tmp_path / "out")
    assert outcome.status == "done", outcome.why


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root reads whatever it likes"
)
def test_a_folder_that_may_not_be_read_stops_no_other_client(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "apple", "berry")
    os.chmod(folder / "berry", 0)
    try:
        apple, berry = run("good", folder, tmp_path / "out")
    finally:
        os.chmod(folder / "berry", 0o700)
    assert (apple.status, berry.status) == ("done", "failed")


def test_hidden_files_beside_parts_of_a_table_are_no_tables(tmp_path: Path) -> None:
    client = several(tmp_path / "in", "shop") / "shop"
    parts = client / "orders"
    parts.mkdir()
    shutil.copy(client / "purchases.csv", parts / "one.csv")
    (parts / "._one.csv").write_bytes(b"\x00\x05\x16\x07")
    settings = client / "client.yml"
    text = settings.read_text("utf-8") + '\ntables: {purchases: {file: "orders/*.csv"}}\n'
    settings.write_text(text, "utf-8")
    (outcome,) = run("good", client, tmp_path / "out")
    assert outcome.status == "done", outcome.why


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
