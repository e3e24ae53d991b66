"""Which widgets move a scenario: numbers with sliders, messages, and a panel's groups of both?

A number is a labelled box and a slider that always show the same. A message is a campaign, whom it
is aimed at, and what it promises. Of the groups of one panel one is open.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from toolkit.client.model import Client
from toolkit.whatif.controls import (
    AS_OBSERVED,
    NumberControl,
    campaign_audience,
    campaign_claims,
    campaign_names,
    change_audience,
    change_claims,
    panel_controls,
)
from toolkit.whatif.panels import PANELS
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.scenario_file import AUDIENCES

ROUNDING = 1e-6  # of a step
MoveHandler = Callable[[Scenario, str], None]  # the next scenario, and what moved it


class NumberSlider:
    """The control as two widgets; `scenario` tells where it stands, `moved` takes a new one."""

    def __init__(
        self, control: NumberControl, scenario: Callable[[], Scenario], moved: MoveHandler
    ) -> None:
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
        there = value == self.slider.max or math.isclose(near, value, abs_tol=ROUNDING * step)
        return value if there else near

    def _changed(self, change: dict[str, Any]) -> None:
        pushed = change["owner"] is self.slider  # a number that was typed is a step of its own
        if change["new"] == (self._near(self.shows) if pushed else self.shows):
            return
        scenario = self.control.write(self._scenario(), change["new"])
        self.show(scenario)
        self._moved(scenario, self.control.key if pushed else "")


WHOM = {AS_OBSERVED: "as observed", "both": "buyers and consumers"}


class MessageControls:
    """A choice of campaign, of its audience, and a tick for each attribute it promises."""

    def __init__(
        self, client: Client, scenario: Callable[[], Scenario], moved: MoveHandler
    ) -> None:
        self._client, self._scenario, self._moved = client, scenario, moved
        self._showing = False
        self.campaign = widgets.Dropdown(options=campaign_names(client), description="Campaign")
        aims = [(WHOM.get(a, f"{a}s"), a) for a in (AS_OBSERVED, *AUDIENCES)]
        self.audience = widgets.Dropdown(options=aims, description="Aimed at")
        self.ticks = {
            id: widgets.Checkbox(description=f"promises “{attribute.label}”", indent=False)
            for id, attribute in client.attributes.items()
        }
        self.widget = widgets.VBox([self.campaign, self.audience, *self.ticks.values()])
        self.campaign.observe(lambda _: self.show(self._scenario()), "value")
        self.audience.observe(self._aimed, "value")
        for tick in self.ticks.values():
            tick.observe(self._promised, "value")
        self.show(scenario())

    def show(self, scenario: Scenario) -> None:
        """Stand where the scenario is, for the campaign that is chosen."""
        self._showing = True
        name = self.campaign.value
        self.audience.value = campaign_audience(scenario, name)
        promised = campaign_claims(self._client, scenario, name)
        for id, tick in self.ticks.items():
            tick.value = id in promised
        self._showing = False

    def _aimed(self, change: dict[str, Any]) -> None:
        name = self.campaign.value
        if not self._showing:
            scenario = change_audience(self._scenario(), name, change["new"])
            self._moved(scenario, f"audience:{name}")

    def _promised(self, change: dict[str, Any]) -> None:
        if not self._showing:
            name, ticked = self.campaign.value, [id for id, t in self.ticks.items() if t.value]
            scenario = change_claims(self._client, self._scenario(), name, ticked)
            self._moved(scenario, "")


BRING: Mapping[str, str] = {
    "money": "To move money, bring `campaigns`: who each is aimed at, and what was spent.",
    "message": "To change messages, bring `campaigns` with their claims, and a `survey`.",
    "price": "To move prices, bring `purchases`, or `products` with their prices.",
    "loyalty": "To serve a role better, bring a `survey` in which both rate the performance.",
    "clients": "To see what a client is worth, bring `purchases`; to move levers, bring `levers`.",
}
MESSAGES = "Messages"
PanelPart = NumberSlider | MessageControls


class ControlPanel:
    """What can be moved in the panel of that id; `widget` holds it, or says what to bring."""

    def __init__(
        self, id: str, client: Client, scenario: Callable[[], Scenario], moved: MoveHandler
    ) -> None:
        named = panel_controls(client, id)
        self.groups: dict[str, tuple[PanelPart, ...]] = {
            name: tuple(NumberSlider(control, scenario, moved) for control in group)
            for name, group in named.items()
        }
        if id == "message" and named:
            self.groups = {MESSAGES: (MessageControls(client, scenario, moved),), **self.groups}
        self.widget = self._drawers() if self.groups else _hint(id)
        self.widget.add_class("whatif-cabinet")

    def show(self, scenario: Scenario) -> None:
        """Stand where the scenario is."""
        for group in self.groups.values():
            for part in group:
                part.show(scenario)

    def _drawers(self) -> widgets.VBox:
        self.choice = widgets.Dropdown(options=[*self.groups], description="Move")
        self._open = widgets.VBox()
        self.choice.observe(self._opened, "value")
        self._opened({"new": self.choice.value})
        return widgets.VBox([self.choice, self._open])

    def _opened(self, change: dict[str, Any]) -> None:
        self._open.children = [part.widget for part in self.groups[change["new"]]]


def _hint(id: str) -> widgets.HTML:
    said = BRING[id].replace("`", "")
    return widgets.HTML(f'<p class="whatif-hint"><b>{PANELS[id].title}.</b> {said}</p>')
