"""A seeded selection of the study, and the proof that it would catch what it is there to catch."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.checks import Told, after_fault, after_next
from tests.faults.disk import APART, on_disk
from tests.faults.fuzz import fuzzed
from tests.faults.fuzz.judge import silent, unplaced
from tests.faults.fuzz.mutate import mutated
from tests.faults.fuzz.originals import original
from tests.faults.kills import killed_again_and_again
from tests.faults.kinds import fault, world
from tests.faults.leaks import marks
from tests.faults.processes import left
from tests.faults.study import Part, judged, studied
from tests.faults.table import write_table
from toolkit.client.load import check_folder, load
from toolkit.errors import Problem

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its processes")
TOLD = Told("one", "Sweet Corner", "failed", "Kernel died", "notebook 01_roles")


@LINUX
def test_a_killed_forkserver_harms_no_report_and_the_next_run_puts_all_right() -> None:
    assert fault("forkserver killed", 3) == []


@LINUX
def test_a_full_disk_harms_no_report_either() -> None:
    if subprocess.run([*APART, "true"], capture_output=True).returncode:
        pytest.skip("this system gives no user a disk of their own")
    assert on_disk("disk full", 2) == []


@LINUX
def test_a_batch_that_is_killed_ends_as_one_that_was_not() -> None:
    assert killed_again_and_again(1, clients=2, kills=1) == []


@pytest.mark.parametrize("number", range(8))
def test_a_folder_broken_by_chance_is_refused_in_words_or_read_as_it_says(number: int) -> None:
    assert fuzzed(number) == []


def test_a_change_is_always_the_same_for_the_same_seed(tmp_path: Path) -> None:
    original("sweet-corner", tmp_path / "whole")
    told = [
        mutated(tmp_path / "whole", tmp_path / str(n), random.Random("fuzz 5")) for n in range(2)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("id", ["iron-gym", "turbo-toys"])
def test_nothing_is_found_in_a_folder_that_nobody_broke(id: str, tmp_path: Path) -> None:
    original(id, tmp_path / id)
    problems, client = check_folder(tmp_path / id)
    assert client
    assert unplaced(problems) == []
    assert silent(tmp_path / id, client) == []


def test_a_number_read_as_another_is_found_and_so_is_a_lost_row(tmp_path: Path) -> None:
    original("sweet-corner", tmp_path / "bear")
    client = load(tmp_path / "bear")
    amounts = client.table("purchases")
    amounts.loc[3, "amount"] += 0.01
    other = replace(client, frames={**client.frames, "purchases": amounts})
    assert "purchases: amount, row 4" in silent(tmp_path / "bear", other)[0]
    fewer = replace(client, frames={**client.frames, "rivals": client.table("rivals").head(1)})
    assert silent(tmp_path / "bear", fewer) == ["rivals: 2 rows are read as 1"]
    assert silent(tmp_path / "bear", replace(client, margin=0.5))


def test_an_error_without_its_line_is_found() -> None:
    placeless = Problem("error", "not-a-number", "survey.csv", '"x" is not a number.')
    assert len(unplaced([placeless, replace(placeless, line=3)])) == 1


@LINUX
def test_a_damaged_a_partial_and_a_silent_failure_are_found(tmp_path: Path) -> None:
    here, out = world(), tmp_path / "out"
    shutil.copytree(here.before, out)
    silently = after_fault(here, out, [TOLD])
    assert silently == ["one: its page does not say why", "one: the index does not say why"]
    assert after_fault(here, out, [replace(TOLD, why="")], pages=False)
    assert after_fault(here, out, [replace(TOLD, status="done")], pages=False)
    shutil.copy(here.place / "due" / "one" / "findings.json", out / "one" / "findings.json")
    (found,) = after_fault(here, out, [])
    assert found == "one: its report is neither the earlier nor the new one"


@LINUX
def test_what_the_next_run_leaves_over_or_undone_is_found(tmp_path: Path) -> None:
    here, out, private = world(), tmp_path / "out", tmp_path / "tmp"
    shutil.copytree(here.place / "due", out)
    private.mkdir()
    assert after_next(here, out, private, []) == []
    (out / ".one.lock").touch()
    (out / "two" / "report.html").unlink()
    (private / "audit-1-abcdefgh").mkdir()
    assert len(after_next(here, out, private, [TOLD])) == 4


@LINUX
def test_a_process_that_stays_is_found_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.faults.processes.SECONDS", 0.1)
    with subprocess.Popen(["sleep", "305"]) as stays:
        (told,) = left(lambda: [stays.pid])
        assert "sleep 305" in told
        assert stays.wait(10) < 0


def test_letters_of_a_picture_are_no_mark_and_a_mark_beside_them_is(tmp_path: Path) -> None:
    report = tmp_path / "k1" / "report.html"
    report.parent.mkdir()
    picture = "data:image/png;base64," + "Zo0F4ydaPtU99" * 20 + "qzk1Zp" * 20
    for said, wrong in (("xwk1xw", []), ("xwk1xw qzk1", ["a personal mark in k1/report.html"])):
        report.write_text(f'<p>{said}</p><img src="{picture}">')
        assert marks(tmp_path) == wrong


def test_marks_in_the_wrong_place_are_found(tmp_path: Path) -> None:
    for name, text in (("k1/report.html", "xwk1xw"), ("k2/report.html", "xwk1xw qzk7qz")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    assert marks(tmp_path) == ["a personal mark in k2/report.html", "k1 in k2/report.html"]
    assert marks(tmp_path / "none") == ["no mark is shown anywhere, so nothing was tested"]


def test_trials_are_kept_counted_and_never_made_twice(tmp_path: Path) -> None:
    made = list[int]()

    def trial(number: int) -> list[str]:
        made.append(number)
        return ["broken"] if number == 1 else []

    part = Part("part", "what", "goal", 3, trial, times=10)
    result = [studied(part, tmp_path, 3) for _ in range(2)][1]
    assert (made, result.trials, result.wrong) == ([0, 1, 2], 30, ("part 1: broken",))
    write_table([result], place=tmp_path / "RESULTS.md")
    assert "| what | 30 | 1 | goal | **no** |" in (tmp_path / "RESULTS.md").read_text("utf-8")


def test_a_trial_that_breaks_counts_as_wrong() -> None:
    part = Part("part", "what", "goal", 1, lambda number: [str(os.environ[str(number)])])
    (said,) = judged(part, 12345)
    assert "KeyError" in said
