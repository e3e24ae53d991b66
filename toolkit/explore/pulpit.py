"""The controls of one campaign's message: which it is, whom it is aimed at, what it promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from toolkit.client import Client
from toolkit.explore import speech
from toolkit.explore.dial import Moved
from toolkit.explore.file import AUDIENCES
from toolkit.explore.scenario import Scenario

WHOM = {speech.AS_OBSERVED: "as observed", "both": "buyers and consumers"}


class Pulpit:
    """A choice of campaign, of its audience, and a tick for each attribute it promises."""

    def __init__(self, client: Client, scenario: Callable[[], Scenario], moved: Moved) -> None:
        self._client, self._scenario, self._moved = client, scenario, moved
        self._showing = False
        self.campaign = widgets.Dropdown(options=speech.campaigns(client), description="Campaign")
        aims = [(WHOM.get(a, f"{a}s"), a) for a in (speech.AS_OBSERVED, *AUDIENCES)]
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
        self.audience.value = speech.audience(scenario, name)
        promised = speech.claims(self._client, scenario, name)
        for id, tick in self.ticks.items():
            tick.value = id in promised
        self._showing = False

    def _aimed(self, change: dict[str, Any]) -> None:
        name = self.campaign.value
        if not self._showing:
            scenario = speech.with_audience(self._scenario(), name, change["new"])
            self._moved(scenario, f"audience:{name}")

    def _promised(self, change: dict[str, Any]) -> None:
        if not self._showing:
            name, ticked = self.campaign.value, [id for id, t in self.ticks.items() if t.value]
            scenario = speech.with_claims(self._client, self._scenario(), name, ticked)
            self._moved(scenario, "")
