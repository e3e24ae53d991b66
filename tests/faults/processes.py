"""Which processes does a run have, who is who among them, and which are left when it is over?"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from toolkit.report.processes.system import (
    MARK,
    machine_code,
    parent_processes,
    process_environment,
    process_facts,
)

SECONDS = 10.0  # after which nothing of a run may be left


def marked(runner: int) -> list[int]:
    """The processes that carry the mark of this runner, itself left out."""
    mark = f"\0{MARK}={machine_code()}-{runner}-".encode()
    return [pid for pid in parent_processes() if pid != runner and mark in process_environment(pid)]


def named(word: str) -> list[int]:
    """The processes whose command line holds this word, whatever their environment says."""
    found = []
    for pid in parent_processes():
        with suppress(OSError):
            if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def family(runner: int) -> dict[str, list[int]]:
    """Who is who: the server that forks, and each client's keeper, worker and kernels."""
    line, family = parent_processes(), dict[str, list[int]]()
    above = {runner}
    for who in ("server", "keeper", "worker", "kernel"):
        found = [pid for pid, parent in line.items() if parent in above]
        mothers = {line[pid] for pid in line}
        family[who] = [p for p in found if who != "server" or p in mothers]
        above = set(family[who])
    return family


def kill_one(runner: int, who: str, until: Callable[[], bool], pick: float) -> bool:
    """Kill one of those processes, the `pick`-th share of them; was there one before `until`?"""
    while not until():
        if found := family(runner)[who]:
            with suppress(ProcessLookupError):
                os.kill(found[int(pick * len(found))], signal.SIGKILL)
                return True
        time.sleep(0.01)
    return False


def left(look: Callable[[], list[int]]) -> list[str]:
    """What still runs after ten seconds? Those that do get ended, for the next trial's sake."""
    until = time.monotonic() + SECONDS
    while (found := look()) and time.monotonic() < until:
        time.sleep(0.05)
    told = [f"process {pid} still runs: {_about(pid)}" for pid in found]
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return told


def _about(pid: int) -> str:
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:80]
        return f"{words} {Path(f'/proc/{pid}/wchan').read_text()} {process_facts(pid)[:4]}"
    return "now gone"


def unkept() -> list[int]:
    """Processes of this very process's runs that are neither its server nor its helpers."""
    own, line = os.getpid(), parent_processes()
    return [pid for pid in marked(own) if line.get(pid) not in (None, own)]
