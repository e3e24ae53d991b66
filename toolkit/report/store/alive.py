"""Does a process that left something behind still run?"""

from __future__ import annotations

import os
from pathlib import Path


def alive(process: int) -> bool:
    """Does this process still run? Where the system cannot be asked harmlessly: maybe."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def started(process: int) -> str:
    """When did it start, as the system counts? Tells it from a later one of the same number.

    Empty where the system does not say, or there is no such process.
    """
    facts = facts_of(process)
    return facts[19] if len(facts) > 19 else ""


def same(process: int, began: str) -> bool:
    """Does the process that began then still run?"""
    return alive(process) and (not began or started(process) == began)


def facts_of(process: int) -> list[str]:
    """What Linux says of a process from its state on: state, parent, … ; elsewhere nothing."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    facts = text.rpartition(")")[2].split()  # the name before it may hold anything
    return [] if facts[0] == "Z" else facts
