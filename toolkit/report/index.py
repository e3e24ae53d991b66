"""The page over all clients, made from what lies in the reports' folder and nothing else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.catalogue import KINDS
from toolkit.finding import Mistake, Money, Verdict
from toolkit.report.pages import templates
from toolkit.report.publish import SIZE, write
from toolkit.report.ranking import excess, not_yet, of, ranked, stakes
from toolkit.report.words import SIGNS, VERDICTS
from toolkit.text import counted, listed, money

SPEND = ("spend at risk", "spend to move")  # kinds that are compared with the client's spend
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")  # a spreadsheet runs such text as a formula
COUNTED = (Verdict.FOUND, Verdict.SUSPECTED, Verdict.CANNOT_TELL, Verdict.CLEAR)
MONEY_COLUMNS = ("money_low", "money_mid", "money_high", "currency", "kind")
COLUMNS = ("id", "name", "status", *COUNTED, "worst_mistake", *MONEY_COLUMNS, "report")


@dataclass(frozen=True)
class Row:
    """One client as the index knows it: its verdicts, or why there are none, or both."""

    id: str
    name: str
    currency: str
    mistakes: tuple[Mistake, ...]
    sizes: Mapping[str, float]
    failure: Mapping[str, Any] | None

    @property
    def found(self) -> list[Mistake]:
        """The mistakes found, worst first."""
        return of(ranked(self.mistakes), Verdict.FOUND)

    @property
    def worst(self) -> Mistake | None:
        """The first of what is found, or else of what is suspected."""
        return next(iter(ranked(self.mistakes)), None)

    def order(self) -> tuple[float, ...]:
        """Most found first; then the largest part of the client's own spend or revenue."""
        part = max((self._part(m) for m in self.found), default=0.0)
        size = max((excess(m) for m in ranked(self.mistakes)), default=0.0)
        return (-len(self.found), -part, -size)

    def _part(self, mistake: Mistake) -> float:
        if mistake.money is None:
            return 0.0
        whole = self.sizes.get("spend" if mistake.money.kind in SPEND else "revenue", 0.0)
        return mistake.money.mid / whole if whole else 0.0


def write_index(out: Path) -> None:
    """Which clients are in this folder, and what goes wrong where? index.html and index.csv."""
    rows = read_rows(out)
    write(out / "index.html", index_page(rows))
    write(out / "index.csv", index_csv(rows))


def read_rows(out: Path) -> list[Row]:
    """Which clients have a report or a failure here? In the order of the index, failures last."""
    folders = sorted(f for f in out.iterdir() if f.is_dir() and not f.name.startswith("."))
    rows = [row for row in map(_row, folders) if row]
    return sorted(rows, key=lambda r: (r.failure is not None, r.order(), r.id))


def _row(folder: Path) -> Row | None:
    facts = _json(folder / "findings.json")
    failure = _json(folder / "failure.json")
    if facts is None:
        return Row(folder.name, failure["name"], "", (), {}, failure) if failure else None
    client = facts["client"]
    mistakes = tuple(_mistake(m) for m in _in_order(facts["mistakes"]))
    sizes = _json(folder / SIZE) or {}
    return Row(folder.name, client["name"], client["currency"], mistakes, sizes, failure)


def _in_order(mistakes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [m for m in mistakes if m["id"] in KINDS]


def _mistake(facts: Mapping[str, Any]) -> Mistake:
    sums = Money(**facts["money"]) if facts["money"] else None
    content = dict(facts) | {"verdict": Verdict(facts["verdict"]), "money": sums, "needs": None}
    return Mistake(**content)


def _json(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else None


def index_page(rows: Sequence[Row]) -> str:
    """What does the page over all clients say? A matrix to scan, and the failures below."""
    done = [r for r in rows if r.mistakes and r.failure is None]
    unasked = {m.id for r in done for m in not_yet(r.mistakes)}
    columns = [kind for id, kind in KINDS.items() if id not in unasked]
    later = [kind.title.lower() for id, kind in KINDS.items() if id in unasked]
    return (
        templates()
        .get_template("index.html.j2")
        .render(
            summary=_summary(rows),
            legend=[(v, SIGNS[v], VERDICTS[v]) for v in Verdict],
            columns=columns,
            rows=[_line(r, [k.id for k in columns]) for r in done],
            failed=[_failed(r) for r in rows if r.failure is not None],
            later=listed(later),
        )
    )


def _summary(rows: Sequence[Row]) -> str:
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
    sums = [f"{money(s.low, s.high, row.currency)} {s.kind}" for s in stakes(row.found)]
    cells = [
        {"verdict": m.verdict, "words": VERDICTS[m.verdict], "sign": SIGNS[m.verdict], "why": m.why}
        for m in (mistakes[id] for id in columns)
    ]
    no_money = "not in money yet" if row.found else "–"
    report = f"{row.id}/report.html"
    return {"name": row.name, "cells": cells, "money": sums, "no_money": no_money, "report": report}


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
    """The same as a table for a spreadsheet: one row per client, plain numbers, no live formula."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([[_inert(cell) for cell in _record(row)] for row in rows])
    return stream.getvalue()


def _record(row: Row) -> list[str | float]:
    worst, sums = row.worst, row.worst.money if row.worst else None
    numbers = [len(of(row.mistakes, v)) for v in COUNTED] if row.mistakes else [""] * 4
    page = "failure.html" if row.failure else "report.html"
    return [
        row.id,
        row.name,
        "failed" if row.failure else "done",
        *numbers,
        worst.id if worst else "",
        *((sums.low, sums.mid, sums.high) if sums else ("", "", "")),
        row.currency,
        sums.kind if sums else "",
        f"{row.id}/{page}",
    ]


def _inert(cell: str | float) -> str | float:
    return "'" + cell if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell
