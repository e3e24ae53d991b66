"""Audit many clients: one page each, one page over all, and no client harms another."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from toolkit.errors import RunError
from toolkit.hashes import sha_of
from toolkit.report.batch import Batch
from toolkit.report.folders import expand, refuse_inside_client, shortened
from toolkit.report.job import Limits, Order, Outcome
from toolkit.report.parameters import check_parameters
from toolkit.report.processes.executors import attended
from toolkit.report.processes.orphans import end_orphans
from toolkit.report.processes.workers import run
from toolkit.report.store.inputs import recipe
from toolkit.report.store.private import private_folder
from toolkit.report.store.remote import Address, is_address
from toolkit.report.store.strays import sweep
from toolkit.report.tally import Progress

PACKAGE = Path(__file__).resolve().parents[1]
LOCAL = "file://"  # such an address is a folder of this machine


def audit_folders(
    folders: Iterable[str | Path],
    out: str | Path,
    *,
    workers: int | None = None,
    notebooks: Sequence[Path] | None = None,
    progress: Progress | None = None,
    today: date | None = None,
    limits: Limits = Limits(),  # noqa: B008 (it never changes)
    force: bool = False,
    executor: Executor | None = None,
    pdf: bool = False,
    scenario: Path | None = None,
    quotes: int = 0,
) -> list[Outcome]:
    """What became of each client? Writes a report for every one, and the pages over all.

    `folders` are client folders or folders of them; `out` is a folder, or an address such as
    s3://bucket/reports. A client whose whole report was made from the very same files is left as
    it is, unless `force`. `workers` clients run at once on this machine (default: one per core),
    or as many as an `executor` has room for; what it reads and writes on other machines must
    stand in folders they share. `today` is the day that new audits are remembered by; with `pdf`
    each report is printed, too; with a `scenario` every client is audited as that file changes it.
    `quotes` texts of feedback are shown for each theme and role; they may name people.

    A client that fails leaves its earlier report as it was, with a page that says why, and does
    not stop the others. Raises RunError or ParameterError, before anything is run, where the
    folders, the place for reports or the notebooks cannot be used.
    """
    found = expand(folders)
    chosen = tuple(notebooks) if notebooks is not None else default_notebooks()
    for notebook in chosen:
        check_parameters(notebook, {"client": "", "out": ""})
    asked = ({"scenario": _content(scenario)} if scenario else {}) | (
        {"quotes": quotes} if quotes else {}
    )
    end_orphans()  # of runs that were killed
    with private_folder() as private, _writable(out):
        place, address = _place(out, private)
        made_of, day = recipe(chosen, asked), today or date.today()
        home = str(out) if address else ""
        run_id = secrets.token_hex(8)
        order = Order(place, chosen, limits, day, run_id, made_of, home, pdf, scenario, quotes)
        elsewhere = executor is not None
        batch = Batch(found, order, private, address=address, elsewhere=elsewhere, force=force)
        tally = batch.tally(progress)
        with batch.shown():
            if executor:
                outcomes = attended(executor, batch.jobs, tally.begins)
            else:
                at_once = workers or os.cpu_count() or 1
                outcomes = run(batch.jobs, workers=at_once, listener=tally.begins)
            with closing(outcomes):  # an interrupt ends all work before it is cleaned up after
                for outcome in outcomes:
                    batch.settle(outcome)
                    tally.ended(outcome)
    return batch.outcomes


def default_notebooks() -> tuple[Path, ...]:
    """Which notebooks walk through the audits? Those of the checkout, or of the installation."""
    for home in (PACKAGE.parent, PACKAGE):
        found = sorted((home / "notebooks" / "audit").glob("[0-9]*.ipynb"))
        if found:
            return tuple(found)
    raise RunError("The audits' notebooks are missing; install the toolkit again.")


def _content(scenario: Path) -> str:
    try:
        return sha_of(scenario)
    except OSError as error:
        raise RunError(f"{scenario} cannot be read: {error.strerror}.") from error


def _place(out: str | Path, private: Path) -> tuple[Path, Address | None]:
    """Where are reports built? In their folder, or, for an address, in a copy of what is there."""
    if is_address(out):
        if str(out).startswith(LOCAL):
            refuse_inside_client(Path(str(out).removeprefix(LOCAL)))
        place, address = private / "reports", Address(str(out))
        for id in address.ids():
            address.fetch(place, id)
        place.mkdir(exist_ok=True)
        return place, address
    place = Path(out)
    refuse_inside_client(place)
    place.mkdir(parents=True, exist_ok=True)
    sweep(place)
    return place.resolve(), None


@contextmanager
def _writable(out: str | Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = error.strerror or error
        place = shortened(out)
        fix = "Choose another place with --out, or make room."
        raise RunError(f"Reports cannot be written to {place}: {said}. {fix}") from error
