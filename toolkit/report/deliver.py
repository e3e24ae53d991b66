"""How does one client get from its folder to its published report? Runs in a worker process.

In three steps, under the client's lock: `prepare_job` reads and refuses; the client is audited, its
notebooks are run, and `make_report` makes the files of it, knowing nothing of where they go;
`publish_report` puts them in their place.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from toolkit.audits import QUESTIONS, audit
from toolkit.client.load import load
from toolkit.client.model import Client
from toolkit.errors import AnotherClientError, RefusedError, RunError
from toolkit.finding import Audit
from toolkit.measures.facts import Facts
from toolkit.questions import AUDITS
from toolkit.report.completion import completion_matches
from toolkit.report.job import CALCULATE, GRACE, READ, WRITE, ClientJob, ClientResult
from toolkit.report.notebooks import completion_folder, notebook_audit, run_notebook, scrub_notebook
from toolkit.report.report_files import make_report
from toolkit.report.store.files import FINDINGS, read_json
from toolkit.report.store.inputs import report_inputs
from toolkit.report.store.locks import client_lock, refuse_unsafe_place
from toolkit.report.store.publish import StoredAudit, publish_files, stored_audits
from toolkit.whatif.scenario_file import prepare_scenario


def deliver_client(job: ClientJob, step: Callable[[str], None]) -> ClientResult:
    """What became of this client? `step` hears what is done next; errors are raised."""
    started, limit = time.monotonic(), job.options.limits.client_seconds
    with client_lock(job.place.reports, job.id, job.place.run, limit + GRACE):
        step(READ)
        prepared = prepare_job(job)
        step(CALCULATE)
        facts = Facts(prepared.client)
        result = _audited(prepared, facts)
        shown = _notebooks(job, prepared.folder, result, step, deadline=started + limit)
        step(WRITE)
        made = make_report(
            prepared.client,
            result,
            job.options,
            facts=facts,
            notebooks=shown,
            earlier=prepared.earlier,
            deadline=started + limit,
        )
        publish_report(job, prepared, made.content)
    verdicts, name = Counter(str(m.verdict) for m in result.mistakes), prepared.client.name
    seconds, note = time.monotonic() - started, " ".join(made.notes)
    return ClientResult(job.id, name, job.folder, "done", seconds, dict(verdicts), note=note)


@dataclass(frozen=True, eq=False)
class PreparedJob:
    """A client that may be audited, and what was read for it.

    `client` is the client as it is audited, `folder` where it lies as such, and `changes` says in
    sentences what a scenario changed in it. `inputs` are what its report is made from, None where a
    file could not be read; `earlier` the audits published before, the last one first.
    """

    client: Client
    folder: Path
    changes: tuple[str, ...]
    inputs: Mapping[str, Any] | None
    earlier: tuple[StoredAudit, ...]


def prepare_job(job: ClientJob) -> PreparedJob:
    """What is there to audit? Reads the client and what stands in the place of its report.

    Raises ClientError where the client cannot be audited, RefusedError where its report may not
    stand there, and ScenarioError where the scenario does not fit it.
    """
    inputs, client = _inputs(job), load(job.folder)
    if client.id != job.id:
        raise RefusedError(
            f'The folder is known as "{job.id}", but its client.yml says "{client.id}".'
        )
    report = job.place.reports / job.id
    refuse_unsafe_place(report)
    _refuse_other_kind(report, scenario=job.options.scenario is not None)
    _refuse_another_client(report, client)
    earlier = tuple(stored_audits(report))
    if job.options.scenario is None:
        return PreparedJob(client, job.folder, (), inputs, earlier)
    folder = job.private / "scenario" / job.folder.name
    changes = prepare_scenario(client, job.options.scenario, folder)
    changed = replace(load(folder), sources=client.sources)
    return PreparedJob(changed, folder, changes, inputs, earlier)


def publish_report(job: ClientJob, prepared: PreparedJob, files: Mapping[str, bytes]) -> None:
    """Let these files be the client's report, if it is still made from what lies in its folder."""
    if _inputs(job) != prepared.inputs:
        raise RefusedError("The client's files changed while they were read. Run it again.")
    publish_files(files, job.place.reports, job.id, job.options.today, prepared.inputs)


def _audited(prepared: PreparedJob, facts: Facts) -> Audit:
    """The audit, which says what a scenario changed. One in which a question broke is none."""
    result = audit(prepared.client, facts)
    if prepared.changes:
        result = replace(result, run=dict(result.run) | {"scenario": list(prepared.changes)})
    _refuse_failed_audit(result, prepared.client, facts)
    return result


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
