"""What a finding says in words and small tables, where a notebook shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from toolkit.catalogue import KINDS
from toolkit.charts.ruler import ruler
from toolkit.finding import Finding, Mistake, Verdict
from toolkit.text import count, figure, money, quantity, span

NAMES = {
    "rank_agreement": "rank agreement (Kendall's tau-b)",
    "misallocation": "share of spend that is not where the say is",
    "stability": "agreement of refits (adjusted Rand index)",
    "repeat_share": "bought again within the window",
    "retention": "of those who bought in the window before, bought in the last",
    "uncoded": "utterances in which no attribute is named",
    "satisfaction_gap": "buyers' satisfaction minus consumers'",
}


@dataclass(frozen=True)
class Words:
    """HTML that a notebook shows; everything a client wrote is escaped before it gets here."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def answer(finding: Finding) -> Words:
    """What does the audit answer, in its own sentences?"""
    return Words(f'<p class="answer"><strong>{escape(finding.answer)}</strong></p>')


def limits(finding: Finding) -> Words:
    """What must a reader know before using the answer?"""
    lines = "".join(f"<li>{escape(limit)}</li>" for limit in finding.limits)
    return Words(f'<ul class="limits">{lines}</ul>' if lines else "")


def table(finding: Finding, measure: str, labels: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One measure as a reader's table: estimate, interval, and how many units stand behind it.

    A measure without groups is one row under its own name.
    """
    rows = finding.measure(measure).reset_index()
    written = [
        {
            "": _label(str(row["group"]), labels or {}) or NAMES.get(measure, _spaced(measure)),
            "estimate": figure(row["value"], str(row["unit"])),
            "interval": _interval(row),
            "n": count(int(row["n"])),
        }
        for row in rows.to_dict("records")
    ]
    return pd.DataFrame(written, columns=["", "estimate", "interval", "n"]).set_index("")


def sentences(told: Mapping[str, str]) -> Words:
    """What is said of each, a line each? Keys name them; nothing is cut off."""
    lines = (
        f"<li><strong>{escape(str(k))}</strong>: {escape(str(v))}</li>" for k, v in told.items()
    )
    return Words(f"<ul>{''.join(lines)}</ul>" if len(told) else "")


def _label(group: str, labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(part, part) for part in group.split(":"))


def _spaced(measure: str) -> str:
    return measure.replace("_", " ")


def _interval(row: Mapping) -> str:
    if row["low"] == row["high"]:
        return "a chance itself" if row["unit"] == "probability" else "counted"
    return span(row["low"], row["high"], str(row["unit"]))


def verdicts(mistakes: Sequence[Mistake], currency: str) -> pd.DataFrame:
    """All verdicts on one page: what was found, how sure, and the money at stake."""
    rows = [
        {
            "mistake": KINDS[m.id].title,
            "verdict": m.verdict.replace("_", " "),
            "effect": _effect(m),
            "threshold": figure(m.threshold, m.unit, currency),
            "money": money(m.money.low, m.money.high, currency) if m.money else "",
        }
        for m in sorted(mistakes, key=lambda m: list(Verdict).index(m.verdict))
    ]
    return pd.DataFrame(rows).set_index("mistake")


def _effect(mistake: Mistake) -> str:
    if mistake.estimate is None or mistake.low is None or mistake.high is None:
        return "no estimate"
    value = quantity(mistake.estimate, mistake.unit)
    return f"{value} ({span(mistake.low, mistake.high, mistake.unit)})"


def judgement(mistake: Mistake, currency: str) -> Words:
    """One verdict: why, the interval against the threshold, and what to do."""
    title = escape(KINDS[mistake.id].title)
    said = mistake.verdict.replace("_", " ")
    return Words(
        f"<h3>{title}: {said}</h3><p>{escape(mistake.why)}</p>{ruler(mistake, currency)}"
        f"<p><strong>What to do:</strong> {escape(mistake.advice)}</p>"
    )
