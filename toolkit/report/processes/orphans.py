"""What a killed run leaves running: found by the mark in its environment, and ended."""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress

from toolkit.report.processes.linux import environment, parents
from toolkit.report.store.alive import same, started

MARK = "BUYER_CONSUMER_RUN"
MARKED = re.compile(rb"\0" + MARK.encode() + rb"=(?P<process>\d{1,9})-(?P<started>\d*)")


def mark() -> dict[str, str]:
    """The variable that all processes of this run carry, whoever starts them: which run they serve.

    >>> mark()[MARK].startswith(str(os.getpid()))
    True
    """
    own = os.getpid()
    return {MARK: f"{own}-{started(own)}"}


def end_orphans() -> None:
    """End every process of a run that is no more, and those of this one that nobody keeps.

    A process is kept while the line of its parents leads to the runner through the run's own.
    """
    family, own = parents(), os.getpid()
    served = {pid: run for pid in family if (run := _run(pid)) and pid != own}

    def kept(pid: int) -> bool:
        parent, run = family[pid], served[pid]
        return parent == run[0] or (served.get(parent) == run and kept(parent))

    for pid, run in served.items():
        if not kept(pid) if run[0] == own else not same(*run):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _run(process: int) -> tuple[int, str] | None:
    """Which run does it serve: the runner's number, and when that began?"""
    match = MARKED.search(environment(process))
    return (int(match["process"]), match["started"].decode()) if match else None
