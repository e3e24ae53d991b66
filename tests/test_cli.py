"""The command: exit codes, words instead of tracebacks, and nothing damaged by wrong use."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from toolkit.cli import _print_results, app
from toolkit.report.job import ClientResult

ROOT = Path(__file__).resolve().parents[1]
SWEET_CORNER = ROOT / "datasets" / "clients" / "sweet-corner"


def call(*words: object) -> Result:
    """The command's answer to these words."""
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_good_folder_passes_the_check() -> None:
    done = call("check", SWEET_CORNER)
    assert done.exit_code == 0
    assert "can be audited" in done.output


def test_a_folder_of_clients_is_checked_client_by_client() -> None:
    done = call("check", ROOT / "datasets" / "clients")
    assert done.exit_code == 0
    assert done.output.count("can be audited") == len(list((ROOT / "datasets/clients").iterdir()))


def test_a_broken_folder_is_told_with_line_column_and_fix(tmp_path: Path) -> None:
    folder = tmp_path / "sweet-corner"
    shutil.copytree(SWEET_CORNER, folder)
    survey = (folder / "survey.csv").read_text("utf-8").splitlines()
    head = survey[0].split(",")
    row = survey[3].split(",")
    row[head.index("role")] = "byuer"
    survey[3] = ",".join(row)
    (folder / "survey.csv").write_text("\n".join(survey) + "\n", "utf-8")
    done = call("check", folder)
    assert done.exit_code == 1
    assert 'survey.csv, line 4, column "role"' in done.output
    assert 'Did you mean "buyer"' in done.output


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_place_without_clients_is_wrong_use(command: str, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        done = call(command, place)
        assert done.exit_code == 2
        assert "Traceback" not in done.output


def test_unknown_options_are_wrong_use() -> None:
    assert call("run", SWEET_CORNER, "--wrokers", 2).exit_code == 2
    assert call("run").exit_code == 2


@pytest.mark.parametrize("place", ["file/sub", "x" * 5000, "/proc/no-such-place"])
def test_a_place_that_cannot_be_made_is_wrong_use(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    done = call("new", tmp_path / place)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert "cannot be" in done.output


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_name_no_folder_can_have_is_wrong_use(command: str) -> None:
    done = call(command, "x" * 5000)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert len(done.output) < 500


def test_reports_into_the_client_folder_itself_are_wrong_use(tmp_path: Path) -> None:
    folder = tmp_path / "sweet-corner"
    shutil.copytree(SWEET_CORNER, folder)
    names = sorted(p.name for p in folder.iterdir())
    done = call("run", folder, "--out", folder)
    assert done.exit_code == 2
    assert "Choose another place for the reports" in done.output
    assert sorted(p.name for p in folder.iterdir()) == names


@pytest.mark.skipif(os.name != "posix", reason="sends signals")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_end_says_so_and_leaves_nothing_behind(
    sign: signal.Signals, tmp_path: Path
) -> None:
    start = "from toolkit.cli import main; main()"
    words = [
        sys.executable,
        "-X",
        "faulthandler",
        "-c",
        start,
        "run",
        str(ROOT / "datasets" / "clients"),
    ]
    out = tmp_path / "out"
    with tempfile.TemporaryDirectory() as home:
        run = subprocess.Popen(
            [*words, "--workers", "1", "--out", str(out)],
            env={**os.environ, "TMPDIR": home},
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        while run.poll() is None and not list(out.glob(".*.lock")):
            time.sleep(0.05)
        run.send_signal(sign)
        try:
            said = run.communicate(timeout=60)[1].decode()
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGABRT)  # it tells where it stands
            said = run.communicate()[1].decode()
        assert list(Path(home).glob("audit-*")) == []
    assert (run.returncode, said) == (1, "Interrupted; finished reports are kept.\n")
    assert (out / "index.html").is_file()
    assert list(out.glob(".*")) == []


def test_a_new_folder_can_be_checked_at_once_and_is_never_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    assert call("new", folder).exit_code == 0
    assert (folder / "client.yml").is_file()
    assert call("check", folder).exit_code == 0
    again = call("new", folder)
    assert again.exit_code == 2
    assert "is there already" in again.output


def test_what_is_up_to_date_is_said_to_be_unchanged_and_bad_options_are_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.report.options.default_notebooks", tuple)  # none: faster
    folder = tmp_path / "sweet-corner"
    shutil.copytree(SWEET_CORNER, folder)
    first = call("run", folder, "--out", tmp_path / "out", "--workers", 1)
    assert (first.exit_code, first.output.splitlines()[0]) == (0, "sweet-corner: done")
    again = call("run", folder, "--out", tmp_path / "out")
    assert again.output.splitlines()[:2] == [
        "sweet-corner: done, unchanged",
        "1 of 1 unchanged: their reports are up to date.",
    ]
    verified = call("verify", tmp_path / "out", "--against", folder)
    assert verified.exit_code == 0
    assert "the client's files and the toolkit are the same now" in verified.output
    assert call("run", folder, "--memory", 0.1).exit_code == 2
    assert call("run", folder, "--out", "nosuch://x").exit_code == 2


def test_a_note_says_of_which_clients_it_is_where_not_of_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one, other, third = (ClientResult(id, id, Path(id), "done") for id in ("a", "b", "c"))
    noted = [replace(o, note="No PDF was made.") for o in (one, other)]
    _print_results([*noted, third], debug=False)
    _print_results(noted, debug=False)
    assert capsys.readouterr().err == "a, b: No PDF was made.\nNo PDF was made.\n"
