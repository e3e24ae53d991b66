"""Which moves did hands make, one by one, and where do undo and redo lead?

The page's `moves.js` writes down every move, however quick, with its number; a page sends only the
last state of a widget while the kernel works, so each message holds the last moves and not only
one. Of the scenarios nothing changes: every step gives a new history, so undo and redo bring back
the very scenario that was, whatever control made it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import ipywidgets as widgets

from toolkit.whatif.scenario import UNCHANGED, Scenario


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


SIDES = ("A", "B")
MOST_STEPS = 500


@dataclass(frozen=True)
class UndoHistory:
    """One scenario as it is now, what it was before, and what was undone.

    `by` is the move that made the last step: as long as it goes on it makes no other step.
    """

    now: Scenario = UNCHANGED
    past: tuple[Scenario, ...] = ()
    undone: tuple[Scenario, ...] = ()
    by: str = ""

    def to(self, scenario: Scenario, by: str = "") -> UndoHistory:
        """The history after one more step; the same steps where nothing moved.

        Another name or note is no step, nor is a move that goes back to where it began.
        """
        if scenario.unnamed == self.now.unnamed:
            return replace(self, now=scenario)
        same_step = by != "" and by == self.by
        if same_step and scenario.unnamed == self.past[-1].unnamed:
            return UndoHistory(scenario, self.past[:-1])
        past = self.past if same_step else (*self.past, self.now)[-MOST_STEPS:]
        return UndoHistory(scenario, past, (), by)

    def back(self) -> UndoHistory:
        """One step undone; the same where there is none."""
        if not self.past:
            return self
        return UndoHistory(self.past[-1], self.past[:-1], (self.now, *self.undone))

    def forth(self) -> UndoHistory:
        """The last undone step done again; the same where there is none."""
        if not self.undone:
            return self
        return UndoHistory(self.undone[0], (*self.past, self.now), self.undone[1:])


@dataclass(frozen=True)
class ScenarioPair:
    """Scenarios A and B; `side` is the one that is worked on, `both` whether both are shown."""

    histories: Mapping[str, UndoHistory] = field(
        default_factory=lambda: dict.fromkeys(SIDES, UndoHistory())
    )
    side: str = SIDES[0]
    both: bool = False

    @property
    def history(self) -> UndoHistory:
        """The one that is worked on."""
        return self.histories[self.side]

    @property
    def shown(self) -> tuple[str, ...]:
        """Which sides are to be seen?"""
        return SIDES if self.both else (self.side,)

    def with_history(self, history: UndoHistory) -> ScenarioPair:
        """The same pair with another state of the scenario that is worked on."""
        return replace(self, histories={**self.histories, self.side: history})

    def to(self, scenario: Scenario, by: str = "") -> ScenarioPair:
        """One more step of the scenario that is worked on."""
        return self.with_history(self.history.to(scenario, by))
