"""What is left where a client came to nothing: a page that says why, beside an earlier report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from toolkit.errors import RunError
from toolkit.report.files import FAILURE, REPORT, write
from toolkit.report.job import GRACE, READ, WRITE, Failure, Job, Outcome
from toolkit.report.pages import failure_page
from toolkit.report.store.locks import locked
from toolkit.report.store.strays import mark, refuse_unsafe, sweep


def refused(job: Job, folders: Sequence[Path]) -> Outcome:
    """The client is not run, as these folders all have its id."""
    places = ", ".join(f"{folder.parent.name}/{folder.name}" for folder in folders)
    why = f'More than one folder has the id "{job.id}": {places}.'
    todo = "Give each client.yml an id of its own, then run again."
    return Outcome.failed(job, Failure(READ, (why,), todo))


def not_carried(outcome: Outcome, address: str, error: OSError) -> Outcome:
    """What was made, or was said, could not be brought to its address."""
    why = f"What was made could not be brought to {address}: {error.strerror or error}."
    failure = Failure(WRITE, (why,), "See that it can be written to, then run again.")
    return replace(outcome, status="failed", verdicts={}, failure=failure)


def not_found(outcome: Outcome, place: str) -> Outcome:
    """Another machine has made it, and it is not where it was to go."""
    why = f"The worker that made the report did not leave it in {place}."
    todo = (
        "Folders of reports must be shared by all machines of a cluster, under the same name; or "
        "let --out be an address that all can reach. Then run again."
    )
    failure = Failure(WRITE, (why,), todo)
    return replace(outcome, status="failed", verdicts={}, failure=failure)


def not_exchanged(job: Job, error: OSError) -> Outcome:
    """What stands at the address could not be read where the client was to be worked on."""
    why = f"{job.order.address} cannot be read by the worker: {error.strerror or error}."
    return Outcome.failed(job, Failure(READ, (why,), "See that every worker may, then run again."))


def say_why(outcome: Outcome, out: Path, run: str) -> None:
    """Leave a page that says why there is no new report, beside an earlier one if there is any.

    Where nothing may be written, or another run works on the client, the outcome alone says it.
    """
    if outcome.failure is None:
        return
    with suppress(RunError, OSError):
        sweep(out)  # a report whose process died in mid-swap comes back before its place is taken
        refuse_unsafe(out / outcome.id)
        with locked(out, outcome.id, run, GRACE):
            _write(outcome, outcome.failure, out / outcome.id)


def _write(outcome: Outcome, failure: Failure, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    facts = {"id": outcome.id, "name": outcome.name} | failure.told()
    facts["folder"] = mark(outcome.folder)
    earlier = (folder / REPORT).is_file()
    write(folder / FAILURE[0], failure_page(outcome.name, failure, earlier=earlier))
    write(folder / FAILURE[1], json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
