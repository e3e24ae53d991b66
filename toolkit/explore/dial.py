"""One number to be moved: a labelled number box and a slider that always show the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from toolkit.explore.controls import Control
from toolkit.explore.scenario import Scenario

Moved = Callable[[Scenario, str], None]  # the next scenario, and what moved it


class Dial:
    """The control as two widgets; `scenario` tells where it stands, `moved` takes a new one."""

    def __init__(self, control: Control, scenario: Callable[[], Scenario], moved: Moved) -> None:
        self.control, self._scenario, self._moved = control, scenario, moved
        value = control.read(scenario())
        ends = {"min": control.low, "max": control.high, "step": control.step}
        self.box = widgets.BoundedFloatText(value=value, description=control.label, **ends)
        self.slider = widgets.FloatSlider(value=value, readout=False, **ends)
        self.shows = value
        for widget in (self.box, self.slider):
            widget.observe(self._changed, "value")
        self.widget = widgets.VBox([self.box, self.slider])
        self.widget.add_class("whatif-dial")

    def show(self, scenario: Scenario) -> None:
        """Stand where the scenario is, which may be further out than a hand can move it."""
        value = self.shows = self.control.read(scenario)
        for widget in (self.box, self.slider):
            if not widget.min <= value <= widget.max:
                widget.min, widget.max = min(widget.min, value), max(widget.max, value)
            if widget.value != value:
                widget.value = value

    def _changed(self, change: dict[str, Any]) -> None:
        if change["new"] == self.shows:
            return
        scenario = self.control.write(self._scenario(), change["new"])
        self.show(scenario)
        pushed = change["owner"] is self.slider  # a number that was typed is a step of its own
        self._moved(scenario, self.control.key if pushed else "")
