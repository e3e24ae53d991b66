"""Clients on any executor of `concurrent.futures`: a pool of threads or processes, or a cluster.

Wherever a task runs, its client runs in processes of its own there, with the same guards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import replace
from pathlib import Path

from toolkit.report.job import READ, Failure, Job, Outcome, explain
from toolkit.report.processes.workers import Listener, Outcomes, run
from toolkit.report.store.inputs import installed
from toolkit.report.store.private import private_folder
from toolkit.report.store.remote import Address

LOOK = 2.0  # seconds between looks at whether a cluster still has workers
DESERTED = 60.0  # seconds without any, after which none is waited for: restarts take a few
ALIKE = "Install the same version of everything on every machine of the cluster, then run again."


def attend(job: Job) -> Outcome:
    """What became of this client? To be called wherever an executor calls it."""
    recipe = job.order.recipe
    if other := sorted(name for name, value in installed().items() if recipe.get(name) != value):
        why = f"The machine it was given to has another: {', '.join(other)}."
        return Outcome.failed(job, Failure(READ, (why,), ALIKE))
    with private_folder() as private:
        own = replace(job, private=private / "0")
        return _sent(own, private / "reports") if job.order.address else _done(own)


def _done(job: Job) -> Outcome:
    (outcome,) = run([job], workers=1, listener=lambda id, step: None)
    return outcome


def _sent(job: Job, place: Path) -> Outcome:
    """Built on this machine, from what stands at the address, then put there."""
    from toolkit.report.failed import not_carried, not_exchanged  # pandas: not for every pool

    address = Address(job.order.address)
    try:
        address.fetch(place, job.id)
        place.mkdir(exist_ok=True)
    except OSError as error:
        return not_exchanged(job, error)
    outcome = _done(replace(job, order=replace(job.order, out=place)))
    try:
        if outcome.status == "done":
            address.put(place, job.id)
    except OSError as error:
        return not_carried(outcome, job.order.address, error)
    return outcome


def attended(executor: Executor, jobs: Sequence[Job], listener: Listener) -> Outcomes:
    """What became of each client? Outcomes as they come, as many at once as the executor has room.

    Where it breaks, as a pool does when one of its processes is killed, or a cluster has lost all
    its workers, the clients it still had are done by processes of this machine, one at a time.
    """
    futures, left = _submitted(executor, jobs)
    try:
        for future in _completed(futures, getattr(executor, "deserted", lambda: False)):
            job = futures.pop(future)
            listener(job.id, READ)
            if outcome := _outcome(future, job):
                yield outcome
            else:
                left.append(job)
    finally:
        for future in futures:
            future.cancel()
    for job in (*left, *futures.values()):
        listener(job.id, READ)
        yield attend(job)


def _completed(
    futures: dict[Future[Outcome], Job], deserted: Callable[[], bool]
) -> Iterator[Future[Outcome]]:
    """Those that are done, as they come; the others stay where nobody is there to do them."""
    seen = time.monotonic()
    while futures:
        done, _ = wait(list(futures), timeout=LOOK, return_when=FIRST_COMPLETED)
        yield from done
        if done or not deserted():
            seen = time.monotonic()
        elif time.monotonic() - seen > DESERTED:
            return


def _submitted(
    executor: Executor, jobs: Sequence[Job]
) -> tuple[dict[Future[Outcome], Job], list[Job]]:
    """The tasks an executor took, and the jobs it did not take, being broken already."""
    futures: dict[Future[Outcome], Job] = {}
    for number, job in enumerate(jobs):
        try:
            futures[executor.submit(attend, job)] = job
        except BrokenExecutor:
            return futures, list(jobs[number:])
    return futures, []


def _outcome(future: Future[Outcome], job: Job) -> Outcome | None:
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):  # a cluster whose scheduler is gone cancels all
        return None
    except Exception as error:  # of the executor's own making: said, not hidden
        return Outcome.failed(job, explain(error, READ))
