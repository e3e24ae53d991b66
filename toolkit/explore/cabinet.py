"""The controls of one panel: groups of numbers, of which one is open, and the messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from toolkit.client import Client
from toolkit.explore.controls import controls
from toolkit.explore.dial import Dial, Moved
from toolkit.explore.panels import PLANS
from toolkit.explore.pulpit import Pulpit
from toolkit.explore.scenario import Scenario

BRING: Mapping[str, str] = {
    "money": "To move money, bring `campaigns`: who each is aimed at, and what was spent.",
    "message": "To change messages, bring `campaigns` with their claims, and a `survey`.",
    "price": "To move prices, bring `purchases`, or `products` with their prices.",
    "loyalty": "To serve a role better, bring a `survey` in which both rate the performance.",
    "clients": "To see what a client is worth, bring `purchases`; to move levers, bring `levers`.",
}
MESSAGES = "Messages"
Part = Dial | Pulpit


class Cabinet:
    """What can be moved in the panel of that id; `widget` holds it, or says what to bring."""

    def __init__(
        self, id: str, client: Client, scenario: Callable[[], Scenario], moved: Moved
    ) -> None:
        named = controls(client, id)
        self.groups: dict[str, tuple[Part, ...]] = {
            name: tuple(Dial(control, scenario, moved) for control in group)
            for name, group in named.items()
        }
        if id == "message" and named:
            self.groups = {MESSAGES: (Pulpit(client, scenario, moved),), **self.groups}
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
    return widgets.HTML(f'<p class="whatif-hint"><b>{PLANS[id].title}.</b> {said}</p>')
