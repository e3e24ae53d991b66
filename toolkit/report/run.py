"""Which clients of a run need work, and what became of each? One page each, one page over all.

No client harms another. A client needs no work whose finished report is whole and made from what
is there now. The pages over all clients are written anew only where they no longer say what the
reports say. The steps of all clients are counted, to say how far a run is.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.errors import RunError
from toolkit.hashing import hash_file, hash_text
from toolkit.report.cluster import dask_cluster, run_on_executor
from toolkit.report.folders import (
    client_folders,
    client_ids,
    made_up_id,
    refuse_inside_client,
    shared_ids,
    shorten_path,
)
from toolkit.report.job import ClientJob, ClientResult, RunPlace
from toolkit.report.options import RunOptions
from toolkit.report.outputs import asked_outputs
from toolkit.report.parameters import check_parameters
from toolkit.report.processes.system import end_orphans
from toolkit.report.processes.temporary_folders import private_folder
from toolkit.report.store.files import (
    FAILURE,
    FINDINGS,
    INDEX_PAGES,
    MANIFEST,
    SINCE,
    SIZE,
    read_json,
    report_is_whole,
    write_atomically,
)
from toolkit.report.store.inputs import (
    PACKAGE,
    report_inputs,
    reports_by_part,
    run_recipe,
    source_hash,
)
from toolkit.report.store.locks import (
    folder_mark,
    forget_failure,
    sweep_leftovers,
    withdraw_failures,
)
from toolkit.report.store.remote import ReportAddress, is_address
from toolkit.report.workers import run_workers

OTHER_STEPS = 3  # beside the notebooks: read, calculate, write

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what begins now


class StepCounter:
    """Counts the steps of all clients, so that a bar can be drawn and the time left be told."""

    def __init__(self, jobs: Sequence[ClientJob], progress: Progress | None) -> None:
        self.names = {job.id: job.name for job in jobs}
        self.steps = {job.id: len(job.options.notebooks) + OTHER_STEPS for job in jobs}
        self.begun = dict.fromkeys(self.steps, 0)
        self.progress = progress

    def begins(self, id: str, step: str) -> None:
        """A step of client `id` begins."""
        self.begun[id] += 1
        self._tell(f"{self.names[id]}: {step}")

    def ended(self, outcome: ClientResult) -> None:
        """All steps of a client are behind us."""
        self.begun[outcome.id] = self.steps[outcome.id] + 1
        self._tell(f"{outcome.name}: {outcome.status}")

    def _tell(self, words: str) -> None:
        if self.progress:
            done = sum(max(0, count - 1) for count in self.begun.values())
            self.progress(done, sum(self.steps.values()), words)


def unchanged_clients(
    folders: Iterable[Path], out: Path, recipe: Mapping[str, Any], files: Collection[str] = ()
) -> dict[Path, ClientResult]:
    """Which of these client folders have their report already? Told by content, not by dates.

    Every file of the folder and of its report is read and compared with what the report's
    manifest says; everything else that shapes a report stands in `recipe`. These `files` must be
    there, too.
    """
    known = reports_by_part("fingerprint", out)
    found = {folder: _finished_result(folder, out, known, recipe, files) for folder in folders}
    return {folder: outcome for folder, outcome in found.items() if outcome}


def _finished_result(
    folder: Path,
    out: Path,
    known: Mapping[str, list[str]],
    recipe: Mapping[str, Any],
    files: Collection[str],
) -> ClientResult | None:
    try:
        fingerprint = report_inputs(folder, recipe)["fingerprint"]
        reports = (out / id for id in known.get(fingerprint, ()))
        wanted = (r for r in reports if all((r / file).is_file() for file in files))
        return next(filter(None, (_recorded_result(folder, report) for report in wanted)), None)
    except OSError:  # what cannot be read is for the audit to say
        return None


def _recorded_result(folder: Path, report: Path) -> ClientResult | None:
    if report.is_symlink() or not report_is_whole(report):
        return None
    findings = read_json(report / FINDINGS)
    try:
        id, name = findings["client"]["id"], findings["client"]["name"]
        verdicts = Counter(mistake["verdict"] for mistake in findings["mistakes"])
    except (KeyError, TypeError):
        return None
    if id != report.name:
        return None
    return ClientResult(id, name, folder, "done", verdicts=dict(verdicts), unchanged=True)


INDEX_SOURCES = (
    FINDINGS,
    SINCE,
    SIZE,
    FAILURE[1],
)  # what the pages are made from, client by client


def renew_index(out: Path) -> None:
    """See that the pages over all clients say what lies in `out`; whole ones are left alone."""
    clients = dict(_client_hashes(out))
    if read_json(out / MANIFEST) == _index_manifest(out, clients):
        return
    from toolkit.report.page.index import write_index  # loads pandas, so only where it is needed

    write_index(out)
    write_atomically(out / MANIFEST, json.dumps(_index_manifest(out, clients), indent=1) + "\n")


def _index_manifest(out: Path, clients: Mapping[str, str]) -> dict[str, object]:
    files = {name: hash_file(out / name) for name in INDEX_PAGES if (out / name).is_file()}
    return {"format": 1, "files": files, "toolkit": source_hash(PACKAGE), "clients": dict(clients)}


def _client_hashes(out: Path) -> Iterator[tuple[str, str]]:
    """Each client, and a hash of what the pages say of it: what is read, and which files it has."""
    for folder in sorted(out.iterdir()):
        read = [hash_file(folder / name) for name in INDEX_SOURCES if (folder / name).is_file()]
        if read and not folder.name.startswith("."):
            names = sorted(path.name for path in folder.iterdir() if path.name[0] != ".")
            yield folder.name, hash_text(json.dumps([names, read]))


class Batch:
    """All client folders of a run, each with its job and, in the end, its outcome.

    With an `address`, `place.reports` is a copy of what stands there; `elsewhere` says that others
    put finished reports there, not this process.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        options: RunOptions,
        place: RunPlace,
        private: Path,
        *,
        address: ReportAddress | None = None,
        elsewhere: bool = False,
    ) -> None:
        self._place, self._address, self._elsewhere = place, address, elsewhere
        kept = {} if options.force else _unchanged_or_noted(folders, options, place)
        left = [folder for folder in folders if folder not in kept]
        names = {folder: (outcome.id, outcome.name) for folder, outcome in kept.items()}
        names |= dict(
            zip(left, client_ids(left, place.reports, {o.id for o in kept.values()}), strict=True)
        )
        self._jobs = {
            folder: ClientJob(*names[folder], folder, private / str(number), options, place)
            for number, folder in enumerate(folders)
        }
        twice = shared_ids(list(names.values()))
        self._twice = [job for job in self._jobs.values() if job.id in twice]
        self._kept = {folder: o for folder, o in kept.items() if o.id not in twice}
        self._outcomes = dict(self._kept)

    @property
    def jobs(self) -> list[ClientJob]:
        """The clients that need work."""
        none = {*self._kept, *(job.folder for job in self._twice)}
        return [job for folder, job in self._jobs.items() if folder not in none]

    @property
    def outcomes(self) -> list[ClientResult]:
        """What became of each client, in the order of the folders."""
        return [self._outcomes[folder] for folder in self._jobs]

    def tally(self, progress: Progress | None) -> StepCounter:
        """Counts the steps of the clients that need work."""
        return StepCounter(self.jobs, progress)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Around the work: whatever ends it, the pages over all clients say what is there then."""
        try:
            for outcome in self._kept.values():
                self._forget_failure(outcome)
            yield
            for job in self._twice:
                self.settle(self._refused(job))
        except BaseException:  # clients that were being worked on left their locks
            with suppress(OSError):
                sweep_leftovers(self._place.reports)
            raise
        finally:
            try:
                self._show()
            except OSError as error:
                self._say_unshown(error)

    def settle(self, outcome: ClientResult) -> None:
        """Remember what became of a client, and see that its folder shows it."""
        if outcome.failure and outcome.failure.apart:
            outcome = replace(outcome, id=made_up_id(outcome.folder))
        self._outcomes[outcome.folder] = outcome
        if self._elsewhere and not outcome.failure:
            outcome = self._outcomes[outcome.folder] = self._found(outcome)
        elif self._address and not outcome.failure:
            self._tried(self._address.put, outcome)
        if outcome.failure:
            from toolkit.report.failed import write_failure  # loads jinja2: only where needed

            write_failure(outcome, self._place.reports, self._place.run)
            if self._address:
                self._tried(self._address.put_failure, outcome)

    def _found(self, outcome: ClientResult) -> ClientResult:
        """What others say is done, if it is here, too."""
        if self._address:
            self._tried(self._address.fetch, outcome)
        brought = self._outcomes[outcome.folder]
        if brought.failure or report_is_whole(self._place.reports / outcome.id):
            return brought
        from toolkit.report.failed import report_missing_result

        return report_missing_result(outcome, self._place.address or str(self._place.reports))

    def _tried(self, carry: Callable[[Path, str], None], outcome: ClientResult) -> None:
        """Carry what belongs to one client; where that fails, it harms no other."""
        try:
            carry(self._place.reports, outcome.id)
        except OSError as error:
            from toolkit.report.failed import upload_failed_result

            self._outcomes[outcome.folder] = upload_failed_result(
                outcome, self._place.address, error
            )

    def _refused(self, job: ClientJob) -> ClientResult:
        from toolkit.report.failed import duplicate_id_result

        return duplicate_id_result(job, [j.folder for j in self._twice if j.id == job.id])

    def _forget_failure(self, outcome: ClientResult) -> None:
        if forget_failure(self._place.reports / outcome.id) and self._address:
            self._tried(self._address.put_failure, outcome)

    def _show(self) -> None:
        self._withdraw()
        if self._address:
            self._address.fetch_more(self._place.reports)  # of runs that went on beside this one
        renew_index(self._place.reports)
        if self._address:
            self._address.put_pages(self._place.reports)

    def _say_unshown(self, error: OSError) -> None:
        """What became of each client must not be lost because no page can say it."""
        failed = {folder: o for folder, o in self._outcomes.items() if o.failure}
        if not failed:
            raise error
        note = f"The pages over all clients could not be written: {error.strerror or error}."
        self._outcomes |= {folder: replace(o, note=note) for folder, o in failed.items()}

    def _withdraw(self) -> None:
        marks = {folder_mark(folder) for folder in self._jobs}
        standing = {job.id for job in self._jobs.values()}
        standing |= {outcome.id for outcome in self._outcomes.values()}
        for id in withdraw_failures(self._place.reports, marks, standing):
            if self._address:
                self._address.put_failure(self._place.reports, id)


def _unchanged_or_noted(
    folders: Sequence[Path], options: RunOptions, place: RunPlace
) -> dict[Path, ClientResult]:
    """Those that need no work. That an output cannot be made here is no reason for any."""
    lacking = {output.file: output.lacking() for output in asked_outputs(options.outputs)}
    files = [file for file, why in lacking.items() if not why]
    note = " ".join(filter(None, lacking.values()))
    found = unchanged_clients(folders, place.reports, place.recipe, files)
    return {folder: replace(outcome, note=note) for folder, outcome in found.items()}


LOCAL = "file://"  # such an address is a folder of this machine


def audit_folders(
    folders: Iterable[str | Path],
    out: str | Path,
    options: RunOptions | None = None,
    *,
    progress: Progress | None = None,
    executor: Executor | None = None,
    **asked: Any,
) -> list[ClientResult]:
    """What became of each client? Writes a report for every one, and the pages over all.

    `folders` are client folders or folders of them; `out` is a folder, or an address such as
    s3://bucket/reports. What is asked of the run stands in `options`, or, field by field, in
    `asked`: ``audit_folders(["clients"], "reports", quotes=2)``. A client whose whole report was
    made from the very same files is left as it is, unless `options.force`. As many clients run at
    once as `options.workers` says, or an `executor` of yours or the scheduler's cluster has room
    for; what it reads and writes on other machines must have the same names there, or `out` must be
    an address that they reach. `progress` hears how many steps are done, how many there are, and
    what begins.

    A client that fails leaves its earlier report as it was, with a page that says why, and does
    not stop the others. Raises RunError or ParameterError, before anything is run, where the
    folders, the options, the place for reports or the notebooks cannot be used.
    """
    options = replace(options, **asked) if options else RunOptions(**asked)
    asked_outputs(options.outputs)  # refuses those that are not known
    found = client_folders(folders)
    for notebook in options.notebooks:
        check_parameters(notebook, {"client": "", "out": ""})
    recipe = run_recipe(options.notebooks, options.shaping_options())
    end_orphans()  # of runs that were killed
    with _executor(options, executor) as chosen, private_folder() as private, _writable(out):
        reports, address = _build_place(out, private)
        run_id, home = secrets.token_hex(8), str(out) if address else ""
        place = RunPlace(reports, run_id, recipe, home)
        elsewhere = chosen is not None
        batch = Batch(found, options, place, private, address=address, elsewhere=elsewhere)
        _work(batch, options, chosen, progress)
    return batch.outcomes


def _executor(
    options: RunOptions, executor: Executor | None
) -> AbstractContextManager[Executor | None]:
    """Who does the work, if it is not this machine's own processes?"""
    if executor or options.scheduler is None:
        return nullcontext(executor)
    return dask_cluster(options.scheduler)


