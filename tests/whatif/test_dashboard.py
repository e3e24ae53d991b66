"""The dashboard in Python: what its widgets show is what the scenario comes to, always."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.client.model import Client
from toolkit.whatif.controls import campaign_claims, change_claims
from toolkit.whatif.dashboard import Dashboard, explore
from toolkit.whatif.html import change_summary_html, panel_html
from toolkit.whatif.money import extra_spend, transfer_factors
from toolkit.whatif.panels import PANELS
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.scenario_file import load_scenario
from toolkit.whatif.whatif import WhatIf
from toolkit.whatif.widgets import BRING, MessageControls, NumberSlider


@pytest.fixture
def dashboard(bright: Client, bright_if: WhatIf, tmp_path: Path) -> Dashboard:
    """Bright Reader's, over what was worked out already."""
    made = explore(bright, tmp_path / "scenarios")
    made.whatif = bright_if
    return made


def sliders(dashboard: Dashboard, panel: str) -> Iterator[NumberSlider]:
    """Every number that can be moved in a panel."""
    for group in dashboard.panels[panel].groups.values():
        yield from (part for part in group if isinstance(part, NumberSlider))


def right(dashboard: Dashboard, side: str = "A") -> bool:
    """Does the view of that side show what its scenario comes to?"""
    before = dashboard.whatif.observed
    after = dashboard.whatif.under(dashboard.pair.histories[side].now)
    shown = change_summary_html(before, after) + panel_html(dashboard.panel, before, after)
    return dashboard.views[side].value.endswith(shown)


def test_fifty_moves_end_at_the_last_one(dashboard: Dashboard) -> None:
    number = next(sliders(dashboard, "money"))
    for move in range(1, 51):
        number.slider.value = float(move)
    assert dashboard.pair.history.now == Scenario(spend={"audience": {"buyer": 1.5}})
    assert number.box.value == 50
    assert right(dashboard)
    dashboard.undo()
    assert dashboard.pair.history.now == Scenario(), "one hand on one slider is one step"


def test_each_typed_number_is_a_step_and_a_hand_that_goes_back_is_none(
    dashboard: Dashboard,
) -> None:
    number = next(sliders(dashboard, "money"))
    number.box.value = 20.0
    number.box.value = 40.0
    dashboard.undo()
    assert number.box.value == 20
    dashboard.undo()
    for value in (5.0, 15.0, 0.0):
        number.slider.value = value
    assert not dashboard.pair.history.past
    assert dashboard.toolbar.undo.disabled


@pytest.mark.parametrize("panel", PANELS)
def test_every_number_moves_the_scenario_and_goes_back(panel: str, dashboard: Dashboard) -> None:
    dashboard.turn(panel)
    for number in sliders(dashboard, panel):
        start = number.box.value
        assert number.control.write(Scenario(), number.control.read(Scenario())) == Scenario()
        target = number.slider.max if start != number.slider.max else number.slider.min
        number.box.value = target
        assert number.control.read(dashboard.pair.history.now) == pytest.approx(target), (
            number.control.label
        )
        assert number.slider.value == number.box.value
        number.slider.value = start
        assert dashboard.pair.history.now == Scenario(), number.control.label
    assert right(dashboard)


def test_every_number_has_a_label_of_its_own(dashboard: Dashboard) -> None:
    labels = [number.box.description for panel in PANELS for number in sliders(dashboard, panel)]
    assert all(labels)
    assert len({*labels}) == len(labels)


def test_undo_redo_and_reset_bring_widgets_and_views_along(dashboard: Dashboard) -> None:
    buyers, others, *_ = sliders(dashboard, "money")
    buyers.slider.value = 20.0
    others.box.value = -10.0
    dashboard.undo()
    assert (buyers.slider.value, others.box.value, others.slider.value) == (20, 0, 0)
    assert right(dashboard)
    dashboard.redo()
    assert (buyers.box.value, others.box.value) == (20, -10)
    dashboard.reset()
    assert (buyers.box.value, others.box.value) == (0, 0)
    dashboard.undo()
    assert (buyers.box.value, others.box.value) == (20, -10)
    assert right(dashboard)
    dashboard.toolbar.show()
    assert not dashboard.toolbar.undo.disabled
    assert not dashboard.toolbar.redo.disabled


def test_two_scenarios_are_kept_apart_and_shown_side_by_side(dashboard: Dashboard) -> None:
    number = next(sliders(dashboard, "money"))
    number.slider.value = 20.0
    dashboard.toolbar.side.value = "B"
    assert number.box.value == 0
    number.box.value = -30.0
    dashboard.toolbar.both.value = True
    assert right(dashboard, "A")
    assert right(dashboard, "B")
    assert "Scenario A" in dashboard.views["A"].value
    assert dashboard.pair.histories["A"].now.spend == {"audience": {"buyer": 1.2}}
    dashboard.toolbar.both.value = False
    assert dashboard.views["A"].value == ""


def test_a_saved_scenario_is_the_one_that_is_loaded(dashboard: Dashboard, bright: Client) -> None:
    bar = dashboard.toolbar
    next(sliders(dashboard, "money")).box.value = 20.0
    for name in ("Half the gap", "Half the gap", "../„Zwölf“"):
        bar.name.value = name
        bar.save.click()
    files = sorted(path.name for path in dashboard.files.folder.iterdir())
    assert files == ["bright-reader.half-the-gap.json", "bright-reader.zwölf.json"]
    assert "audit run" in bar.said.value
    assert load_scenario(dashboard.files.folder / files[0], bright).spend == {
        "audience": {"buyer": 1.2}
    }
    dashboard.reset()
    bar.file.value = files[0]
    bar.load.click()
    assert dashboard.pair.history.now == Scenario(
        "Half the gap", spend={"audience": {"buyer": 1.2}}
    )
    assert bar.name.value == "Half the gap"
    assert right(dashboard)


