"""What does the system know of processes: do they run, whose are they, what may they hold?

What Linux offers to leave no process behind; elsewhere this does nothing. What a killed run leaves
running is found by the mark in its environment, and ended. How much memory a process may hold.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def machine_code() -> str:
    """Where do our numbers of processes count? Six signs for this machine, or container in it.

    Machines and containers may share folders, in which each leaves numbers of its own.
    """
    try:
        inside = os.readlink("/proc/self/ns/pid")
    except OSError:  # not Linux
        inside = ""
    return hashlib.sha256(f"{socket.gethostname()} {inside}".encode()).hexdigest()[:6]


def is_running(process: int) -> bool:
    """Does this process still run? Where the system cannot be asked harmlessly: maybe.

    One that has ended, but that its parent has not yet taken note of, does not.
    """
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return _facts(process)[:1] != ["Z"]


def process_start(process: int) -> str:
    """When did it start, as the system counts? Tells it from a later one of the same number.

    Empty where the system does not say, or there is no such process.
    """
    facts = process_facts(process)
    return facts[19] if len(facts) > 19 else ""


def same_process(process: int, began: str) -> bool:
    """Does the process that began then still run?"""
    return is_running(process) and (not began or process_start(process) == began)


def process_facts(process: int, *, ending: bool = False) -> list[str]:
    """What Linux says of a process that runs: state, parent, …; elsewhere nothing.

    With `ending` also of one whose main thread has ended: others may still, and keep its children.
    """
    facts = _facts(process)
    return [] if facts[:1] == ["Z"] and not ending else facts


def _facts(process: int) -> list[str]:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()  # the name before it may hold anything


POSSIBLE = sys.platform == "linux"
KILL_PAUSE = 0.005  # seconds until what was killed has ended
DIE_WITH_PARENT, ADOPT = 1, 36  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER


def die_with_parent(parent: int) -> None:
    """End this process, whatever it is doing, when `parent`, which forked it, ends."""
    if POSSIBLE:
        _ask(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before it was asked
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of all that our children leave behind, sessions of their own included."""
    if POSSIBLE:
        _ask(ADOPT, 1)


def end_children() -> None:
    """End all children and theirs, however deep, and wait until none is left.

    A look at all processes takes a while, in which they change parents: only the system knows.
    """
    with suppress(ChildProcessError):
        while True:
            kill_processes(
                pid for pid, parent in parent_processes().items() if parent == os.getpid()
            )
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(KILL_PAUSE)


def kill_processes(processes: Iterable[int]) -> None:
    """End them, those that are there still and ours to end."""
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def parent_processes(*, ending: bool = False) -> dict[int, int]:
    """Which processes are there, and whose children are they? Empty where Linux is not.

    With `ending` also those that have ended, but for a thread, or for their parent's notice.
    """
    facts = ((pid, process_facts(pid, ending=ending)) for pid in _processes())
    return {pid: int(told[1]) for pid, told in facts if told}


def process_environment(process: int) -> bytes:
    """With which variables did one of our own processes begin? Nothing where we may not know."""
    try:
        return b"\0" + Path(f"/proc/{process}/environ").read_bytes()
    except OSError:
        return b""


def _processes() -> Iterator[int]:
    names = os.listdir("/proc") if POSSIBLE else []
    return (int(name) for name in names if name.isdigit())


def _ask(what: int, value: int) -> None:
    ctypes.CDLL(None).prctl(what, value, 0, 0, 0)


SESSION = 3  # its place in what Linux says of a process
ORPHAN_PAUSE, ORPHAN_TRIES = 0.05, 100  # seconds; what hears not even a kill is left to the system
MARK = "BUYER_CONSUMER_RUN"
MARKED = re.compile(
    rb"\0" + MARK.encode() + rb"=(?P<place>[0-9a-f]{6})-(?P<process>\d{1,9})-(?P<started>\d*)"
)


def run_mark() -> dict[str, str]:
    """The variable that all processes of this run carry, whoever starts them: which run they serve.

    >>> run_mark()[MARK].startswith(f"{machine_code()}-{os.getpid()}")
    True
    """
    own = os.getpid()
    return {MARK: f"{machine_code()}-{own}-{process_start(own)}"}


def end_orphans() -> None:
    """End every process of a run that is no more, and those of this one that nobody keeps.

    A process is kept while the line of its parents leads to the runner through the run's own.
    Looks again for what began while it looked, as its keeper may have ended meanwhile.
    """
    for _ in range(ORPHAN_TRIES):
        orphans = _orphans()
        if not orphans:
            return
        kill_processes(orphans)
        time.sleep(ORPHAN_PAUSE)


def _orphans() -> list[int]:
    family, own = parent_processes(), os.getpid()
    served = {pid: run for pid in family if (run := _run(pid)) and pid != own}

    def kept(pid: int) -> bool:
        parent, run = family[pid], served[pid]
        return parent == run[0] or (served.get(parent) == run and kept(parent))

    return [
        pid
        for pid, run in served.items()
        if (not kept(pid) if run[0] == own else not same_process(*run))
    ]


def end_adopted(server: int, keepers: Collection[int]) -> None:
    """End what the server adopted when a keeper was killed, and all below it.

    One that is ending is waited for: what it leaves is adopted only then. The server's own
    children, of whatever maker, are in its session, or they are `keepers`.
    """
    for _ in range(ORPHAN_TRIES):
        adopted = sorted(_adopted(server, keepers))
        if not adopted:
            return
        kill_processes(adopted)
        time.sleep(ORPHAN_PAUSE)  # until theirs are adopted in turn


def _adopted(server: int, keepers: Collection[int]) -> Iterator[int]:
    told = process_facts(server)
    for pid, parent in parent_processes(ending=True).items() if told else ():
        session = process_facts(pid, ending=True)[SESSION : SESSION + 1]
        if parent == server and pid not in keepers and session and session[0] != told[SESSION]:
            yield pid


def _run(process: int) -> tuple[int, str] | None:
    """Which run of this place does it serve: the runner's number, and when that began?"""
    match = MARKED.search(process_environment(process))
    if match is None or match["place"].decode() != machine_code():
        return None
    return int(match["process"]), match["started"].decode()


LEAST_MEMORY = 2 * 1024**3  # bytes: what the packages take, and room for a client's tables


def limit_memory(memory: int | None) -> None:
    """Give this process, and each that it starts, no more than so many bytes of its own.

    None means the machine's share: its memory divided by its cores, as that many clients run at
    once. Past it, a calculation ends with a MemoryError. Nothing where the system has no limits.
    """
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    most = memory or max(LEAST_MEMORY, _machine_memory() // (os.cpu_count() or 1))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))


def _machine_memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
