"""Does a process that left something behind still run?"""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path


def here() -> str:
    """Where do our numbers of processes count? Six signs for this machine, or container in it.

    Machines and containers may share folders, in which each leaves numbers of its own.
    """
    try:
        inside = os.readlink("/proc/self/ns/pid")
    except OSError:  # not Linux
        inside = ""
    return hashlib.sha256(f"{socket.gethostname()} {inside}".encode()).hexdigest()[:6]


def alive(process: int) -> bool:
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


def started(process: int) -> str:
    """When did it start, as the system counts? Tells it from a later one of the same number.

    Empty where the system does not say, or there is no such process.
    """
    facts = facts_of(process)
    return facts[19] if len(facts) > 19 else ""


def same(process: int, began: str) -> bool:
    """Does the process that began then still run?"""
    return alive(process) and (not began or started(process) == began)


def facts_of(process: int, *, ending: bool = False) -> list[str]:
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
