"""What every chart has in common: one look, and words for those who cannot see it."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

WIDTH = 4.6  # inches: 10-point text is 10 px high where a phone shrinks the picture to 350 px
SHOWN = round(100 * WIDTH)  # pixels in a notebook: its letters are as large as the text's
ROW = 0.42
DPI = 200
PALETTE = 128  # colours of a picture: no eye misses the others, and it takes a third of the bytes
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
            few = picture.quantize(PALETTE, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
            white = [v + (v == 254) for v in few.getpalette() or ()]  # the tree's is a shade grey
            few.putpalette(white)
            few.save(stream, "png", dpi=(DPI, DPI))
        return stream.getvalue()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Mapping[str, str | int]]]:
        said: dict[str, str | int] = {"alt": self.alt, "width": SHOWN}
        if self.mistake:
            said["mistake"] = self.mistake
        return {"image/png": base64.b64encode(self.png()).decode()}, {"image/png": said}


@contextmanager
def canvas(rows: int, *, xlabel: str) -> Iterator[Axes]:
    """An empty chart of that many rows in the house's look, put in order at the end."""
    look: Any = sns.axes_style("white") | LOOK
    with mpl.rc_context(look):
        size = (WIDTH, 0.9 + ROW * rows)
        figure = Figure(figsize=size, dpi=DPI, layout="constrained")
        axes = figure.add_subplot()
        yield axes
        axes.set_ylim(rows - 0.4, -0.75)
        axes.set_xlabel(xlabel, fontsize=9)
        sns.despine(ax=axes, left=True, bottom=True)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # all stands where it belongs
