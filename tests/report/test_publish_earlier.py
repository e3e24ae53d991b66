"""Earlier audits are kept whole, under their own day, and never overwritten."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.report import handmade
from toolkit.errors import RunError
from toolkit.finding import Audit
from toolkit.report.store.files import audit_date, report_is_whole, write_atomically
from toolkit.report.store.locks import sweep_leftovers
from toolkit.report.store.publish import build_report, compare_with_earlier, stored_audits
from toolkit.since import DAMAGED

MAY, JUNE, JULY = (date(2026, month, 3) for month in (5, 6, 7))


def audit(estimate: float) -> Audit:
    """The client by hand, where buyers receive so many points more."""
    first, *others = handmade.verdicts()
    return handmade.audit(mistakes=(replace(first, estimate=estimate), *others))


def publish(out: Path, estimate: float, today: date) -> Path:
    with build_report(out, "bear", today) as folder:
        write_atomically(folder / "findings.json", audit(estimate).to_json())
        write_atomically(folder / "report.html", f"{estimate} points")
        (folder / "notebooks").mkdir()
        write_atomically(folder / "notebooks" / "01_roles.ipynb", "{}")
    return out / "bear"


def kept(report: Path) -> dict[str, str]:
    """Which audits are kept, by folder, and what their pages say?"""
    return {
        folder.name: (folder / "report.html").read_text()
        for folder in sorted((report / "earlier").glob("*"))
    }


def test_the_first_audit_has_none_before_it(tmp_path: Path) -> None:
    assert compare_with_earlier(stored_audits(tmp_path / "bear"), audit(13.0)) is None
    report = publish(tmp_path, 13.0, MAY)
    assert not (report / "earlier").exists()
    assert audit_date(report) == MAY


def test_the_same_findings_again_are_the_same_audit_of_the_same_day(tmp_path: Path) -> None:
    report = publish(tmp_path, 13.0, MAY)
    before = (report / "manifest.json").read_bytes()
    publish(tmp_path, 13.0, JULY)
    assert not (report / "earlier").exists()
    assert (report / "manifest.json").read_bytes() == before


def test_other_findings_keep_the_audit_before_whole_under_its_day(tmp_path: Path) -> None:
    publish(tmp_path, 13.0, MAY)
    publish(tmp_path, 12.0, JUNE)
    report = publish(tmp_path, 11.0, JULY)
    assert kept(report) == {"2026-05-03": "13.0 points", "2026-06-03": "12.0 points"}
    assert audit_date(report) == JULY
    assert all(report_is_whole(folder) for folder in (report, *(report / "earlier").iterdir()))


def test_several_of_one_day_get_numbers_and_none_takes_the_number_of_another(
    tmp_path: Path,
) -> None:
    for estimate in range(12, 0, -1):
        report = publish(tmp_path, estimate, MAY)
    assert len(kept(report)) == 11
    assert kept(report)["2026-05-03-11"] == "2 points"
    moved = compare_with_earlier(stored_audits(report), audit(1))
    assert moved is not None
    assert moved.earlier is not None
    assert moved.earlier.folder == "earlier/2026-05-03-11"
    shutil.rmtree(report / "earlier" / "2026-05-03")
    publish(tmp_path, 0.5, JUNE)
    assert kept(report)["2026-05-03-12"] == "1 points"
    assert "2026-05-03" not in kept(report)


def test_the_comparison_is_with_the_last_audit_that_differs(tmp_path: Path) -> None:
    report = publish(tmp_path, 13.0, MAY)
    first = compare_with_earlier(stored_audits(report), audit(3.0))
    publish(tmp_path, 3.0, JUNE)
    again = compare_with_earlier(stored_audits(report), audit(3.0))
    assert first is not None
    assert again is not None
    assert first.to_json() == again.to_json()
    assert json.loads(again.to_json())["since"] == {
        "date": "2026-05-03",
        "folder": "earlier/2026-05-03",
    }
    back = compare_with_earlier(stored_audits(report), audit(13.0))
    assert back is not None
    assert back.earlier is not None
    assert back.earlier.made == JUNE


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', '{"format": 1}'])
def test_a_damaged_audit_is_kept_and_the_one_before_it_is_compared(
    tmp_path: Path, content: str
) -> None:
    publish(tmp_path, 13.0, MAY)
    report = publish(tmp_path, 12.0, JUNE)
    (report / "findings.json").write_text(content)
    moved = compare_with_earlier(stored_audits(report), audit(3.0))
    assert moved is not None
    assert moved.earlier is not None
    assert moved.earlier.made == MAY
    ((lost, why),) = moved.unreadable
    assert lost.made == JUNE
    assert why
    publish(tmp_path, 3.0, JULY)
    assert (report / "earlier" / "2026-06-03" / "findings.json").read_text() == content


def test_where_no_earlier_audit_can_be_read_it_says_so_and_goes_on(tmp_path: Path) -> None:
    report = publish(tmp_path, 13.0, MAY)
    (report / "findings.json").write_text("[]")
    moved = compare_with_earlier(stored_audits(report), audit(3.0))
    assert moved is not None
    content = json.loads(moved.to_json())
    assert (content["since"], content["mistakes"]) == (None, [])
    assert [lost["why"] for lost in content["unreadable"]] == [DAMAGED]


@pytest.mark.parametrize("manifest", ["{", '{"format": 1, "files": {}}', '{"made": "May"}'])
def test_without_a_day_in_the_manifest_the_file_systems_day_is_taken(
    tmp_path: Path, manifest: str
) -> None:
    report = publish(tmp_path, 13.0, MAY)
    (report / "manifest.json").write_text(manifest)
    os.utime(report / "findings.json", (1_700_000_000, 1_700_000_000))  # 14 November 2023
    publish(tmp_path, 12.0, JUNE)
    (day,) = kept(report)
    assert day.startswith("2023-11-1")


def test_what_others_put_there_stays_run_after_run(tmp_path: Path) -> None:
    report = publish(tmp_path, 13.0, MAY)
    publish(tmp_path, 12.0, JUNE)
    notes = [report / "notes.txt", report / "earlier" / "notes.txt"]
    notes.append(report / "earlier" / "2026-05-03" / "notes.txt")
    for note in notes:
        note.write_text("call them on Monday")
    for estimate in (12.0, 11.0, 10.0):
        publish(tmp_path, estimate, JULY)
    assert [note.read_text() for note in notes] == ["call them on Monday"] * 3
    assert len(list((report / "earlier").glob("2026-*"))) == 3


@pytest.mark.parametrize("name", ["2026-13-45", "2026-05-03-0", "notes", "2026-05-03-1x"])
def test_a_folder_that_is_no_day_is_none_of_ours(tmp_path: Path, name: str) -> None:
    report = publish(tmp_path, 13.0, MAY)
    (report / "earlier" / name).mkdir(parents=True)
    assert compare_with_earlier(stored_audits(report), audit(13.0)) is None


def test_a_file_or_link_in_the_way_refuses_and_loses_nothing(tmp_path: Path) -> None:
    report = publish(tmp_path, 13.0, MAY)
    (report / "earlier").write_text("mine")
    with pytest.raises(RunError, match="not a plain folder"):
        publish(tmp_path, 12.0, JUNE)
    (report / "earlier").unlink()
    (report / "earlier").symlink_to(tmp_path)
    with pytest.raises(RunError, match="not a plain folder"):
        publish(tmp_path, 12.0, JUNE)
    assert (report / "report.html").read_text() == "13.0 points"


def test_a_manifest_that_names_places_outside_reaches_none(tmp_path: Path) -> None:
    report = publish(tmp_path, 13.0, MAY)
    (tmp_path / "secret.txt").write_text("secret")
    (report / "manifest.json").write_text('{"files": {"../secret.txt": "", "/etc/passwd": ""}}')
    publish(tmp_path, 12.0, JUNE)
    assert not list(report.rglob("secret.txt"))
    assert (tmp_path / "secret.txt").read_text() == "secret"


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from tests.report.test_publish_earlier import publish
from toolkit.report.store import publish as publishing

place, moment, put, rename = Path(sys.argv[1]), sys.argv[2], publishing.swap_folders, os.rename
def die(): os.kill(os.getpid(), signal.SIGKILL)
def half(*paths):
    os.rename = lambda *paths: die()
    rename(*paths)
def stop(built, target):
    if moment == "before": die()
    if moment == "between": os.rename, publishing._exchanged = half, lambda *paths: False
    put(built, target)
    die()
publishing.swap_folders = stop
publish(place, 11.0, date(2026, 7, 3))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
@pytest.mark.parametrize(
    ("moment", "then"), [("before", "12.0"), ("between", "12.0"), ("after", "11.0")]
)
def test_a_run_killed_between_keeping_and_publishing_loses_and_doubles_nothing(
    tmp_path: Path, moment: str, then: str
) -> None:
    publish(tmp_path, 13.0, MAY)
    report = publish(tmp_path, 12.0, JUNE)
    call = [sys.executable, "-c", KILLED, str(tmp_path), moment]
    root = Path(__file__).parents[2]
    assert subprocess.run(call, cwd=root).returncode == -signal.SIGKILL
    assert report.exists() is (moment != "between")
    sweep_leftovers(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["bear"]
    assert (report / "report.html").read_text() == f"{then} points"
    assert report_is_whole(report)
    publish(tmp_path, 11.0, JULY)
    assert kept(report) == {"2026-05-03": "13.0 points", "2026-06-03": "12.0 points"}


def test_no_more_earlier_audits_are_read_than_a_comparison_can_need(tmp_path: Path) -> None:
    for estimate, day in ((13.0, MAY), (12.0, JUNE), (11.0, JULY)):
        report = publish(tmp_path, estimate, day)
    assert [stored.place.made for stored in stored_audits(report)] == [JULY, JUNE]
    (report / "findings.json").write_text("[]")
    stored = stored_audits(report)
    assert [audit.told is None for audit in stored] == [True, False, False]
