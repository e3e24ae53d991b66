"""A process that only sees that a client's processes end: it holds no lock and runs no cell.

Where a runner forks a client's worker, the keeper stands between. Whatever the worker's kernels
start, in sessions of their own or not, becomes the keeper's when its parent ends, and ends with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing.connection import Connection, wait

from toolkit.report.processes.linux import POSSIBLE, adopt_orphans, die_with, end_children


def keep(work: Callable[[], None], runner: Connection) -> None:
    """Run `work` in a child until it ends, or until the runner closes its side or is no more.

    Where the system cannot do this, the work is done in this process.
    """
    if not POSSIBLE:
        return work()
    adopt_orphans()
    worker = _forked(work)
    wait([runner, os.pidfd_open(worker)])
    end_children()


def _forked(work: Callable[[], None]) -> int:
    keeper = os.getpid()
    worker = os.fork()
    if worker:
        return worker
    try:
        os.setsid()
        die_with(keeper)
        work()
    finally:
        os._exit(0)
