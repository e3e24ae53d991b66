"""Who has a say, what does each role weigh, and which segments are there? Charts of people.

One chart per measure of roles, motivations, targeting and segments: a finding goes in, a picture
with its words comes out. Of segments: how large they are, who responds to what, what they are
worth, what they know.
"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes

from toolkit.audits.segments import KNOWLEDGE_KINDS, KNOWLEDGE_NEEDS
from toolkit.charts.chart import Labels, describe_chart, format_axis_value, plot_dots, rows_by_role
from toolkit.finding import Finding
from toolkit.wording import format_percent, format_value, join_words

SHARE = (0.0, 1.0)
HUNDRED = (0.0, 100.0)
ORDER_NAMES = {"orders": "of orders", "revenue": "of revenue"}


def plot_separation(roles: Finding, *, ax: Axes | None = None) -> Axes:
    """On what share of purchases is the buyer not the consumer?"""
    rows = _group_rows(roles.measure("separation"))
    axes = plot_dots(rows, ax=ax, xlabel="share where the buyer is not the consumer", bounds=SHARE)
    return describe_chart(
        axes, f"Share where the buyer is not the consumer: {_role_values_text(rows)}."
    )


def plot_say(roles: Finding, *, ax: Axes | None = None) -> Axes:
    """Who has how much say?"""
    rows = _group_rows(roles.measure("say"))
    rows["series"] = [r if r in ("buyer", "consumer") else "other" for r in rows["label"]]
    axes = plot_dots(rows, ax=ax, xlabel="share of say, as reported", bounds=SHARE)
    return describe_chart(axes, f"Share of say, as reported: {_role_values_text(rows)}.")


def plot_importance(motivations: Finding, labels: Labels, *, ax: Axes | None = None) -> Axes:
    """What does each role weigh?"""
    return _attribute_chart(
        motivations, "importance", labels, "weight in the decision", "share", ax=ax
    )


def plot_performance(motivations: Finding, labels: Labels, *, ax: Axes | None = None) -> Axes:
    """How well is each attribute served, in the eyes of each role?"""
    what = "how well it is served, 0 to 100"
    return _attribute_chart(motivations, "performance", labels, what, "points", ax=ax)


def _attribute_chart(
    finding: Finding, measure: str, labels: Labels, what: str, unit: str, *, ax: Axes | None = None
) -> Axes:
    rows = rows_by_role(finding.measure(measure), labels, sort_by="consumer")
    bounds = SHARE if unit == "share" else HUNDRED
    axes = plot_dots(rows, ax=ax, xlabel=what, unit=unit, bounds=bounds)
    return describe_chart(axes, f"{what.capitalize()}, by role: {_role_values_text(rows, unit)}.")


def plot_value_delivered(motivations: Finding, *, ax: Axes | None = None) -> Axes:
    """How much value reaches each role?"""
    rows = _group_rows(motivations.measure("value_delivered"))
    rows["series"] = rows["label"]
    what = "value delivered, 0 to 100"
    axes = plot_dots(rows, ax=ax, xlabel=what, unit="points", bounds=HUNDRED)
    return describe_chart(axes, f"{what.capitalize()}: {_role_values_text(rows, 'points')}.")


def plot_spend_and_say(targeting: Finding, roles: Finding, *, ax: Axes | None = None) -> Axes:
    """Does the money go where the say is?"""
    spend, say_ = (
        _buyer_consumer_others(targeting.measure("spend_share")),
        _buyer_consumer_others(roles.measure("say")),
    )
    rows = pd.concat([spend.assign(series="spend"), say_.assign(series="say")], ignore_index=True)
    rows = rows.sort_values("label", key=lambda s: s.map({"buyer": 0, "consumer": 1}).fillna(2))
    axes = plot_dots(rows, ax=ax, xlabel="share of spend and share of say", bounds=SHARE)
    return describe_chart(axes, f"Share of spend and of say: {_role_values_text(rows)}.")


def _buyer_consumer_others(measure: pd.DataFrame) -> pd.DataFrame:
    """Buyer, consumer, and everybody else as one row; the ends add up, which is a little wide."""
    rows = measure.reset_index()
    rows["label"] = rows["group"].where(rows["group"].isin(["buyer", "consumer"]), "others")
    return rows.groupby("label", sort=False)[["value", "low", "high"]].sum().reset_index()


def plot_message_fit(targeting: Finding, labels: Labels, *, ax: Axes | None = None) -> Axes:
    """How well does each campaign's promise fit each role? `labels` may say whom it is aimed at."""
    rows = rows_by_role(targeting.measure("message_fit"), labels)
    axes = plot_dots(
        rows, ax=ax, xlabel="fit: how much of what a role weighs is said", bounds=SHARE
    )
    return describe_chart(
        axes, f"Fit of each campaign's promise with each role: {_role_values_text(rows, 'fit')}."
    )


