"""One number to be moved: a labelled number box and a slider that always show the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from toolkit.explore.controls import Control
from toolkit.explore.scenario import Scenario

SLIGHT = 1e-6  # of a step
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
        for widget, stands in ((self.box, value), (self.slider, self._near(value))):
            if widget.value != stands:  # setting it to the same takes long
                widget.value = stands

    def _near(self, value: float) -> float:
        """Where the slider stands then: a page pushes it on to its next step, if it is not there.

        What the page would push is no move of a hand, so the slider is put there at once.
        """
        low, step = self.slider.min, self.slider.step
        near = low + round((value - low) / step) * step
        there = value == self.slider.max or math.isclose(near, value, abs_tol=SLIGHT * step)
        return value if there else near

    def _changed(self, change: dict[str, Any]) -> None:
        pushed = change["owner"] is self.slider  # a number that was typed is a step of its own
        if change["new"] == (self._near(self.shows) if pushed else self.shows):
            return
        scenario = self.control.write(self._scenario(), change["new"])
        self.show(scenario)
        self._moved(scenario, self.control.key if pushed else "")
