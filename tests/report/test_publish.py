"""Reports appear whole or not at all."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from toolkit.errors import RunError
from toolkit.report.processes.system import machine_code
from toolkit.report.processes.temporary_folders import NAME, private_folder, sweep_private_folders
from toolkit.report.store.files import manifest_files, report_is_whole, write_atomically
from toolkit.report.store.locks import sweep_leftovers
from toolkit.report.store.publish import build_report

TODAY = date(2026, 5, 3)
DEAD = 2**22 + 7  # above any process id Linux gives
ELSEWHERE = "0ff1ce"  # another machine, or a container of this one


def publish(out: Path, text: str, name: str = "report.html") -> Path:
    with build_report(out, "bear", TODAY) as folder:
        write_atomically(folder / name, text)
    return out / "bear"


def test_a_report_is_sealed_by_a_manifest_of_all_its_files(tmp_path: Path) -> None:
    report = publish(tmp_path, "one")
    assert set(manifest_files(report / "manifest.json")) == {"report.html"}
    assert report_is_whole(report)
    (report / "report.html").write_text("two")
    assert not report_is_whole(report)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"files": 7}', '{"files": {"a": 1}}', '{"files": ["a"]}']
)
def test_a_damaged_manifest_counts_as_none_and_stops_nothing(tmp_path: Path, text: str) -> None:
    report = publish(tmp_path, "one")
    (report / "manifest.json").write_text(text)
    assert manifest_files(report / "manifest.json") == {}
    assert not report_is_whole(report)
    assert report_is_whole(publish(tmp_path, "two"))


def private(home: Path, name: str) -> Path:
    (home / name).mkdir(mode=0o700)
    (home / name / "key.json").write_text("secret")
    return home / name


def test_the_private_folder_of_a_killed_run_is_swept_and_no_other(tmp_path: Path) -> None:
    dead = private(tmp_path, f"audit-{machine_code()}-{DEAD}-abcd_123")
    stays = [
        private(tmp_path, f"audit-{machine_code()}-{os.getppid()}-abcd_123"),
        private(tmp_path, "audit-of-2024"),
        private(tmp_path, f"audit-{ELSEWHERE}-{DEAD}-abcd_123"),
        private(tmp_path, f"audit-{machine_code()}-{DEAD}-too-long-to-be-ours"),
    ]
    (tmp_path / f"audit-{machine_code()}-{DEAD}-linked12").symlink_to(stays[1])
    old = private(tmp_path, f"audit-{ELSEWHERE}-{DEAD}-old_1234")
    os.utime(old, (1, 1))
    sweep_private_folders(tmp_path)
    assert not dead.exists()
    assert not old.exists()
    assert all((folder / "key.json").exists() for folder in stays)


@pytest.mark.skipif(os.name != "posix", reason="asks for POSIX rights")
def test_a_private_folder_names_its_process_and_goes_at_the_end() -> None:
    with private_folder() as folder:
        assert folder.name.startswith(f"audit-{machine_code()}-{os.getpid()}-")
        assert NAME.fullmatch(folder.name)
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_a_process_sweeps_what_its_own_earlier_run_could_not_take_away() -> None:
    with private_folder() as folder:
        left = private(folder.parent, f"audit-{machine_code()}-{os.getpid()}-abcd_123")
        sweep_private_folders(folder.parent)
        assert folder.exists()
        assert not left.exists()


def test_an_error_while_building_leaves_the_earlier_report(tmp_path: Path) -> None:
    report = publish(tmp_path, "one")
    with pytest.raises(ZeroDivisionError), build_report(tmp_path, "bear", TODAY) as folder:
        write_atomically(folder / "report.html", str(1 / 0))
    assert (report / "report.html").read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["bear"]


def test_files_of_others_stay_and_our_own_old_ones_go(tmp_path: Path) -> None:
    report = publish(tmp_path, "one", "old.html")
    (report / "my notes.txt").write_text("call them on Monday")
    (report / "failure.html").write_text("it failed")
    for text in ("two", "three", "four"):
        publish(tmp_path, text)
    assert {p.name for p in report.iterdir()} == {"report.html", "manifest.json", "my notes.txt"}


def test_a_run_broken_in_mid_swap_gets_its_report_back(tmp_path: Path) -> None:
    report = publish(tmp_path, "one")
    os.rename(report, tmp_path / f".bear.{DEAD}.0123abcd.old")
    (tmp_path / f".bear.{DEAD}.0123abcd").mkdir()
    sweep_leftovers(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["bear"]
    assert report_is_whole(report)


def test_what_a_living_run_builds_and_what_is_not_ours_is_not_swept(tmp_path: Path) -> None:
    mine = tmp_path / f".bear.{os.getpid()}.0123abcd"
    other = tmp_path / ".git"
    mine.mkdir()
    other.mkdir()
    sweep_leftovers(tmp_path)
    assert mine.exists()
    assert other.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of the ended")
def test_what_a_process_left_goes_before_its_end_is_taken_note_of(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    stray = tmp_path / f".bear.{ended.pid}.0123abcd"
    stray.mkdir()
    sweep_leftovers(tmp_path)
    assert not stray.exists()
    assert ended.wait() == 0


def test_a_client_folder_is_never_replaced_by_a_report(tmp_path: Path) -> None:
    (tmp_path / "bear").mkdir()
    (tmp_path / "bear" / "client.yml").write_text("id: bear")
    with pytest.raises(RunError, match="is a client folder"):
        publish(tmp_path, "one")


def test_a_report_is_never_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "bear").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="not a plain folder"):
        publish(tmp_path, "one")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges folders in one step")
def test_a_kill_at_any_moment_leaves_a_whole_report_in_its_place(tmp_path: Path) -> None:
    chance = random.Random(5)
    report, seen = publish(tmp_path, "0"), set[str]()
    for round in range(40):
        child = os.fork()
        if not child:
            for number in itertools.count():
                publish(tmp_path, f"{round}.{number}")
        time.sleep(chance.uniform(0.0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert report_is_whole(report)
        seen.add((report / "report.html").read_text())
        sweep_leftovers(tmp_path)
        assert [p.name for p in tmp_path.iterdir()] == ["bear"]
    assert len(seen) > 10


def test_drafts_of_killed_runs_are_swept_and_no_other_hidden_file(tmp_path: Path) -> None:
    report = publish(tmp_path, "one")
    stays = [
        report / f".a.{machine_code()}-{os.getpid()}.0123abcd.draft",
        tmp_path / ".notes.draft",
    ]
    stays += [report / f".a.{ELSEWHERE}-{DEAD}.0123abcd.draft"]
    goes = [folder / f".b.{machine_code()}-{DEAD}.01234567.draft" for folder in (tmp_path, report)]
    for path in (*stays, *goes):
        path.write_text("half")
    old = report / f".c.{machine_code()}-{os.getpid()}.0123abcd.draft"
    old.write_text("of another machine")
    os.utime(old, (1, 1))
    sweep_leftovers(tmp_path)
    assert all(path.exists() for path in stays)
    assert not any(path.exists() for path in (*goes, old))


def test_two_runs_that_sweep_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    for round in range(20):
        (tmp_path / f".bear.{DEAD}.{round:08x}.old").mkdir()
        (tmp_path / f".index.html.{machine_code()}-{DEAD}.{round:08x}.draft").write_text("half")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(sweep_leftovers, [tmp_path] * 4)) == [None] * 4
    assert [p.name for p in tmp_path.iterdir()] == ["bear"]


def test_temporary_files_with_too_long_a_path_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("x" * 90)))
    with pytest.raises(RunError, match="Set TMPDIR to a shorter one"), private_folder():
        pass
