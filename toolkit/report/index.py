"""The page over all clients, made from what lies in the reports' folder and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toolkit.catalogue import KINDS
from toolkit.finding import Mistake, Verdict
from toolkit.report.files import PDF, REPORT, write
from toolkit.report.layout import templates
from toolkit.report.ranking import judged, not_yet, of, stakes
from toolkit.report.shelf import Row, read_rows
from toolkit.report.words import VERDICTS
from toolkit.text import counted, listed, money

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet runs such text as a formula
COUNTED = (Verdict.FOUND, Verdict.SUSPECTED, Verdict.CANNOT_TELL, Verdict.CLEAR)
MONEY_COLUMNS = ("money_low", "money_mid", "money_high", "currency", "kind")
COLUMNS = ("id", "name", "status", *COUNTED, "worst_mistake", *MONEY_COLUMNS, "report")


def write_index(out: Path) -> None:
    """Which clients are in this folder, and what goes wrong where? index.html and index.csv."""
    rows = read_rows(out)
    write(out / "index.html", index_page(rows))
    write(out / "index.csv", index_csv(rows))


def index_page(rows: Sequence[Row]) -> str:
    """What does the page over all clients say? A matrix to scan, and the failures below.

    A mistake has its column where at least one client was asked about it.
    """
    done = [r for r in rows if r.mistakes and r.failure is None]
    asked = _asked([m for r in done for m in r.mistakes])
    columns = [kind for id, kind in KINDS.items() if id in asked]
    later = [kind.title.lower() for id, kind in KINDS.items() if id not in asked]
    return (
        templates()
        .get_template("index.html.j2")
        .render(
            summary=_summary(rows),
            what_if=any(r.what_if for r in done),
            legend=[(v, v.sign, VERDICTS[v]) for v in Verdict],
            columns=columns,
            rows=[_line(r, [k.id for k in columns]) for r in done],
            failed=[_failed(r) for r in rows if r.failure is not None],
            damaged=[(r.id, r.damaged) for r in rows if r.damaged],
            later=listed(later),
        )
    )


def _asked(mistakes: Sequence[Mistake]) -> set[str]:
    """Which mistakes were put to any client? That one is ruled out somewhere is not asking yet."""
    weighed = {m.id for m in judged(mistakes) if m.verdict is not Verdict.NOT_APPLICABLE}
    return weighed | ({m.id for m in mistakes} - {m.id for m in not_yet(mistakes)})


def _summary(rows: Sequence[Row]) -> str:
    rows = [r for r in rows if not r.damaged]
    done = [r for r in rows if r.failure is None]
    hit = sum(1 for r in done if r.found)
    said = f"{counted(len(done), 'client', 'clients')} audited"
    said += f", {hit} with at least one mistake found." if done else "."
    failed = len(rows) - len(done)
    return said + (
        f" {counted(failed, 'client', 'clients')} without a new report." if failed else ""
    )


def _line(row: Row, columns: Sequence[str]) -> dict[str, Any]:
    mistakes = {m.id: m for m in row.mistakes}
    sums = [f"{money(s.low, s.high, row.currency)} {s.kind}" for s in stakes(row.found, row.spend)]
    cells = [
        {"verdict": m.verdict, "words": VERDICTS[m.verdict], "sign": m.verdict.sign, "why": m.why}
        for m in (mistakes[id] for id in columns)
    ]
    return {
        "name": row.name,
        "what_if": row.what_if,
        "moved": row.moved,
        "cells": cells,
        "money": sums,
        "no_money": "not in money yet" if row.found else "–",
        "report": f"{row.id}/{REPORT}",
        "pdf": f"{row.id}/{PDF}" if row.pdf else "",
    }


def _failed(row: Row) -> dict[str, Any]:
    failure = row.failure or {}
    why = list(failure["why"])
    more = f" And {counted(len(why) - 1, 'more line', 'more lines')}." if len(why) > 1 else ""
    return {
        "name": row.name,
        "step": failure["step"],
        "why": why[0] + more,
        "page": f"{row.id}/failure.html",
        "earlier": f"{row.id}/report.html" if row.mistakes else "",
    }


def index_csv(rows: Sequence[Row]) -> str:
    """The same as a table for a spreadsheet: one row per client, plain numbers, no live formula.

    Of a client that failed nothing is told but that: its verdicts are of an earlier report.
    """
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    told = [row for row in rows if not row.damaged]
    table.writerows([[_inert(cell) for cell in _record(row)] for row in told])
    return stream.getvalue()


def _record(row: Row) -> list[str | float]:
    if row.failure:
        between = [""] * (len(COLUMNS) - 4)
        return [row.id, row.name, "failed", *between, f"{row.id}/failure.html"]
    worst, sums = row.worst, row.worst.money if row.worst else None
    return [
        row.id,
        row.name,
        "what-if" if row.what_if else "done",
        *(len(of(row.mistakes, v)) for v in COUNTED),
        worst.id if worst else "",
        *((sums.low, sums.mid, sums.high) if sums else ("", "", "")),
        row.currency,
        sums.kind if sums else "",
        f"{row.id}/report.html",
    ]


def _inert(cell: str | float) -> str | float:
    return "'" + cell if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell
