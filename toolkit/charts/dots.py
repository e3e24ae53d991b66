"""Dots with their intervals: one row per thing, one dot per role, labelled where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from toolkit.charts.chart import COLOURS, GREY, MARKERS, MUTED, canvas
from toolkit.text import number, percent

NAMED = {"buyer": "buyers", "consumer": "consumers"}
LABEL = 22  # characters of a label before it takes a second line
TICKS = 4  # steps of an axis, at most
SHIFT = 0.13  # how far the dots of two roles stand apart within a row


def dots(
    rows: pd.DataFrame, *, xlabel: str, unit: str = "share", bounds: tuple[float, float] | None
) -> Axes:
    """A dot and interval per line of `rows`: columns label, series, value, low, high.

    The axis goes on to a tick at or beyond the largest dot, so that each can be read off.
    `series` is buyer, consumer or other and gives colour and shape; the first row's dots are
    labelled with the names where a row holds more than one.
    """
    labels = list(dict.fromkeys(rows["label"]))
    series = list(dict.fromkeys(rows["series"]))
    several = len(rows) > len(labels)
    with canvas(len(labels), xlabel=xlabel) as axes:
        for line in rows.itertuples():
            at = labels.index(line.label) + (_shift(line.series, series) if several else 0)
            _dot(axes, line, at)
        axes.set_yticks(range(len(labels)), [fill(label, LABEL) for label in labels])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: written(x, unit)))
        _frame(axes, rows, bounds)
        for line in rows.itertuples() if not several else ():
            _write_value(axes, line, labels.index(line.label), unit)
        if several:
            _name_series(axes, rows[rows["label"] == labels[0]], series)
    return axes


def written(value: float, unit: str) -> str:
    """A number as it stands at an axis or a dot."""
    return percent(round(value, 3)) if unit in ("share", "fit") else number(round(value, 2))


def _shift(name: str, series: Sequence[str]) -> float:
    return SHIFT * (2 * series.index(name) - len(series) + 1)


def _dot(axes: Axes, line: Any, at: float) -> None:
    colour, marker = COLOURS.get(line.series, GREY), MARKERS.get(line.series, "o")
    axes.plot([line.low, line.high], [at, at], color=colour, linewidth=2.2, alpha=0.45, zorder=2)
    axes.plot([line.value], [at], marker=marker, color=colour, markersize=6.5, zorder=3)


def _write_value(axes: Axes, line: Any, at: float, unit: str) -> None:
    place: Any = {"xytext": (0, 8), "textcoords": "offset points", "ha": "center", "fontsize": 9}
    axes.annotate(written(line.value, unit), (line.value, at), color=MUTED, **place)


def _frame(axes: Axes, rows: pd.DataFrame, bounds: tuple[float, float] | None) -> None:
    low, high = rows["low"].min(), rows["high"].max()
    if bounds:
        low, high = bounds[0], min(bounds[1], high)
    room = 0.06 * (high - low or 1)
    ticks = MaxNLocator(TICKS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    last = min(tick for tick in ticks if tick >= rows["value"].max())
    high = max(high, last)
    axes.set_xticks([tick for tick in ticks if low <= tick <= high])
    axes.set_xlim(low - room, high + room)


def _name_series(axes: Axes, first: pd.DataFrame, series: Sequence[str]) -> None:
    ranked = first.sort_values("value")
    for place, line in enumerate(ranked.itertuples()):
        side = "right" if place == 0 and len(ranked) > 1 else "left"
        axes.annotate(
            NAMED.get(line.series, line.series),
            (line.value, 0),
            xytext=(4 if side == "left" else -4, 13),
            textcoords="offset points",
            ha=side,
            fontsize=9,
            fontweight="bold",
            color=COLOURS.get(str(line.series), GREY),
        )


def _role_first(group: str) -> tuple[str, str]:
    first, last = group.split(":", 1)
    return (first, last) if first in COLOURS else (last, first)


def paired(
    measure: pd.DataFrame, labels: Mapping[str, str], *, sort_by: str | None = None
) -> pd.DataFrame:
    """Rows for `dots` from a measure whose groups read ROLE:THING or THING:ROLE."""
    split = measure.reset_index()
    split[["series", "thing"]] = [_role_first(group) for group in split["group"]]
    if sort_by:
        order = split[split["series"] == sort_by].sort_values("value", ascending=False)["thing"]
        rank = {thing: place for place, thing in enumerate(order)}
        split = split.sort_values("thing", key=lambda t: t.map(rank), kind="stable")
    return split.assign(label=[labels.get(t, t) for t in split["thing"]])
