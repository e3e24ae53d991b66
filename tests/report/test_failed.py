"""What may go wrong with a client: it is said in plain words, and harms no other and no report."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.report.batches import content, job, notebook, run, several
from tests.report.page import Page
from toolkit.audits import QUESTIONS
from toolkit.errors import RunError
from toolkit.finding import Finding
from toolkit.report.deliver import deliver_client
from toolkit.report.job import GRACE
from toolkit.report.options import RunLimits
from toolkit.report.run import audit_folders


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("raises", "stopped in cell 3: ValueError."),
        ("leaves", "stopped in cell 3: SystemExit."),
        ("dies", "01_roles.ipynb"),
        ("hangs", "01_roles.ipynb"),
        ("lies", "with the numbers of the audit"),
    ],
)
def test_a_notebook_that_does_not_end_well_fails_and_harms_nothing(
    kind: str, why: str, reports: Path, clients: Path, tmp_path: Path
) -> None:
    out = tmp_path / "reports"
    shutil.copytree(reports, out)
    before = content(out / "sweet-corner")
    (outcome,) = run(
        kind, clients, out, limits=RunLimits(cell_seconds=1 if kind == "hangs" else 60)
    )
    assert outcome.status == "failed"
    assert why in outcome.why
    after = content(out / "sweet-corner")
    page = Page(after.pop("failure.html").decode())
    assert json.loads(after.pop("failure.json"))["step"] == "notebook 01_roles"
    assert after == before
    assert page.live() == []
    assert "Traceback" not in page.text
    assert outcome.why in page.text
    assert outcome.why in Page((out / "index.html").read_text(encoding="utf-8")).text


def test_a_refused_folder_says_every_problem_and_the_others_are_done(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "bad", "good")
    (folder / "bad" / "survey.csv").write_text("respondent_id\n1\n", encoding="utf-8")
    outcomes = audit_folders([folder], tmp_path / "out", workers=2, notebooks=[])
    assert {o.id: o.status for o in outcomes} == {"bad": "failed", "good": "done"}
    page = Page((tmp_path / "out" / "bad" / "failure.html").read_text(encoding="utf-8"))
    assert "role" in page.text
    assert "audit check" in page.text


def test_two_folders_of_one_id_are_both_refused_and_a_third_is_done(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "a", "b")
    shutil.copytree(folder / "a", folder / "c")
    outcomes = audit_folders([folder], tmp_path / "out", workers=2, notebooks=[])
    assert [(o.id, o.status) for o in outcomes] == [
        ("a", "failed"),
        ("b", "done"),
        ("a", "failed"),
    ]
    assert "in/a, in/c" in outcomes[0].why


def broken(client: object, facts: object) -> Finding:
    raise ZeroDivisionError("division by zero")


def test_an_audit_that_breaks_fails_the_client_and_leaves_its_report(
    reports: Path, clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "reports"
    shutil.copytree(reports, out)
    before = content(out)
    monkeypatch.setitem(QUESTIONS, "targeting", broken)
    with pytest.raises(RunError, match=r"audit “Targeting” failed\. Our error: ZeroDivisionError"):
        deliver_client(job(clients / "sweet-corner", out, tmp_path / "private"), lambda step: None)
    assert content(out) == before


def wrong_id(folder: Path) -> Path:
    settings = folder / "client.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub("^id: .*", "id: Not Valid", text), encoding="utf-8")
    return folder


def test_folders_of_one_name_without_valid_ids_fail_apart_and_vanish_once_mended(
    tmp_path: Path,
) -> None:
    places = [several(tmp_path / place, "My Shop") / "My Shop" for place in ("a", "b")]
    outcomes = audit_folders(map(wrong_id, places), tmp_path / "out", workers=2, notebooks=[])
    assert [o.status for o in outcomes] == ["failed", "failed"]
    assert all(o.id.startswith("my-shop-") for o in outcomes)
    assert outcomes[0].id != outcomes[1].id
    assert "is not a valid id" in outcomes[0].why
    settings = places[0] / "client.yml"
    text = settings.read_text(encoding="utf-8").replace("Not Valid", "shop")
    settings.write_text(text, encoding="utf-8")
    (tmp_path / "out" / outcomes[1].id / "notes.txt").write_text("mine")
    audit_folders(places[:1], tmp_path / "out", workers=1, notebooks=[])
    assert {p.name for p in (tmp_path / "out").iterdir() if p.is_dir()} == {"shop", outcomes[1].id}
    table = (tmp_path / "out" / "index.csv").read_text(encoding="utf-8")
    assert outcomes[0].id not in table
    assert outcomes[1].id in table


def test_a_folder_whose_name_is_no_text_fails_in_plain_words(tmp_path: Path) -> None:
    folder = tmp_path / "in" / os.fsdecode(b"shop\xff")
    try:
        folder.mkdir(parents=True)
    except OSError:
        pytest.skip("this system allows no such name")
    (folder / "client.yml").write_text("margin: 7\n", encoding="utf-8")
    (outcome,) = audit_folders([folder], tmp_path / "out", workers=1, notebooks=[])
    assert (outcome.status, outcome.name) == ("failed", "shop?")


@pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")
def test_a_process_that_dies_fails_its_own_client_alone(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "first", "second")

    def kill_the_first(done: int, total: int, words: str) -> None:
        for child in multiprocessing.active_children() if done == 0 else ():
            os.kill(child.pid or 0, signal.SIGKILL)

    outcomes = audit_folders(
        [folder], tmp_path / "out", workers=1, notebooks=[], progress=kill_the_first
    )
    assert [o.status for o in outcomes] == ["failed", "done"]
    assert "ended without a word" in outcomes[0].why


def test_a_report_whose_process_died_in_mid_swap_comes_back_beside_the_failure(
    tmp_path: Path,
) -> None:
    folder, out = several(tmp_path / "in", "one"), tmp_path / "out"
    audit_folders([folder], out, workers=1, notebooks=[])
    before = content(out / "one")
    (folder / "one" / "survey.csv").write_bytes(b"")

    def swap_half(done: int, total: int, words: str) -> None:
        if done == 0:
            os.rename(out / "one", out / f".one.{2**22 + 7}.0123abcd.old")

    (outcome,) = audit_folders([folder], out, workers=1, notebooks=[], progress=swap_half)
    assert outcome.status == "failed"
    after = content(out / "one")
    assert set(after) - set(before) == {"failure.html", "failure.json"}
    assert before.items() <= after.items()


def test_a_success_removes_the_failure_of_before(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "one")
    survey = folder / "one" / "survey.csv"
    whole_file = survey.read_bytes()
    survey.write_bytes(b"")
    audit_folders([folder], tmp_path / "out", workers=1, notebooks=[])
    assert (tmp_path / "out" / "one" / "failure.html").exists()
    survey.write_bytes(whole_file)
    audit_folders([folder], tmp_path / "out", workers=1, notebooks=[])
    assert not (tmp_path / "out" / "one" / "failure.html").exists()
    assert (tmp_path / "out" / "one" / "report.html").exists()


def test_files_that_change_while_they_are_read_make_no_report(tmp_path: Path) -> None:
    clients = several(tmp_path / "in", "one")

    def meddle(done: int, total: int, words: str) -> None:
        if words.endswith("notebook 01_roles"):
            (clients / "one" / "usage.csv").write_text("account_id,period,active\n")

    (outcome,) = run("good", clients, tmp_path / "out", progress=meddle)
    assert outcome.why == "The client's files changed while they were read. Run it again."
    assert not (tmp_path / "out" / "one" / "report.html").exists()


def test_a_client_that_takes_longer_than_it_may_is_ended(tmp_path: Path) -> None:
    clients = several(tmp_path / "in", "one")
    limits = RunLimits(client_seconds=0.1 - GRACE)
    (outcome,) = run("good", clients, tmp_path / "out", limits=limits)
    assert outcome.why.startswith("It took longer than the ")
    (again,) = run("good", clients, tmp_path / "out")
    assert again.status == "done"
    assert list((tmp_path / "out").glob(".*")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="Linux bounds what a process holds")
def test_a_cell_that_takes_more_memory_than_it_may_fails_its_client_alone(
    clients: Path, tmp_path: Path
) -> None:
    greedy = json.loads(notebook("good").read_text(encoding="utf-8"))
    greedy["cells"][4]["source"] = "import numpy\nnumpy.ones(2 * 1024**3 // 8)"
    path = tmp_path / "01_roles.ipynb"
    path.write_text(json.dumps(greedy), encoding="utf-8")
    options = {"workers": 1, "limits": RunLimits(memory=1024**3)}
    (fails,) = audit_folders([clients], tmp_path / "out", notebooks=[path], **options)
    assert "MemoryError" in fails.why
    (fits,) = run("good", clients, tmp_path / "out", limits=RunLimits(memory=1024**3))
    assert fits.status == "done", fits.why
