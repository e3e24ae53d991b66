"""How does the what-if look on a page: controls to the left, what comes of them to the right?

A thin skin: the `ScenarioPair` holds two scenarios, each with all its earlier states, and which one
is worked on – nothing in it changes, every step gives a new pair; `WhatIf` judges them,
`toolkit.whatif.html` writes them down. The toolbar above the panels says which scenario, which
panel, and holds steps back and files. Results are only ever written to the value of a widget, so
that none of them is lost or blank for a moment.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from toolkit.client.model import Client
from toolkit.errors import ScenarioError
from toolkit.stats.interval import CannotTell
from toolkit.whatif.html import change_summary_html, panel_html, style_sheet
from toolkit.whatif.money import best_move
from toolkit.whatif.panels import PANELS
from toolkit.whatif.scenario import UNCHANGED, Scenario
from toolkit.whatif.scenario_file import ScenarioFiles
from toolkit.whatif.whatif import ScenarioResult, WhatIf
from toolkit.whatif.widgets import ControlPanel

if TYPE_CHECKING:
    pass  # REMOVE-IMPORT

SIDES = ("A", "B")
MOST_STEPS = 500


@dataclass(frozen=True)
class UndoHistory:
    """One scenario as it is now, what it was before, and what was undone.

    `by` is the control that made the last step: moving it further makes no other step.
    """

    now: Scenario = UNCHANGED
    past: tuple[Scenario, ...] = ()
    undone: tuple[Scenario, ...] = ()
    by: str = ""

    def to(self, scenario: Scenario, by: str = "") -> UndoHistory:
        """The scenario after one more step; the same trail where nothing moved.

        Another name is no step, nor is a hand that goes back to where it began.
        """
        if replace(scenario, name=self.now.name) == self.now:
            return replace(self, now=scenario)
        same_step = by != "" and by == self.by
        if same_step and scenario == self.past[-1]:
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

    trails: Mapping[str, UndoHistory] = field(
        default_factory=lambda: dict.fromkeys(SIDES, UndoHistory())
    )
    side: str = SIDES[0]
    both: bool = False

    @property
    def trail(self) -> UndoHistory:
        """The one that is worked on."""
        return self.trails[self.side]

    @property
    def shown(self) -> tuple[str, ...]:
        """Which sides are to be seen?"""
        return SIDES if self.both else (self.side,)

    def with_trail(self, trail: UndoHistory) -> ScenarioPair:
        """The same desk with another state of the scenario that is worked on."""
        return replace(self, trails={**self.trails, self.side: trail})

    def to(self, scenario: Scenario, by: str = "") -> ScenarioPair:
        """One more step of the scenario that is worked on."""
        return self.with_trail(self.trail.to(scenario, by))


class Toolbar:
    """Buttons and fields; `show` brings them to where the desk stands."""

    def __init__(self, works: Dashboard) -> None:
        self._works = works
        self.said = widgets.HTML()
        self.said.add_class("whatif-said")
        self.side = widgets.ToggleButtons(options=SIDES, description="Scenario")
        self.both = widgets.Checkbox(description="A and B side by side", indent=False)
        self.panel = widgets.ToggleButtons(
            options=[(plan.title, id) for id, plan in PANELS.items()], description="Panel"
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


CSS = "dashboard.css"
SCRIPTS = ("names.js", "open.js")


class Dashboard:
    """All widgets of one client's what-if; displayed by being the last value of a cell."""

    def __init__(self, client: Client, scenarios: Path) -> None:
        self.whatif, self.desk = WhatIf(client), ScenarioPair()
        self.shelf = ScenarioFiles(scenarios, client)
        self.panel, self.file = next(iter(PANELS)), ""  # the file last saved or loaded
        self.cabinets = {id: ControlPanel(id, client, self._now, self._moved) for id in PANELS}
        self.views = {side: widgets.HTML() for side in SIDES}
        self.toolbar = Toolbar(self)
        self._left, self._right = widgets.VBox(), widgets.HBox(tuple(self.views.values()))
        body = widgets.HBox([self._left, self._right])
        for widget, name in ((self._left, "left"), (self._right, "right"), (body, "body")):
            widget.add_class(f"whatif-{name}")
        sheet = widgets.HTML(f"<style>{style_sheet()}{_text_beside(CSS)}</style>")
        self.widget = widgets.VBox([sheet, self.toolbar.widget, body])
        self.widget.add_class("whatif-desk")
        self.turn(self.panel)

    def _ipython_display_(self) -> None:
        from IPython.display import Javascript, display

        display(self.widget, Javascript("".join(map(_text_beside, SCRIPTS))))

    def outcome(self, side: str) -> ScenarioResult:
        """What does the scenario of that side come to?"""
        return self.whatif.under(self.desk.trails[side].now)

    def turn(self, panel: str) -> None:
        """Show another panel."""
        self.panel = panel
        self._left.children = [self.cabinets[panel].widget]
        self._set(self.desk)

    def work_on(self, side: str) -> None:
        """Move the other scenario from now on."""
        self._set(replace(self.desk, side=side))

    def show_both(self, both: bool) -> None:
        """Show both scenarios side by side, or only the one that is worked on."""
        self._set(replace(self.desk, both=both))

    def undo(self) -> None:
        """Take the last step back."""
        self._set(self.desk.with_trail(self.desk.trail.back()))

    def redo(self) -> None:
        """Take the step that was undone again."""
        self._set(self.desk.with_trail(self.desk.trail.forth()))

    def reset(self) -> None:
        """Back to what was observed; a step that can be undone."""
        self._set(self.desk.to(Scenario()))

    def best(self) -> str:
        """Spend as the best move says; what has to be known of it?"""
        now = self._now()
        found = best_move(self.whatif.client, now, level=self.whatif.observed.facts.level)
        if isinstance(found, CannotTell):
            return found.why
        if not found.scenario.spend:
            return "No move of money is surely a gain, so nothing is moved."
        self._set(self.desk.to(replace(now, spend=found.scenario.spend)))
        instead = " What was set before is taken back; Undo brings it again." if now.spend else ""
        return f"The money is moved to where the lowest gain to be expected is highest.{instead}"

    def save(self, name: str) -> str:
        """Keep the scenario as a file under that name; where does it stand?"""
        scenario = replace(self._now(), name="".join(filter(str.isprintable, name)).strip())
        try:
            path = self.shelf.save(scenario)
        except OSError as error:
            return f"The scenario cannot be saved in {self.shelf.folder}: {error.strerror}."
        self._set(self.desk.to(scenario))
        self.file = path.name
        whose = self.whatif.client.folder or "FOLDER"
        folder, file = (shlex.quote(str(p)) for p in (whose, path.resolve()))
        return f"Saved as {path}. For its report: audit run {folder} --scenario {file}"

    def load(self, file: str) -> str:
        """Work on the scenario of that file; what has to be said of it?"""
        try:
            scenario = self.shelf.load(file)
        except ScenarioError as error:
            return str(error)
        self._set(self.desk.to(scenario))
        self.file = file
        return f"Loaded: {file}."

    def _now(self) -> Scenario:
        return self.desk.trail.now

    def _moved(self, scenario: Scenario, by: str) -> None:
        """A hand moved something: other controls may show the same number, and the views do."""
        self.desk = self.desk.to(scenario, by)
        self.cabinets[self.panel].show(scenario)
        self._write((self.desk.side,))

    def _set(self, desk: ScenarioPair) -> None:
        """Everything anew: what is shown on controls and views may be another scenario."""
        self.desk = desk
        self.cabinets[self.panel].show(self._now())
        self._write(desk.shown)

    def _write(self, sides: tuple[str, ...]) -> None:
        for side in sides:
            self.views[side].value = self._html(side)
        for side in {*SIDES} - {*self.desk.shown}:
            self.views[side].value = ""
        for side, shown in self.views.items():
            shown.layout.display = None if side in self.desk.shown else "none"
        self.toolbar.show()

    def _html(self, side: str) -> str:
        before, after = self.whatif.observed, self.outcome(side)
        head = f'<p class="whatif-side">Scenario {side}</p>' if self.desk.both else ""
        language = self.whatif.client.language
        return (
            head
            + change_summary_html(before, after, language)
            + panel_html(self.panel, before, after)
        )


def explore(client: Client, scenarios: str | Path = "scenarios") -> Dashboard:
    """What if money, messages, prices were others? Widgets to move them and see what changes.

    Scenario files are saved to and loaded from the folder `scenarios`.

    >>> explore(toolkit.load("datasets/clients/little-bear"))  # doctest: +SKIP
    """
    return Dashboard(client, Path(scenarios))


def _text_beside(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")
