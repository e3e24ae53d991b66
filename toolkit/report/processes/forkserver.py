"""From which server are workers forked, in which surroundings, and who sees that they end?

Where the system allows, the server imports everything once, and answers for what its children
leave. Where a runner forks a client's worker, the keeper stands between: a process that only sees
that a client's processes end; it holds no lock and runs no cell. Whatever the worker's kernels
start, in sessions of their own or not, becomes the keeper's when its parent ends, and ends with it.
"""

from __future__ import annotations

import atexit
import importlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from threading import Lock
from types import ModuleType
from typing import Any

from toolkit.report.processes.system import (
    POSSIBLE,
    adopt_orphans,
    die_with_parent,
    end_children,
    run_mark,
)
from toolkit.report.processes.temporary_folders import lasting_folder


def supervise_worker(work: Callable[[], None], runner: Connection) -> None:
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
        die_with_parent(keeper)
        work()
    finally:
        os._exit(0)


HEAVY = [f"toolkit.report.{part}" for part in ("deliver", "notebooks", "processes.kernels")]
PRELOAD = "toolkit.report.processes.forkserver_preload"
OFTEN = [  # what every kernel would load for itself
    "toolkit.charts.mistakes",
    "toolkit.charts.words",
    "ipykernel.debugger",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "pandas.io.formats.html",
    "pyarrow.pandas_compat",
]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
QUIET = {
    "PYTHONHASHSEED": "0",  # sets in the same order on every run
    "PYTHONUTF8": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
} | dict.fromkeys(THREADS, "1")  # as many clients as cores leave no core for more threads
STARTING = Lock()  # a process inherits what the environment is at its start, so one at a time


def starting_context() -> BaseContext:
    """How are workers started here: forked from a server, or else each from its beginning?"""
    own = multiprocessing.current_process()
    if own.daemon:  # as the workers of some clusters are: they may have no children, lest these
        own.daemon = False  # outlive them; ours end with them, as their keepers see to it
    if "forkserver" not in multiprocessing.get_all_start_methods() or _home() != os.getpid():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOAD, *HEAVY, *OFTEN])
    _keep_socket_apart()
    _reap_at_exit()
    return context


@cache
def _home() -> int:
    """The process whose server this is: one that was forked from it may not use it."""
    return os.getpid()


@cache
def _keep_socket_apart() -> None:
    """The server's socket stands in a folder that the next run sweeps, should this one be killed.

    Else it would stand where nothing tells whose it is.
    """
    config = getattr(multiprocessing.current_process(), "_config", {"tempdir": ""})
    if "tempdir" not in config:  # not public, so done without where it is missing
        config["tempdir"] = lasting_folder()


@cache
def _reap_at_exit() -> None:
    """Wait for the server when we end: nothing is left running, and its time counts as ours."""
    module = importlib.import_module("multiprocessing.forkserver")
    server: Any = getattr(module, "_forkserver", None)
    if hasattr(server, "_stop"):  # not public, so done without where it is missing
        atexit.register(server._stop)


@contextmanager
def quiet_start() -> Iterator[None]:
    """What starts in this block inherits quiet surroundings and no script; then all is as before.

    The caller's script is not run once more in each process, which needs nothing of it: it may
    have no guard that would keep it from auditing again.
    """
    quiet = QUIET | run_mark()
    with STARTING:
        script, before = sys.modules["__main__"], {name: os.environ.get(name) for name in quiet}
        sys.modules["__main__"] = ModuleType("__main__")
        os.environ.update(quiet)
        try:
            yield
        finally:
            sys.modules["__main__"] = script
            _restore(before)


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def forkserver_process() -> int:
    """The process that keepers are forked from; 0 where there is none, or it is not told."""
    module = sys.modules.get("multiprocessing.forkserver")
    return getattr(getattr(module, "_forkserver", None), "_forkserver_pid", None) or 0
