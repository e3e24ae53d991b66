"""Reports at an address: the manifest comes last and decides."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import uuid
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.report.batches import content, job, notebook, run, several
from toolkit.errors import RunError
from toolkit.report.cluster import run_job
from toolkit.report.run import audit_folders
from toolkit.report.store.files import report_is_whole
from toolkit.report.store.remote import ReportAddress, local_reports


@pytest.fixture(params=["memory", "file"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    there = tmp_path / "there" if request.param == "file" else f"/{uuid.uuid4().hex}/reports"
    return f"{request.param}://{there}"


def stored(address: str) -> dict[str, bytes]:
    store, root = fsspec.url_to_fs(address)
    return {path[len(root) + 1 :]: store.cat_file(path) for path in store.find(root)}


def test_a_run_puts_there_what_it_would_write_into_a_folder_and_resumes_there(
    address: str, clients: Path, reports: Path
) -> None:
    (outcome,) = run("good", clients, address)
    assert outcome.status == "done", outcome.why
    assert stored(address) == content(reports)
    (again,) = run("good", clients, address)
    assert again.unchanged


def test_an_executor_puts_there_what_it_made_and_a_failure_has_its_page(
    clients: Path, reports: Path, tmp_path: Path
) -> None:
    folder = several(tmp_path / "in", "sweet-corner", "bad")
    (folder / "bad" / "survey.csv").write_bytes(b"")
    address = f"memory:///{uuid.uuid4().hex}"
    with ThreadPoolExecutor(1) as executor:
        bad, good = run("good", folder, address, executor=executor)
    assert (bad.status, good.status) == ("failed", "done")
    there = stored(address)
    assert {"bad/failure.html", "bad/failure.json", "index.html"} <= set(there)
    name = "sweet-corner/manifest.json"
    assert there[name] == content(reports)[name]


@pytest.fixture
def put(reports: Path, address: str) -> ReportAddress:
    place = ReportAddress(address)
    place.put(reports, "sweet-corner")
    return place


def test_what_is_put_comes_back_the_same(put: ReportAddress, reports: Path, tmp_path: Path) -> None:
    assert put.ids() == ["sweet-corner"]
    put.fetch(tmp_path / "here", "sweet-corner")
    assert content(tmp_path / "here" / "sweet-corner") == content(reports / "sweet-corner")


@pytest.mark.parametrize("name", ["manifest.json", "report.html", "findings.json"])
def test_a_report_that_is_not_whole_counts_as_not_there(
    name: str, put: ReportAddress, address: str, tmp_path: Path
) -> None:
    store, root = fsspec.url_to_fs(address)
    store.rm_file(f"{root}/sweet-corner/{name}")
    put.fetch(tmp_path / "here", "sweet-corner")
    assert content(tmp_path / "here") == {}


def test_the_manifest_is_put_last(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, order = ReportAddress(f"file://{tmp_path}/there"), list[str]()
    put = place._store.put_file
    monkeypatch.setattr(
        place._store, "put_file", lambda here, there: (order.append(there), put(here, there))
    )
    place.put(reports, "sweet-corner")
    assert len(order) == len(content(reports / "sweet-corner"))
    assert order[-1].endswith("/sweet-corner/manifest.json")
    assert report_is_whole(tmp_path / "there" / "sweet-corner")


def test_what_is_ours_and_gone_here_goes_there_and_what_others_put_stays(
    put: ReportAddress, address: str, reports: Path, tmp_path: Path
) -> None:
    store, root = fsspec.url_to_fs(address)
    store.pipe_file(f"{root}/sweet-corner/notes.txt", b"call them")
    store.pipe_file(f"{root}/sweet-corner/failure.html", b"it failed")
    shutil.copytree(reports, tmp_path / "here")
    os.remove(tmp_path / "here" / "sweet-corner" / "size.json")
    put.put(tmp_path / "here", "sweet-corner")
    names = {name.removeprefix("sweet-corner/") for name in stored(address)}
    assert "notes.txt" in names
    assert not names & {"failure.html", "size.json"}


def test_an_address_that_cannot_be_used_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(RunError, match="nosuch://x cannot be used"):
        ReportAddress("nosuch://x")
    for name in [n for n in sys.modules if n.partition(".")[0] == "fsspec"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(RunError, match="fsspec"):
        ReportAddress("s3://bucket/reports")


def test_what_cannot_be_put_there_fails_alone(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "apple", "berry", "cherry")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "berry").write_text("in the way", encoding="utf-8")
    outcomes = run("good", folder, f"file://{tmp_path / 'there'}")
    assert [o.status for o in outcomes] == ["done", "failed", "done"]
    assert "could not be brought to file://" in outcomes[1].why
    assert report_is_whole(tmp_path / "there" / "cherry")


def refuse(*_: object, **__: object) -> None:
    """A store's own error, of no kind that Python knows."""
    raise RuntimeError("403, access denied.")