def test_a_name_that_holds_another_scenario_is_not_overwritten(dashboard: Dashboard) -> None:
    number = next(sliders(dashboard, "money"))
    for value in (10.0, 20.0):
        number.box.value = value
        dashboard.save("Half the gap")
    assert dashboard.files.names() == (
        "bright-reader.half-the-gap-2.json",
        "bright-reader.half-the-gap.json",
    )


def test_a_file_that_does_not_fit_changes_nothing_and_says_why(dashboard: Dashboard) -> None:
    dashboard.files.folder.mkdir()
    (dashboard.files.folder / "bright-reader.wrong.json").write_text(
        '{"format": 1, "price": "dear"}'
    )
    assert "price" in dashboard.load("bright-reader.wrong.json")
    assert dashboard.pair.history.now == Scenario()


def test_a_scenario_further_out_than_a_hand_can_move_is_shown_as_it_is(
    dashboard: Dashboard,
) -> None:
    far = Scenario(spend={"audience": {"buyer": 4.0}})
    dashboard._set(dashboard.pair.to(far))
    assert next(sliders(dashboard, "money")).box.value == 300
    assert dashboard.pair.history.now == far


def test_a_campaign_is_aimed_at_others_and_promises_something_else(dashboard: Dashboard) -> None:
    dashboard.turn("message")
    messages = next(
        p for p in dashboard.panels["message"].groups["Messages"] if isinstance(p, MessageControls)
    )
    messages.campaign.value = "Take It Home"
    assert [id for id, tick in messages.ticks.items() if tick.value] == ["stories", "voice"]
    messages.ticks["price"].value = True
    messages.audience.value = "consumer"
    now = dashboard.pair.history.now
    assert now.claims == {"Take It Home": ("price", "stories", "voice")}
    assert now.audiences == {"Take It Home": "consumer"}
    assert right(dashboard)
    messages.ticks["price"].value = False
    messages.audience.value = ""
    assert dashboard.pair.history.now == Scenario()


def test_money_moved_between_the_roles_keeps_its_sum_and_shows_on_both(
    dashboard: Dashboard,
) -> None:
    buyers, consumers, between = (
        next(d for d in sliders(dashboard, "money") if name in d.control.label)
        for name in ("on buyers", "on consumers", "From buyers to consumers")
    )
    client = dashboard.whatif.client
    for share in (-7.0, 4.0):
        between.box.value = share
        giver, taker = ("buyer", "consumer") if share > 0 else ("consumer", "buyer")
        wanted = transfer_factors(client, giver, taker, abs(share) / 100)
        assert dashboard.pair.history.now.spend["audience"] == pytest.approx(wanted)
        assert extra_spend(client, dashboard.pair.history.now) == 0
        assert buyers.box.value == round(100 * (wanted["buyer"] - 1), 1)
        assert consumers.box.value == round(100 * (wanted["consumer"] - 1), 1)
        assert consumers.slider.value == round(consumers.box.value), "on a step of its own"
        assert right(dashboard)
    buyers.box.value = 3.0
    assert between.box.value == 0, "both get more, so nothing was moved between them"


def test_messages_ticked_and_unticked_are_as_they_were(bright: Client) -> None:
    rows = bright.frames["campaigns"].copy()
    name = rows["campaign"].iloc[0]
    mine = rows.index[rows["campaign"] == name]
    rows.loc[mine[0], "claims"] = "badges;voice"
    mixed = replace(bright, frames=bright.frames | {"campaigns": rows})
    shown = campaign_claims(mixed, Scenario(), name)
    more = change_claims(mixed, Scenario(), name, {*shown, "price"})
    assert more.claims[name] != shown
    assert change_claims(mixed, more, name, shown) == Scenario()


def test_the_best_move_of_money_is_a_step_like_any_other(dashboard: Dashboard) -> None:
    dashboard.toolbar.best.click()
    assert "campaign" in dashboard.pair.history.now.spend
    assert "status" in dashboard.toolbar.said.value
    assert right(dashboard)
    dashboard.undo()
    assert dashboard.pair.history.now == Scenario()


def test_a_lever_is_stopped_or_reaches_as_many_as_in_its_trial(dashboard: Dashboard) -> None:
    dashboard.turn("clients")
    lever = next(sliders(dashboard, "clients"))
    lever.box.value = 0.4
    assert lever.slider.value == 1
    lever.slider.value = 0.0
    assert dashboard.pair.history.now.levers == {"incentive": 0.0}


def test_panels_without_their_tables_say_what_to_bring(bright: Client, tmp_path: Path) -> None:
    few = {name: bright.frames[name] for name in ("feedback",)}
    dashboard = Dashboard(replace(bright, frames=few), tmp_path)
    for id in PANELS:
        dashboard.turn(id)
        assert BRING[id].split("`")[0] in dashboard.panels[id].widget.value
    assert dashboard.toolbar.load.disabled


def test_what_is_told_cannot_become_markup(dashboard: Dashboard) -> None:
    dashboard.toolbar.say("<img src=x onerror=alert(1)>")
    assert "<img" not in dashboard.toolbar.said.value


def test_no_widget_is_used_that_loses_what_it_shows() -> None:
    room = Path(__file__).resolve().parents[2] / "toolkit" / "whatif"
    for path in room.rglob("*.py"):
        assert not re.search(r"\b(Output|interact\w*)\(", path.read_text("utf-8")), path.name


def test_the_command_for_its_report_works_from_anywhere(
    bright: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = explore(bright, Path("scenarios")).save("cheap")
    assert said.endswith(f"--scenario {tmp_path / 'scenarios' / 'bright-reader.cheap.json'}")
