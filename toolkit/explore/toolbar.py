"""The row above the panels: which scenario, which panel, steps back, files."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from toolkit.explore.desk import SIDES
from toolkit.explore.panels import PLANS

if TYPE_CHECKING:
    from toolkit.explore.dashboard import Dashboard


class Toolbar:
    """Buttons and fields; `show` brings them to where the desk stands."""

    def __init__(self, works: Dashboard) -> None:
        self._works = works
        self.said = widgets.HTML()
        self.said.add_class("whatif-said")
        self.side = widgets.ToggleButtons(options=SIDES, description="Scenario")
        self.both = widgets.Checkbox(description="A and B side by side", indent=False)
        self.panel = widgets.ToggleButtons(
            options=[(plan.title, id) for id, plan in PLANS.items()], description="Panel"
        )
        self.side.observe(self._turned, "value")
        self.both.observe(lambda change: works.show_both(change["new"]), "value")
        self.panel.observe(lambda change: works.turn(change["new"]), "value")
        self.undo = _button("Undo", works.undo)
        self.redo = _button("Redo", works.redo)
        self.reset = _button("Reset", works.reset)
        self.best = _button("Best move of money", lambda: self.say(works.best()))
        self.name = widgets.Text(description="Name", placeholder="Half the gap")
        self.save = _button("Save scenario", self._saved)
        self.files = widgets.Dropdown(options=works.shelf.names(), description="File")
        self.load = _button("Load scenario", self._loaded)
        steps = [self.side, self.both, self.undo, self.redo, self.reset, self.best]
        files = [self.name, self.save, self.files, self.load]
        rows = [widgets.HBox(row) for row in (steps, files, [self.panel])]
        for row in rows:
            row.add_class("whatif-row")
        self.widget = widgets.VBox([*rows[:2], self.said, rows[2]])
        self.widget.add_class("whatif-toolbar")

    def say(self, sentence: str) -> None:
        """Tell it below the buttons, and to those who listen instead of looking."""
        self.said.value = f'<p role="status" aria-live="polite">{escape(sentence)}</p>'

    def show(self) -> None:
        """Which steps can be taken from here, and is there anything to load?"""
        trail = self._works.desk.trail
        self.undo.disabled, self.redo.disabled = not trail.past, not trail.undone
        self.load.disabled = not self.files.options

    def _saved(self) -> None:
        self.say(self._works.save(self.name.value))
        self.files.options = names = self._works.shelf.names()
        self.files.value = next((n for n in names if n == self._works.file), self.files.value)
        self.show()

    def _loaded(self) -> None:
        before = self._works.desk.trail.now
        self.say(self._works.load(self.files.value))
        if self._works.desk.trail.now is not before:
            self._named()

    def _turned(self, change: dict[str, Any]) -> None:
        self._works.work_on(change["new"])
        self._named()

    def _named(self) -> None:
        """The name of the scenario that is worked on."""
        self.name.value = self._works.desk.trail.now.name


def _button(label: str, works: Callable[[], Any]) -> widgets.Button:
    button = widgets.Button(description=label)
    button.on_click(lambda _: works())
    return button
