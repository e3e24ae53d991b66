"""What a run can be asked for, and the table of a report's files for readers."""

from __future__ import annotations

import json
import shutil
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from tests.report.batches import content, job, run
from tests.report.page import Page
from toolkit.errors import OutputError, RunError
from toolkit.finding import Audit
from toolkit.report.deliver import deliver_client
from toolkit.report.job import ClientResult
from toolkit.report.options import RunOptions
from toolkit.report.outputs import OUTPUTS, ReportOutput, asked_outputs, output_files
from toolkit.report.page.context import ReportContext
from toolkit.report.page.index import write_index
from toolkit.report.run import audit_folders, unchanged_clients
from toolkit.report.store.files import manifest_files, report_is_whole
from toolkit.report.store.inputs import run_recipe
from toolkit.report.store.verify import verify_reports


def in_words(audit: Audit, context: ReportContext) -> bytes:
    """A further output: a line for every mistake, and what attributes are called."""
    lines = [f"{m.id}: {m.verdict}" for m in audit.mistakes]
    return "\n".join([*lines, *sorted(context.labels.values())]).encode()


def refused(audit: Audit, context: ReportContext) -> bytes:
    raise OutputError("No words were made: there is no ink.")


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> str:
    """The table with one more row."""
    monkeypatch.setitem(OUTPUTS, "words", ReportOutput("report.txt", in_words, label="text"))
    return "report.txt"


def deliver(client: Path, out: Path, *outputs: str) -> ClientResult:
    """One client without notebooks, in this process, as an output of a test is only here."""
    asked = job(client, out, out.parent / f"private-{len(outputs)}-{out.name}")
    options = replace(asked.options, outputs=outputs)
    return deliver_client(replace(asked, options=options), lambda step: None)


def test_a_further_output_is_written_listed_verified_and_linked(
    words: str, clients: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    outcome = deliver(clients / "sweet-corner", out, "words")
    assert (outcome.status, outcome.note) == ("done", "")
    report = out / "sweet-corner"
    findings = json.loads((report / "findings.json").read_text("utf-8"))
    told = (report / words).read_text("utf-8").splitlines()
    assert f"{findings['mistakes'][0]['id']}: {findings['mistakes'][0]['verdict']}" == told[0]
    assert {words, "report.html", "findings.json"} <= set(manifest_files(report / "manifest.json"))
    assert report_is_whole(report)
    (checked,) = (c for c in verify_reports(out) if c.name == "sweet-corner")
    assert (checked.wrong, checked.notes) == ((), ())
    write_index(out)
    index = Page((out / "index.html").read_text("utf-8"))
    assert f"sweet-corner/{words}" in index.values("href")
    (report / words).write_text("other", "utf-8")
    (checked,) = (c for c in verify_reports(out) if c.name == "sweet-corner")
    assert checked.wrong == (f"{words} has been changed since it was written.",)


def test_a_report_without_an_output_that_is_asked_for_is_not_up_to_date(
    words: str, clients: Path, tmp_path: Path
) -> None:
    client, out, recipe = clients / "sweet-corner", tmp_path / "out", run_recipe([], {})
    asked = job(client, out, tmp_path / "private")
    deliver_client(replace(asked, place=replace(asked.place, recipe=recipe)), lambda step: None)
    assert client in unchanged_clients([client], out, recipe)
    assert unchanged_clients([client], out, recipe, [words]) == {}


def test_an_output_of_an_earlier_run_is_ours_though_its_manifest_is_damaged(
    words: str, clients: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    deliver(clients / "sweet-corner", out, "words")
    (out / "sweet-corner" / "manifest.json").write_text("x")
    deliver(clients / "sweet-corner", out)
    assert words not in content(out / "sweet-corner")


def test_a_report_stands_without_an_output_that_cannot_be_made_and_says_why(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OUTPUTS, "words", ReportOutput("report.txt", refused))
    outcome = deliver(clients / "sweet-corner", tmp_path / "out", "words")
    assert (outcome.status, outcome.note) == ("done", "No words were made: there is no ink.")
    assert report_is_whole(tmp_path / "out" / "sweet-corner")
    assert "report.txt" not in content(tmp_path / "out" / "sweet-corner")


def test_what_is_lacking_for_an_output_is_said_and_makes_no_report_anew(
    clients: Path, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = shutil.copytree(reports, tmp_path / "out")
    more = ReportOutput("report.txt", in_words, lacking=lambda: "Install ink.")
    monkeypatch.setitem(OUTPUTS, "words", more)
    (outcome,) = run("good", clients, out, outputs=["words"])
    assert outcome.unchanged
    assert outcome.note == "Install ink."


def test_every_report_has_its_page_and_an_output_has_a_file_of_its_own() -> None:
    assert [output.file for output in asked_outputs(())] == ["report.html"]
    assert [output.file for output in asked_outputs(["pdf"])] == ["report.html", "report.pdf"]
    assert len(output_files()) == len(OUTPUTS)


def test_an_output_that_is_not_known_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r'no output "pdv" \(there are: html, pdf\)'):
        audit_folders([tmp_path], tmp_path / "out", outputs=["pdv"])
    with pytest.raises(RunError, match='Did you mean "html"'):
        audit_folders([tmp_path], tmp_path / "out", RunOptions(outputs=["htm"]))


def test_options_never_change_and_only_what_shapes_a_report_is_written_down(
    tmp_path: Path,
) -> None:
    scenario = tmp_path / "dearer.json"
    scenario.write_text("{}")
    assert RunOptions().shaping_options() == {}
    asked = RunOptions(workers=3, force=True, outputs=["pdf"], quotes=2, scenario=scenario)
    assert set(asked.shaping_options()) == {"scenario", "quotes"}
    assert len(asked.shaping_options()["scenario"]) == 64, "a file counts by its content"
    with pytest.raises(FrozenInstanceError):
        asked.quotes = 3  # type: ignore[misc]


def test_every_option_is_described_where_it_stands() -> None:
    for option in fields(RunOptions):
        assert f"- `{option.name}`: " in str(RunOptions.__doc__)


def test_an_option_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="worker"):
        audit_folders([tmp_path], tmp_path / "out", worker=2)
    with pytest.raises(TypeError, match="worker"):
        audit_folders([tmp_path], tmp_path / "out", RunOptions(), worker=2)
