"""How do clients run at once? Each in its own process: one that dies or hangs takes no other."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from toolkit.report.job import GRACE, READ, ClientFailure, ClientJob, ClientResult, explain_error
from toolkit.report.processes.forkserver import (
    HEAVY,
    STARTING,
    forkserver_process,
    quiet_start,
    starting_context,
    supervise_worker,
)
from toolkit.report.processes.system import end_adopted, end_orphans, is_running, limit_memory

PATIENCE = 5.0  # seconds for a client's keeper to end what it keeps
PAUSE = 0.2  # seconds until the system knows that a killed process has ended
AGAIN = "Run it again with fewer clients at once. If it stops here once more, please report it."
LONGER = "Run it again with fewer clients at once, or with more time: “audit run --minutes”."
_keepers = set[int]()  # of all runs of this process

Listener = Callable[[str, str], None]  # hears a client's id and the step that begins
ClientResults = Generator[ClientResult, None, None]  # closed, it ends what still runs


@dataclass
class _Running:
    job: ClientJob
    process: BaseProcess
    ends: float
    started: float
    step: str = READ


def run_workers(jobs: Sequence[ClientJob], *, workers: int, listener: Listener) -> ClientResults:
    """What became of each client? Outcomes as they come, at most `workers` clients at once."""
    waiting, running = deque(jobs), dict[Connection, _Running]()
    context = starting_context()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running |= dict([_start(context, waiting.popleft())])
            yield from _heard(running, listener)
    finally:
        for pipe in running:
            pipe.close()  # all keepers hear it at once
        for left in running.values():
            _end(left.process)


def _start(context: Any, job: ClientJob) -> tuple[Connection, _Running]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(job, theirs), daemon=True)
    with quiet_start():
        try:
            process.start()
        except (OSError, EOFError):  # the server was killed this very moment: another is started
            time.sleep(PAUSE)
            process.start()
        _keepers.add(process.pid or 0)
    theirs.close()
    now = time.monotonic()
    return ours, _Running(job, process, now + job.options.limits.client_seconds + GRACE, now)


def _serve(job: ClientJob, theirs: Connection) -> None:
    """A client's first process, in a session of its own: its keeper, where there can be one."""
    if hasattr(os, "setsid"):
        os.setsid()
    _silence()
    supervise_worker(partial(_work, job, theirs), theirs)


def _work(job: ClientJob, theirs: Connection) -> None:
    """The worker's whole life: one client."""
    last = READ

    def step(words: str) -> None:
        nonlocal last
        last = words
        theirs.send(words)

    started = time.monotonic()
    try:
        outcome = _delivered(job, step)
    except BaseException as error:  # whatever it is, it is this client's alone
        outcome = ClientResult.failed(job, explain_error(error, last), time.monotonic() - started)
    theirs.send(outcome)
    theirs.close()


def _delivered(job: ClientJob, step: Callable[[str], None]) -> ClientResult:
    limit_memory(job.options.limits.memory)
    deliver, notebooks, kernels = map(importlib.import_module, HEAVY)
    os.environ.update(notebooks.client_environment(job.private))
    tempfile.tempdir = None  # what the server knew is not this client's
    kernels.prefork_kernels(len(job.options.notebooks))
    outcome: ClientResult = deliver.deliver_client(job, step)
    return outcome


def _silence() -> None:
    """Kernels and papermill talk to the terminal; nobody reading a progress bar wants that."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _heard(running: dict[Connection, _Running], listener: Listener) -> Iterator[ClientResult]:
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
            yield _closed(running, pipe, _late(one))


def _message(pipe: Any, one: _Running) -> str | ClientResult:
    try:
        said: str | ClientResult = pipe.recv()
        return said
    except (EOFError, OSError):
        return _failed(one, "Its process ended without a word; perhaps memory ran out.")


def _failed(one: _Running, why: str) -> ClientResult:
    seconds = time.monotonic() - one.started
    return ClientResult.failed(one.job, ClientFailure(one.step, (why,), AGAIN), seconds)


def _late(one: _Running) -> ClientResult:
    minutes = one.job.options.limits.client_seconds / 60
    failure = ClientFailure(
        one.step, (f"It took longer than the {minutes:g} minutes it may.",), LONGER
    )
    return ClientResult.failed(one.job, failure, time.monotonic() - one.started)


def _closed(running: dict[Connection, _Running], pipe: Any, outcome: ClientResult) -> ClientResult:
    one = running.pop(pipe)
    pipe.close()
    _end(one.process)
    shutil.rmtree(one.job.private, ignore_errors=True)  # a large table may be kept there
    if outcome.failure:  # its keeper may have been killed, too
        end_orphans()
        with STARTING:
            end_adopted(forkserver_process(), _keepers)
    return outcome


def _end(process: BaseProcess) -> None:
    """Its keeper ends by itself once nobody listens; one that does not is ended with its group."""
    process.join(timeout=PATIENCE)
    if process.pid and not _ended(process.pid):
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()
    _keepers.discard(process.pid or 0)


def _ended(keeper: int) -> bool:
    """Has it ended, or does it within PATIENCE? One whose server was killed cannot be joined."""
    until = time.monotonic() + PATIENCE
    while is_running(keeper) and time.monotonic() < until:
        time.sleep(PAUSE / 10)
    return not is_running(keeper)
