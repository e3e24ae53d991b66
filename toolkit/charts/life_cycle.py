"""Charts of the life cycle: first purchases and their curve, emphasis, prices."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from toolkit.charts.chart import (
    BLUE,
    GREY,
    INK,
    MUTED,
    ORANGE,
    chart_canvas,
    describe_chart,
    plot_dots,
)
from toolkit.errors import unknown_name
from toolkit.finding import Finding
from toolkit.wording import format_money, format_number, format_percent, format_range, join_words

SHARE = (0.0, 1.0)
LABEL_WIDTH = 50  # characters of a line under the axis
CURVE_ROWS = 6  # height of the curve, in rows of the other charts
LATER_STAGES = ("growth", "maturity", "decline")


def plot_life_cycle(
    life_cycle: Finding, product: str, label: str, *, ax: Axes | None = None
) -> Axes:
    """How did first purchases of a product rise and fall, and where does each stage begin?

    KeyError where the finding tells of no such product.
    """
    groups = life_cycle.measure("curve").index
    told = dict.fromkeys(str(group).rpartition(":")[0] for group in groups)
    if product not in told:
        raise unknown_name("product with a curve in the audit life_cycle", product, told)
    bought, curve = (
        _product_rows(life_cycle, name, product) for name in ("first_purchases", "curve")
    )
    turns = _product_rows(life_cycle, "turn", product)
    both = pd.concat([bought, curve])
    months, top = int(both.index.astype(int).max()), float(both["value"].max())
    with chart_canvas(
        CURVE_ROWS, xlabel=fill(f"months since the launch of {label}", LABEL_WIDTH), ax=ax
    ) as axes:
        axes.bar(bought.index.astype(int) - 0.5, bought["value"], width=0.7, color=GREY, alpha=0.45)
        axes.plot(curve.index.astype(int) - 0.5, curve["value"], color=INK, linewidth=1.8)
        _draw_stages(axes, turns, months, top)
    _set_axes(axes, months, top)
    said = [
        f"{stage} begins in month {format_number(float(row['value']))} "
        f"({format_range(row['low'], row['high'], 'months')})"
        for stage, row in turns.iterrows()
    ]
    most = f": most in month {bought['value'].astype(float).idxmax()}" if len(bought) else ""
    return describe_chart(
        axes,
        f"Accounts that bought {label} for the first time, by month since its launch{most}. "
        f"By the curve through them {join_words(said)}.",
    )


def _product_rows(finding: Finding, measure: str, product: str) -> pd.DataFrame:
    """One product's rows of a measure, by what stands after its name."""
    rows = finding.measure(measure)
    mine = rows[[str(group).rpartition(":")[0] == product for group in rows.index]]
    return mine.set_axis([str(group).rpartition(":")[2] for group in mine.index])


def _draw_stages(axes: Axes, turns: pd.DataFrame, months: int, top: float) -> None:
    """A line and its interval where each stage begins, named above the bars."""
    for place, stage in enumerate(s for s in LATER_STAGES if s in turns.index):
        row = turns.loc[stage]
        if not 0 <= row["value"] <= months:
            continue
        height = top * (1.12 + 0.16 * (len(LATER_STAGES) - 1 - place))
        ends = [max(row["low"], 0.0), min(row["high"], months)]
        axes.plot(ends, [height, height], color=BLUE, linewidth=2.2, alpha=0.45)
        axes.plot([row["value"]] * 2, [0, height], color=BLUE, linewidth=1, linestyle=(0, (3, 3)))
        note: Any = {"xytext": (4, 3), "textcoords": "offset points", "fontsize": 9, "color": BLUE}
        axes.annotate(f"{stage} begins", (row["value"], height), **note)


def _set_axes(axes: Axes, months: int, top: float) -> None:
    axes.set_ylim(0, top * 1.68)
    axes.set_xlim(0, months)
    axes.set_ylabel("accounts that bought it first", fontsize=9)
    axes.grid(visible=False, axis="x")
    axes.set_yticks([tick for tick in axes.get_yticks() if tick <= top])


def plot_emphasis(life_cycle: Finding, *, ax: Axes | None = None) -> Axes:
    """Whom did the last year's money speak to, and what does the stage ask for?"""
    parts = {"spend": "emphasis", "stage asks": "stage_asks"}
    rows = [
        life_cycle.measure(measure).reset_index().assign(series=series)
        for series, measure in parts.items()
        if (life_cycle.frame["measure"] == measure).any()
    ]
    shown = pd.concat(rows, ignore_index=True).assign(label=lambda r: r["group"] + "s")
    shown = shown.sort_values("label", kind="stable")
    axes = plot_dots(shown, ax=ax, xlabel="share of the last year's spend on both", bounds=SHARE)
    said = [
        f"{r.series} {format_percent(r.value)}" for r in shown.itertuples() if r.group == "buyer"
    ]
    return describe_chart(
        axes, f"Buyers' share of the last year's spend on both roles: {join_words(said)}."
    )


def plot_accepted_prices(life_cycle: Finding, currency: str, *, ax: Axes | None = None) -> Axes:
    """Which prices do payers accept?"""
    rows = life_cycle.measure("accepted_price").reset_index()
    rows = rows.assign(label=rows["group"], series="other")
    axes = plot_dots(rows, ax=ax, xlabel=f"price, {currency}", unit="points", bounds=None)
    said = [f"{row.label} {format_money(row.value, currency)}" for row in rows.itertuples()]
    return describe_chart(axes, f"Prices that payers accept: {join_words(said)}.")


def plot_skimming(life_cycle: Finding, currency: str, *, ax: Axes | None = None) -> Axes:
    """What does a falling price bring beyond one price, by how much tomorrow counts to buyers?"""
    rows = life_cycle.measure("skimming_gain").reset_index()
    rows = rows.assign(label=rows["group"], series="other")
    axes = plot_dots(
        rows, ax=ax, xlabel=f"gain per payer asked, {currency}", unit="points", bounds=None
    )
    axes.axvline(0, color=ORANGE, linewidth=1)
    note: Any = {"xytext": (-4, 0), "textcoords": "offset points", "ha": "right", "fontsize": 9}
    axes.annotate("as one price", (0, -0.6), color=MUTED, **note)
    said = [f"{format_money(row.value, currency)} where {row.label}" for row in rows.itertuples()]
    return describe_chart(
        axes, f"Gain of a falling price over one price, per payer: {join_words(said)}."
    )
