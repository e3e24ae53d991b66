"""What a finding says in words and small tables, where a notebook shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.charts.ruler import ruler_svg
from toolkit.finding import Finding, Judgement, Verdict
from toolkit.wording import (
    format_count,
    format_money_range,
    format_range,
    format_value,
    format_with_unit,
)

MEASURE_NAMES = {
    "rank_agreement": "rank agreement (Kendall's tau-b)",
    "misallocation": "share of spend that is not where the say is",
    "stability": "agreement of refits (adjusted Rand index)",
    "repeat_share": "bought again within the window",
    "retention": "of those who bought in the window before, bought in the last",
    "uncoded": "utterances in which no attribute is named",
    "satisfaction_gap": "buyers' satisfaction minus consumers'",
}


@dataclass(frozen=True)
class HtmlText:
    """HTML that a notebook shows; everything a client wrote is escaped before it gets here."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def show_answer(finding: Finding) -> HtmlText:
    """What does the audit answer, in its own sentences?"""
    return HtmlText(f'<p class="answer"><strong>{escape(finding.answer)}</strong></p>')


def show_limits(finding: Finding) -> HtmlText:
    """What must a reader know before using the answer?"""
    lines = "".join(f"<li>{escape(limit)}</li>" for limit in finding.limits)
    return HtmlText(f'<ul class="limits">{lines}</ul>' if lines else "")


def measure_table(
    finding: Finding, measure: str, labels: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """One measure as a reader's table: estimate, interval, and how many units stand behind it.

    A measure without groups is one row under its own name.
    """
    rows = finding.measure(measure).reset_index()
    written = [
        {
            "": _group_label(str(row["group"]), labels or {})
            or MEASURE_NAMES.get(measure, _spaced_name(measure)),
            "estimate": format_value(row["value"], str(row["unit"])),
            "interval": _interval_text(row),
            "n": format_count(int(row["n"])),
        }
        for row in rows.to_dict("records")
    ]
    return pd.DataFrame(written, columns=["", "estimate", "interval", "n"]).set_index("")


def show_sentences(told: Mapping[str, str]) -> HtmlText:
    """What is said of each, a line each? Keys name them; nothing is cut off."""
    lines = (
        f"<li><strong>{escape(str(k))}</strong>: {escape(str(v))}</li>" for k, v in told.items()
    )
    return HtmlText(f"<ul>{''.join(lines)}</ul>" if len(told) else "")


def _group_label(group: str, labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(part, part) for part in group.split(":"))


def _spaced_name(measure: str) -> str:
    return measure.replace("_", " ")


def _interval_text(row: Mapping[str, Any]) -> str:
    if row["low"] == row["high"]:
        return "a chance itself" if row["unit"] == "probability" else "counted"
    return format_range(row["low"], row["high"], str(row["unit"]))


def verdict_table(mistakes: Sequence[Judgement], currency: str) -> pd.DataFrame:
    """All verdicts on one page: what was found, how sure, and the money at stake."""
    rows = [
        {
            "mistake": MISTAKE_TYPES[m.id].title,
            "verdict": m.verdict.replace("_", " "),
            "effect": _effect_text(m),
            "threshold": format_value(m.threshold, m.unit, currency),
            "money": format_money_range(m.money.low, m.money.high, currency) if m.money else "",
        }
        for m in sorted(mistakes, key=lambda m: list(Verdict).index(m.verdict))
    ]
    return pd.DataFrame(rows).set_index("mistake")


def _effect_text(mistake: Judgement) -> str:
    if mistake.estimate is None or mistake.low is None or mistake.high is None:
        return "no estimate"
    value = format_with_unit(mistake.estimate, mistake.unit)
    return f"{value} ({format_range(mistake.low, mistake.high, mistake.unit)})"


def show_judgement(mistake: Judgement, currency: str) -> HtmlText:
    """One verdict: why, the interval against the threshold, and what to do."""
    title = escape(MISTAKE_TYPES[mistake.id].title)
    said = mistake.verdict.replace("_", " ")
    return HtmlText(
        f"<h3>{title}: {said}</h3><p>{escape(mistake.why)}</p>{ruler_svg(mistake, currency)}"
        f"<p><strong>What to do:</strong> {escape(mistake.advice)}</p>"
    )
