"""Which moves did hands make on the page, one by one, and which of them are new?

`moves.js` writes down every move, however quick, with its number; a page sends only the last state
of a widget while the kernel works, so each message holds the last moves and not only one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as widgets


@dataclass(frozen=True)
class HandMove:
    """The slider of that number was put to `value`: by its handle (`slid`), or in its box.

    `gesture` tells one move from the next: a key that is held, and a drag, are one.
    """

    gesture: int
    number: int
    slid: bool
    value: float


class MoveLog:
    """A field that nobody sees, and that the page writes moves to; `made` gets the new ones."""

    def __init__(self, made: Callable[[list[HandMove]], None]) -> None:
        self._made, self._last = made, HandMove(0, 0, False, 0.0)
        self.widget = widgets.Text(continuous_update=True)
        self.widget.add_class("whatif-moves")
        self.widget.observe(lambda change: self._told(change["new"]), "value")

    def _told(self, text: str) -> None:
        told = [HandMove(*entry) for entry in json.loads(text or "[]")]
        new = [m for m in told if m.gesture >= self._last.gesture and m != self._last]
        if new:
            self._last = new[-1]
            self._made(new)
