"""The same clients on any executor: threads, processes, a cluster; and workers that are killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.batches import content, job, notebook, several
from toolkit.errors import RunError
from toolkit.report.cluster import dask_cluster, run_job
from toolkit.report.job import ClientResult
from toolkit.report.run import audit_folders
from toolkit.report.store.files import report_is_whole

BIN = Path(sys.executable).parent
POSIX = pytest.mark.skipif(os.name != "posix", reason="kills a process the POSIX way")


def on(executor: Executor, clients: Path, out: Path) -> list[ClientResult]:
    return audit_folders([clients], out, notebooks=[notebook("good")], executor=executor)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return several(tmp_path_factory.mktemp("two"), "sweet-corner", "other")


def test_threads_give_the_same_bytes(two: Path, reports: Path, tmp_path: Path) -> None:
    before = dict(os.environ)
    with ThreadPoolExecutor(2) as executor:
        outcomes = on(executor, two, tmp_path)
    assert [o.status for o in outcomes] == ["done", "done"]
    assert content(tmp_path / "sweet-corner") == content(reports / "sweet-corner")
    assert dict(os.environ) == before


@POSIX
def test_a_pool_that_breaks_leaves_its_clients_to_this_machine(two: Path, tmp_path: Path) -> None:
    with ProcessPoolExecutor(1) as executor:
        executor.submit(os.getpid).result()
        threading.Timer(1.0, _kill_pool, [executor]).start()
        outcomes = on(executor, two, tmp_path)
    assert [o.status for o in outcomes] == ["done", "done"], [o.why for o in outcomes]
    assert report_is_whole(tmp_path / "other")


def _kill_pool(executor: ProcessPoolExecutor) -> None:
    for pid in list(executor._processes or ()):
        os.kill(pid, signal.SIGKILL)


def test_a_machine_with_another_toolkit_does_not_calculate(clients: Path, tmp_path: Path) -> None:
    own = job(clients / "sweet-corner", tmp_path, tmp_path)
    outcome = run_job(replace(own, place=replace(own.place, recipe={"python": "2.7"})))
    assert outcome.failure
    assert outcome.why == "The machine it was given to has another: packages, python, toolkit."
    assert "same version" in outcome.failure.todo


@contextmanager
def dask(folder: Path, *workers: str) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers as the dask command starts them; ended with the block."""
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder}
    scheduler = subprocess.Popen(
        [BIN / "dask", "scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard"],
        stderr=subprocess.PIPE,
        **quiet,
    )
    assert scheduler.stderr
    lines = (line.decode() for line in scheduler.stderr)
    address = next(m.group() for line in lines if (m := re.search(r"tcp://127\S+", line)))
    call = [BIN / "dask", "worker", address, "--nthreads", "1", "--no-dashboard"]
    started = [
        subprocess.Popen([*call, "--name", w, "--no-nanny"], stderr=subprocess.DEVNULL, **quiet)
        for w in workers
    ]
    try:
        yield address, started
    finally:
        for process in (*started, scheduler):
            process.kill()
            process.wait()
        scheduler.stderr.close()


@POSIX
def test_a_cluster_of_which_a_worker_is_killed_finishes_every_client(tmp_path: Path) -> None:
    clients = several(tmp_path / "in", "a", "b", "c")
    with dask(tmp_path, "one", "two") as (address, workers):
        out = tmp_path / "out"
        killed = threading.Thread(target=_kill_when_busy, args=(workers[0], out))
        killed.start()
        with _patient(address) as executor:
            outcomes = on(executor, clients, out)
        killed.join()
    assert [o.status for o in outcomes] == ["done"] * 3, [o.why for o in outcomes]
    assert all(report_is_whole(out / o.id) for o in outcomes)
    assert list(out.glob(".*")) == []
    assert workers[0].returncode == -signal.SIGKILL


@contextmanager
def _patient(address: str, workers: int = 2) -> Iterator[Executor]:
    """The cluster's executor, once its workers are there."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
    with dask_cluster(address) as executor:
        yield executor


def _kill_when_busy(worker: subprocess.Popen[bytes], out: Path, locks: int = 2) -> None:
    until = time.monotonic() + 60
    while len(list(out.glob(".?.lock"))) < locks and time.monotonic() < until:
        time.sleep(0.02)
    worker.kill()
    worker.wait()


@POSIX
def test_a_cluster_without_any_worker_left_leaves_its_clients_to_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.report.cluster.DESERTED", 1.0)
    clients, out = several(tmp_path / "in", "a", "b"), tmp_path / "out"
    with dask(tmp_path, "one") as (address, workers), _patient(address, 1) as executor:
        killed = threading.Thread(target=_kill_when_busy, args=(workers[0], out, 1))
        killed.start()
        outcomes = on(executor, clients, out)
        killed.join()
    assert [o.status for o in outcomes] == ["done"] * 2, [o.why for o in outcomes]
    assert all(report_is_whole(out / o.id) for o in outcomes)
    assert list(out.glob(".*")) == []


def test_a_local_cluster_gives_the_same_bytes(clients: Path, reports: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    asked = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with (
        LocalCluster(processes=True, **asked) as local,
        dask_cluster(local.scheduler_address) as executor,
    ):
        (outcome,) = on(executor, clients, tmp_path)
    assert outcome.status == "done", outcome.why
    assert content(tmp_path / "sweet-corner") == content(reports / "sweet-corner")


def test_a_cluster_that_is_not_there_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("toolkit.report.cluster.SECONDS", 0.5)
    with pytest.raises(RunError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"):
        dask_cluster("tcp://127.0.0.1:9").__enter__()


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://host", "foo://host:1", "tcp://h:x"])
def test_what_is_no_address_of_a_scheduler_is_refused_at_once(address: str) -> None:
    with pytest.raises(RunError, match="expected tcp://host:8786"):
        dask_cluster(address).__enter__()


def test_without_the_package_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match="pip install distributed"):
        dask_cluster("tcp://127.0.0.1:8786").__enter__()
