"""Audit many clients: one page each, one page over all, and no client harms another."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path

from toolkit.errors import RunError
from toolkit.report.files import REPORT, write
from toolkit.report.folders import expand, ids, refuse_inside_client, shared, shortened
from toolkit.report.index import write_index
from toolkit.report.job import READ, Failure, Job, Outcome
from toolkit.report.pages import failure_page
from toolkit.report.parameters import check_parameters
from toolkit.report.private import private_folder
from toolkit.report.publish import mark, refuse_unsafe, sweep, withdraw
from toolkit.report.workers import run

PACKAGE = Path(__file__).resolve().parents[1]
CELL_SECONDS = 120.0
CLIENT_SECONDS = 600.0
OTHER_STEPS = 3  # beside the notebooks: read, calculate, write

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what begins now


def audit_folders(
    folders: Iterable[str | Path],
    out: str | Path,
    *,
    workers: int | None = None,
    notebooks: Sequence[Path] | None = None,
    progress: Progress | None = None,
    today: date | None = None,
    cell_seconds: float = CELL_SECONDS,
    client_seconds: float = CLIENT_SECONDS,
) -> list[Outcome]:
    """What became of each client? Writes a report for every one, and the pages over all.

    `folders` are client folders or folders of them; `workers` clients run at once (default: one
    per core); `today` is the day that new audits are remembered by. A client that fails leaves its
    earlier report as it was, with a page that says why, and does not stop the others. Raises
    RunError or ParameterError, before anything is run, where the folders, the place for reports or
    the notebooks cannot be used.
    """
    found = expand(folders)
    chosen = tuple(notebooks) if notebooks is not None else default_notebooks()
    for notebook in chosen:
        check_parameters(notebook, {"client": "", "out": ""})
    place = _prepared(Path(out))
    names, day = ids(found), today or date.today()
    with private_folder() as private:
        seals = [private / "seals" / str(number) for number in range(len(found))]
        jobs = [
            Job(id, name, folder, place, chosen, seal, cell_seconds, client_seconds, day)
            for (id, name), folder, seal in zip(names, found, seals, strict=True)
        ]
        with _writable(place):
            try:
                outcomes = _run(jobs, workers or os.cpu_count() or 1, private, progress)
                withdraw(place, {mark(folder) for folder in found}, {id for id, _ in names})
            finally:  # reports finished before an interrupt stand in the index too
                write_index(place)
    return [outcomes[folder] for folder in found]


def default_notebooks() -> tuple[Path, ...]:
    """Which notebooks walk through the audits? Those of the checkout, or of the installation."""
    for home in (PACKAGE.parent, PACKAGE):
        found = sorted((home / "notebooks" / "audit").glob("[0-9]*.ipynb"))
        if found:
            return tuple(found)
    raise RunError("The audits' notebooks are missing; install the toolkit again.")


def _prepared(out: Path) -> Path:
    with _writable(out):
        refuse_inside_client(out)
        out.mkdir(parents=True, exist_ok=True)
        sweep(out)
    return out.resolve()


@contextmanager
def _writable(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(
            f"Reports cannot be written to {shortened(out)}: {error.strerror}."
        ) from error


def _run(
    jobs: Sequence[Job], workers: int, private: Path, progress: Progress | None
) -> Mapping[Path, Outcome]:
    twice = shared([(job.id, job.name) for job in jobs])
    outcomes = {job.folder: _refused(job, jobs) for job in jobs if job.id in twice}
    alone = [job for job in jobs if job.id not in twice]
    tally = _Tally(alone, progress)
    for outcome in run(alone, workers=workers, private=private, listener=tally.begins):
        outcomes[outcome.folder] = outcome
        tally.ended(outcome)
        if outcome.failure:
            _say_why(outcome, alone[0].out)
    for outcome in outcomes.values():
        if outcome.id in twice:
            _say_why(outcome, jobs[0].out)
    return outcomes


def _refused(job: Job, jobs: Sequence[Job]) -> Outcome:
    places = ", ".join(f"{j.folder.parent.name}/{j.folder.name}" for j in jobs if j.id == job.id)
    why = f'More than one folder has the id "{job.id}": {places}.'
    failure = Failure(READ, (why,), "Give each client.yml an id of its own, then run again.")
    return Outcome(job.id, job.name, job.folder, "failed", failure=failure)


def _say_why(outcome: Outcome, out: Path) -> None:
    """Leave a page that says why there is no new report, beside an earlier one if there is any."""
    folder = out / outcome.id
    if outcome.failure is None:
        return
    sweep(out)  # a report whose process died in mid-swap comes back before its place is taken
    try:
        refuse_unsafe(folder)
    except RunError:
        return  # the outcome says it; nothing may be written there
    folder.mkdir(exist_ok=True)
    facts = {"id": outcome.id, "name": outcome.name} | asdict(outcome.failure)
    facts["folder"] = mark(outcome.folder)
    earlier = (folder / REPORT).is_file()
    page = failure_page(outcome.name, outcome.failure, earlier=earlier)
    write(folder / "failure.html", page)
    write(folder / "failure.json", json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


class _Tally:
    """Counts the steps of all clients, so that a bar can be drawn and the time left be told."""

    def __init__(self, jobs: Sequence[Job], progress: Progress | None) -> None:
        self.names = {job.id: job.name for job in jobs}
        self.steps = {job.id: len(job.notebooks) + OTHER_STEPS for job in jobs}
        self.begun = dict.fromkeys(self.steps, 0)
        self.progress = progress

    def begins(self, id: str, step: str) -> None:
        self.begun[id] += 1
        self._tell(f"{self.names[id]}: {step}")

    def ended(self, outcome: Outcome) -> None:
        self.begun[outcome.id] = self.steps[outcome.id] + 1
        self._tell(f"{outcome.name}: {outcome.status}")

    def _tell(self, words: str) -> None:
        if self.progress:
            done = sum(max(0, count - 1) for count in self.begun.values())
            self.progress(done, sum(self.steps.values()), words)
