"""What can be moved by hand: every end of every range is one that its file may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest

from tests.clients import client
from toolkit.client.model import Client, ClientSettings
from toolkit.whatif.controls import NumberControl, panel_controls
from toolkit.whatif.money import extra_spend
from toolkit.whatif.panels import PANELS
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.scenario_file import read_scenario, scenario_text

BETWEEN = "spend:audience:between"
LOPSIDED = client(
    campaigns=[
        {"campaign": f"For {audience}s", "audience": audience, "spend": spend}
        for audience, spend in (("buyer", 60), ("consumer", 4), ("influencer", 36))
    ],
)
EVEN = client(
    campaigns=[
        {"campaign": name, "audience": name, "spend": 50_000} for name in ("buyer", "consumer")
    ],
)


def all_of(client: Client) -> Iterator[NumberControl]:
    """Every number of every panel."""
    return chain.from_iterable(
        group for panel in PANELS for group in panel_controls(client, panel).values()
    )


def between(client: Client) -> NumberControl:
    """The control that moves money between the roles."""
    return next(control for control in all_of(client) if control.key == BETWEEN)


@pytest.mark.parametrize("end", ["low", "high"])
def test_what_a_control_writes_at_its_end_may_be_loaded(end: str, bright: Client) -> None:
    strict = replace(
        bright, settings=ClientSettings(thresholds={"hostages": 0.3, "clients-left": 0.4})
    )
    for whose in (strict, LOPSIDED):
        for control in all_of(whose):
            written_by_hand = control.write(Scenario(), getattr(control, end))
            assert read_scenario(scenario_text(written_by_hand, whose), whose) == written_by_hand


def test_little_money_does_not_grow_beyond_what_may_be_asked() -> None:
    assert (between(LOPSIDED).low, between(LOPSIDED).high) == (-4, 36)


def test_money_moved_after_campaigns_were_changed_keeps_the_sum_they_have_then() -> None:
    changed = Scenario(spend={"campaign": {"buyer": 0.7, "consumer": 1.3}})
    control = between(EVEN)
    moved = control.write(changed, 10.0)
    assert extra_spend(EVEN, moved) == pytest.approx(0)
    assert moved.spend["audience"]["buyer"] == pytest.approx(1 - 10 / 35)
    assert control.read(moved) == 10


def test_where_every_campaign_of_a_role_is_stopped_nothing_is_moved() -> None:
    stopped = Scenario(spend={"campaign": {"consumer": 0.0}})
    assert between(EVEN).write(stopped, 10.0) == stopped
    assert between(EVEN).read(stopped) == 0
