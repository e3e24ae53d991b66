"""One client, from its folder to its published report. Runs in a worker process."""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from toolkit.audits import QUESTIONS, audit
from toolkit.catalogue import AUDITS
from toolkit.client import Client, load
from toolkit.errors import AnotherClientError, RefusedError, RunError
from toolkit.explore.folder import prepared
from toolkit.finding import Audit
from toolkit.report.chapters import chapter
from toolkit.report.doors import nbformat
from toolkit.report.files import FINDINGS, PDF, REPORT, SINCE, SIZE, read_json, write
from toolkit.report.job import CALCULATE, GRACE, READ, WRITE, Job, Outcome
from toolkit.report.kernels import execute
from toolkit.report.moving import moving
from toolkit.report.pages import Reading, report_page
from toolkit.report.pdf import SECONDS, print_page
from toolkit.report.quotes import Quotes, quotes
from toolkit.report.seal import sealed
from toolkit.report.shown import Chapter
from toolkit.report.store.earlier import since
from toolkit.report.store.inputs import inputs
from toolkit.report.store.locks import locked
from toolkit.report.store.publish import building
from toolkit.since.since import Since

CHECKOUT = Path(__file__).resolve().parents[2]
# A cell's own file, named anew on every run; sought where a word begins, as some are very long.
CELL_FILE = re.compile(r"(?<![\w/\\:.~-])[\w/\\:.~-]*ipykernel_\d+[\\/]+\d+\.py")


def deliver(job: Job, step: Callable[[str], None]) -> Outcome:
    """What became of this client? `step` hears what is done next; errors are raised."""
    with locked(job.order.out, job.id, job.order.run, job.order.limits.client_seconds + GRACE):
        return _delivered(job, step)


def _delivered(job: Job, step: Callable[[str], None]) -> Outcome:
    started = time.monotonic()
    step(READ)
    made_from = _inputs(job)
    client, folder, changes = _read(job)
    step(CALCULATE)
    result = audit(client)
    if changes:
        result = replace(result, run=dict(result.run) | {"scenario": list(changes)})
    refuse_failed(result, client)
    deadline = started + job.order.limits.client_seconds
    notebooks = _notebooks(job, folder, result, step, deadline=deadline)
    step(WRITE)
    with building(job.order.out, job.id, job.order.today, made_from) as built:
        moved = since(job.order.out / job.id, result)
        _write(built, client, result, notebooks, moved, quotes(client, job.order.quotes))
        if _inputs(job) != made_from:
            raise RefusedError("The client's files changed while they were read. Run it again.")
        note = _printed(job, built, deadline)
    verdicts = Counter(str(m.verdict) for m in result.mistakes)
    seconds = time.monotonic() - started
    return Outcome(job.id, client.name, job.folder, "done", seconds, dict(verdicts), note=note)


def _read(job: Job) -> tuple[Client, Path, tuple[str, ...]]:
    """The client as it is audited, its folder, and what a scenario changes in it."""
    client = load(job.folder)
    if client.id != job.id:
        raise RefusedError(
            f'The folder is known as "{job.id}", but its client.yml says "{client.id}".'
        )
    report = job.order.out / job.id
    refuse_other_kind(report, scenario=job.order.scenario is not None)
    refuse_another(report, client)
    if job.order.scenario is None:
        return client, job.folder, ()
    folder = job.private / "scenario" / job.folder.name
    changes = prepared(client, job.order.scenario, folder)
    return replace(load(folder), sources=client.sources), folder, changes


def refuse_other_kind(report: Path, *, scenario: bool) -> None:
    """May this report take the place of what stands there? A what-if never that of an audit."""
    there = read_json(report / FINDINGS)
    run = there.get("run") if isinstance(there, dict) else None
    if isinstance(run, dict) and ("scenario" in run) != scenario:
        stands, comes = ("an audit", "a what-if") if scenario else ("a what-if", "an audit")
        raise RefusedError(
            f"{report} holds {stands}, and {comes} may not take its place. "
            "Choose another folder with --out."
        )


def refuse_another(report: Path, client: Client) -> None:
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


def _inputs(job: Job) -> dict[str, Any] | None:
    """What the report is made from; None where a file cannot be read, which its reader will say."""
    try:
        return inputs(job.folder, job.order.recipe)
    except OSError:
        return None


def _printed(job: Job, folder: Path, deadline: float) -> str:
    """Where a PDF was asked for: why is there none? The report stands without one."""
    if not job.order.pdf:
        return ""
    seconds = max(1.0, min(SECONDS, deadline - time.monotonic()))
    return print_page(folder / REPORT, folder / PDF, seconds=seconds)


