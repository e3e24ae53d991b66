"""Whole runs: real folders, real kernels, and everything that may go wrong in them."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.report.page import Page
from toolkit.audits import QUESTIONS
from toolkit.errors import ParameterError, RunError
from toolkit.finding import Finding
from toolkit.report.deliver import deliver, scrubbed
from toolkit.report.files import whole
from toolkit.report.job import Job, Outcome
from toolkit.report.kernels import execute, surroundings
from toolkit.report.run import audit_folders

NAMES = (
    "findings.json",
    "manifest.json",
    "report.html",
    "size.json",
    "notebooks/01_roles.ipynb",
)
NOTEBOOKS = Path(__file__).parent / "notebooks"
SAMPLE = Path(__file__).parents[2] / "datasets" / "clients" / "sweet-corner"


def content(folder: Path) -> dict[str, bytes]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def run(kind: str, clients: Path, out: Path, **options: float) -> list[Outcome]:
    return audit_folders(
        [clients], out, workers=1, notebooks=[NOTEBOOKS / kind / "01_roles.ipynb"], **options
    )


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clients")
    shutil.copytree(SAMPLE, folder / "sweet-corner")
    return folder


@pytest.fixture(scope="module")
def reports(clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports")
    (outcome,) = run("good", clients, out)
    assert outcome.status == "done", outcome.failure
    return out


def test_a_run_leaves_a_whole_report_and_an_index(reports: Path) -> None:
    assert set(content(reports)) == {"index.csv", "index.html"} | {
        f"sweet-corner/{name}" for name in NAMES
    }
    assert whole(reports / "sweet-corner")
    page = Page((reports / "sweet-corner" / "report.html").read_text(encoding="utf-8"))
    assert "Shown to clients." in page.text
    assert "Only for learners." not in page.text


def test_nothing_published_names_a_place_on_this_machine(reports: Path, clients: Path) -> None:
    everything = b"".join(content(reports).values())
    for place in (clients, reports, Path(sys.prefix), Path.home() / ".", NOTEBOOKS.parents[2]):
        assert str(place).encode() not in everything


def test_a_second_run_gives_the_same_bytes(reports: Path, clients: Path) -> None:
    before = content(reports)
    run("good", clients, reports)
    assert content(reports) == before


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("raises", "stopped in cell 3: ValueError: <b>no</b> such number"),
        ("leaves", "did not reach its end"),
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
    (outcome,) = run(kind, clients, out, cell_seconds=1 if kind == "hangs" else 60)
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


def test_a_forked_kernel_shows_what_a_cold_one_shows(
    reports: Path, clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in surroundings(tmp_path).items():
        monkeypatch.setenv(name, value)
    folder = clients / "sweet-corner"
    values = {"client": str(folder), "out": str(tmp_path)}
    notebook = NOTEBOOKS / "good" / "01_roles.ipynb"
    cold = execute(notebook, values, cell_seconds=60, deadline=time.monotonic() + 60)
    job = Job("", "", folder, tmp_path, (), tmp_path, 60, 60)
    forked = json.loads(content(reports)["sweet-corner/notebooks/01_roles.ipynb"])
    assert scrubbed(cold, job) == forked


def several(folder: Path, *names: str) -> Path:
    for name in names:
        shutil.copytree(SAMPLE, folder / name)
        settings = folder / name / "client.yml"
        text = settings.read_text(encoding="utf-8").replace("id: sweet-corner", f"id: {name}")
        settings.write_text(text, encoding="utf-8")
    return folder


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


def broken(client: object) -> Finding:
    raise ZeroDivisionError("division by zero")


def test_an_audit_that_breaks_fails_the_client_and_leaves_its_report(
    reports: Path, clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "reports"
    shutil.copytree(reports, out)
    before = content(out)
    monkeypatch.setitem(QUESTIONS, "targeting", broken)
    folder = clients / "sweet-corner"
    job = Job("sweet-corner", "Sweet Corner", folder, out, (), tmp_path / "seals", 60, 60)
    with pytest.raises(RunError, match=r"audit “Targeting” failed\. Our error: ZeroDivisionError"):
        deliver(job, lambda step: None)
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


def test_reports_are_never_written_into_a_client_folder(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "one") / "one"
    before = content(folder)
    for out in (folder, folder / "reports", folder / "a" / "b"):
        with pytest.raises(RunError, match="lies in the client folder"):
            audit_folders([folder], out, notebooks=[])
    assert content(folder) == before
    assert not (folder / "reports").exists()


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


def test_a_folder_without_clients_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no client\.yml"):
        audit_folders([tmp_path], tmp_path / "out")


def test_a_notebook_with_other_parameters_is_refused_before_anything_runs(tmp_path: Path) -> None:
    notebook = json.loads((NOTEBOOKS / "good" / "01_roles.ipynb").read_text())
    notebook["cells"][2]["source"] = 'clients = ""\nout = ""'
    path = tmp_path / "01_roles.ipynb"
    path.write_text(json.dumps(notebook))
    with pytest.raises(ParameterError, match='Did you mean "clients"'):
        audit_folders([SAMPLE], tmp_path / "out", notebooks=[path])
    assert not (tmp_path / "out").exists()


def printed(module: str, expression: str) -> str:
    code = f"import sys, {module}; print({expression})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return said.stdout.strip()


def test_papermill_is_imported_without_the_slow_grammar() -> None:
    asked = "[sys.modules[n] for n in ('rfc3987_syntax',)], 'lark' in sys.modules"
    assert printed("toolkit.report.deliver", asked) == "[None] False"


def test_the_name_record_costs_a_kernel_no_papermill() -> None:
    assert printed("toolkit", "(toolkit.record, 'papermill' in sys.modules)[1]") == "False"
