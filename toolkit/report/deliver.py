"""One client, from its folder to its published report. Runs in a worker process."""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from toolkit.audits import audit
from toolkit.catalogue import AUDITS
from toolkit.client import Client, load
from toolkit.errors import RunError
from toolkit.finding import Audit
from toolkit.report.chapters import chapter
from toolkit.report.doors import nbformat
from toolkit.report.earlier import since
from toolkit.report.files import FINDINGS, REPORT, SINCE, SIZE, write
from toolkit.report.job import CALCULATE, READ, WRITE, Job, Outcome
from toolkit.report.kernels import execute
from toolkit.report.pages import Reading, report_page
from toolkit.report.publish import building
from toolkit.report.seal import sealed
from toolkit.report.shown import Chapter
from toolkit.since.since import Since

CHECKOUT = Path(__file__).resolve().parents[2]
CELL_FILE = re.compile(r"[\w/\\:.~-]*ipykernel_\d+[\\/]+\d+\.py")  # its name changes on every run


def deliver(job: Job, step: Callable[[str], None]) -> Outcome:
    """What became of this client? `step` hears what is done next; errors are raised."""
    started = time.monotonic()
    step(READ)
    client = load(job.folder)
    if client.id != job.id:
        raise RunError(f'The folder is known as "{job.id}", but its client.yml says "{client.id}".')
    step(CALCULATE)
    result = audit(client)
    refuse_failed(result)
    notebooks = _notebooks(job, result, step, deadline=started + job.client_seconds)
    step(WRITE)
    with building(job.out, job.id, job.today) as folder:
        _write(folder, client, result, notebooks, since(job.out / job.id, result))
    verdicts = Counter(str(m.verdict) for m in result.mistakes)
    seconds = time.monotonic() - started
    return Outcome(job.id, client.name, job.folder, "done", seconds, dict(verdicts))


def refuse_failed(result: Audit) -> None:
    """Did every audit come to an answer? A report in which one broke is not handed over."""
    for name, finding in result.findings.items():
        if finding.status == "failed":
            raise RunError(f"The audit “{AUDITS[name].title}” failed. {finding.why}")


def audit_of(notebook: Path) -> str:
    """Which audit does a notebook walk through? ``03_targeting.ipynb`` is ``targeting``."""
    return notebook.stem.partition("_")[2] or notebook.stem


def _notebooks(
    job: Job, result: Audit, step: Callable[[str], None], *, deadline: float
) -> dict[str, dict[str, Any]]:
    job.seals.mkdir(parents=True)
    executed = {}
    for notebook in job.notebooks:
        step(f"notebook {notebook.stem}")
        finding = result.findings.get(audit_of(notebook))
        if finding is None:
            raise RunError(f"{notebook.name} is named after no audit.")
        executed[notebook.name] = _execute(job, result, notebook, deadline)
    return executed


def _execute(job: Job, result: Audit, notebook: Path, deadline: float) -> dict[str, Any]:
    values = {"client": str(job.folder), "out": str(job.seals)}
    shown = execute(notebook, values, cell_seconds=job.cell_seconds, deadline=deadline)
    if not sealed(result, audit_of(notebook), job.seals):
        raise RunError(
            f"{notebook.name} did not reach its end with the numbers of the audit. Its last cell "
            "must be `toolkit.record(finding, out)`, and nothing may end the kernel before."
        )
    return scrubbed(shown, job)


def scrubbed(notebook: nbformat.NotebookNode, job: Job) -> dict[str, Any]:
    """What remains of an executed notebook? No clock, no chance ids, no paths of this machine."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
    text = nbformat.writes(notebook)
    places = {job.seals: "", job.folder: job.folder.name, CHECKOUT: ".", Path(sys.prefix): "."}
    for place in sorted(places, key=lambda p: -len(str(p))):
        text = text.replace(json.dumps(str(place))[1:-1], places[place])
    return dict(json.loads(CELL_FILE.sub("cell.py", text)))


def _write(
    folder: Path, client: Client, result: Audit, notebooks: dict[str, Any], moved: Since | None
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
    told = Reading(client.about, client.language, labels, chapters, spend=spend, since=moved)
    write(folder / REPORT, report_page(result, told))


def size(client: Client) -> dict[str, float]:
    """How much does the client spend and take in? What the index measures its money against."""
    sums = {"spend": ("campaigns", "spend"), "revenue": ("purchases", "amount")}
    return {
        name: float(client.frames[table][column].sum())
        for name, (table, column) in sums.items()
        if client.has(table)
    }


def _chapters(notebooks: dict[str, Any]) -> list[Chapter]:
    return [chapter(audit_of(Path(name)), content) for name, content in notebooks.items()]
