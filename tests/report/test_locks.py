"""One run at a time works on a client; a lock outlives nobody for long."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from tests.report.batches import content, run
from toolkit.report.processes.system import process_start
from toolkit.report.store.locks import (
    LockedError,
    LockHolder,
    client_lock,
    lock_holder,
    release_lock,
    sweep_leftovers,
)

DEAD = 2**22 + 7  # above any process id Linux gives
NOBODY = 65534  # the user of no rights
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux when a process began")


def lock(out: Path, **facts: Any) -> Path:
    """A lock that another process left."""
    path = out / ".bear.lock"
    path.write_text(json.dumps(asdict(replace(LockHolder.here("other", 60), **facts))))
    return path


def test_a_lock_says_who_works_since_when_and_goes_with_the_work(tmp_path: Path) -> None:
    with client_lock(tmp_path, "bear", "this", 60):
        holder = lock_holder(tmp_path, "bear")
        assert holder
        assert f"@{socket.gethostname()} (process {os.getpid()}) since " in str(holder)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_goes_with_the_work_also_when_that_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), client_lock(tmp_path, "bear", "this", 60):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_is_told_by_whom_and_since_when(tmp_path: Path) -> None:
    lock(tmp_path, user="anna", since=1_778_000_000.0)
    with pytest.raises(LockedError) as refused, client_lock(tmp_path, "bear", "this", 60):
        pass
    said = f"anna@{socket.gethostname()} (process {os.getpid()}) since 16:53 UTC on 5 May 2026"
    assert said in str(refused.value)
    assert (tmp_path / ".bear.lock").exists()


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Without the rights of root, if we have them."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(mine)


@LINUX
@pytest.mark.parametrize("works", [True, False])
def test_the_lock_of_another_user_stops_nobody_but_its_own_client(works: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        out.chmod(0o777)
        path = lock(out, process=os.getpid() if works else DEAD)
        path.chmod(0o444)
        with as_somebody_else():
            sweep_leftovers(out)
            with client_lock(out, "lion", "this", 60):
                assert lock_holder(out, "lion")
            assert path.exists() == works
            if works:
                with pytest.raises(LockedError, match="worked on by"):
                    client_lock(out, "bear", "this", 60).__enter__()


STALE = {
    "a process that has ended": {"process": DEAD},
    "an earlier process of the same number": {"started": "1"},
    "another machine, whose time is over": {
        "place": "faraway",
        "host": "far",
        "process": DEAD,
        "until": 1.0,
    },
    "the same run on a machine that was lost": {"place": "faraway", "host": "far", "run": "this"},
}


@LINUX
@pytest.mark.parametrize("whose", STALE)
def test_a_lock_that_is_nobodys_any_more_is_taken_over(whose: str, tmp_path: Path) -> None:
    lock(tmp_path, **STALE[whose])
    with client_lock(tmp_path, "bear", "this", 60):
        assert json.loads((tmp_path / ".bear.lock").read_text())["run"] == "this"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"user": "anna"}'])
def test_a_lock_whose_writer_died_over_it_is_taken_over(text: str, tmp_path: Path) -> None:
    (tmp_path / ".bear.lock").write_text(text)
    with client_lock(tmp_path, "bear", "this", 60):
        assert lock_holder(tmp_path, "bear")


def test_of_another_machine_only_the_time_counts(tmp_path: Path) -> None:
    lock(tmp_path, place="faraway", host="far", process=DEAD, until=time.time() + 9)
    with pytest.raises(LockedError, match="@far"), client_lock(tmp_path, "bear", "this", 60):
        pass


def test_what_another_machine_builds_is_not_swept_while_its_lock_holds(tmp_path: Path) -> None:
    path = lock(tmp_path, place="faraway", host="far", process=DEAD, until=time.time() + 9)
    build = tmp_path / f".bear.{DEAD}.0123abcd"
    build.mkdir()
    sweep_leftovers(tmp_path)
    assert build.exists()
    lock(tmp_path, place="faraway", host="far", process=DEAD, until=1.0)
    sweep_leftovers(tmp_path)
    assert not build.exists()
    assert not path.exists()


def test_a_lock_that_was_taken_over_is_not_taken_from_its_new_holder(tmp_path: Path) -> None:
    with client_lock(tmp_path, "bear", "this", 60):
        lock(tmp_path, place="faraway", host="far", process=DEAD)
        assert lock_holder(tmp_path, "bear")
    assert lock_holder(tmp_path, "bear")


def test_of_many_that_take_over_at_once_one_gets_the_lock(tmp_path: Path) -> None:
    inside, most, refused = [0], [0], list[int]()
    gate = threading.Barrier(12)

    def work(number: int) -> None:
        gate.wait()
        try:
            with client_lock(tmp_path, "bear", f"run {number}", 60):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.02)
                inside[0] -= 1
        except LockedError:
            refused.append(number)

    for _ in range(10):
        lock(tmp_path, process=DEAD)
        threads = [threading.Thread(target=work, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == [1]
    assert len(refused) < 120
    assert not (tmp_path / ".bear.lock").exists()


def test_release_leaves_a_living_lock(tmp_path: Path) -> None:
    path = lock(tmp_path)
    release_lock(path)
    release_lock(tmp_path / ".nothing.lock")
    assert path.exists()


def test_a_locked_client_fails_alone_and_nothing_of_it_is_touched(
    clients: Path, reports: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    subprocess.run(["cp", "-r", str(reports), str(out)], check=True)
    path = out / ".sweet-corner.lock"
    path.write_text(json.dumps(asdict(LockHolder.here("other", 60))))
    before = content(out)
    (outcome,) = run("good", clients, out, force=True)
    assert outcome.status == "failed"
    assert "It is being worked on by " in outcome.why
    assert content(out) == before


@LINUX
def test_a_process_is_known_by_its_number_and_when_it_began() -> None:
    assert process_start(os.getpid()).isdigit()
    assert process_start(DEAD) == ""
