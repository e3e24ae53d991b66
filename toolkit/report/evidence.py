"""The small table of each mistake: the measured numbers its verdict rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.finding import Audit
from toolkit.tables import SAY_ROLES
from toolkit.text import figure, span

LEVERS = (
    ("clients", "lever_cost", "cost per customer"),
    ("clients", "lever_lift", "more converted"),
    ("clients", "lever_net", "net gain per customer"),
)
MEASURES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "consumer-ignored": (("motivations", "value_delivered", "value delivered, 0–100"),),
    "buyer-ignored": (("motivations", "value_delivered", "value delivered, 0–100"),),
    "spend-off-say": (("targeting", "spend_share", "spend"), ("roles", "say", "say")),
    "missed-influencer": (("targeting", "spend_share", "spend"), ("roles", "say", "say")),
    "wrong-message": (("targeting", "message_fit", "fit"),),
    "same-message": (("motivations", "importance_gap", "weight, buyer − consumer"),),
    "wrong-audience": (("segments", "campaign_response", "share who act"),),
    "first-sale-only": (("clients", "first_sale", "share"),),
    "chasing-one-offs": LEVERS,
    "clients-left": LEVERS,
    "one-ear": (("feedback", "heard", "heard"), ("feedback", "say_of_two", "say of the two")),
    "hostages": (("loyalty", "loyalty_kind", "share of accounts"),),
    "stage-mismatch": (
        ("life_cycle", "emphasis", "last year's spend"),
        ("life_cycle", "stage_asks", "the stage asks for"),
    ),
    "sold-not-used": (("loyalty", "not_used", "buying accounts not active"),),
    "phantom-segments": (("segments", "response", "share who act"),),
}
MOST = 8  # rows: the table is small, the chapters hold the rest


@dataclass(frozen=True)
class Evidence:
    """A table of written numbers: heads of its columns, then a name and one cell per head."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    left_out: int = 0

    @property
    def ranges(self) -> bool:
        """Does any cell carry an interval?"""
        return any(" to " in cell for _, cells in self.rows for cell in cells)


def evidence(audit: Audit, mistake: str, labels: Mapping[str, str]) -> Evidence | None:
    """Which measured numbers carry this verdict? None where the audits hold none.

    `labels` gives attributes the names readers know. A group such as ``Spring:buyer`` becomes
    the row "Spring" and the column "buyer"; other groups are rows, and each measure a column.
    """
    cells: dict[str, dict[str, str]] = {}
    size: dict[str, float] = {}
    for name, measure, words in MEASURES.get(mistake, ()):
        for group, row in _rows(audit, name, measure):
            line, head = _place(group, words, labels)
            cells.setdefault(line, {})[head] = _written(row)
            size[line] = max(size.get(line, 0.0), abs(float(row["value"])))
    if not cells:
        return None
    heads = tuple(dict.fromkeys(head for row in cells.values() for head in row))
    kept = _kept(cells, size)
    rows = tuple((line, tuple(cells[line].get(h, "–") for h in heads)) for line in kept)
    return Evidence(heads, rows, len(cells) - len(rows))


def _rows(audit: Audit, name: str, measure: str) -> list[tuple[str, Mapping[str, Any]]]:
    frame = audit.findings[name].frame
    chosen = frame[(frame["measure"] == measure) & frame["value"].notna()]
    return [(str(row["group"]), row) for row in chosen.to_dict("records")]


def _place(group: str, words: str, labels: Mapping[str, str]) -> tuple[str, str]:
    for role, other in (group.split(":", 1), group.rsplit(":", 1)[::-1]) if ":" in group else ():
        if role in SAY_ROLES:
            return labels.get(other, other), f"{words}: {role}"
    return labels.get(group, group.replace(":", ": ")), words


def _kept(cells: Mapping[str, Any], size: Mapping[str, float]) -> list[str]:
    if len(cells) <= MOST:
        return list(cells)
    return sorted(cells, key=lambda line: -size[line])[:MOST]


def _written(row: Mapping[str, Any]) -> str:
    unit = str(row["unit"])
    value, low, high = (float(row[key]) for key in ("value", "low", "high"))
    written = figure(value, unit)
    return written if low == high else f"{written} ({span(low, high, unit)})"
