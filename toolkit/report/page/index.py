"""What is the page over all clients? Made from what is in the reports' folder and nothing else.

Each client's verdicts or failure, and what cannot be read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.finding import Judgement, Verdict
from toolkit.report.outputs import OUTPUTS, REPORT
from toolkit.report.page.safety import page_templates
from toolkit.report.page.sentences import (
    VERDICTS,
    judged_mistakes,
    later_mistakes,
    money_at_stake,
    rank_mistakes,
    threshold_multiple,
    with_verdicts,
)
from toolkit.report.store.files import (
    FAILURE,
    FINDINGS,
    SINCE,
    SIZE,
    read_json,
    write_atomically,
)
from toolkit.since import (
    DAMAGED,
    DamagedError,
    PublishedAudit,
    checked_number,
    checked_text,
    read_findings,
)
from toolkit.wording import count_with_noun, format_day, format_money_range, join_words

EARLIER_VERSION = "The version that made this report did not look for it."
SPEND = ("spend at risk", "spend to move")  # kinds that are compared with the client's spend


@dataclass(frozen=True)
class IndexRow:
    """One client as the index knows it: its verdicts, or why there are none, or both.

    `moved` says in a few words what changed since the audit before; `damaged` names a file that
    cannot be read, then nothing else is known; `outputs` names those that stand beside the page,
    `what_if` says whether it is of a scenario; `others` are verdicts of another version's mistakes.
    """

    id: str
    name: str
    currency: str = ""
    mistakes: tuple[Judgement, ...] = ()
    sizes: Mapping[str, float] | None = None
    failure: Mapping[str, Any] | None = None
    moved: str = ""
    damaged: str = ""
    outputs: tuple[str, ...] = ()
    what_if: bool = False
    others: Mapping[str, Verdict] | None = None

    @property
    def found(self) -> list[Judgement]:
        """The mistakes found, worst first."""
        return with_verdicts(rank_mistakes(self.mistakes), Verdict.FOUND)

    @property
    def worst(self) -> Judgement | None:
        """The first of what is found, or else of what is suspected."""
        return next(iter(rank_mistakes(self.mistakes)), None)

    @property
    def spend(self) -> float | None:
        """All that the client spends on campaigns, where it is known."""
        return (self.sizes or {}).get("spend")

    def order(self) -> tuple[float, ...]:
        """Most found first; then the largest part of the client's own spend or revenue."""
        part = max((self._part(m) for m in self.found), default=0.0)
        size = max((threshold_multiple(m) for m in rank_mistakes(self.mistakes)), default=0.0)
        return (-len(self.found), -part, -size)

    def _part(self, mistake: Judgement) -> float:
        if mistake.money is None:
            return 0.0
        measure = "spend" if mistake.money.kind in SPEND else "revenue"
        whole = (self.sizes or {}).get(measure, 0.0)
        return mistake.money.mid / whole if whole else 0.0


def read_index_rows(out: Path) -> list[IndexRow]:
    """Which clients have a report or a failure here? In the order of the index, failures last.

    A folder whose files are damaged, or of another making, gives a row that says so.
    """
    folders = sorted(f for f in out.iterdir() if f.is_dir() and not f.name.startswith("."))
    rows = [row for row in map(_row, folders) if row]
    return sorted(rows, key=lambda r: (bool(r.damaged), r.failure is not None, r.order(), r.id))


def _row(folder: Path) -> IndexRow | None:
    reading = FAILURE[1]
    try:
        failure = _failure(folder / reading)
        reading = FINDINGS
        facts = _found(folder / reading, required=failure is None)
        reading = SIZE
        sizes = {} if failure else _sizes(folder / reading)
    except DamagedError:
        return IndexRow(folder.name, folder.name, damaged=reading)
    if facts is None:
        return IndexRow(folder.name, failure["name"], failure=failure) if failure else None
    name, currency = facts.client["name"], facts.client["currency"]
    mistakes, moved = tuple(facts.mistakes.values()), _moved(folder / SINCE)
    outputs = tuple(n for n, o in OUTPUTS.items() if o.label and (folder / o.file).is_file())
    if_so = "scenario" in facts.run
    row = IndexRow(folder.name, name, currency, mistakes, sizes, failure, moved)
    return replace(row, outputs=outputs, what_if=if_so, others=facts.others)


def _failure(path: Path) -> Mapping[str, Any] | None:
    facts = _mapping(path)
    if facts is None:
        return None
    why = facts.get("why")
    if not isinstance(why, list) or not why:
        raise DamagedError(DAMAGED)
    for words in (facts.get("name"), facts.get("step"), *why):
        checked_text(words)
    return facts


def _found(path: Path, *, required: bool) -> PublishedAudit | None:
    """What findings.json tells; beside a failure of now, an earlier one may be past reading."""
    if not path.exists():
        return None
    try:
        found = read_findings(read_json(path))
        if not found.mistakes and not found.others:
            raise DamagedError(DAMAGED)
    except DamagedError:
        if required:
            raise
        return None
    return found


def _sizes(path: Path) -> Mapping[str, float]:
    sizes = _mapping(path) or {}
    if any(checked_number(size) is None for size in sizes.values()):
        raise DamagedError(DAMAGED)
    return sizes


def _moved(path: Path) -> str:
    """What since.json says in a few words; nothing where it is not there or cannot be read."""
    content = read_json(path)
    try:
        made = date.fromisoformat(content["since"]["date"])
        changed = sum(change["verdict_changed"] is True for change in content["mistakes"])
    except (KeyError, TypeError, ValueError):
        return ""
    return f"{count_with_noun(changed, 'verdict', 'verdicts')} changed since {format_day(made)}"


