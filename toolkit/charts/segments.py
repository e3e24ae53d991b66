"""Segments drawn: how large they are, who responds to what, what they are worth, what they know."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.audits.segments.knowledge import KINDS, NEEDS
from toolkit.charts.chart import Chart
from toolkit.charts.dots import dots, paired, written
from toolkit.finding import Finding
from toolkit.text import figure, listed, percent

KIND_NAMES = {
    "neither": "neither what nor where",
    "what_only": "what, but not where",
    "both": "what and where",
    "where_only": "where, but not what",
}
BEST, REST = "best", "other"
SHARE = (0.0, 1.0)
MOST = 24  # lines a picture can hold


def segment_sizes(segments: Finding) -> Chart:
    """How large is each segment, by the levels of each trait and by groups of traits?"""
    rows = _largest(_plain(segments.measure("segment_share")), "value")
    axes = dots(rows, xlabel="share of people", bounds=SHARE)
    return Chart(axes, f"Share of people in each segment: {_spoken(rows)}.")


def response(segments: Finding) -> Chart:
    """Which share of those reached acts, segment by segment?"""
    rows = _plain(segments.measure("response"))
    axes = dots(rows, xlabel="share of those reached who act", bounds=SHARE)
    return Chart(axes, f"Share of those reached who act, by segment: {_spoken(rows)}.")


def campaign_response(segments: Finding) -> Chart:
    """Which campaign works best in which segment? The best of several stands out."""
    rows = _plain(segments.measure("campaign_response"))
    segment = [group.split(":", 1)[0] for group in rows["group"]]
    within = rows.groupby(segment)["value"]
    best = (within.transform("max") == rows["value"]) & (within.transform("size") > 1)
    rows["series"] = best.map({True: BEST, False: REST})
    axes = dots(rows, xlabel="share who act; ◆ best in its segment", bounds=SHARE)
    return Chart(axes, f"Share who act, by segment and campaign: {_spoken(rows)}.")


def segment_value(segments: Finding, currency: str) -> Chart:
    """What does an account of each segment bring?"""
    rows = _largest(_plain(segments.measure("value")), "n")
    what = f"revenue per account, {currency}".rstrip(", ")
    axes = dots(rows, xlabel=what, unit="currency", bounds=(0.0, math.inf))
    return Chart(axes, f"R{what[1:]}: {_spoken(rows, 'currency')}.")


def knowledge(segments: Finding) -> Chart:
    """Who knows what they want, and where to find it, by role?"""
    rows = paired(segments.measure("knowledge_by_role"), KIND_NAMES)
    axes = dots(rows, xlabel="share of each role that knows …", bounds=SHARE)
    said = [f"{r.label} ({r.series}) {percent(r.value)}" for r in rows.itertuples()]
    return Chart(axes, f"Share of each role by what it knows: {listed(said)}.")


def knowledge_needs(segments: Finding) -> dict[str, str]:
    """What does each kind of knowledge need, and how many are of it?"""
    shares = segments.measure("knowledge")
    return {
        f"{KIND_NAMES[kind]} ({figure(shares.loc[kind, 'value'], 'share')})": NEEDS[kind]
        for kind in KINDS
        if kind in shares.index
    }


def _plain(measure: pd.DataFrame) -> pd.DataFrame:
    rows = measure.reset_index().assign(series=REST)
    return rows.assign(label=[group.replace(":", ": ") for group in rows["group"]])


def _largest(rows: pd.DataFrame, size: str) -> pd.DataFrame:
    """The lines that a picture can hold, in their order; the table of measures has them all."""
    return rows.loc[rows[size].nlargest(MOST).index.sort_values()]


def _spoken(rows: pd.DataFrame, unit: str = "share") -> str:
    return listed([f"{r.label} {written(r.value, unit)}" for r in rows.itertuples()])
