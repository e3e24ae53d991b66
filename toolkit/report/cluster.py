"""How do clients run on any executor of `concurrent.futures`: threads, processes, a Dask cluster?

Wherever a task runs, its client runs in processes of its own there, with the same guards. A Dask
cluster is such an executor, too.
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
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from toolkit.errors import RunError
from toolkit.report.job import READ, ClientFailure, ClientJob, ClientResult, explain_error
from toolkit.report.processes.temporary_folders import private_folder
from toolkit.report.store.inputs import installed_versions
from toolkit.report.store.remote import ReportAddress
from toolkit.report.workers import ClientResults, Listener, run_workers

SECONDS = 10.0  # for a cluster to answer
SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")


@contextmanager
def dask_cluster(address: str) -> Iterator[Executor]:
    """The executor of the Dask cluster whose scheduler listens at `address`, ``tcp://host:8786``.

    Raises RunError where the package is missing, nobody answers, or nobody is there to work.
    """
    _refuse_no_address(address)
    try:
        from distributed import Client  # optional, and slow to import
    except ImportError:
        raise RunError(
            "A cluster needs the package distributed beside the toolkit: pip install distributed"
        ) from None
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"No scheduler answers at {address}: {error}") from None
    with client:
        if not client.nthreads():
            raise RunError(f"The cluster at {address} has no workers. Start some, then run again.")
        yield _Cluster(client)


class _Cluster(Executor):
    """A cluster's own executor, which also tells when it has lost all its workers."""

    def __init__(self, client: Any) -> None:
        self._client, self._executor = client, client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have the cluster call it."""
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return future

    def deserted(self) -> bool:
        """Has it no worker now?"""
        try:
            return not self._client.nthreads()
        except OSError:  # nor a scheduler
            return True


def _refuse_no_address(address: str) -> None:
    """A mistyped one is refused here, as the package would go on trying it."""
    parts = urlsplit(address)
    try:
        right = parts.scheme in SCHEMES and bool(parts.hostname) and bool(parts.port)
    except ValueError:  # a port that is no number
        right = False
    if not right:
        raise RunError(f'"{address}" is no address of a scheduler; expected tcp://host:8786.')


LOOK = 2.0  # seconds between looks at whether a cluster still has workers
DESERTED = 60.0  # seconds without any, after which none is waited for: restarts take a few
ALIKE = "Install the same version of everything on every machine of the cluster, then run again."


def run_job(job: ClientJob) -> ClientResult:
    """What became of this client? To be called wherever an executor calls it."""
    recipe = job.place.recipe
    if other := sorted(
        name for name, value in installed_versions().items() if recipe.get(name) != value
    ):
        why = f"The machine it was given to has another: {', '.join(other)}."
        return ClientResult.failed(job, ClientFailure(READ, (why,), ALIKE))
    with private_folder() as private:
        own = replace(job, private=private / "0")
        return _sent(own, private / "reports") if job.place.address else _done(own)


def _done(job: ClientJob) -> ClientResult:
    (outcome,) = run_workers([job], workers=1, listener=lambda id, step: None)
    return outcome


def _sent(job: ClientJob, reports: Path) -> ClientResult:
    """Built on this machine, from what stands at the address, then put there."""
    from toolkit.report.failed import (  # pandas: not for every pool
        download_failed_result,
        upload_failed_result,
    )

    address = ReportAddress(job.place.address)
    try:
        address.fetch(reports, job.id)
        reports.mkdir(exist_ok=True)
    except OSError as error:
        return download_failed_result(job, error)
    outcome = _done(replace(job, place=replace(job.place, reports=reports)))
    try:
        if outcome.status == "done":
            address.put(reports, job.id)
    except OSError as error:
        return upload_failed_result(outcome, job.place.address, error)
    return outcome


def run_on_executor(
    executor: Executor, jobs: Sequence[ClientJob], listener: Listener
) -> ClientResults:
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
        yield run_job(job)


def _completed(
    futures: dict[Future[ClientResult], ClientJob], deserted: Callable[[], bool]
) -> Iterator[Future[ClientResult]]:
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
    executor: Executor, jobs: Sequence[ClientJob]
) -> tuple[dict[Future[ClientResult], ClientJob], list[ClientJob]]:
    """The tasks an executor took, and the jobs it did not take, being broken already."""
    futures: dict[Future[ClientResult], ClientJob] = {}
    for number, job in enumerate(jobs):
        try:
            futures[executor.submit(run_job, job)] = job
        except BrokenExecutor:
            return futures, list(jobs[number:])
    return futures, []


def _outcome(future: Future[ClientResult], job: ClientJob) -> ClientResult | None:
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):  # a cluster whose scheduler is gone cancels all
        return None
    except Exception as error:  # of the executor's own making: said, not hidden
        return ClientResult.failed(job, explain_error(error, READ))