def _mapping(path: Path) -> Mapping[str, Any] | None:
    """What the file holds; None where it is not there."""
    content = read_json(path)
    if isinstance(content, dict):
        return content
    if path.exists():
        raise DamagedError(DAMAGED)
    return None


DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet runs such text as a formula
COUNTED = (Verdict.FOUND, Verdict.SUSPECTED, Verdict.CANNOT_TELL, Verdict.CLEAR)
MONEY_COLUMNS = ("money_low", "money_mid", "money_high", "currency", "kind")
COLUMNS = ("id", "name", "status", *COUNTED, "worst_mistake", *MONEY_COLUMNS, "report")


def write_index(out: Path) -> None:
    """Which clients are in this folder, and what goes wrong where? index.html and index.csv."""
    rows = read_index_rows(out)
    write_atomically(out / "index.html", index_html(rows))
    write_atomically(out / "index.csv", index_csv(rows))


def index_html(rows: Sequence[IndexRow]) -> str:
    """What does the page over all clients say? A matrix to scan, and the failures below.

    A mistake has its column where at least one client was asked about it.
    """
    done = [r for r in rows if r.mistakes and r.failure is None]
    asked = _asked([m for r in done for m in r.mistakes])
    columns = [kind for id, kind in MISTAKE_TYPES.items() if id in asked]
    later = [kind.title.lower() for id, kind in MISTAKE_TYPES.items() if id not in asked]
    return (
        page_templates()
        .get_template("index.html.j2")
        .render(
            summary=_summary(rows),
            what_if=any(r.what_if for r in done),
            legend=[(v, v.sign, VERDICTS[v]) for v in Verdict],
            columns=columns,
            rows=[_line(r, [k.id for k in columns]) for r in done],
            failed=[_failed(r) for r in rows if r.failure is not None],
            damaged=[(r.id, r.damaged) for r in rows if r.damaged],
            later=join_words(later),
        )
    )


def _asked(mistakes: Sequence[Judgement]) -> set[str]:
    """Which mistakes were put to any client? That one is ruled out somewhere is not asking yet."""
    weighed = {m.id for m in judged_mistakes(mistakes) if m.verdict is not Verdict.NOT_APPLICABLE}
    return weighed | ({m.id for m in mistakes} - {m.id for m in later_mistakes(mistakes)})


def _summary(rows: Sequence[IndexRow]) -> str:
    rows = [r for r in rows if not r.damaged]
    done = [r for r in rows if r.failure is None]
    hit = sum(1 for r in done if r.found)
    said = f"{count_with_noun(len(done), 'client', 'clients')} audited"
    said += f", {hit} with at least one mistake found." if done else "."
    failed = len(rows) - len(done)
    return said + (
        f" {count_with_noun(failed, 'client', 'clients')} without a new report." if failed else ""
    )


def _line(row: IndexRow, columns: Sequence[str]) -> dict[str, Any]:
    mistakes = {m.id: m for m in row.mistakes}
    sums = [
        f"{format_money_range(s.low, s.high, row.currency)} {s.kind}"
        for s in money_at_stake(row.found, row.spend)
    ]
    return {
        "name": row.name,
        "what_if": row.what_if,
        "moved": row.moved,
        "others": _others(row.others or {}),
        "cells": [_cell(mistakes.get(id)) for id in columns],
        "money": sums,
        "no_money": "not in money yet" if row.found else "–",
        "report": f"{row.id}/{REPORT}",
        "outputs": [(OUTPUTS[n].label, f"{row.id}/{OUTPUTS[n].file}") for n in row.outputs],
    }


def _cell(mistake: Judgement | None) -> dict[str, str]:
    """One verdict of the matrix; a report of an earlier version may have none."""
    if mistake is None:
        return {"verdict": "", "words": "not judged", "sign": "–", "why": EARLIER_VERSION}
    verdict = mistake.verdict
    return {"verdict": verdict, "words": VERDICTS[verdict], "sign": verdict.sign} | {
        "why": mistake.why
    }


def _others(others: Mapping[str, Verdict]) -> str:
    """Verdicts on mistakes that this version does not know, in a few words."""
    said = [f"{id.replace('-', ' ')} {VERDICTS[verdict]}" for id, verdict in others.items()]
    return f"Of another version: {join_words(said)}" if said else ""


def _failed(row: IndexRow) -> dict[str, Any]:
    failure = row.failure or {}
    why = list(failure["why"])
    more = (
        f" And {count_with_noun(len(why) - 1, 'more line', 'more lines')}." if len(why) > 1 else ""
    )
    return {
        "name": row.name,
        "step": failure["step"],
        "why": why[0] + more,
        "page": f"{row.id}/failure.html",
        "earlier": f"{row.id}/{REPORT}" if row.mistakes else "",
    }


def index_csv(rows: Sequence[IndexRow]) -> str:
    """The same as a table for a spreadsheet: one row per client, plain numbers, no live formula.

    Of a client that failed nothing is told but that: its verdicts are of an earlier report.
    """
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    told = [row for row in rows if not row.damaged]
    table.writerows([[_inert(cell) for cell in _record(row)] for row in told])
    return stream.getvalue()


def _record(row: IndexRow) -> list[str | float]:
    if row.failure:
        between = [""] * (len(COLUMNS) - 4)
        return [row.id, row.name, "failed", *between, f"{row.id}/failure.html"]
    worst, sums = row.worst, row.worst.money if row.worst else None
    return [
        row.id,
        row.name,
        "what-if" if row.what_if else "done",
        *(len(with_verdicts(row.mistakes, v)) for v in COUNTED),
        worst.id if worst else "",
        *((sums.low, sums.mid, sums.high) if sums else ("", "", "")),
        row.currency,
        sums.kind if sums else "",
        f"{row.id}/{REPORT}",
    ]


def _inert(cell: str | float) -> str | float:
    return "'" + cell if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell
