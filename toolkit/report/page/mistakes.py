"""What does the page say of each mistake? Facts and sentences, ready to be laid out.

With the small table of each mistake: the measured numbers its verdict rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from toolkit.catalogue import MISTAKE_TYPES, MistakeType
from toolkit.charts.ruler import ruler_svg
from toolkit.contract import SAY_ROLES
from toolkit.finding import Audit, Judgement, Verdict
from toolkit.questions import AUDITS, CLAIMS
from toolkit.report.page.chapters import Picture
from toolkit.report.page.sentences import VERDICTS, needs_words, sample_words
from toolkit.wording import (
    format_money_range,
    format_percent,
    format_range,
    format_value,
    format_with_unit,
)

MOST = 8  # rows: the table is small, the chapters hold the rest


@dataclass(frozen=True)
class EvidenceTable:
    """A table of written numbers: heads of its columns, then a name and one cell per head."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    left_out: int = 0

    @property
    def ranges(self) -> bool:
        """Does any cell carry an interval?"""
        return any(" to " in cell for _, cells in self.rows for cell in cells)


def evidence_table(audit: Audit, mistake: str, labels: Mapping[str, str]) -> EvidenceTable | None:
    """Which measured numbers carry this verdict? None where the audits hold none.

    `labels` gives attributes the names readers know. A group such as ``Spring:buyer`` becomes
    the row "Spring" and the column "buyer"; other groups are rows, and each measure a column.
    """
    cells: dict[str, dict[str, str]] = {}
    size: dict[str, float] = {}
    for name, measure, words in MISTAKE_TYPES[mistake].evidence:
        for group, row in _rows(audit, name, measure):
            line, head = _place(group, words, labels)
            cells.setdefault(line, {})[head] = _written(row)
            size[line] = max(size.get(line, 0.0), abs(float(row["value"])))
    if not cells:
        return None
    heads = tuple(dict.fromkeys(head for row in cells.values() for head in row))
    kept = _kept(cells, size)
    rows = tuple((line, tuple(cells[line].get(h, "–") for h in heads)) for line in kept)
    return EvidenceTable(heads, rows, len(cells) - len(rows))


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
    written = format_value(value, unit)
    return written if low == high else f"{written} ({format_range(low, high, unit)})"


@dataclass(frozen=True)
class MistakeBlock:
    """One mistake as a reader meets it; every text is plain and escaped by the page.

    Only `ruler` is markup: we draw it ourselves from numbers and escaped words.
    """

    mistake: Judgement
    kind: MistakeType
    verdict: str
    sign: str
    money: str
    size: str
    threshold: str
    sure: str
    behind: str
    ruler: Markup
    evidence: EvidenceTable | None
    picture: Picture | None
    needs: str
    claims: tuple[tuple[str, str], ...]
    audits: tuple[tuple[str, str], ...]


def mistake_block(
    audit: Audit,
    mistake: Judgement,
    labels: Mapping[str, str],
    pictures: Mapping[str, Picture],
) -> MistakeBlock:
    """What is to be said of this mistake?"""
    currency, unit = str(audit.client["currency"]), mistake.unit
    sums, estimate = mistake.money, mistake.estimate
    return MistakeBlock(
        mistake,
        MISTAKE_TYPES[mistake.id],
        VERDICTS[mistake.verdict],
        mistake.verdict.sign,
        f"{format_money_range(sums.low, sums.high, currency)} {sums.kind}" if sums else "",
        "" if estimate is None else format_with_unit(estimate, unit, currency),
        format_value(mistake.threshold, unit, currency),
        _certainty(audit, mistake),
        sample_words(mistake),
        Markup(ruler_svg(mistake, currency)),
        evidence_table(audit, mistake.id, labels),
        pictures.get(mistake.id),
        needs_words(mistake.needs),
        tuple((id, CLAIMS[id]) for id in mistake.claims),
        _audits(audit, mistake),
    )


def _audits(audit: Audit, mistake: Judgement) -> tuple[tuple[str, str], ...]:
    """The audits whose numbers carry the mistake and that say something about their limits."""
    names = dict.fromkeys(row.audit for row in MISTAKE_TYPES[mistake.id].evidence)
    return tuple((name, AUDITS[name].title) for name in names if audit.findings[name].limits)


def _certainty(audit: Audit, mistake: Judgement) -> str:
    """How sure is it? The interval, the threshold, and the chance of a false alarm."""
    if mistake.low is None or mistake.high is None:
        return "There is no estimate yet."
    unit, currency = mistake.unit, str(audit.client["currency"])
    level = format_percent(float(audit.run["level"]))
    ends = format_range(mistake.low, mistake.high, unit, currency)
    line = format_value(mistake.threshold, unit, currency)
    return f"The {level} interval is {ends}, the threshold {line}.{_decided(mistake)}"


def _decided(mistake: Judgement) -> str:
    """The test of a found or suspected mistake; a suspicion that only the many tests undo."""
    if mistake.verdict not in (Verdict.FOUND, Verdict.SUSPECTED) or mistake.p_holm is None:
        return ""
    chance = "p is below 0.001" if mistake.p_holm < 0.001 else f"p = {mistake.p_holm:.2g}"
    said = f" Allowing for all mistakes tested, {chance}"
    if mistake.verdict is Verdict.SUSPECTED and _beyond(mistake):
        return said + ": the interval alone would decide, all tests together do not."
    return said + "."


def _beyond(mistake: Judgement) -> bool:
    """Does the whole interval lie on the harmful side of the threshold?"""
    if mistake.low is None or mistake.high is None:
        return False
    if mistake.direction == "below":
        return mistake.high < mistake.threshold
    return mistake.low > mistake.threshold
