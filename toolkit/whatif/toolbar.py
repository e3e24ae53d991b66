"""What stands above the panels: which scenario, steps back, names and notes, files, and help?"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Protocol

import ipywidgets as widgets

from toolkit.whatif.panels import PANELS
from toolkit.whatif.scenario_file import ScenarioFiles
from toolkit.whatif.undo_history import SIDES, ScenarioPair

HELP = (
    "Move a slider with the mouse or the arrow keys, or type a number; the bars show before "
    "(hollow) and after (filled), the dashed line is the size from which on it matters.",
    "One move of the hand is one step, however far it goes: Undo takes it back, Redo brings it "
    "again, Reset goes back to what was observed.",
    "Scenario A and B are two ideas: give each a name and a note, look at them side by side, and "
    "save both as one page to hand on.",
    "The key ? shows and hides this help.",
)


class ScenarioActions(Protocol):
    """What the toolbar can ask for; each sentence that comes back is told below the buttons."""

    pair: ScenarioPair
    files: ScenarioFiles
    file: str

    def work_on(self, side: str) -> None:
        """Move the other scenario from now on."""

    def show_both(self, both: bool) -> None:
        """Show both scenarios, or one."""

    def turn(self, panel: str) -> None:
        """Show another panel."""

    def undo(self) -> None:
        """Take the last step back."""

    def redo(self) -> None:
        """Take it again."""

    def reset(self) -> None:
        """Back to what was observed."""

    def best(self) -> str:
        """Spend as the best move says."""

    def name(self, name: str, note: str) -> None:
        """Call the scenario so, and note why."""

    def save(self, name: str, note: str) -> str:
        """Keep the scenario as a file."""

    def load(self, file: str) -> str:
        """Work on the scenario of that file."""

    def save_page(self, name: str, note: str) -> str:
        """Keep both scenarios as one page."""


class Toolbar:
    """Buttons and fields; `show` brings them to where the pair of scenarios stands."""

    def __init__(self, actions: ScenarioActions) -> None:
        self._actions = actions
        self.said, self.help = widgets.HTML(), widgets.HTML()
        self.said.add_class("whatif-said")
        self.help.add_class("whatif-help")
        rows = [widgets.HBox(row) for row in (self._steps(), self._files(), [self._panels()])]
        for row in rows:
            row.add_class("whatif-row")
        self.widget = widgets.VBox([rows[0], self.help, rows[1], self.said, rows[2]])
        self.widget.add_class("whatif-toolbar")

    def say(self, sentence: str) -> None:
        """Tell it below the buttons, and to those who listen instead of looking."""
        self.said.value = f'<p role="status" aria-live="polite">{escape(sentence)}</p>'

    def show(self) -> None:
        """Which steps can be taken from here, and is there anything to load?"""
        history = self._actions.pair.history
        states = (
            (self.undo, not history.past),
            (self.redo, not history.undone),
            (self.load, not self.file.options),
        )
        for button, disabled in states:
            button.disabled = disabled

    def _steps(self) -> list[widgets.Widget]:
        actions = self._actions
        self.side = widgets.ToggleButtons(options=SIDES, description="Scenario")
        self.both = widgets.Checkbox(description="A and B side by side", indent=False)
        self.side.observe(self._turned, "value")
        self.both.observe(lambda change: actions.show_both(change["new"]), "value")
        self.undo = _button("Undo", actions.undo)
        self.redo = _button("Redo", actions.redo)
        self.reset = _button("Reset", actions.reset)
        self.best = _button("Best move of money", lambda: self.say(actions.best()))
        self.helped = _button("Help (?)", self._help_turned)
        self.helped.add_class("whatif-help-button")
        return [self.side, self.both, self.undo, self.redo, self.reset, self.best, self.helped]

    def _files(self) -> list[widgets.Widget]:
        self.name = widgets.Text(description="Name", placeholder="Half the gap")
        self.note = widgets.Text(description="Note", placeholder="Why, and for whom?")
        self.save = _button("Save scenario", self._saved)
        self.page = _button("Save A and B as a page", self._page_saved)
        self.file = widgets.Dropdown(options=self._actions.files.names(), description="File")
        self.load = _button("Load scenario", self._loaded)
        self.note.add_class("whatif-note")
        loaded = widgets.HBox([self.file, self.load])
        loaded.add_class("whatif-row")
        return [self.name, self.note, self.save, self.page, loaded]

    def _panels(self) -> widgets.ToggleButtons:
        self.panel = widgets.ToggleButtons(
            options=[(plan.title, id) for id, plan in PANELS.items()], description="Panel"
        )
        self.panel.observe(lambda change: self._actions.turn(change["new"]), "value")
        return self.panel

    def _saved(self) -> None:
        self.say(self._actions.save(self.name.value, self.note.value))
        self.file.options = names = self._actions.files.names()
        self.file.value = next((n for n in names if n == self._actions.file), self.file.value)
        self.show()

    def _page_saved(self) -> None:
        self.say(self._actions.save_page(self.name.value, self.note.value))

    def _loaded(self) -> None:
        before = self._actions.pair.history.now
        self.say(self._actions.load(self.file.value))
        if self._actions.pair.history.now is not before:
            self._named()

    def _turned(self, change: dict[str, Any]) -> None:
        self._actions.name(self.name.value, self.note.value)
        self._actions.work_on(change["new"])
        self._named()

    def _named(self) -> None:
        """Name and note of the scenario that is worked on."""
        now = self._actions.pair.history.now
        self.name.value, self.note.value = now.name, now.note

    def _help_turned(self) -> None:
        lines = "".join(f"<li>{escape(line)}</li>" for line in HELP)
        self.help.value = "" if self.help.value else f"<ul>{lines}</ul>"


def _button(label: str, works: Callable[[], Any]) -> widgets.Button:
    button = widgets.Button(description=label)
    button.on_click(lambda _: works())
    return button
