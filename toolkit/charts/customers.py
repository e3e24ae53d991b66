"""Who is heard, who stays, and who comes back? Charts of feedback, loyalty and clients.

Feedback: who is heard against whose say, on what, how satisfied, and what it moves. Loyalty: how
soon accounts come back, what goes with it, of which kind, and use. Clients: does the model know
what comes, does each lever pay, who comes back?
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from toolkit.charts.chart import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    ROLE_PLURALS,
    Labels,
    chart_canvas,
    describe_chart,
    dot_values_text,
    format_axis_value,
    plot_dots,
    rows_by_role,
)
from toolkit.contract import ROLES
from toolkit.finding import Finding
from toolkit.wording import NO_CURRENCY, format_count, format_percent, join_words

SHARE = (0.0, 1.0)


def plot_feedback_and_say(feedback: Finding, *, ax: Axes | None = None) -> Axes:
    """Is each role heard in proportion to its say? The say is drawn where it is known."""
    heard, says = feedback.measure("heard"), feedback.measure("say_of_two")
    parts = [says.assign(series="say"), heard.assign(series="heard")]
    rows = pd.concat([part for part in parts if len(part)]).reset_index()
    rows["label"] = rows["group"].map(ROLE_PLURALS)
    rows = rows.sort_values("label", kind="stable")
    what = "share of feedback" + (" and of say between the two" if len(says) else "")
    axes = plot_dots(rows, ax=ax, xlabel=what, bounds=SHARE)
    return describe_chart(axes, f"{what.capitalize()}: {dot_values_text(rows, 'share')}.")


def plot_themes(feedback: Finding, labels: Labels, *, ax: Axes | None = None) -> Axes:
    """Of what does each role speak?"""
    rows = rows_by_role(feedback.measure("theme"), labels, sort_by=_sorting_role(feedback))
    what = "share of the role's utterances on it"
    axes = plot_dots(rows, ax=ax, xlabel=what, bounds=SHARE)
    return describe_chart(
        axes, f"Share of each role's utterances by subject: {dot_values_text(rows, 'share')}."
    )


def plot_theme_lean(feedback: Finding, labels: Labels, *, ax: Axes | None = None) -> Axes:
    """Of what do buyers speak more than consumers?"""
    rows = _labelled_rows(feedback.measure("theme_lean"), labels).sort_values(
        "value", kind="stable"
    )
    what = "← consumers speak more of it (log-odds) buyers →"
    axes = plot_dots(rows, ax=ax, xlabel=what, unit="log-odds", bounds=None)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    said = dot_values_text(rows, "log-odds")
    return describe_chart(
        axes, f"How much more buyers speak of it than consumers, log-odds: {said}."
    )


def plot_satisfaction(feedback: Finding, *, ax: Axes | None = None) -> Axes:
    """How satisfied is each role?"""
    rows = _role_rows(feedback.measure("satisfaction_index"))
    axes = plot_dots(
        rows, ax=ax, xlabel="satisfaction, 0 to 100", unit="points", bounds=(0.0, 100.0)
    )
    return describe_chart(axes, f"Satisfaction, 0 to 100: {dot_values_text(rows, 'points')}.")


def plot_recommendation(feedback: Finding, *, ax: Axes | None = None) -> Axes:
    """Would each role recommend it: promoters less detractors, per 100 answers?"""
    rows = _role_rows(feedback.measure("recommend"))
    what = "promoters less detractors, of 100 answers"
    axes = plot_dots(rows, ax=ax, xlabel=what, unit="points", bounds=None)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    return describe_chart(axes, f"{what.capitalize()}: {dot_values_text(rows, 'points')}.")


def plot_attribute_to_margin(
    feedback: Finding, labels: Labels, currency: str, *, ax: Axes | None = None
) -> Axes:
    """What does 10 points more performance for consumers go together with, at the far end known?

    Margin a year; where that is not known, buyers who come back; else consumers' satisfaction.
    """
    ends = (
        ("moves_margin", f"margin a year, {currency}".rstrip(", "), "currency"),
        ("moves_repurchase", "more accounts that buy again", "share"),
        ("moves_satisfaction", "points of consumers' satisfaction", "points"),
    )
    measure, what, unit = next(end for end in ends if len(feedback.measure(end[0])))
    rows = _labelled_rows(feedback.measure(measure), labels)
    rows = rows.sort_values("value", ascending=False, kind="stable")
    axes = plot_dots(
        rows, ax=ax, xlabel=f"10 points better goes with: {what}", unit=unit, bounds=None
    )
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    return describe_chart(
        axes, f"10 points better goes together with {what}: {dot_values_text(rows, unit)}."
    )


def _sorting_role(feedback: Finding) -> str:
    """The role to sort by: consumers, where their themes are known."""
    groups = feedback.measure("theme").index
    return ROLES[1] if any(str(g).startswith(ROLES[1]) for g in groups) else ROLES[0]


def _labelled_rows(measure: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    rows = measure.reset_index().assign(series="other")
    return rows.assign(label=[labels.get(g, g) for g in rows["group"]])


def _role_rows(measure: pd.DataFrame) -> pd.DataFrame:
    rows = measure.reset_index()
    return rows.assign(series=rows["group"], label=rows["group"].map(ROLE_PLURALS))


LOYALTY_NAMES = {
    "loyalist": "loyalists: back, content",
    "hostage": "hostages: back, not content",
    "mercenary": "mercenaries: content, not back",
    "defector": "defectors: neither",
}
SATISFACTION_NAMES = {"buyer": "buyers' satisfaction", "consumer": "consumers' satisfaction"}
PATH_NAMES = {
    "total": "consumer's satisfaction, in all",
    "direct": "directly",
    "through the buyer": "through the buyer's satisfaction",
}


def plot_repurchase_times(loyalty: Finding, *, ax: Axes | None = None) -> Axes:
    """Which share of accounts has bought again by when?"""
    rows = _labelled_rows(loyalty.measure("returned"), {})
    rows["label"] = ["within " + label for label in rows["label"]]
    return _share_chart(rows, "share of accounts that bought again", ax=ax)


def plot_loyalty_kinds(loyalty: Finding, *, ax: Axes | None = None) -> Axes:
    """How many accounts come back gladly, unhappily, or not at all?"""
    return _share_chart(
        _labelled_rows(loyalty.measure("loyalty_kind"), LOYALTY_NAMES), "share of accounts", ax=ax
    )


def plot_linkage(loyalty: Finding, *, ax: Axes | None = None) -> Axes:
    """How much more often do accounts buy again where a role is 10 points more satisfied?"""
    rows = _labelled_rows(loyalty.measure("linkage"), SATISFACTION_NAMES)
    rows["series"] = rows["group"]
    return _chart_around_zero(rows, "more who buy again, per 10 points", ax=ax)


def plot_mediation(loyalty: Finding, *, ax: Axes | None = None) -> Axes:
    """Does the consumer's satisfaction reach repurchase through the buyer's?"""
    rows = _labelled_rows(loyalty.measure("mediation"), PATH_NAMES)
    return _chart_around_zero(rows, "more who buy again, per 10 points", ax=ax)


def plot_not_used(loyalty: Finding, *, ax: Axes | None = None) -> Axes:
    """Which share of the accounts that bought in a month did not use the product in it?"""
    return _share_chart(
        _labelled_rows(loyalty.measure("not_used"), {}),
        "share of buying accounts not active",
        ax=ax,
    )


def _share_chart(rows: pd.DataFrame, what: str, *, ax: Axes | None = None) -> Axes:
    axes = plot_dots(rows, ax=ax, xlabel=what, bounds=SHARE)
    return describe_chart(axes, f"{what.capitalize()}: {_share_values_text(rows)}.")


def _chart_around_zero(rows: pd.DataFrame, what: str, *, ax: Axes | None = None) -> Axes:
    axes = plot_dots(rows, ax=ax, xlabel=what, bounds=None)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    return describe_chart(axes, f"{what}: {_share_values_text(rows)}.")


def _share_values_text(rows: pd.DataFrame) -> str:
    return join_words(
        [f"{line.label} {format_axis_value(line.value, 'share')}" for line in rows.itertuples()]
    )


CURVE_ROWS = 5  # rows of a chart of lines
NAME_OFFSET = -54  # points under the end of a rising line: its name clears the line
SCORE_NAMES = {"recency": "bought lately", "frequency": "bought often", "monetary": "spent much"}


def plot_holdout(clients: Finding, *, ax: Axes | None = None) -> Axes:
    """Would the model, fitted to the first half of the time, have known what came in the second?

    Repeat purchases of all customers up to each week, foretold and counted.
    """
    split = int(clients.measure("tracked_until")["value"].iloc[0])
    rows = clients.measure("tracked")["value"].reset_index()
    rows[["week", "what"]] = rows["group"].str.split(":", expand=True)
    lines = rows.assign(week=rows["week"].astype(int)).pivot(
        index="week", columns="what", values="value"
    )
    with chart_canvas(CURVE_ROWS, xlabel="weeks since the first purchase of all", ax=ax) as axes:
        _draw_curves(axes, lines, split)
    axes.set_ylim(0, float(lines.to_numpy().max()) * 1.12)
    last = lines.iloc[-1]
    return describe_chart(
        axes,
        f"Repeat purchases up to week {lines.index[-1]}: {format_count(round(last['expected']))} "
        f"foretold by a model that saw weeks 1 to {split}, {format_count(round(last['seen']))} "
        "counted.",
    )


def _draw_curves(axes: Axes, lines: pd.DataFrame, split: int) -> None:
    """Both curves, named where they end, and the week up to which the model has seen them."""
    axes.grid(visible=True, axis="y")
    axes.axvline(split, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    upper = "expected" if lines["expected"].iloc[-1] > lines["seen"].iloc[-1] else "seen"
    for what, colour, dash in (("seen", BLUE, "-"), ("expected", ORANGE, (0, (5, 2)))):
        axes.plot(lines.index, lines[what], color=colour, linestyle=dash, linewidth=2)
        name = "counted" if what == "seen" else "foretold"
        axes.annotate(
            f"{name} {format_count(round(lines[what].iloc[-1]))}",
            (lines.index[-1], lines[what].iloc[-1]),
            xytext=(0, 7 if what == upper else NAME_OFFSET),
            textcoords="offset points",
            ha="right",
            color=colour,
            fontsize=9,
            fontweight="bold",
        )
    told: Any = {"xytext": (-4, 0), "textcoords": "offset points", "color": MUTED, "fontsize": 9}
    top = float(lines.to_numpy().max()) * 1.04
    axes.annotate("fitted to this part", (split, top), ha="right", **told)
    axes.yaxis.set_major_formatter(lambda y, _: format_count(round(y)))


def plot_levers(clients: Finding, currency: str = NO_CURRENCY, *, ax: Axes | None = None) -> Axes:
    """What does each lever bring per customer treated, its cost deducted?"""
    rows = _ungrouped_rows(clients.measure("lever_net"))
    rows["label"] = rows["label"].str.replace("_", " ")
    what = f"net gain per customer treated, {currency or 'in currency'}"
    axes = plot_dots(rows, ax=ax, xlabel=what, unit="currency", bounds=None)
    axes.axvline(0, color=INK, linewidth=1)
    said = join_words(
        [f"{r.label} {format_axis_value(r.value, 'currency')}" for r in rows.itertuples()]
    )
    return describe_chart(axes, f"N{what[1:]}: {said}; right of 0 it pays.")


def plot_first_sale(clients: Finding, *, ax: Axes | None = None) -> Axes:
    """Does the money for the first sale match what first orders bring?"""
    rows = _ungrouped_rows(clients.measure("first_sale"))
    axes = plot_dots(rows, ax=ax, xlabel="share of spend, and share of revenue", bounds=(0.0, 1.0))
    said = join_words([f"{r.label} {format_percent(r.value)}" for r in rows.itertuples()])
    return describe_chart(axes, f"Share of spend, and share of revenue: {said}.")


def plot_return_by_rfm(clients: Finding, *, ax: Axes | None = None) -> Axes:
    """Who came back in the second half of the time: the recent, the frequent, the large?"""
    rows = _ungrouped_rows(clients.measure("rfm_return"))
    split = rows["group"].str.split(":", expand=True)
    rows["label"] = [f"{SCORE_NAMES[w]}: {s} of 5" for w, s in split.itertuples(index=False)]
    axes = plot_dots(rows, ax=ax, xlabel="share who bought in the second half", bounds=(0.0, 1.0))
    said = join_words([f"{r.label} {format_percent(r.value)}" for r in rows.itertuples()])
    return describe_chart(axes, f"Share who bought in the second half of the time: {said}.")


def _ungrouped_rows(measure: pd.DataFrame) -> pd.DataFrame:
    rows = measure.reset_index()
    return rows.assign(series="other", label=rows["group"])
