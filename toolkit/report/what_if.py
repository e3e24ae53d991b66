"""The small what-if of a report, as it stands in the page: words, numbers and a little script.

The script only looks up what stands in the page, and the page names it by its hash, so that a
browser runs it and nothing else. Nothing that a client wrote is in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from toolkit.catalogue import KINDS
from toolkit.finding import Mistake, Verdict
from toolkit.report.moving import Moving, Step
from toolkit.report.words import VERDICTS

SCRIPT = Path(__file__).parent / "templates" / "what_if.js"
ROOM = 0.04  # of a scale, left free at either end


@dataclass(frozen=True)
class Row:
    """One mistake, and what the audit found of it."""

    id: str
    title: str
    size: str
    verdict: Verdict
    stake: str
    sign: str
    words: str


@dataclass(frozen=True)
class WhatIfPanel:
    """What the page shows: `told` is all that the script looks up, as JSON."""

    least: int
    most: int
    rows: tuple[Row, ...]
    turns: tuple[Step, ...]
    told: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Which mistakes does it show?"""
        return tuple(row.id for row in self.rows)

    @property
    def script(self) -> Markup:
        """The script, as it must stand in the page to the letter."""
        return Markup(script())

    @property
    def allowed(self) -> str:
        """By which name does the page's security policy allow the script?"""
        digest = hashlib.sha256(script().encode()).digest()
        return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def script() -> str:
    """Which script moves the panel? The same in every report."""
    return SCRIPT.read_text(encoding="utf-8")


def what_if_panel(moving: Moving) -> WhatIfPanel:
    """How does the page show these steps?"""
    observed, ids = moving.steps[moving.nothing], moving.ids
    scales = {id: _scale(step.mistakes[id] for step in moving.steps) for id in ids}
    steps = [
        [step.moved, step.says, [_cell(moving, step.mistakes[id], scales[id]) for id in ids]]
        for step in moving.steps
    ]
    told = {
        "steps": steps,
        "lines": [_at(observed.mistakes[id].threshold, scales[id]) for id in ids],
        "verdicts": {v: [v.sign, VERDICTS[v]] for v in Verdict},
    }
    return WhatIfPanel(
        -moving.nothing,
        len(steps) - 1 - moving.nothing,
        tuple(_row(moving, observed.mistakes[id]) for id in ids),
        tuple(moving.turns),
        json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
    )


def _row(moving: Moving, found: Mistake) -> Row:
    size, _, stake = moving.said(found)
    verdict = found.verdict
    title = KINDS[found.id].title
    return Row(found.id, title, size, verdict, stake, verdict.sign, VERDICTS[verdict])


def _cell(moving: Moving, mistake: Mistake, scale: tuple[float, float]) -> list[str | list[float]]:
    """Size, verdict, money, and where the interval starts, ends and has its estimate."""
    ends = (mistake.low, mistake.high, mistake.estimate)
    return [*moving.said(mistake), [_at(end, scale) for end in ends if end is not None]]


def _scale(mistakes: Iterable[Mistake]) -> tuple[float, float]:
    """From where to where do all steps of one mistake reach, its threshold among them?"""
    known = [x for m in mistakes for x in (m.low, m.high, m.estimate, m.threshold) if x is not None]
    low, high = min(known), max(known)
    free = ROOM * ((high - low) or 1.0)
    return low - free, high + free


def _at(value: float, scale: tuple[float, float]) -> float:
    """Where does it stand on the scale, in per cent?"""
    low, high = scale
    return round(100 * (value - low) / (high - low), 1)
