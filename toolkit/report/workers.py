"""Clients at once, each in a process of its own: one that dies or hangs takes no other with it.

Where the system allows, processes are forked from a server that has imported everything once.
"""

from __future__ import annotations

import atexit
import importlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from toolkit.report.job import READ, Failure, Job, Outcome, explain

PARTS = ("deliver", "kernels", "forked")
HEAVY = [f"toolkit.report.{part}" for part in PARTS]  # loaded once, in the server
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
QUIET = {
    "PYTHONHASHSEED": "0",  # sets in the same order on every run
    "PYTHONUTF8": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
} | dict.fromkeys(THREADS, "1")  # as many clients as cores leave no core for more threads
GRACE = 30.0  # seconds past its own deadline before a client's process is ended
AGAIN = "Run it again with fewer clients at once. If it stops here once more, please report it."

Listener = Callable[[str, str], None]  # hears a client's id and the step that begins


@dataclass
class _Running:
    job: Job
    process: BaseProcess
    ends: float
    started: float
    step: str = READ


def run(
    jobs: Sequence[Job], *, workers: int, private: Path, listener: Listener
) -> Iterator[Outcome]:
    """What became of each client? Outcomes as they come, at most `workers` clients at once."""
    waiting, running = deque(jobs), dict[Connection, _Running]()
    with _quiet():
        context = _context()
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    running |= dict([_start(context, waiting.popleft(), private)])
                yield from _heard(running, listener)
        finally:
            for left in running.values():
                _end(left.process, patience=0)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(HEAVY)
    _reap_at_exit()
    return context


@cache
def _reap_at_exit() -> None:
    """Wait for the server when we end: nothing is left running, and its time counts as ours."""
    module = importlib.import_module("multiprocessing.forkserver")
    server: Any = getattr(module, "_forkserver", None)
    if hasattr(server, "_stop"):  # not public, so done without where it is missing
        atexit.register(server._stop)


@contextmanager
def _quiet() -> Iterator[None]:
    """Processes inherit this from their first moment; afterwards all is as it was."""
    before = {name: os.environ.get(name) for name in QUIET}
    os.environ.update(QUIET)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _start(context: Any, job: Job, private: Path) -> tuple[Connection, _Running]:
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(job, private, theirs), daemon=True)
    process.start()
    theirs.close()
    now = time.monotonic()
    return ours, _Running(job, process, now + job.client_seconds + GRACE, now)


def _serve(job: Job, private: Path, theirs: Connection) -> None:
    """The worker's whole life: silent, in a session of its own, one client."""
    if hasattr(os, "setsid"):
        os.setsid()
    _silence()
    last = READ

    def step(words: str) -> None:
        nonlocal last
        last = words
        theirs.send(words)

    started = time.monotonic()
    try:
        deliver, kernels, forked = map(importlib.import_module, HEAVY)
        os.environ.update(kernels.surroundings(private))
        forked.set_aside(len(job.notebooks))
        outcome = deliver.deliver(job, step)
    except BaseException as error:  # whatever it is, it is this client's alone
        seconds = time.monotonic() - started
        why = explain(error, last)
        outcome = Outcome(job.id, job.name, job.folder, "failed", seconds, failure=why)
    theirs.send(outcome)
    theirs.close()


def _silence() -> None:
    """Kernels and papermill talk to the terminal; nobody reading a progress bar wants that."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _heard(running: dict[Connection, _Running], listener: Listener) -> Iterator[Outcome]:
    now = time.monotonic()
    soonest = min(r.ends for r in running.values())
    for pipe in wait(list(running), timeout=max(0.0, soonest - now)):
        one = running[pipe]  # type: ignore[index]
        outcome = _message(pipe, one)
        if isinstance(outcome, str):
            one.step = outcome
            listener(one.job.id, outcome)
        else:
            yield _closed(running, pipe, outcome)
    for pipe, one in list(running.items()):
        if time.monotonic() > one.ends:
            yield _closed(running, pipe, _failed(one, "It took longer than it may."))


def _message(pipe: Any, one: _Running) -> str | Outcome:
    try:
        return pipe.recv()
    except (EOFError, OSError):
        return _failed(one, "Its process ended without a word; perhaps memory ran out.")


def _failed(one: _Running, why: str) -> Outcome:
    seconds = time.monotonic() - one.started
    failure = Failure(one.step, (why,), AGAIN)
    job = one.job
    return Outcome(job.id, job.name, job.folder, "failed", seconds, failure=failure)


def _closed(running: dict[Connection, _Running], pipe: Any, outcome: Outcome) -> Outcome:
    one = running.pop(pipe)
    pipe.close()
    _end(one.process)
    return outcome


def _end(process: BaseProcess, *, patience: float = 2.0) -> None:
    """Give it a moment to go by itself, then end it and whatever it started in its session."""
    process.join(timeout=patience)
    if process.is_alive() and process.pid is not None:
        if hasattr(os, "killpg"):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                process.kill()
        else:
            process.kill()
        process.join()
