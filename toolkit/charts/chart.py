"""What do all charts share? One look, dots with their intervals, and words for who cannot see them.

Dots stand one row per thing, one dot per role, labelled where they stand.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from toolkit.wording import format_number, format_percent, join_words

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


class ChartAxes(Axes):
    """The axes of a chart in a figure of its own: a notebook shows the picture, and its words.

    `alt` says what the chart shows, `mistake` names the mistake whose block in the report it
    belongs to; `describe_chart` sets both.
    """

    alt: str = ""
    mistake: str | None = None

    def set_title(self, label: str, *args: Any, **kwargs: Any) -> Text:
        """Give the chart a title, and the room it takes: the layout stands still otherwise."""
        title = super().set_title(label, *args, **kwargs)
        _fix_layout(self)
        return title

    def png(self) -> bytes:
        """The picture; the same finding gives the same bytes."""
        stream = io.BytesIO()
        figure = self.get_figure(root=True)
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
        picture = base64.b64encode(self.png()).decode()
        return {"image/png": picture, "text/plain": self.alt}, {"image/png": said}


def describe_chart(axes: Axes, alt: str, mistake: str | None = None) -> Axes:
    """The same axes, which now say in words what they show, and to which mistake they belong."""
    vars(axes).update(alt=alt, mistake=mistake)  # kept on the axes: they may be anybody's
    return axes


def alt_text(ax: Axes) -> str:
    """What does a chart show, for those who cannot see it?

    `ax` is what a `plot_…` function returned, be it in a figure of its own or in a given one.
    ValueError where none of them has drawn into it.
    """
    said = vars(ax).get("alt")
    if said is None:
        raise ValueError(f"expected the Axes that a charts.plot_… function returned, found {ax!r}")
    return str(said)


@contextmanager
def chart_canvas(rows: int, *, xlabel: str, ax: Axes | None = None) -> Iterator[Axes]:
    """An empty chart of that many rows in the house's look, put in order at the end.

    A new figure, or the given axes of somebody's figure, whose size and layout stay theirs.
    """
    look: Any = sns.axes_style("white") | LOOK
    with mpl.rc_context(look):
        axes = _new_axes(rows) if ax is None else _in_our_look(ax)
        yield axes
        axes.set_ylim(rows - 0.4, -0.75)
        axes.set_xlabel(xlabel, fontsize=9)
        sns.despine(ax=axes, left=True, bottom=True)
        if ax is None:
            _fix_layout(axes)
        else:
            _read_no_formulas(axes)


def _new_axes(rows: int) -> Axes:
    size = (WIDTH, 0.9 + ROW_HEIGHT * rows)
    figure = Figure(figsize=size, dpi=DPI)
    return figure.add_subplot(axes_class=ChartAxes)


def _fix_layout(axes: Axes) -> None:
    """All stands where it belongs, and stays there whatever is drawn later."""
    figure = axes.get_figure(root=True)
    if isinstance(figure, Figure):
        figure.set_layout_engine("constrained")
        figure.draw_without_rendering()
        figure.set_layout_engine("none")


def _in_our_look(axes: Axes) -> Axes:
    """Given axes as new ones would be: they were made in another look."""
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis="x", color=GRID)
    axes.tick_params(axis="x", length=0, colors=MUTED)
    axes.tick_params(axis="y", length=0, colors=INK)
    axes.xaxis.label.set_color(MUTED)
    axes.yaxis.label.set_color(MUTED)
    return axes


def _read_no_formulas(axes: Axes) -> None:
    """A client's dollar signs are none, in texts that were made in another look either."""
    ticks = (*axes.get_xticklabels(), *axes.get_yticklabels())
    for text in (axes.xaxis.label, axes.yaxis.label, *ticks):
        text.set_parse_math(False)


ROLE_PLURALS = {"buyer": "buyers", "consumer": "consumers"}
LABEL_WIDTH = 22  # characters of a label before it takes a second line
MOST_TICKS = 4  # steps of an axis, at most
ROLE_SHIFT = 0.13  # how far the dots of two roles stand apart within a row


def plot_dots(
    rows: pd.DataFrame,
    *,
    xlabel: str,
    unit: str = "share",
    bounds: tuple[float, float] | None,
    ax: Axes | None = None,
) -> Axes:
    """A dot and interval per line of `rows`: columns label, series, value, low, high.

    The axis goes on to a tick at or beyond the largest dot, so that each can be read off.
    `series` is buyer, consumer or other and gives colour and shape; the first row's dots are
    labelled with the names where a row holds more than one. Its words are `xlabel` and all
    values; `describe_chart` gives it better ones. `ax` as in `chart_canvas`.
    """
    labels = list(dict.fromkeys(rows["label"]))
    series = list(dict.fromkeys(rows["series"]))
    several = len(rows) > len(labels)
    with chart_canvas(len(labels), xlabel=xlabel, ax=ax) as axes:
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
    return describe_chart(axes, f"{xlabel}: {dot_values_text(rows, unit)}.")


def dot_values_text(rows: pd.DataFrame, unit: str) -> str:
    """All dots of `plot_dots` in words; the series is named where a label stands more than once."""
    once = rows["label"].is_unique
    return join_words(
        [
            f"{line.label}{'' if once else f' ({line.series})'} "
            f"{format_axis_value(line.value, unit)}"
            for line in rows.itertuples()
        ]
    )


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