def refuse_failed(result: Audit, client: Client) -> None:
    """Did every audit come to an answer? A report in which one broke is not handed over."""
    for name, finding in result.findings.items():
        if finding.status == "failed":
            said = f"The audit “{AUDITS[name].title}” failed. {finding.why}"
            raise RunError(said) from _broken(name, client)


def _broken(name: str, client: Client) -> Exception | None:
    """What broke the audit: asked again, as a finding does not keep the error."""
    try:
        QUESTIONS[name](client)
    except Exception as error:  # whatever it is, a reader at the terminal may ask for it
        return error
    return None


def audit_of(notebook: Path) -> str:
    """Which audit does a notebook walk through? ``03_targeting.ipynb`` is ``targeting``."""
    return notebook.stem.partition("_")[2] or notebook.stem


def _notebooks(
    job: Job, client: Path, result: Audit, step: Callable[[str], None], *, deadline: float
) -> dict[str, dict[str, Any]]:
    seals(job).mkdir(parents=True)
    executed = {}
    for notebook in job.order.notebooks:
        step(f"notebook {notebook.stem}")
        finding = result.findings.get(audit_of(notebook))
        if finding is None:
            raise RunError(f"{notebook.name} is named after no audit.")
        executed[notebook.name] = _execute(job, client, result, notebook, deadline)
    return executed


def _execute(
    job: Job, client: Path, result: Audit, notebook: Path, deadline: float
) -> dict[str, Any]:
    values = {"client": str(client), "out": str(seals(job))}
    shown = execute(notebook, values, cell_seconds=job.order.limits.cell_seconds, deadline=deadline)
    if not sealed(result, audit_of(notebook), seals(job)):
        raise RunError(
            f"{notebook.name} did not reach its end with the numbers of the audit. Its last cell "
            "must be `toolkit.record(finding, out)`, and nothing may end the kernel before."
        )
    return scrubbed(shown, job, client)


def seals(job: Job) -> Path:
    """Where do a client's notebooks say that they ended?"""
    return job.private / "seals"


def scrubbed(notebook: nbformat.NotebookNode, job: Job, client: Path) -> dict[str, Any]:
    """What remains of an executed notebook? No clock, no chance ids, no paths of this machine."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
    text = nbformat.writes(notebook)
    places = {seals(job): "", client: client.name, CHECKOUT: ".", Path(sys.prefix): "."}
    for place in sorted(places, key=lambda p: -len(str(p))):
        for spelled in (_raw, _plain, _parameter):
            text = text.replace(spelled(str(place)), spelled(places[place]))
    return dict(json.loads(CELL_FILE.sub("cell.py", text)))


def _raw(text: str) -> str:
    """As nbformat writes what a cell printed."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _plain(text: str) -> str:
    """As JSON within a cell writes it."""
    return json.dumps(text)[1:-1]


def _parameter(text: str) -> str:
    """As papermill writes a parameter, in a cell."""
    return _plain(text.encode("unicode_escape").decode().replace('"', '\\"'))


def _write(
    folder: Path,
    client: Client,
    result: Audit,
    notebooks: dict[str, Any],
    moved: Since | None,
    said: Sequence[Quotes],
) -> None:
    (folder / "notebooks").mkdir()
    for name, content in notebooks.items():
        text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
        write(folder / "notebooks" / name, text + "\n")
    write(folder / FINDINGS, result.to_json())
    if moved:
        write(folder / SINCE, moved.to_json())
    sizes = size(client)
    write(folder / SIZE, json.dumps(sizes, indent=1, sort_keys=True) + "\n")
    labels = {a.id: a.label for a in client.attributes.values()}
    chapters = _chapters(notebooks)
    spend = sizes.get("spend")
    told = Reading(
        client.about,
        client.language,
        labels,
        chapters,
        spend=spend,
        since=moved,
        scenario=tuple(result.run.get("scenario", ())),
        moving=moving(client),
        quotes=said,
    )
    write(folder / REPORT, report_page(result, told))


def size(client: Client) -> dict[str, float]:
    """How much does the client spend and take in? What the index measures its money against."""
    sums = {"spend": ("campaigns", "spend"), "revenue": ("purchases", "amount")}
    found = {
        name: float(client.frames[table][column].sum())
        for name, (table, column) in sums.items()
        if client.has(table)
    }
    if client.accounts:  # the table holds some accounts only
        found["revenue"] = float(client.accounts.revenue.sum())
    return found


def _chapters(notebooks: dict[str, Any]) -> list[Chapter]:
    return [chapter(audit_of(Path(name)), content) for name, content in notebooks.items()]
