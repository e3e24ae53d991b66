"""The what-if on a page: controls to the left, what comes of them to the right.

A thin skin: the `Desk` holds the scenarios, `WhatIf` judges them, `view` writes them down. Results
are only ever written to the value of a widget, so that none of them is lost or blank for a moment.
"""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets

from toolkit.client import Client
from toolkit.errors import ScenarioError
from toolkit.explore.best import best_move
from toolkit.explore.cabinet import Cabinet
from toolkit.explore.desk import SIDES, Desk
from toolkit.explore.panels import PLANS
from toolkit.explore.scenario import Scenario
from toolkit.explore.shelf import Shelf
from toolkit.explore.toolbar import Toolbar
from toolkit.explore.view import panel_view, style, summary
from toolkit.explore.whatif import Outcome, WhatIf
from toolkit.models.cannot import CannotTell

CSS = "dashboard.css"
SCRIPTS = ("names.js", "open.js")


class Dashboard:
    """All widgets of one client's what-if; displayed by being the last value of a cell."""

    def __init__(self, client: Client, scenarios: Path) -> None:
        self.whatif, self.desk = WhatIf(client), Desk()
        self.shelf = Shelf(scenarios, client)
        self.panel, self.file = next(iter(PLANS)), ""  # the file last saved or loaded
        self.cabinets = {id: Cabinet(id, client, self._now, self._moved) for id in PLANS}
        self.views = {side: widgets.HTML() for side in SIDES}
        self.toolbar = Toolbar(self)
        self._left, self._right = widgets.VBox(), widgets.HBox(tuple(self.views.values()))
        body = widgets.HBox([self._left, self._right])
        for widget, name in ((self._left, "left"), (self._right, "right"), (body, "body")):
            widget.add_class(f"whatif-{name}")
        sheet = widgets.HTML(f"<style>{style()}{_beside(CSS)}</style>")
        self.widget = widgets.VBox([sheet, self.toolbar.widget, body])
        self.widget.add_class("whatif-desk")
        self.turn(self.panel)

    def _ipython_display_(self) -> None:
        from IPython.display import Javascript, display

        display(self.widget, Javascript("".join(map(_beside, SCRIPTS))))

    def outcome(self, side: str) -> Outcome:
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

    def _set(self, desk: Desk) -> None:
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
        return head + summary(before, after, language) + panel_view(self.panel, before, after)


def explore(client: Client, scenarios: str | Path = "scenarios") -> Dashboard:
    """What if money, messages, prices were others? Widgets to move them and see what changes.

    Scenario files are saved to and loaded from the folder `scenarios`.

    >>> explore(toolkit.load("datasets/clients/little-bear"))  # doctest: +SKIP
    """
    return Dashboard(client, Path(scenarios))


def _beside(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")
