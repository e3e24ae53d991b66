"""Whatever ends a run, nothing that it started goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.orphans import WAYS, ended
from tests.faults.processes import SECONDS, family, left, marked, named
from tests.faults.runner import started
from tests.report.batches import content, notebook, several
from toolkit.report.processes.system import (
    MARK,
    end_orphans,
    machine_code,
    parent_processes,
    run_mark,
)
from toolkit.report.run import audit_folders
from toolkit.report.store.files import report_is_whole

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its processes")

DEAF = """
import ctypes, os, subprocess
subprocess.Popen(["sleep", "301"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    os.execlp("sleep", "sleep", "302")
ctypes.PyDLL(None).sleep(300)  # holds the interpreter, so no thread of it hears anything
"""


@pytest.fixture
def deaf(tmp_path: Path) -> Path:
    """A notebook that leaves processes in sessions of their own, and then hears nothing."""
    shown = json.loads(notebook("good").read_text(encoding="utf-8"))
    shown["cells"][4]["source"] = DEAF
    path = tmp_path / "01_roles.ipynb"
    path.write_text(json.dumps(shown), encoding="utf-8")
    return path


@pytest.fixture
def deaf_run(deaf: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A run in the midst of that notebook, and the processes that carry its mark."""
    clients = several(tmp_path / "in", "bear")
    with (
        tempfile.TemporaryDirectory() as short,  # sockets stand there, whose paths must be
        started([clients], tmp_path / "out", [deaf], temporary=Path(short)) as run,
    ):
        while len(set(named("sleep")) & set(marked(run.pid))) < 2:
            assert run.poll() is None
            time.sleep(0.05)
        yield run, marked(run.pid)
        run.kill()


def running(processes: list[int]) -> list[int]:
    return sorted(set(processes) & set(parent_processes()))


def test_a_killed_runner_leaves_no_process_and_its_client_can_be_run_again(
    deaf_run: tuple[subprocess.Popen[str], list[int]], tmp_path: Path
) -> None:
    run, processes = deaf_run
    run.kill()
    assert len(processes) >= 6  # server, keeper, worker, kernel, and what its cell left
    assert left(lambda: running(processes)) == []
    assert (tmp_path / "out" / ".bear.lock").exists()
    (outcome,) = audit_folders([tmp_path / "in"], tmp_path / "out", notebooks=[notebook("good")])
    assert outcome.status == "done", outcome.why
    assert report_is_whole(tmp_path / "out" / "bear")
    assert not [name for name in content(tmp_path / "out") if "/." in name or name[0] == "."]


def test_when_a_worker_is_killed_all_of_its_client_goes_with_it(
    deaf_run: tuple[subprocess.Popen[str], list[int]],
) -> None:
    run, processes = deaf_run
    line, (worker,) = parent_processes(), family(run.pid)["worker"]
    os.kill(worker, signal.SIGKILL)
    own = [pid for pid in processes if line[pid] != run.pid]  # the server stays for others
    assert left(lambda: running(own)) == []
    said, _ = run.communicate(timeout=30)
    assert "ended without a word" in said


@pytest.mark.parametrize("way", [18, 21])  # no trace of its run: keeper killed, server killed
def test_what_bears_no_trace_of_its_run_ends_too(way: int) -> None:
    assert WAYS[way][0] == "no trace of its run"
    assert ended(way) == []


HALF_DEAD = """
import ctypes, os, signal, subprocess, sys, threading, time
from toolkit.report.processes.system import adopt_orphans
from toolkit.report.processes.system import end_adopted
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that nothing is left to take note of
adopt_orphans()
if os.fork() == 0:
    os.setsid()
    subprocess.Popen(["sleep", "305"], start_new_session=True)
    threading.Thread(target=lambda: (time.sleep(1), os._exit(0))).start()
    print("begun", flush=True)
    ctypes.CDLL(None).pthread_exit(0)  # ends this thread alone
print("server", flush=True)
sys.stdin.readline()
end_adopted(os.getpid(), set())
"""


def test_what_a_process_leaves_whose_main_thread_ended_first_is_ended(tmp_path: Path) -> None:
    script = [sys.executable, "-c", HALF_DEAD]
    with subprocess.Popen(script, stdin=-1, stdout=-1, text=True) as server:
        assert server.stdin
        assert server.stdout
        assert {server.stdout.readline(), server.stdout.readline()} == {"begun\n", "server\n"}
        while len(slept := set(named("sleep\x00305")) - {server.pid}) < 1:
            time.sleep(0.01)
        server.stdin.write("\n")
        server.stdin.flush()
        assert server.wait(timeout=SECONDS) == 0
    assert running(list(slept)) == []


def test_the_next_run_ends_what_a_run_without_its_keepers_left(tmp_path: Path) -> None:
    env = {**os.environ, MARK: f"{machine_code()}-{2**22 + 7}-12345"}
    with subprocess.Popen(["sleep", "303"], env=env, start_new_session=True) as orphan:
        others = run_mark(), {MARK: f"0ff1ce-{2**22 + 7}-12345"}  # ours, and one of a container
        stay = [subprocess.Popen(["sleep", "304"], env={**os.environ, **m}) for m in others]
        time.sleep(0.1)
        end_orphans()
        assert orphan.wait(timeout=SECONDS) == -signal.SIGKILL
        for process in stay:
            assert process.poll() is None
            process.kill()
            process.wait()
