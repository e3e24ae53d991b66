"""What Linux offers to leave no process behind; elsewhere these do nothing."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from toolkit.report.store.alive import facts_of

POSSIBLE = sys.platform == "linux"
PAUSE = 0.005  # seconds until what was killed has ended
DIE_WITH_PARENT, ADOPT = 1, 36  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER


def die_with(parent: int) -> None:
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
            kill(pid for pid, parent in parents().items() if parent == os.getpid())
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(PAUSE)


def kill(processes: Iterable[int]) -> None:
    """End them, those that are there still and ours to end."""
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def parents(*, ending: bool = False) -> dict[int, int]:
    """Which processes are there, and whose children are they? Empty where Linux is not.

    With `ending` also those that have ended, but for a thread, or for their parent's notice.
    """
    facts = ((pid, facts_of(pid, ending=ending)) for pid in _processes())
    return {pid: int(told[1]) for pid, told in facts if told}


def environment(process: int) -> bytes:
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
