"""How does one client get from its folder to its published report? Runs in a worker process."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.audits import QUESTIONS, audit
from toolkit.client.load import load
from toolkit.client.model import Client
from toolkit.errors import AnotherClientError, OutputError, RefusedError, RunError
from toolkit.finding import Audit
from toolkit.measures.facts import Facts
from toolkit.questions import AUDITS
from toolkit.report.completion import completion_matches
from toolkit.report.job import CALCULATE, GRACE, READ, WRITE, ClientJob, ClientResult
from toolkit.report.notebooks import completion_folder, notebook_audit, run_notebook, scrub_notebook
from toolkit.report.page.chapters import Notebook
from toolkit.report.page.context import ReportContext, client_size
from toolkit.report.store.files import (
    FINDINGS,
    SINCE,
    SIZE,
    read_json,
    write_atomically,
)
from toolkit.report.store.inputs import report_inputs
from toolkit.report.store.locks import client_lock
from toolkit.report.store.publish import build_report, compare_with_earlier
from toolkit.whatif.scenario_file import prepare_scenario


def deliver_client(job: ClientJob, step: Callable[[str], None]) -> ClientResult:
    """What became of this client? `step` hears what is done next; errors are raised."""
    seconds = job.options.limits.client_seconds + GRACE
    with client_lock(job.place.reports, job.id, job.place.run, seconds):
        return _delivered(job, step)


def _delivered(job: ClientJob, step: Callable[[str], None]) -> ClientResult:
    started = time.monotonic()
    step(READ)
    made_from = _inputs(job)
    client, folder, changes = _read(job)
    step(CALCULATE)
    facts = Facts(client)
    result = audit(client, facts)
    if changes:
        result = replace(result, run=dict(result.run) | {"scenario": list(changes)})
    _refuse_failed_audit(result, client, facts)
    deadline = started + job.options.limits.client_seconds
    notebooks = _notebooks(job, folder, result, step, deadline=deadline)
    step(WRITE)
    with build_report(job.place.reports, job.id, job.options.today, made_from) as built:
        moved = compare_with_earlier(job.place.reports / job.id, result)
        _write(built, result, notebooks)
        if moved:
            write_atomically(built / SINCE, moved.to_json())
        sizes = json.dumps(client_size(client), indent=1, sort_keys=True)
        write_atomically(built / SIZE, sizes + "\n")
        context = ReportContext.of(
            facts, result, job.options, notebooks=notebooks, since=moved, deadline=deadline
        )
        note = _write_outputs(built, job, result, context)
        if _inputs(job) != made_from:
            raise RefusedError("The client's files changed while they were read. Run it again.")
    verdicts = Counter(str(m.verdict) for m in result.mistakes)
    seconds = time.monotonic() - started
    return ClientResult(job.id, client.name, job.folder, "done", seconds, dict(verdicts), note=note)


def _read(job: ClientJob) -> tuple[Client, Path, tuple[str, ...]]:
    """The client as it is audited, its folder, and what a scenario changes in it."""
    client = load(job.folder)
    if client.id != job.id:
        raise RefusedError(
            f'The folder is known as "{job.id}", but its client.yml says "{client.id}".'
        )
    report = job.place.reports / job.id
    _refuse_other_kind(report, scenario=job.options.scenario is not None)
    _refuse_another_client(report, client)
    if job.options.scenario is None:
        return client, job.folder, ()
    folder = job.private / "scenario" / job.folder.name
    changes = prepare_scenario(client, job.options.scenario, folder)
    return replace(load(folder), sources=client.sources), folder, changes


def _refuse_other_kind(report: Path, *, scenario: bool) -> None:
    """May this report take the place of what stands there? A what-if never that of an audit."""
    there = read_json(report / FINDINGS)
    run = there.get("run") if isinstance(there, dict) else None
    if isinstance(run, dict) and ("scenario" in run) != scenario:
        stands, comes = ("an audit", "a what-if") if scenario else ("a what-if", "an audit")
        raise RefusedError(
            f"{report} holds {stands}, and {comes} may not take its place. "
            "Choose another folder with --out."
        )


def _refuse_another_client(report: Path, client: Client) -> None:
    """Is this the client whose report stands there? One known by its name, or by any of its tables.

    Else one client's earlier report would be kept, and compared with, in another's.
    """
    there = read_json(report / FINDINGS)
    try:
        name = there["client"]["name"]
        tables = {row["sha256"] for row in there["data"].values()}
    except (KeyError, TypeError, AttributeError):  # damaged, or none: nothing to compare with
        return
    if name != client.name and tables.isdisjoint(s.sha256 for s in client.sources.values()):
        raise AnotherClientError(
            f"{report} holds the report of another client: it has another name than "
            f"“{client.name}”, and no table in common with it. Give one of them another id in its "
            "client.yml. If it is the same client under a new name, move that report away first."
        )


def _inputs(job: ClientJob) -> dict[str, Any] | None:
    """What the report is made from; None where a file cannot be read, which its reader will say."""
    try:
        return report_inputs(job.folder, job.place.recipe)
    except OSError:
        return None


def _refuse_failed_audit(result: Audit, client: Client, facts: Facts) -> None:
    """Did every audit come to an answer? A report in which one broke is not handed over."""
    for name, finding in result.findings.items():
        if finding.status == "failed":
            said = f"The audit “{AUDITS[name].title}” failed. {finding.why}"
            raise RunError(said) from _broken(name, client, facts)


def _broken(name: str, client: Client, facts: Facts) -> Exception | None:
    """What broke the audit: asked again, as a finding does not keep the error."""
    try:
        QUESTIONS[name](client, facts)
    except Exception as error:  # whatever it is, a reader at the terminal may ask for it
        return error
    return None


def _notebooks(
    job: ClientJob, client: Path, result: Audit, step: Callable[[str], None], *, deadline: float
) -> dict[str, dict[str, Any]]:
    completion_folder(job).mkdir(parents=True)
    executed = {}
    for notebook in job.options.notebooks:
        step(f"notebook {notebook.stem}")
        finding = result.findings.get(notebook_audit(notebook))
        if finding is None:
            raise RunError(f"{notebook.name} is named after no audit.")
        executed[notebook.name] = _execute(job, client, result, notebook, deadline)
    return executed


def _execute(
    job: ClientJob, client: Path, result: Audit, notebook: Path, deadline: float
) -> dict[str, Any]:
    values = {"client": str(client), "out": str(completion_folder(job))}
    shown = run_notebook(
        notebook, values, cell_seconds=job.options.limits.cell_seconds, deadline=deadline
    )
    if not completion_matches(result, notebook_audit(notebook), completion_folder(job)):
        raise RunError(
            f"{notebook.name} did not reach its end with the numbers of the audit. Its last cell "
            "must be `toolkit.record(finding, out)`, and nothing may end the kernel before."
        )
    return scrub_notebook(shown, job, client)


def _write(folder: Path, audit: Audit, notebooks: Mapping[str, Notebook]) -> None:
    (folder / "notebooks").mkdir()
    for name, content in notebooks.items():
        text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
        write_atomically(folder / "notebooks" / name, text + "\n")
    write_atomically(folder / FINDINGS, audit.to_json())


def _write_outputs(folder: Path, job: ClientJob, audit: Audit, context: ReportContext) -> str:
    """Write every output that was asked for; why is one not there? The report stands without."""
    notes = []
    for output in job.options.report_outputs():
        try:
            write_atomically(folder / output.file, output.make(audit, context))
        except OutputError as error:
            notes.append(str(error))
    return " ".join(notes)
