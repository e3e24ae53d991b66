"""Clients drawn: does the model know what comes, does each lever pay, who comes back?"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from toolkit.charts.chart import BLUE, INK, MUTED, ORANGE, Chart, canvas
from toolkit.charts.dots import dots, written
from toolkit.finding import Finding
from toolkit.text import NO_CURRENCY, count, listed, percent

TALL = 5  # rows of a chart of lines
BELOW = -54  # points under the end of a rising line: its name clears the line
SCORES = {"recency": "bought lately", "frequency": "bought often", "monetary": "spent much"}


def holdout(clients: Finding) -> Chart:
    """Would the model, fitted to the first half of the time, have known what came in the second?

    Repeat purchases of all customers up to each week, foretold and counted.
    """
    split = int(clients.measure("tracked_until")["value"].iloc[0])
    rows = clients.measure("tracked")["value"].reset_index()
    rows[["week", "what"]] = rows["group"].str.split(":", expand=True)
    lines = rows.assign(week=rows["week"].astype(int)).pivot(
        index="week", columns="what", values="value"
    )
    with canvas(TALL, xlabel="weeks since the first purchase of all") as axes:
        _curves(axes, lines, split)
    axes.set_ylim(0, float(lines.to_numpy().max()) * 1.12)
    last = lines.iloc[-1]
    return Chart(
        axes,
        f"Repeat purchases up to week {lines.index[-1]}: {count(round(last['expected']))} "
        f"foretold by a model that saw weeks 1 to {split}, {count(round(last['seen']))} counted.",
    )


def _curves(axes: Axes, lines: pd.DataFrame, split: int) -> None:
    """Both curves, named where they end, and the week up to which the model has seen them."""
    axes.grid(visible=True, axis="y")
    axes.axvline(split, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    upper = "expected" if lines["expected"].iloc[-1] > lines["seen"].iloc[-1] else "seen"
    for what, colour, dash in (("seen", BLUE, "-"), ("expected", ORANGE, (0, (5, 2)))):
        axes.plot(lines.index, lines[what], color=colour, linestyle=dash, linewidth=2)
        name = "counted" if what == "seen" else "foretold"
        axes.annotate(
            f"{name} {count(round(lines[what].iloc[-1]))}",
            (lines.index[-1], lines[what].iloc[-1]),
            xytext=(0, 7 if what == upper else BELOW),
            textcoords="offset points",
            ha="right",
            color=colour,
            fontsize=9,
            fontweight="bold",
        )
    told: Any = {"xytext": (-4, 0), "textcoords": "offset points", "color": MUTED, "fontsize": 9}
    top = float(lines.to_numpy().max()) * 1.04
    axes.annotate("fitted to this part", (split, top), ha="right", **told)
    axes.yaxis.set_major_formatter(lambda y, _: count(round(y)))


def levers(clients: Finding, currency: str = NO_CURRENCY) -> Chart:
    """What does each lever bring per customer treated, its cost deducted?"""
    rows = _named(clients.measure("lever_net"))
    rows["label"] = rows["label"].str.replace("_", " ")
    what = f"net gain per customer treated, {currency or 'in currency'}"
    axes = dots(rows, xlabel=what, unit="currency", bounds=None)
    axes.axvline(0, color=INK, linewidth=1)
    said = listed([f"{r.label} {written(r.value, 'currency')}" for r in rows.itertuples()])
    return Chart(axes, f"N{what[1:]}: {said}; right of 0 it pays.")


def first_sale(clients: Finding) -> Chart:
    """Does the money for the first sale match what first orders bring?"""
    rows = _named(clients.measure("first_sale"))
    axes = dots(rows, xlabel="share of spend, and share of revenue", bounds=(0.0, 1.0))
    said = listed([f"{r.label} {percent(r.value)}" for r in rows.itertuples()])
    return Chart(axes, f"Share of spend, and share of revenue: {said}.")


def came_back(clients: Finding) -> Chart:
    """Who came back in the second half of the time: the recent, the frequent, the large?"""
    rows = _named(clients.measure("rfm_return"))
    split = rows["group"].str.split(":", expand=True)
    rows["label"] = [f"{SCORES[w]}: {s} of 5" for w, s in split.itertuples(index=False)]
    axes = dots(rows, xlabel="share who bought in the second half", bounds=(0.0, 1.0))
    said = listed([f"{r.label} {percent(r.value)}" for r in rows.itertuples()])
    return Chart(axes, f"Share who bought in the second half of the time: {said}.")


def _named(measure: pd.DataFrame) -> pd.DataFrame:
    rows = measure.reset_index()
    return rows.assign(series="other", label=rows["group"])
