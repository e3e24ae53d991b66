"""Feedback drawn: who is heard against whose say, on what, how satisfied, and what it moves."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.chart import MUTED, Chart
from toolkit.charts.dots import dots, paired, written
from toolkit.charts.questions import Labels
from toolkit.finding import Finding
from toolkit.tables import ROLES
from toolkit.text import listed

SHARE = (0.0, 1.0)
ROLE_NAMES = {"buyer": "buyers", "consumer": "consumers"}


def heard_and_say(feedback: Finding) -> Chart:
    """Is each role heard in proportion to its say? The say is drawn where it is known."""
    heard, says = feedback.measure("heard"), feedback.measure("say_of_two")
    parts = [says.assign(series="say"), heard.assign(series="heard")]
    rows = pd.concat([part for part in parts if len(part)]).reset_index()
    rows["label"] = rows["group"].map(ROLE_NAMES)
    rows = rows.sort_values("label", kind="stable")
    what = "share of feedback" + (" and of say between the two" if len(says) else "")
    axes = dots(rows, xlabel=what, bounds=SHARE)
    return Chart(axes, f"{what.capitalize()}: {_spoken(rows, 'share')}.")


def themes(feedback: Finding, labels: Labels) -> Chart:
    """Of what does each role speak?"""
    rows = paired(feedback.measure("theme"), labels, sort_by=_most_heard(feedback))
    what = "share of the role's utterances on it"
    axes = dots(rows, xlabel=what, bounds=SHARE)
    return Chart(axes, f"Share of each role's utterances by subject: {_spoken(rows, 'share')}.")


def theme_lean(feedback: Finding, labels: Labels) -> Chart:
    """Of what do buyers speak more than consumers?"""
    rows = _plain(feedback.measure("theme_lean"), labels).sort_values("value", kind="stable")
    what = "← consumers speak more of it (log-odds) buyers →"
    axes = dots(rows, xlabel=what, unit="log-odds", bounds=None)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    said = _spoken(rows, "log-odds")
    return Chart(axes, f"How much more buyers speak of it than consumers, log-odds: {said}.")


def satisfaction(feedback: Finding) -> Chart:
    """How satisfied is each role?"""
    rows = _by_role(feedback.measure("satisfaction_index"))
    axes = dots(rows, xlabel="satisfaction, 0 to 100", unit="points", bounds=(0.0, 100.0))
    return Chart(axes, f"Satisfaction, 0 to 100: {_spoken(rows, 'points')}.")


def recommend(feedback: Finding) -> Chart:
    """Would each role recommend it: promoters less detractors, per 100 answers?"""
    rows = _by_role(feedback.measure("recommend"))
    what = "promoters less detractors, of 100 answers"
    axes = dots(rows, xlabel=what, unit="points", bounds=None)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    return Chart(axes, f"{what.capitalize()}: {_spoken(rows, 'points')}.")


def bridge(feedback: Finding, labels: Labels, currency: str) -> Chart:
    """What does 10 points more performance for consumers go together with, at the far end known?

    Margin a year; where that is not known, buyers who come back; else consumers' satisfaction.
    """
    ends = (
        ("moves_margin", f"margin a year, {currency}".rstrip(", "), "currency"),
        ("moves_repurchase", "more accounts that buy again", "share"),
        ("moves_satisfaction", "points of consumers' satisfaction", "points"),
    )
    measure, what, unit = next(end for end in ends if len(feedback.measure(end[0])))
    rows = _plain(feedback.measure(measure), labels)
    rows = rows.sort_values("value", ascending=False, kind="stable")
    axes = dots(rows, xlabel=f"10 points better goes with: {what}", unit=unit, bounds=None)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    return Chart(axes, f"10 points better goes together with {what}: {_spoken(rows, unit)}.")


def _most_heard(feedback: Finding) -> str:
    """The role to sort by: consumers, where their themes are known."""
    groups = feedback.measure("theme").index
    return ROLES[1] if any(str(g).startswith(ROLES[1]) for g in groups) else ROLES[0]


def _plain(measure: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    rows = measure.reset_index().assign(series="other")
    return rows.assign(label=[labels.get(g, g) for g in rows["group"]])


def _by_role(measure: pd.DataFrame) -> pd.DataFrame:
    rows = measure.reset_index()
    return rows.assign(series=rows["group"], label=rows["group"].map(ROLE_NAMES))


def _spoken(rows: pd.DataFrame, unit: str) -> str:
    once = rows["label"].is_unique
    return listed(
        [
            f"{line.label}{'' if once else f' ({line.series})'} {written(line.value, unit)}"
            for line in rows.itertuples()
        ]
    )
