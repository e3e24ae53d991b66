"""`audit verify` reads every file again and says in plain words what differs."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.report.batches import notebook, run
from toolkit.cli import app
from toolkit.errors import RunError
from toolkit.report.store.files import write_atomically
from toolkit.report.store.inputs import run_recipe
from toolkit.report.store.publish import build_report
from toolkit.report.store.verify import ReportCheck, compare_inputs, verify_reports


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, words)])


@pytest.fixture
def out(reports: Path, tmp_path: Path) -> Path:
    shutil.copytree(reports, tmp_path / "out")
    return tmp_path / "out"


def test_reports_as_they_were_written_pass(out: Path) -> None:
    done = call(out)
    assert done.exit_code == 0
    said = "index: as it was written\nsweet-corner: as it was written\n"
    assert done.output == said
    assert call(out / "sweet-corner").output == "sweet-corner: as it was written\n"


def test_what_was_changed_or_taken_away_is_named(out: Path) -> None:
    report = out / "sweet-corner"
    (report / "report.html").write_text("other")
    (report / "findings.json").unlink()
    (out / "index.csv").write_text("other")
    done = call(out)
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "index: differs",
        "  index.csv has been changed since it was written.",
        "sweet-corner: differs",
        "  findings.json is missing.",
        "  report.html has been changed since it was written.",
    ]


def test_a_report_that_is_gone_is_told_by_the_index(out: Path) -> None:
    shutil.rmtree(out / "sweet-corner")
    done = call(out)
    assert done.exit_code == 1
    assert "  It tells of sweet-corner, whose folder is gone." in done.output


def test_reports_at_an_address_are_read_there(reports: Path, tmp_path: Path) -> None:
    shutil.copytree(reports, tmp_path / "there")
    address = f"file://{tmp_path / 'there'}"
    assert call(address).output == call(reports).output
    (tmp_path / "there" / "sweet-corner" / "report.html").write_text("other")
    assert "report.html has been changed since it was written." in call(address).output
    none = call(f"file://{tmp_path / 'nowhere'}")
    assert none.exit_code == 2
    assert "/nowhere holds no reports." in none.output


def test_a_file_more_is_a_note_and_no_failure(out: Path) -> None:
    (out / "sweet-corner" / "my notes.txt").write_text("call them")
    done = call(out)
    assert done.exit_code == 0
    assert "my notes.txt is not of the report." in done.output


@pytest.mark.parametrize(("text", "state"), [(None, "is missing"), ("{", "cannot be read")])
def test_without_its_manifest_nothing_vouches_for_a_report(
    text: str | None, state: str, out: Path
) -> None:
    manifest = out / "sweet-corner" / "manifest.json"
    manifest.unlink() if text is None else manifest.write_text(text)
    done = call(out)
    assert done.exit_code == 1
    assert f"manifest.json {state}" in done.output


def test_earlier_audits_are_read_again_too(tmp_path: Path) -> None:
    for month, text in ((5, "may"), (6, "june")):
        with build_report(tmp_path, "bear", date(2026, month, 3)) as folder:
            write_atomically(folder / "findings.json", text)
    earlier = "bear/earlier/2026-05-03"
    assert [c.name for c in verify_reports(tmp_path)] == ["index", "bear", earlier]
    (tmp_path / earlier / "findings.json").write_text("march")
    wrong = {c.name: c.wrong for c in verify_reports(tmp_path) if c.wrong}
    assert wrong == {earlier: ("findings.json has been changed since it was written.",)}


def test_a_client_that_failed_has_no_report_and_says_where_why_stands(
    clients: Path, tmp_path: Path
) -> None:
    shutil.copytree(clients, tmp_path / "in")
    (tmp_path / "in" / "sweet-corner" / "survey.csv").write_bytes(b"")
    run("good", tmp_path / "in", tmp_path / "out")
    done = call(tmp_path / "out")
    assert done.exit_code == 0
    assert "sweet-corner: no report\n  failure.html says why.\n" in done.output


@pytest.mark.parametrize("place", ["", "nowhere"])
def test_a_place_without_reports_is_wrong_use(place: str, tmp_path: Path) -> None:
    done = call(tmp_path / place)
    assert done.exit_code == 2
    assert "Name the folder" in done.output
    with pytest.raises(RunError):
        verify_reports(tmp_path / place)


def test_inputs_that_changed_since_are_named_file_by_file(
    clients: Path, out: Path, tmp_path: Path
) -> None:
    shutil.copytree(clients, tmp_path / "in")
    client, made_of = tmp_path / "in" / "sweet-corner", run_recipe([notebook("good")], {})
    (same,) = compare_inputs(out, [client], made_of)
    assert same == ReportCheck("sweet-corner", right=same.right)
    (client / "survey.csv").write_text("x")
    (client / "usage.csv").write_text("x")
    (client / "influence.csv").unlink()
    (other,) = compare_inputs(out, [client], made_of | {"python": "2.7"})
    assert other.wrong == (
        "The client's file influence.csv is gone.",
        "The client's file survey.csv has changed.",
        "The client's file usage.csv is new.",
        "Python is another.",
    )


def test_a_folder_of_which_there_is_no_report_is_said_so(out: Path, tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "client.yml").write_text("id: acme")
    done = call(out, "--against", tmp_path / "acme")
    assert done.exit_code == 1
    assert "No report here says that it was made from this folder." in done.output
