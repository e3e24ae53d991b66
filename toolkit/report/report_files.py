"""What are the files of a client's report? Made from the client, its audit and what was asked.

The same files for the same input: nothing here knows locks, the place where reports stand or the
day. The manifest, which does, is added when the files are published.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.client.model import Client
from toolkit.errors import OutputError
from toolkit.finding import Audit
from toolkit.measures.facts import Facts
from toolkit.report.options import RunOptions
from toolkit.report.outputs import asked_outputs
from toolkit.report.page.chapters import Notebook
from toolkit.report.page.context import ReportContext, client_size
from toolkit.report.store.files import FINDINGS, SINCE, SIZE
from toolkit.report.store.publish import StoredAudit, compare_with_earlier


@dataclass(frozen=True)
class ReportFiles:
    """A report by file name, and, in sentences, why outputs that were asked for are not in it."""

    content: Mapping[str, bytes]
    notes: tuple[str, ...] = ()


def make_report(
    client: Client,
    audit: Audit,
    options: RunOptions,
    *,
    notebooks: Mapping[str, Notebook],
    facts: Facts | None = None,
    earlier: Sequence[StoredAudit] = (),
    deadline: float = math.inf,
) -> ReportFiles:
    """Which files has the report of this audit?

    `facts` are what the audits worked out already (default: worked out anew); `notebooks` are the
    executed ones, by file name; `earlier` the audits published before, the last
    one first. Outputs that others make, such as a browser, may take until `deadline` (of
    ``time.monotonic()``); a report stands without those that cannot be made.
    """
    since = compare_with_earlier(earlier, audit)
    files = {f"notebooks/{name}": _json(shown) for name, shown in notebooks.items()}
    files |= {FINDINGS: audit.to_json().encode(), SIZE: _json(client_size(client))}
    if since:
        files[SINCE] = since.to_json().encode()
    context = ReportContext.of(
        facts or Facts(client), audit, options, notebooks=notebooks, since=since, deadline=deadline
    )
    made, notes = _outputs(audit, options, context)
    return ReportFiles(files | made, notes)


def _outputs(
    audit: Audit, options: RunOptions, context: ReportContext
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    made, notes = dict[str, bytes](), list[str]()
    for output in asked_outputs(options.outputs):
        try:
            made[output.file] = output.make(audit, context)
        except OutputError as error:
            notes.append(str(error))
    return made, tuple(notes)


def _json(content: Mapping[str, object]) -> bytes:
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    return (text + "\n").encode()