def test_an_error_of_the_stores_own_fails_its_client_alone(
    clients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryFileSystem, "put_file", refuse)
    (outcome,) = run("good", clients, f"memory:///{uuid.uuid4().hex}")
    assert outcome.status == "failed"
    assert outcome.why.endswith(": 403, access denied.")
    assert "pages over all clients could not be written: 403, access denied." in outcome.note


def test_a_store_that_lets_nobody_look_is_said_in_a_sentence(
    clients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"memory:///{uuid.uuid4().hex}"
    monkeypatch.setattr(MemoryFileSystem, "exists", refuse)
    with pytest.raises(RunError, match=f"cannot be written to {address}: 403, access denied"):
        run("good", clients, address)
    with pytest.raises(RunError, match=f"{address} cannot be read: 403, access denied"):
        local_reports(address).__enter__()


def test_a_local_address_does_not_lead_into_a_clients_folder(clients: Path) -> None:
    with pytest.raises(RunError, match="must not mix"):
        run("good", clients, f"file://{clients / 'sweet-corner' / 'reports'}")


def test_what_a_broken_pool_leaves_is_put_there_all_the_same(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "apple", "berry")
    with ProcessPoolExecutor(1) as executor:
        executor.submit(abs, 1).result()
        for process in executor._processes.values():
            process.kill()
        with pytest.raises(BrokenExecutor):
            executor.submit(time.sleep, 60).result()
        outcomes = run("good", folder, f"file://{tmp_path / 'there'}", executor=executor)
    assert [o.status for o in outcomes] == ["done", "done"]
    assert all(report_is_whole(tmp_path / "there" / o.id) for o in outcomes)


def test_what_no_worker_left_where_it_was_to_go_has_failed(clients: Path, tmp_path: Path) -> None:
    with ProcessPoolExecutor(1) as executor:  # a process has a memory of its own
        (outcome,) = run("good", clients, f"memory:///{uuid.uuid4().hex}", executor=executor)
    assert outcome.status == "failed"
    assert "did not leave it in memory:///" in outcome.why
    assert outcome.failure
    assert "shared by all machines" in outcome.failure.todo


@pytest.mark.parametrize(
    ("call", "said"),
    [("put_file", "could not be brought to memory"), ("find", "cannot be read by the worker")],
)
def test_a_store_that_refuses_a_worker_is_told_in_its_own_words(
    call: str, said: str, clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"memory:///{uuid.uuid4().hex}"
    (outcome,) = run("good", clients, address)
    own = job(clients / "sweet-corner", tmp_path, tmp_path / "private")
    recipe = json.loads(stored(address)["sweet-corner/manifest.json"])["inputs"]
    place = replace(own.place, address=address, recipe=recipe)
    monkeypatch.setattr(MemoryFileSystem, call, refuse)
    outcome = run_job(replace(own, place=place))
    assert outcome.status == "failed"
    assert said in outcome.why
    assert outcome.why.endswith(": 403, access denied.")


def test_a_failure_puts_no_older_report_over_a_newer_one(clients: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(clients, tmp_path / "in")
    address = f"file://{tmp_path / 'there'}"
    run("good", folder, address)
    place, copy = ReportAddress(address), tmp_path / "copy"
    place.fetch(copy, "sweet-corner")
    newer = tmp_path / "there" / "sweet-corner" / "report.html"
    newer.write_text("newer", "utf-8")
    (copy / "sweet-corner" / "failure.html").write_text("why", "utf-8")
    place.put_failure(copy, "sweet-corner")
    assert newer.read_text("utf-8") == "newer"
    assert (newer.parent / "failure.html").read_text("utf-8") == "why"
    (copy / "sweet-corner" / "failure.html").unlink()
    place.put_failure(copy, "sweet-corner")
    assert not (newer.parent / "failure.html").exists()


def test_the_index_tells_of_clients_that_another_run_put_there_meanwhile(
    clients: Path, tmp_path: Path
) -> None:
    address, other = f"file://{tmp_path / 'there'}", several(tmp_path / "in", "apple")

    def meanwhile(done: int, all: int, words: str) -> None:
        if not (tmp_path / "there" / "apple").exists():
            run("good", other, address)

    audit_folders([clients], address, notebooks=[notebook("good")], progress=meanwhile)
    table = (tmp_path / "there" / "index.csv").read_text("utf-8")
    assert "apple" in table
    assert "sweet-corner" in table
