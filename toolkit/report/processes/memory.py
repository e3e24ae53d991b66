"""How much memory may a process of a client hold?"""

from __future__ import annotations

import importlib
import os

LEAST = 2 * 1024**3  # bytes: what the packages take, and room for a client's tables


def bound(memory: int | None) -> None:
    """Give this process, and each that it starts, no more than so many bytes of its own.

    None means the machine's share: its memory divided by its cores, as that many clients run at
    once. Past it, a calculation ends with a MemoryError. Nothing where the system has no limits.
    """
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    most = memory or max(LEAST, _machine() // (os.cpu_count() or 1))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))


def _machine() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
