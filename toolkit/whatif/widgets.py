"""Which widgets move a scenario: numbers with sliders, messages, and a panel's groups of both?

A number is a labelled box and a slider that always show the same. A message is a campaign, whom it
is aimed at, and what it promises. Of the groups of one panel one is open.

A slider is never written to while it is moved, and what a page makes of a number that was written
to it is no move: it tells its number only when a hand moves it (`continuous_update` off), and
`moves.js` tells of a move that goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
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
from toolkit.whatif.idle import idle_reason, threshold_in_reach, threshold_note
from toolkit.whatif.panels import PANELS
from toolkit.whatif.scenario import UNCHANGED, Scenario
from toolkit.whatif.scenario_file import AUDIENCES
from toolkit.whatif.whatif import ScenarioResult

NOISE = 1e-6  # of a step: nearer numbers are the same
ReadScenario = Callable[[], Scenario]
MoveHandler = Callable[[Scenario, str], None]  # the next scenario, and what moved it


class NumberSlider:
    """The control as two widgets; `scenario` tells where it stands, `moved` takes a new one.

    `idle` says why moving it would change nothing; then it cannot be moved. `note` stands below it.
    """

    def __init__(
        self,
        control: NumberControl,
        scenario: ReadScenario,
        moved: MoveHandler,
        idle: str = "",
        note: str = "",
    ) -> None:
        self.control, self._scenario, self._moved = control, scenario, moved
        self.move = control.key  # what tells one move of a hand from the next
        self._home = control.read(UNCHANGED)
        value, off = control.read(scenario()), bool(idle)
        low, high = control.ends
        named = {"description": control.label, "step": control.step, "disabled": off}
        self.box = widgets.BoundedFloatText(control.as_shown(value), min=low, max=high, **named)
        self.slider = widgets.FloatSlider(
            control.on_step(value),
            min=control.low,
            max=control.high,
            step=control.step,
            readout=False,
            continuous_update=False,
            disabled=off,
        )
        self.box.observe(lambda change: self._typed(change["new"]), "value")
        self.slider.observe(lambda change: self._slid(change["new"]), "value")
        self.widget = widgets.VBox([self.box, self.slider, *_beside(control, idle or note)])
        self.widget.add_class("whatif-slider")

    def show(self, scenario: Scenario, *, held: bool = False) -> None:
        """Stand where the scenario is; a slider that is `held` stays where the hand has it."""
        value, noise = self.control.read(scenario), NOISE * self.control.step
        pairs = (
            (self.box, self.control.as_shown(value)),
            (self.slider, self.control.on_step(value)),
        )
        for widget, stands in pairs[: 1 if held else 2]:
            if abs(widget.value - stands) > noise:  # setting it to the same takes long
                widget.value = stands

    def moved_to(self, value: float, *, slid: bool) -> Scenario | None:
        """The scenario after a hand put it there; None where it stands there already."""
        rounded = self.control.on_step if slid else self.control.as_shown
        now = self._scenario()
        asked = rounded(value)
        if abs(asked - rounded(self.control.read(now))) <= NOISE * self.control.step:
            return None
        home = slid and asked == rounded(self._home)  # its step stands for what was observed
        return self.control.write(now, self._home if home else asked)

    def _typed(self, value: float) -> None:
        scenario = self.moved_to(value, slid=False)
        if scenario is None:  # written by us, or the same to a digit: the slider stays untouched
            self.show(self._scenario(), held=True)
        else:
            self._moved(scenario, "")

    def _slid(self, value: float) -> None:
        scenario = self.moved_to(value, slid=True)
        if scenario is not None:
            self._moved(scenario, self.move)
            stands = self.control.on_step(self.control.read(self._scenario()))
            if abs(stands - value) > self.control.step / 2:  # it cannot be moved there
                self.show(self._scenario())


def _beside(control: NumberControl, why: str) -> list[widgets.HTML]:
    """What stands below the slider: which way is which, and why it changes nothing."""
    said = []
    if control.ways:
        left, right = (f"<span>{escape(way)}</span>" for way in control.ways)
        said.append(f'<p class="whatif-ways">{left}{right}</p>')
    if why:
        said.append(f'<p class="whatif-why">{escape(why)}</p>')
    return [widgets.HTML(text) for text in said]


WHOM = {AS_OBSERVED: "as observed", "both": "buyers and consumers"}


class MessageControls:
    """A choice of campaign, of its audience, and a tick for each attribute it promises."""

    def __init__(self, client: Client, scenario: ReadScenario, moved: MoveHandler) -> None:
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
            self._moved(change_audience(self._scenario(), name, change["new"]), "")

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
        self, id: str, observed: ScenarioResult, scenario: ReadScenario, moved: MoveHandler
    ) -> None:
        named = panel_controls(observed.client, id)
        self.groups: dict[str, tuple[PanelPart, ...]] = {
            name: tuple(
                NumberSlider(
                    threshold_in_reach(control, observed),
                    scenario,
                    moved,
                    idle_reason(control.key, observed),
                    threshold_note(control.key, observed),
                )
                for control in group
            )
            for name, group in named.items()
        }
        if id == "message" and named:
            messages = MessageControls(observed.client, scenario, moved)
            self.groups = {MESSAGES: (messages,), **self.groups}
        self.widget = self._one_group() if self.groups else _hint(id)
        self.widget.add_class("whatif-controls")

    @property
    def sliders(self) -> list[NumberSlider]:
        """All numbers of the panel, in their order."""
        parts = (part for group in self.groups.values() for part in group)
        return [part for part in parts if isinstance(part, NumberSlider)]

    def show(self, scenario: Scenario, held: NumberSlider | None = None) -> None:
        """Stand where the scenario is, all but the slider that is held."""
        for group in self.groups.values():
            for part in group:
                if isinstance(part, NumberSlider):
                    part.show(scenario, held=part is held)
                else:
                    part.show(scenario)

    def _one_group(self) -> widgets.VBox:
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
