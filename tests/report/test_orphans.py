"""Whatever ends a run, nothing that it started goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.batches import content, notebook, several
from toolkit.report.files import whole
from toolkit.report.processes.linux import environment, parents
from toolkit.report.processes.orphans import MARK, end_orphans
from toolkit.report.run import audit_folders

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its processes")

DEAF = """
import ctypes, os, subprocess
subprocess.Popen(["sleep", "301"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    os.execlp("sleep", "sleep", "302")
ctypes.PyDLL(None).sleep(300)  # holds the interpreter, so no thread of it hears anything
"""
RUN = """
import sys
from pathlib import Path
from toolkit.report.run import audit_folders
(outcome,) = audit_folders([sys.argv[1]], sys.argv[2], notebooks=[Path(sys.argv[3])])
print(outcome.why)
"""
SECONDS = 10


@pytest.fixture
def deaf(tmp_path: Path) -> Path:
    """A notebook that leaves processes in sessions of their own, and then hears nothing."""
    shown = json.loads(notebook("good").read_text(encoding="utf-8"))
    shown["cells"][4]["source"] = DEAF
    path = tmp_path / "01_roles.ipynb"
    path.write_text(json.dumps(shown), encoding="utf-8")
    return path


@pytest.fixture
def started(deaf: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """A run in the midst of that notebook, and the processes that carry its mark."""
    clients = several(tmp_path / "in", "bear")
    call = [sys.executable, "-c", RUN, str(clients), str(tmp_path / "out"), str(deaf)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(call, stdout=subprocess.PIPE, cwd=root) as run:
        while len(asleep(run.pid)) < 2:
            assert run.poll() is None
            time.sleep(0.05)
        yield run, marked(run.pid)
        run.kill()


def marked(runner: int) -> list[int]:
    mark = f"\0{MARK}={runner}-".encode()
    return [pid for pid in parents() if mark in environment(pid)]


def asleep(runner: int) -> list[int]:
    return [pid for pid in marked(runner) if b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def gone(processes: list[int]) -> bool:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and set(processes) & set(parents()):
        time.sleep(0.05)
    return not set(processes) & set(parents())


def test_a_killed_runner_leaves_no_process_and_its_client_can_be_run_again(
    started: tuple[subprocess.Popen[bytes], list[int]], tmp_path: Path
) -> None:
    run, processes = started
    run.kill()
    assert len(processes) >= 6  # server, keeper, worker, kernel, and what its cell left
    assert gone(processes)
    assert (tmp_path / "out" / ".bear.lock").exists()
    (outcome,) = audit_folders([tmp_path / "in"], tmp_path / "out", notebooks=[notebook("good")])
    assert outcome.status == "done", outcome.why
    assert whole(tmp_path / "out" / "bear")
    assert not [name for name in content(tmp_path / "out") if "/." in name or name[0] == "."]


@pytest.mark.parametrize("whose", ["keeper", "worker", "kernel"])
def test_whichever_process_of_a_client_is_killed_the_others_go_with_it(
    whose: str, started: tuple[subprocess.Popen[bytes], list[int]]
) -> None:
    run, processes = started
    family = parents()
    server = next(pid for pid in processes if any(family[p] == pid for p in processes))
    (keeper,) = [pid for pid in processes if family[pid] == server]
    (worker,) = [pid for pid in processes if family[pid] == keeper]
    kernel = next(family[pid] for pid in asleep(run.pid))
    os.kill({"keeper": keeper, "worker": worker, "kernel": kernel}[whose], signal.SIGKILL)
    assert gone([pid for pid in processes if pid != server and family[pid] != run.pid])
    said, _ = run.communicate(timeout=30)
    assert said.decode().strip()


def test_the_next_run_ends_what_a_run_without_its_keepers_left(tmp_path: Path) -> None:
    env = {**os.environ, MARK: f"{2**22 + 7}-12345"}
    with subprocess.Popen(["sleep", "303"], env=env, start_new_session=True) as left:
        other = {**os.environ, MARK: f"{os.getpid()}-1"}
        with subprocess.Popen(["sleep", "304"], env=other) as stays:
            time.sleep(0.1)
            end_orphans()
            assert left.wait(timeout=SECONDS) == -signal.SIGKILL
            assert stays.poll() is None
            stays.kill()
