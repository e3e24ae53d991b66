"""How does the what-if look on a page: controls to the left, what comes of them to the right?

A thin skin: the `ScenarioPair` holds two scenarios, each with all its earlier states, and which one
is worked on – nothing in it changes, every step gives a new pair; `WhatIf` judges them,
`toolkit.whatif.html` writes them down. Results are only ever written to the value of a widget, so
that none of them is lost or blank for a moment. Above the panels stands the toolbar: which
scenario, steps back, names and notes, files, and help.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, Protocol

import ipywidgets as widgets

from toolkit.client.model import Client
from toolkit.errors import ScenarioError
from toolkit.stats.interval import CannotTell
from toolkit.whatif.html import change_summary_html, panel_html, save_scenario_page, style_sheet
from toolkit.whatif.money import best_move
from toolkit.whatif.panels import PANELS
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.scenario_file import ScenarioFiles
from toolkit.whatif.sentences import whose_data
from toolkit.whatif.undo_history import SIDES, HandMove, MoveLog, ScenarioPair
from toolkit.whatif.whatif import ScenarioResult, WhatIf
from toolkit.whatif.widgets import ControlPanel, NumberSlider

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
        # Told when they are left, not letter by letter: a button is heard before letters that wait.
        whole: dict[str, Any] = {"continuous_update": False}
        self.name = widgets.Text(description="Name", placeholder="Half the gap", **whole)
        self.note = widgets.Text(description="Note", placeholder="Why, and for whom?", **whole)
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


CSS = "dashboard.css"
SCRIPTS = ("names.js", "open.js", "moves.js", "title.js")


class Dashboard:
    """All widgets of one client's what-if; displayed by being the last value of a cell."""

    def __init__(self, client: Client, scenarios: Path) -> None:
        self.whatif, self.pair = WhatIf(client), ScenarioPair()
        self.files = ScenarioFiles(scenarios, client)
        self.panel, self.file = next(iter(PANELS)), ""  # the file last saved or loaded
        observed = self.whatif.observed
        self.panels = {id: ControlPanel(id, observed, self._now, self._moved) for id in PANELS}
        self.sliders = [slider for panel in self.panels.values() for slider in panel.sliders]
        for number, slider in enumerate(self.sliders):
            slider.widget.add_class(f"whatif-number-{number}")
        self.views = {side: widgets.HTML() for side in SIDES}
        self.toolbar, self.moves = Toolbar(self), MoveLog(self._follow)
        self.widget = self._laid_out()
        self.turn(self.panel)

    def _laid_out(self) -> widgets.VBox:
        self._left, right = widgets.VBox(), widgets.HBox(tuple(self.views.values()))
        body = widgets.HBox([self._left, right])
        for widget, name in ((self._left, "left"), (right, "right"), (body, "body")):
            widget.add_class(f"whatif-{name}")
        whose = escape(whose_data(self.whatif.client))
        head = f'<h2 class="whatif-client" dir="auto">{whose}</h2>'
        sheet = widgets.HTML(f"<style>{style_sheet()}{_text_beside(CSS)}</style>{head}")
        whole = widgets.VBox([sheet, self.toolbar.widget, body, self.moves.widget])
        whole.add_class("whatif-dashboard")
        return whole

    def _ipython_display_(self) -> None:
        from IPython.display import Javascript, display

        display(self.widget, Javascript("".join(map(_text_beside, SCRIPTS))))

    def outcome(self, side: str) -> ScenarioResult:
        """What does the scenario of that side come to?"""
        return self.whatif.under(self.pair.histories[side].now)

    def turn(self, panel: str) -> None:
        """Show another panel."""
        self.panel = panel
        self._left.children = [self.panels[panel].widget]
        if any(slider.control.key.startswith("lift:") for slider in self.panels[panel].sliders):
            self.whatif.count_scores()  # before a hand moves anything
        self._set(self.pair)

    def work_on(self, side: str) -> None:
        """Move the other scenario from now on."""
        self._set(replace(self.pair, side=side))

    def show_both(self, both: bool) -> None:
        """Show both scenarios side by side, or only the one that is worked on."""
        self._set(replace(self.pair, both=both))

    def undo(self) -> None:
        """Take the last step back."""
        self._set(self.pair.with_history(self.pair.history.back()))

    def redo(self) -> None:
        """Take the step that was undone again."""
        self._set(self.pair.with_history(self.pair.history.forth()))

    def reset(self) -> None:
        """Back to what was observed; a step that can be undone."""
        self._set(self.pair.to(Scenario()))

    def best(self) -> str:
        """Spend as the best move says; what has to be known of it?"""
        now = self._now()
        found = best_move(self.whatif.client, now, level=self.whatif.observed.facts.level)
        if isinstance(found, CannotTell):
            return found.why
        if not found.scenario.spend:
            return "No move of money is surely a gain, so nothing is moved."
        self._set(self.pair.to(replace(now, spend=found.scenario.spend)))
        instead = " What was set before is taken back; Undo brings it again." if now.spend else ""
        return f"The money is moved to where the lowest gain to be expected is highest.{instead}"

    def name(self, name: str, note: str) -> None:
        """Call the scenario that is worked on so, and note why; no step to undo."""
        named = replace(self._now(), name=_one_line(name), note=_one_line(note))
        self.pair = self.pair.to(named)

    def save(self, name: str, note: str = "") -> str:
        """Keep the scenario as a file under that name; where does it stand?"""
        self.name(name, note)
        try:
            path = self.files.save(self._now())
        except OSError as error:
            return f"The scenario cannot be saved in {self.files.folder}: {error.strerror}."
        self._set(self.pair)
        self.file = path.name
        whose = self.whatif.client.folder or "FOLDER"
        folder, file = (shlex.quote(str(p)) for p in (whose, path.resolve()))
        return f"Saved as {path}. For its report: audit run {folder} --scenario {file}"

    def load(self, file: str) -> str:
        """Work on the scenario of that file; what has to be said of it?"""
        try:
            scenario = self.files.load(file)
        except ScenarioError as error:
            return str(error)
        self._set(self.pair.to(scenario))
        self.file = file
        return f"Loaded: {file}."

    def save_page(self, name: str, note: str = "") -> str:
        """Keep both scenarios as one page that needs no other file; where does it stand?"""
        self.name(name, note)
        self._set(self.pair)
        results = [self.outcome(side) for side in SIDES]
        try:
            path = save_scenario_page(self.files.folder, self.whatif.observed, results)
        except OSError as error:
            return f"The page cannot be saved in {self.files.folder}: {error.strerror}."
        return f"A and B are saved side by side as {path}. Any browser opens it."

    def _now(self) -> Scenario:
        return self.pair.history.now

    def _moved(self, scenario: Scenario, by: str) -> None:
        """A widget was moved: other controls may show the same number, and the views do."""
        self.pair = self.pair.to(scenario, by)
        self._show_moved(next((s for s in self.sliders if by and s.move == by), None))

    def _follow(self, moves: Sequence[HandMove]) -> None:
        """Take the moves of a hand, each a step of its own, and show where the last one ends."""
        held, before = None, self.pair
        for move in moves:
            slider = self.sliders[move.number]
            by = f"{slider.control.key} {move.gesture}"
            self._same_step(slider, by)
            scenario = slider.moved_to(move.value, slid=move.slid)
            if scenario is not None:
                self.pair = self.pair.to(scenario, by)
            held = slider if move.slid else None
        if self.pair is not before:
            self._show_moved(held)

    def _same_step(self, slider: NumberSlider, by: str) -> None:
        """A slider that told its number before the page told the move: both are one step."""
        history = self.pair.history
        if slider.move == slider.control.key and history.by == slider.move:
            self.pair = self.pair.with_history(replace(history, by=by))
        slider.move = by

    def _show_moved(self, held: NumberSlider | None) -> None:
        self.panels[self.panel].show(self._now(), held)
        self._write((self.pair.side,))

    def _set(self, pair: ScenarioPair) -> None:
        """Everything anew: what is shown on controls and views may be another scenario."""
        self.pair = pair
        self.panels[self.panel].show(self._now())
        self._write(pair.shown)

    def _write(self, sides: tuple[str, ...]) -> None:
        for side in sides:
            self.views[side].value = self._html(side)
        for side in {*SIDES} - {*self.pair.shown}:
            self.views[side].value = ""
        for side, shown in self.views.items():
            shown.layout.display = None if side in self.pair.shown else "none"
        self.toolbar.show()

    def _html(self, side: str) -> str:
        before, after = self.whatif.observed, self.outcome(side)
        head = f'<p class="whatif-side">Scenario {side}</p>' if self.pair.both else ""
        language = self.whatif.client.language
        return (
            head
            + change_summary_html(before, after, language)
            + panel_html(self.panel, before, after)
        )


def explore(client: Client, scenarios: str | Path = "scenarios") -> Dashboard:
    """What if money, messages, prices changed? Widgets to move them and see what changes.

    Scenario files are saved to and loaded from the folder `scenarios`.

    >>> explore(toolkit.load("datasets/clients/little-bear"))  # doctest: +SKIP
    """
    return Dashboard(client, Path(scenarios))


def _one_line(text: str) -> str:
    return "".join(filter(str.isprintable, text)).strip()


def _text_beside(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")