def _work(
    batch: Batch, options: RunOptions, executor: Executor | None, progress: Progress | None
) -> None:
    """Have every client done that needs work."""
    tally = batch.tally(progress)
    with batch.shown():
        if executor:
            outcomes = run_on_executor(executor, batch.jobs, tally.begins)
        else:
            at_once = options.workers or os.cpu_count() or 1
            outcomes = run_workers(batch.jobs, workers=at_once, listener=tally.begins)
        with closing(outcomes):  # an interrupt ends all work before it is cleaned up after
            for outcome in outcomes:
                batch.settle(outcome)
                tally.ended(outcome)


def _build_place(out: str | Path, private: Path) -> tuple[Path, ReportAddress | None]:
    """Where are reports built? In their folder, or, for an address, in a copy of what is there."""
    if is_address(out):
        if str(out).startswith(LOCAL):
            refuse_inside_client(Path(str(out).removeprefix(LOCAL)))
        place, address = private / "reports", ReportAddress(str(out))
        for id in address.ids():
            address.fetch(place, id)
        place.mkdir(exist_ok=True)
        return place, address
    place = Path(out)
    refuse_inside_client(place)
    place.mkdir(parents=True, exist_ok=True)
    sweep_leftovers(place)
    return place.resolve(), None


@contextmanager
def _writable(out: str | Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = error.strerror or error
        place = shorten_path(out)
        fix = "Choose another place with --out, or make room."
        raise RunError(f"Reports cannot be written to {place}: {said}. {fix}") from error