def plot_open_ground(targeting: Finding, labels: Labels, *, ax: Axes | None = None) -> Axes:
    """Which of the things a role weighs do rivals leave open?"""
    what = "weight that rivals leave open"
    return _attribute_chart(targeting, "open_ground", labels, what, "share", ax=ax)


def _group_rows(measure: pd.DataFrame) -> pd.DataFrame:
    rows = measure.reset_index().assign(series="other")
    return rows.assign(label=[ORDER_NAMES.get(g, g) for g in rows["group"]])


def _role_values_text(rows: pd.DataFrame, unit: str = "share") -> str:
    return join_words(
        [
            f"{line.label}{'' if line.series in ('other', line.label) else f' ({line.series})'} "
            f"{format_axis_value(line.value, unit)}"
            for line in rows.itertuples()
        ]
    )


KNOWLEDGE_NAMES = {
    "neither": "neither what nor where",
    "what_only": "what, but not where",
    "both": "what and where",
    "where_only": "where, but not what",
}
BEST, REST = "best", "other"

MOST_LINES = 24  # lines a picture can hold


def plot_segment_sizes(segments: Finding, *, ax: Axes | None = None) -> Axes:
    """How large is each segment, by the levels of each trait and by groups of traits?"""
    rows = _largest_rows(_segment_rows(segments.measure("segment_share")), "value")
    axes = plot_dots(rows, ax=ax, xlabel="share of people", bounds=SHARE)
    return describe_chart(axes, f"Share of people in each segment: {_segment_values_text(rows)}.")


def plot_segment_response(segments: Finding, *, ax: Axes | None = None) -> Axes:
    """Which share of those reached acts, segment by segment?"""
    rows = _segment_rows(segments.measure("response"))
    axes = plot_dots(rows, ax=ax, xlabel="share of those reached who act", bounds=SHARE)
    return describe_chart(
        axes, f"Share of those reached who act, by segment: {_segment_values_text(rows)}."
    )


def plot_campaign_response(segments: Finding, *, ax: Axes | None = None) -> Axes:
    """Which campaign works best in which segment? The best of several stands out."""
    rows = _segment_rows(segments.measure("campaign_response"))
    segment = [group.split(":", 1)[0] for group in rows["group"]]
    within = rows.groupby(segment)["value"]
    best = (within.transform("max") == rows["value"]) & (within.transform("size") > 1)
    rows["series"] = best.map({True: BEST, False: REST})
    axes = plot_dots(rows, ax=ax, xlabel="share who act; ◆ best in its segment", bounds=SHARE)
    return describe_chart(
        axes, f"Share who act, by segment and campaign: {_segment_values_text(rows)}."
    )


def plot_segment_value(segments: Finding, currency: str, *, ax: Axes | None = None) -> Axes:
    """What does an account of each segment bring?"""
    rows = _largest_rows(_segment_rows(segments.measure("value")), "n")
    what = f"revenue per account, {currency}".rstrip(", ")
    axes = plot_dots(rows, ax=ax, xlabel=what, unit="currency", bounds=(0.0, math.inf))
    return describe_chart(axes, f"R{what[1:]}: {_segment_values_text(rows, 'currency')}.")


def plot_knowledge(segments: Finding, *, ax: Axes | None = None) -> Axes:
    """Who knows what they want, and where to find it, by role?"""
    rows = rows_by_role(segments.measure("knowledge_by_role"), KNOWLEDGE_NAMES)
    axes = plot_dots(rows, ax=ax, xlabel="share of each role that knows …", bounds=SHARE)
    said = [f"{r.label} ({r.series}) {format_percent(r.value)}" for r in rows.itertuples()]
    return describe_chart(axes, f"Share of each role by what it knows: {join_words(said)}.")


def knowledge_needs(segments: Finding) -> dict[str, str]:
    """What does each kind of knowledge need, and how many are of it?"""
    shares = segments.measure("knowledge")
    known = [kind for kind in KNOWLEDGE_KINDS if kind in shares.index]
    sizes = {kind: format_value(shares.loc[kind, "value"], "share") for kind in known}
    return {f"{KNOWLEDGE_NAMES[kind]} ({sizes[kind]})": KNOWLEDGE_NEEDS[kind] for kind in known}


def _segment_rows(measure: pd.DataFrame) -> pd.DataFrame:
    rows = measure.reset_index().assign(series=REST)
    return rows.assign(label=[group.replace(":", ": ") for group in rows["group"]])


def _largest_rows(rows: pd.DataFrame, size: str) -> pd.DataFrame:
    """The lines that a picture can hold, in their order; the table of measures has them all."""
    return rows.loc[rows[size].nlargest(MOST_LINES).index.sort_values()]


def _segment_values_text(rows: pd.DataFrame, unit: str = "share") -> str:
    return join_words([f"{r.label} {format_axis_value(r.value, unit)}" for r in rows.itertuples()])
