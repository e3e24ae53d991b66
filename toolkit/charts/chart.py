"""What do all charts share? One look, dots with their intervals, and words for who cannot see them.

Dots stand one row per thing, one dot per role, labelled where they stand.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from toolkit.wording import format_number, format_percent

WIDTH = 4.6  # inches: 10-point text is 10 px high where a phone shrinks the picture to 350 px
SHOWN_WIDTH = round(100 * WIDTH)  # pixels in a notebook: its letters are as large as the text's
ROW_HEIGHT = 0.42
DPI = 200
PALETTE_SIZE = (
    128  # colours of a picture: no eye misses the others, and it takes a third of the bytes
)
INK, MUTED, GRID = "#1f2933", "#5b6770", "#dfe4e8"
BLUE, ORANGE, GREY = "#0b5c8f", "#c2570c", "#6b7280"  # apart for colour-blind eyes, and in print
COLOURS = {
    "buyer": BLUE,
    "consumer": ORANGE,
    "spend": INK,
    "say": "#1b7f79",
    "best": "#1b7f79",
    "other": GREY,
}
MARKERS = {"buyer": "o", "consumer": "D", "spend": "s", "say": "o", "best": "D", "other": "o"}
LOOK: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.parse_math": False,  # a client's dollar signs are no formula
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "ytick.major.size": 0,
    "xtick.major.size": 0,
}


@dataclass(frozen=True, eq=False)
class Chart:
    """A drawn figure and the sentence that says what it shows.

    `mistake` names the mistake whose block in the report it belongs to. A notebook shows it as a
    picture with its words beside it.
    """

    axes: Axes
    alt: str
    mistake: str | None = None

    def png(self) -> bytes:
        """The picture; the same finding gives the same bytes."""
        stream = io.BytesIO()
        figure = self.axes.get_figure()
        if isinstance(figure, Figure):  # straight to the canvas: `savefig` draws everything twice
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
            picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
            few = picture.quantize(
                PALETTE_SIZE, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
            )
            white = [v + (v == 254) for v in few.getpalette() or ()]  # the tree's is a shade grey
            few.putpalette(white)
            few.save(stream, "png", dpi=(DPI, DPI))
        return stream.getvalue()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Mapping[str, str | int]]]:
        said: dict[str, str | int] = {"alt": self.alt, "width": SHOWN_WIDTH}
        if self.mistake:
            said["mistake"] = self.mistake
        return {"image/png": base64.b64encode(self.png()).decode()}, {"image/png": said}


@contextmanager
def chart_canvas(rows: int, *, xlabel: str) -> Iterator[Axes]:
    """An empty chart of that many rows in the house's look, put in order at the end."""
    look: Any = sns.axes_style("white") | LOOK
    with mpl.rc_context(look):
        size = (WIDTH, 0.9 + ROW_HEIGHT * rows)
        figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        axes = figure.add_subplot()
        yield axes
        axes.set_ylim(rows - 0.4, -0.75)
        axes.set_xlabel(xlabel, fontsize=9)
        sns.despine(ax=axes, left=True, bottom=True)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # all stands where it belongs


ROLE_PLURALS = {"buyer": "buyers", "consumer": "consumers"}
LABEL_WIDTH = 22  # characters of a label before it takes a second line
MOST_TICKS = 4  # steps of an axis, at most
ROLE_SHIFT = 0.13  # how far the dots of two roles stand apart within a row


def plot_dots(
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
    with chart_canvas(len(labels), xlabel=xlabel) as axes:
        for line in rows.itertuples():
            at = labels.index(line.label) + (_role_shift(line.series, series) if several else 0)
            _draw_dot(axes, line, at)
        axes.set_yticks(range(len(labels)), [fill(label, LABEL_WIDTH) for label in labels])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: format_axis_value(x, unit)))
        _set_axis(axes, rows, bounds)
        for line in rows.itertuples() if not several else ():
            _write_value(axes, line, labels.index(line.label), unit)
        if several:
            _name_series(axes, rows[rows["label"] == labels[0]], series)
    return axes


def format_axis_value(value: float, unit: str) -> str:
    """A number as it stands at an axis or a dot."""
    return (
        format_percent(round(value, 3))
        if unit in ("share", "fit")
        else format_number(round(value, 2))
    )


def _role_shift(name: str, series: Sequence[str]) -> float:
    return ROLE_SHIFT * (2 * series.index(name) - len(series) + 1)


def _draw_dot(axes: Axes, line: Any, at: float) -> None:
    colour, marker = COLOURS.get(line.series, GREY), MARKERS.get(line.series, "o")
    axes.plot([line.low, line.high], [at, at], color=colour, linewidth=2.2, alpha=0.45, zorder=2)
    axes.plot([line.value], [at], marker=marker, color=colour, markersize=6.5, zorder=3)


def _write_value(axes: Axes, line: Any, at: float, unit: str) -> None:
    place: Any = {"xytext": (0, 8), "textcoords": "offset points", "ha": "center", "fontsize": 9}
    axes.annotate(format_axis_value(line.value, unit), (line.value, at), color=MUTED, **place)


def _set_axis(axes: Axes, rows: pd.DataFrame, bounds: tuple[float, float] | None) -> None:
    low, high = rows["low"].min(), rows["high"].max()
    if bounds:
        low, high = bounds[0], min(bounds[1], high)
    room = 0.06 * (high - low or 1)
    ticks = MaxNLocator(MOST_TICKS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    last = min(tick for tick in ticks if tick >= rows["value"].max())
    high = max(high, last)
    axes.set_xticks([tick for tick in ticks if low <= tick <= high])
    axes.set_xlim(low - room, high + room)


def _name_series(axes: Axes, first: pd.DataFrame, series: Sequence[str]) -> None:
    ranked = first.sort_values("value")
    for place, line in enumerate(ranked.itertuples()):
        side = "right" if place == 0 and len(ranked) > 1 else "left"
        axes.annotate(
            ROLE_PLURALS.get(line.series, line.series),
            (line.value, 0),
            xytext=(4 if side == "left" else -4, 13),
            textcoords="offset points",
            ha=side,
            fontsize=9,
            fontweight="bold",
            color=COLOURS.get(str(line.series), GREY),
        )


def _split_group(group: str) -> tuple[str, str]:
    first, last = group.split(":", 1)
    return (first, last) if first in COLOURS else (last, first)


def rows_by_role(
    measure: pd.DataFrame, labels: Mapping[str, str], *, sort_by: str | None = None
) -> pd.DataFrame:
    """Rows for `plot_dots` from a measure whose groups read ROLE:THING or THING:ROLE."""
    split = measure.reset_index()
    split[["series", "thing"]] = [_split_group(group) for group in split["group"]]
    if sort_by:
        order = split[split["series"] == sort_by].sort_values("value", ascending=False)["thing"]
        rank = {thing: place for place, thing in enumerate(order)}
        split = split.sort_values("thing", key=lambda t: t.map(rank), kind="stable")
    return split.assign(label=[labels.get(t, t) for t in split["thing"]])


Labels = Mapping[str, str]
