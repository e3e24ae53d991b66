"""What lies in the reports' folder: each client's verdicts or failure, and what cannot be read."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from toolkit.catalogue import KINDS
from toolkit.finding import Mistake, Money, MoneyKind, Verdict
from toolkit.report.publish import FAILURE, SIZE, read_json
from toolkit.report.ranking import excess, of, ranked

FINDINGS = "findings.json"
SPEND = ("spend at risk", "spend to move")  # kinds that are compared with the client's spend
_NUMBERS = ("estimate", "low", "high", "p", "p_holm")


@dataclass(frozen=True)
class Row:
    """One client as the index knows it: its verdicts, or why there are none, or both.

    `damaged` names a file that cannot be read; then nothing else is known.
    """

    id: str
    name: str
    currency: str = ""
    mistakes: tuple[Mistake, ...] = ()
    sizes: Mapping[str, float] | None = None
    failure: Mapping[str, Any] | None = None
    damaged: str = ""

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


class _DamagedError(Exception):
    """A file is not what a run of this version writes."""


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
    except _DamagedError:
        return Row(folder.name, folder.name, damaged=reading)
    if facts is None:
        return Row(folder.name, failure["name"], failure=failure) if failure else None
    client, mistakes = facts
    return Row(folder.name, client["name"], client["currency"], mistakes, sizes, failure)


def _failure(path: Path) -> Mapping[str, Any] | None:
    facts = _mapping(path)
    if facts is None:
        return None
    why = facts.get("why")
    if not isinstance(why, list) or not why:
        raise _DamagedError
    for text in (facts.get("name"), facts.get("step"), *why):
        _text(text)
    return facts


def _found(path: Path, *, required: bool) -> tuple[Mapping[str, str], tuple[Mistake, ...]] | None:
    """Client and mistakes; beside a failure of now, an earlier report may be past reading."""
    try:
        facts = _mapping(path)
        return None if facts is None else (_client(facts), _mistakes(facts))
    except (_DamagedError, KeyError, TypeError, ValueError):
        if required:
            raise _DamagedError from None
        return None


def _client(facts: Mapping[str, Any]) -> Mapping[str, str]:
    client = facts["client"]
    return {key: _text(client[key]) for key in ("name", "currency")}


def _mistakes(facts: Mapping[str, Any]) -> tuple[Mistake, ...]:
    mistakes = tuple(_mistake(m) for m in facts["mistakes"] if m["id"] in KINDS)
    if [m.id for m in mistakes] != list(KINDS):
        raise _DamagedError
    return mistakes


def _mistake(facts: Mapping[str, Any]) -> Mistake:
    told = dict(facts)
    numbers = {key: _number(told[key]) for key in _NUMBERS}
    if _number(told["threshold"]) is None:
        raise _DamagedError
    _text(told["why"])
    money, verdict = _money(told["money"]), Verdict(told["verdict"])
    return Mistake(**told | numbers | {"verdict": verdict, "money": money, "needs": None})


def _money(facts: Mapping[str, Any] | None) -> Money | None:
    if facts is None:
        return None
    low, mid, high = (_number(facts[key]) for key in ("low", "mid", "high"))
    if low is None or mid is None or high is None or facts["kind"] not in get_args(MoneyKind):
        raise _DamagedError
    return Money(low, mid, high, facts["kind"])


def _text(value: object) -> str:
    """The value, if it is a text that a page can hold."""
    if not isinstance(value, str) or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise _DamagedError
    return value


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _DamagedError
    if not abs(value) <= sys.float_info.max:  # NaN too compares as no
        raise _DamagedError
    return value


def _sizes(path: Path) -> Mapping[str, float]:
    sizes = _mapping(path) or {}
    if any(_number(size) is None for size in sizes.values()):
        raise _DamagedError
    return sizes


def _mapping(path: Path) -> Mapping[str, Any] | None:
    """What the file holds; None where it is not there."""
    content = read_json(path)
    if isinstance(content, dict):
        return content
    if path.exists():
        raise _DamagedError
    return None
