"""What lies in the reports' folder: each client's verdicts or failure, and what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.catalogue import KINDS
from toolkit.finding import Mistake, Verdict
from toolkit.report.files import FAILURE, FINDINGS, PDF, SINCE, SIZE, read_json
from toolkit.report.ranking import excess, of, ranked
from toolkit.since.told import DAMAGED, DamagedError, Told, number, text, told
from toolkit.text import counted, day

SPEND = ("spend at risk", "spend to move")  # kinds that are compared with the client's spend


@dataclass(frozen=True)
class Row:
    """One client as the index knows it: its verdicts, or why there are none, or both.

    `moved` says in a few words what changed since the audit before; `damaged` names a file that
    cannot be read, then nothing else is known; `pdf` says whether the report is there on paper,
    `what_if` whether it is of a scenario.
    """

    id: str
    name: str
    currency: str = ""
    mistakes: tuple[Mistake, ...] = ()
    sizes: Mapping[str, float] | None = None
    failure: Mapping[str, Any] | None = None
    moved: str = ""
    damaged: str = ""
    pdf: bool = False
    what_if: bool = False

    @property
    def found(self) -> list[Mistake]:
        """The mistakes found, worst first."""
        return of(ranked(self.mistakes), Verdict.FOUND)

    @property
    def worst(self) -> Mistake | None:
        """The first of what is found, or else of what is suspected."""
        return next(iter(ranked(self.mistakes)), None)

    @property
    def spend(self) -> float | None:
        """All that the client spends on campaigns, where it is known."""
        return (self.sizes or {}).get("spend")

    def order(self) -> tuple[float, ...]:
        """Most found first; then the largest part of the client's own spend or revenue."""
        part = max((self._part(m) for m in self.found), default=0.0)
        size = max((excess(m) for m in ranked(self.mistakes)), default=0.0)
        return (-len(self.found), -part, -size)

    def _part(self, mistake: Mistake) -> float:
        if mistake.money is None:
            return 0.0
        measure = "spend" if mistake.money.kind in SPEND else "revenue"
        whole = (self.sizes or {}).get(measure, 0.0)
        return mistake.money.mid / whole if whole else 0.0


def read_rows(out: Path) -> list[Row]:
    """Which clients have a report or a failure here? In the order of the index, failures last.

    A folder whose files are damaged, or of another making, gives a row that says so.
    """
    folders = sorted(f for f in out.iterdir() if f.is_dir() and not f.name.startswith("."))
    rows = [row for row in map(_row, folders) if row]
    return sorted(rows, key=lambda r: (bool(r.damaged), r.failure is not None, r.order(), r.id))


def _row(folder: Path) -> Row | None:
    reading = FAILURE[1]
    try:
        failure = _failure(folder / reading)
        reading = FINDINGS
        facts = _found(folder / reading, required=failure is None)
        reading = SIZE
        sizes = {} if failure else _sizes(folder / reading)
    except DamagedError:
        return Row(folder.name, folder.name, damaged=reading)
    if facts is None:
        return Row(folder.name, failure["name"], failure=failure) if failure else None
    name, currency = facts.client["name"], facts.client["currency"]
    mistakes, moved = tuple(facts.mistakes.values()), _moved(folder / SINCE)
    pdf = (folder / PDF).is_file()
    if_so = "scenario" in facts.run
    return Row(folder.name, name, currency, mistakes, sizes, failure, moved, pdf=pdf, what_if=if_so)


def _failure(path: Path) -> Mapping[str, Any] | None:
    facts = _mapping(path)
    if facts is None:
        return None
    why = facts.get("why")
    if not isinstance(why, list) or not why:
        raise DamagedError(DAMAGED)
    for words in (facts.get("name"), facts.get("step"), *why):
        text(words)
    return facts


def _found(path: Path, *, required: bool) -> Told | None:
    """What findings.json tells; beside a failure of now, an earlier one may be past reading."""
    if not path.exists():
        return None
    try:
        found = told(read_json(path))
        if list(found.mistakes) != list(KINDS):
            raise DamagedError(DAMAGED)
    except DamagedError:
        if required:
            raise
        return None
    return found


def _sizes(path: Path) -> Mapping[str, float]:
    sizes = _mapping(path) or {}
    if any(number(size) is None for size in sizes.values()):
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
    return f"{counted(changed, 'verdict', 'verdicts')} changed since {day(made)}"


def _mapping(path: Path) -> Mapping[str, Any] | None:
    """What the file holds; None where it is not there."""
    content = read_json(path)
    if isinstance(content, dict):
        return content
    if path.exists():
        raise DamagedError(DAMAGED)
    return None
