"""What is left where a client came to nothing? A page that says why, beside an earlier report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from toolkit.errors import RunError
from toolkit.report.job import GRACE, READ, WRITE, ClientFailure, ClientJob, ClientResult
from toolkit.report.outputs import REPORT
from toolkit.report.page.safety import page_templates
from toolkit.report.store.files import FAILURE, write_atomically
from toolkit.report.store.locks import (
    client_lock,
    folder_mark,
    refuse_unsafe_place,
    sweep_leftovers,
)


def duplicate_id_result(job: ClientJob, folders: Sequence[Path]) -> ClientResult:
    """The client is not run, as these folders all have its id."""
    places = ", ".join(f"{folder.parent.name}/{folder.name}" for folder in folders)
    why = f'More than one folder has the id "{job.id}": {places}.'
    todo = "Give each client.yml an id of its own, then run again."
    return ClientResult.failed(job, ClientFailure(READ, (why,), todo))


def upload_failed_result(outcome: ClientResult, address: str, error: OSError) -> ClientResult:
    """What was made, or was said, could not be brought to its address."""
    why = f"What was made could not be brought to {address}: {error.strerror or error}."
    failure = ClientFailure(WRITE, (why,), "See that it can be written to, then run again.")
    return replace(outcome, status="failed", verdicts={}, failure=failure)


def report_missing_result(outcome: ClientResult, place: str) -> ClientResult:
    """Another machine has made it, and it is not where it was to go."""
    why = f"The worker that made the report did not leave it in {place}."
    todo = (
        "Folders of reports must be shared by all machines of a cluster, under the same name; or "
        "let --out be an address that all can reach. Then run again."
    )
    failure = ClientFailure(WRITE, (why,), todo)
    return replace(outcome, status="failed", verdicts={}, failure=failure)


def download_failed_result(job: ClientJob, error: OSError) -> ClientResult:
    """What stands at the address could not be read where the client was to be worked on."""
    why = f"{job.place.address} cannot be read by the worker: {error.strerror or error}."
    return ClientResult.failed(
        job, ClientFailure(READ, (why,), "See that every worker may, then run again.")
    )


def write_failure(outcome: ClientResult, out: Path, run: str) -> None:
    """Leave a page that says why there is no new report, beside an earlier one if there is any.

    Where nothing may be written, or another run works on the client, the outcome alone says it.
    """
    if outcome.failure is None:
        return
    with suppress(RunError, OSError):
        sweep_leftovers(
            out
        )  # a report whose process died in mid-swap comes back before its place is taken
        refuse_unsafe_place(out / outcome.id)
        with client_lock(out, outcome.id, run, GRACE):
            _write_failure_files(outcome, outcome.failure, out / outcome.id)


def _write_failure_files(outcome: ClientResult, failure: ClientFailure, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    facts = {"id": outcome.id, "name": outcome.name} | failure.told()
    facts["folder"] = folder_mark(outcome.folder)
    earlier = (folder / REPORT).is_file()
    write_atomically(folder / FAILURE[0], failure_html(outcome.name, failure, earlier=earlier))
    write_atomically(folder / FAILURE[1], json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


def failure_html(name: str, failure: ClientFailure, *, earlier: bool) -> str:
    """What does a client's page say when there is no report? `earlier`: an older one stands by."""
    return (
        page_templates()
        .get_template("failure.html.j2")
        .render(name=name, failure=failure, earlier=earlier and REPORT)
    )
