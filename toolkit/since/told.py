"""What does a findings.json tell? What is damaged, or of another making, is refused."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from toolkit.catalogue import KINDS
from toolkit.finding import Mistake, Money, MoneyKind, Verdict

FORMAT = 1
DAMAGED = "Its findings.json is damaged, or was not written by this toolkit."
MISSING = "Its findings.json is missing or cannot be read."
SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: no page can hold it
_NUMBERS = ("estimate", "low", "high", "p", "p_holm")


class DamagedError(Exception):
    """A file is not what a run writes; the text says what is wrong, for a reader."""


@dataclass(frozen=True)
class Told:
    """One audit as its findings.json tells it: what pages and comparisons need.

    `client`, `tables` (name to SHA-256) and `run` are as in the file; `mistakes` by id, those
    that this version knows, `needs` left out.
    """

    client: Mapping[str, str]
    mistakes: Mapping[str, Mistake]
    tables: Mapping[str, str]
    run: Mapping[str, Any]

    @property
    def level(self) -> float:
        """The level of its intervals."""
        return float(self.run["level"])


def told(content: object) -> Told:
    """What does this content of a findings.json tell? Raises DamagedError with the reason."""
    if content is None:
        raise DamagedError(MISSING)
    try:
        return _told(content)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DamagedError(DAMAGED) from None


def _told(content: Any) -> Told:
    form = content["format"]
    if form != FORMAT:
        raise DamagedError(f"Its format is {form!r:.20}; this version reads {FORMAT}.")
    client = {key: text(content["client"][key]) for key in ("name", "currency", "setting")}
    tables = {text(name): text(row["sha256"]) for name, row in content["data"].items()}
    return Told(client, _mistakes(content["mistakes"]), tables, _run(content["run"]))


def _run(run: Mapping[str, Any]) -> Mapping[str, Any]:
    level = number(run["level"])
    words = (run["toolkit"], run["python"], *run["packages"].values())
    if level is None or not 0 < level < 1 or not isinstance(run["settings"], dict):
        raise DamagedError(DAMAGED)
    for word in (*words, *run["packages"], *run["settings"]):
        text(word)
    return run


def _mistakes(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Mistake]:
    known = [_mistake(row) for row in rows if row["id"] in KINDS]
    by_id = {mistake.id: mistake for mistake in known}
    if len(by_id) < len(known):
        raise DamagedError(DAMAGED)
    return by_id


def _mistake(facts: Mapping[str, Any]) -> Mistake:
    row = dict(facts)
    numbers = {key: number(row[key]) for key in _NUMBERS}
    if number(row["threshold"]) is None:
        raise DamagedError(DAMAGED)
    for key in ("why", "unit", "direction"):
        text(row[key])
    money, verdict = _money(row["money"]), Verdict(row["verdict"])
    return Mistake(**row | numbers | {"verdict": verdict, "money": money, "needs": None})


def _money(facts: Mapping[str, Any] | None) -> Money | None:
    if facts is None:
        return None
    low, mid, high = (number(facts[key]) for key in ("low", "mid", "high"))
    if low is None or mid is None or high is None or facts["kind"] not in get_args(MoneyKind):
        raise DamagedError(DAMAGED)
    return Money(low, mid, high, facts["kind"])


def text(value: object) -> str:
    """The value, if it is a text that a page can hold. Raises DamagedError where not."""
    if not isinstance(value, str) or SURROGATE.search(value):
        raise DamagedError(DAMAGED)
    return value


def number(value: object) -> float | None:
    """The value, if it is a finite number or null. Raises DamagedError where not."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DamagedError(DAMAGED)
    if not abs(value) <= sys.float_info.max:  # NaN too compares as no
        raise DamagedError(DAMAGED)
    return value
