"""What a killed run leaves running: found by the mark in its environment, and ended."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterator

from toolkit.report.processes.linux import environment, kill, parents
from toolkit.report.store.alive import facts_of, here, same, started

SESSION = 3  # its place in what Linux says of a process
PAUSE, TRIES = 0.05, 100  # seconds; what hears not even a kill is left to the system
MARK = "BUYER_CONSUMER_RUN"
MARKED = re.compile(
    rb"\0" + MARK.encode() + rb"=(?P<place>[0-9a-f]{6})-(?P<process>\d{1,9})-(?P<started>\d*)"
)


def mark() -> dict[str, str]:
    """The variable that all processes of this run carry, whoever starts them: which run they serve.

    >>> mark()[MARK].startswith(f"{here()}-{os.getpid()}")
    True
    """
    own = os.getpid()
    return {MARK: f"{here()}-{own}-{started(own)}"}


def end_orphans() -> None:
    """End every process of a run that is no more, and those of this one that nobody keeps.

    A process is kept while the line of its parents leads to the runner through the run's own.
    Looks again for what began while it looked, as its keeper may have ended meanwhile.
    """
    for _ in range(TRIES):
        orphans = _orphans()
        if not orphans:
            return
        kill(orphans)
        time.sleep(PAUSE)


def _orphans() -> list[int]:
    family, own = parents(), os.getpid()
    served = {pid: run for pid in family if (run := _run(pid)) and pid != own}

    def kept(pid: int) -> bool:
        parent, run = family[pid], served[pid]
        return parent == run[0] or (served.get(parent) == run and kept(parent))

    return [
        pid for pid, run in served.items() if (not kept(pid) if run[0] == own else not same(*run))
    ]


def end_adopted(server: int, keepers: Collection[int]) -> None:
    """End what the server adopted when a keeper was killed, and all below it.

    One that is ending is waited for: what it leaves is adopted only then. The server's own
    children, of whatever maker, are in its session, or they are `keepers`.
    """
    for _ in range(TRIES):
        adopted = sorted(_adopted(server, keepers))
        if not adopted:
            return
        kill(adopted)
        time.sleep(PAUSE)  # until theirs are adopted in turn


def _adopted(server: int, keepers: Collection[int]) -> Iterator[int]:
    told = facts_of(server)
    for pid, parent in parents(ending=True).items() if told else ():
        session = facts_of(pid, ending=True)[SESSION : SESSION + 1]
        if parent == server and pid not in keepers and session and session[0] != told[SESSION]:
            yield pid


def _run(process: int) -> tuple[int, str] | None:
    """Which run of this place does it serve: the runner's number, and when that began?"""
    match = MARKED.search(environment(process))
    if match is None or match["place"].decode() != here():
        return None
    return int(match["process"]), match["started"].decode()
