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
def desk(bright: Client, bright_if: WhatIf, tmp_path: Path) -> Dashboard:
    """Bright Reader's, over what was worked out already."""
    made = explore(bright, tmp_path / "scenarios")
    made.whatif = bright_if
    return made


def dials(desk: Dashboard, panel: str) -> Iterator[NumberSlider]:
    """Every number that can be moved in a panel."""
    for group in desk.cabinets[panel].groups.values():
        yield from (part for part in group if isinstance(part, NumberSlider))


def right(desk: Dashboard, side: str = "A") -> bool:
    """Does the view of that side show what its scenario comes to?"""
    before = desk.whatif.observed
    after = desk.whatif.under(desk.desk.trails[side].now)
    shown = change_summary_html(before, after) + panel_html(desk.panel, before, after)
    return desk.views[side].value.endswith(shown)


def test_fifty_moves_end_at_the_last_one(desk: Dashboard) -> None:
    dial = next(dials(desk, "money"))
    for move in range(1, 51):
        dial.slider.value = float(move)
    assert desk.desk.trail.now == Scenario(spend={"audience": {"buyer": 1.5}})
    assert dial.box.value == 50
    assert right(desk)
    desk.undo()
    assert desk.desk.trail.now == Scenario(), "one hand on one slider is one step"


def test_each_typed_number_is_a_step_and_a_hand_that_goes_back_is_none(desk: Dashboard) -> None:
    dial = next(dials(desk, "money"))
    dial.box.value = 20.0
    dial.box.value = 40.0
    desk.undo()
    assert dial.box.value == 20
    desk.undo()
    for value in (5.0, 15.0, 0.0):
        dial.slider.value = value
    assert not desk.desk.trail.past
    assert desk.toolbar.undo.disabled


@pytest.mark.parametrize("panel", PANELS)
def test_every_number_moves_the_scenario_and_goes_back(panel: str, desk: Dashboard) -> None:
    desk.turn(panel)
    for dial in dials(desk, panel):
        start = dial.box.value
        assert dial.control.write(Scenario(), dial.control.read(Scenario())) == Scenario()
        target = dial.box.max if start != dial.box.max else dial.box.min
        dial.box.value = target
        assert dial.control.read(desk.desk.trail.now) == pytest.approx(target), dial.control.label
        assert dial.slider.value == dial.box.value
        dial.slider.value = start
        assert desk.desk.trail.now == Scenario(), dial.control.label
    assert right(desk)


def test_every_number_has_a_label_of_its_own(desk: Dashboard) -> None:
    labels = [dial.box.description for panel in PANELS for dial in dials(desk, panel)]
    assert all(labels)
    assert len({*labels}) == len(labels)


def test_undo_redo_and_reset_bring_widgets_and_views_along(desk: Dashboard) -> None:
    buyers, others, *_ = dials(desk, "money")
    buyers.slider.value = 20.0
    others.box.value = -10.0
    desk.undo()
    assert (buyers.slider.value, others.box.value, others.slider.value) == (20, 0, 0)
    assert right(desk)
    desk.redo()
    assert (buyers.box.value, others.box.value) == (20, -10)
    desk.reset()
    assert (buyers.box.value, others.box.value) == (0, 0)
    desk.undo()
    assert (buyers.box.value, others.box.value) == (20, -10)
    assert right(desk)
    desk.toolbar.show()
    assert not desk.toolbar.undo.disabled
    assert not desk.toolbar.redo.disabled


def test_two_scenarios_are_kept_apart_and_shown_side_by_side(desk: Dashboard) -> None:
    dial = next(dials(desk, "money"))
    dial.slider.value = 20.0
    desk.toolbar.side.value = "B"
    assert dial.box.value == 0
    dial.box.value = -30.0
    desk.toolbar.both.value = True
    assert right(desk, "A")
    assert right(desk, "B")
    assert "Scenario A" in desk.views["A"].value
    assert desk.desk.trails["A"].now.spend == {"audience": {"buyer": 1.2}}
    desk.toolbar.both.value = False
    assert desk.views["A"].value == ""


def test_a_saved_scenario_is_the_one_that_is_loaded(desk: Dashboard, bright: Client) -> None:
    bar = desk.toolbar
    next(dials(desk, "money")).box.value = 20.0
    for name in ("Half the gap", "Half the gap", "../„Zwölf“"):
        bar.name.value = name
        bar.save.click()
    files = sorted(path.name for path in desk.shelf.folder.iterdir())
    assert files == ["bright-reader.half-the-gap.json", "bright-reader.zwölf.json"]
    assert "audit run" in bar.said.value
    assert load_scenario(desk.shelf.folder / files[0], bright).spend == {"audience": {"buyer": 1.2}}
    desk.reset()
    bar.files.value = files[0]
    bar.load.click()
    assert desk.desk.trail.now == Scenario("Half the gap", spend={"audience": {"buyer": 1.2}})
    assert bar.name.value == "Half the gap"
    assert right(desk)


def test_a_name_that_holds_another_scenario_is_not_overwritten(desk: Dashboard) -> None:
    dial = next(dials(desk, "money"))
    for value in (10.0, 20.0):
        dial.box.value = value
        desk.save("Half the gap")
    assert desk.shelf.names() == (
        "bright-reader.half-the-gap-2.json",
        "bright-reader.half-the-gap.json",
    )


def test_a_file_that_does_not_fit_changes_nothing_and_says_why(desk: Dashboard) -> None:
    desk.shelf.folder.mkdir()
    (desk.shelf.folder / "bright-reader.wrong.json").write_text('{"format": 1, "price": "dear"}')
    assert "price" in desk.load("bright-reader.wrong.json")
    assert desk.desk.trail.now == Scenario()


def test_a_scenario_further_out_than_a_hand_can_move_is_shown_as_it_is(desk: Dashboard) -> None:
    far = Scenario(spend={"audience": {"buyer": 4.0}})
    desk._set(desk.desk.to(far))
    assert next(dials(desk, "money")).box.value == 300
    assert desk.desk.trail.now == far


def test_a_campaign_is_aimed_at_others_and_promises_something_else(desk: Dashboard) -> None:
    desk.turn("message")
    pulpit = next(
        p for p in desk.cabinets["message"].groups["Messages"] if isinstance(p, MessageControls)
    )
    pulpit.campaign.value = "Take It Home"
    assert [id for id, tick in pulpit.ticks.items() if tick.value] == ["stories", "voice"]
    pulpit.ticks["price"].value = True
    pulpit.audience.value = "consumer"
    now = desk.desk.trail.now
    assert now.claims == {"Take It Home": ("price", "stories", "voice")}
    assert now.audiences == {"Take It Home": "consumer"}
    assert right(desk)
    pulpit.ticks["price"].value = False
    pulpit.audience.value = ""
    assert desk.desk.trail.now == Scenario()


def test_money_moved_between_the_roles_keeps_its_sum_and_shows_on_both(desk: Dashboard) -> None:
    buyers, consumers, between = (
        next(d for d in dials(desk, "money") if name in d.control.label)
        for name in ("on buyers", "on consumers", "From consumers to buyers")
    )
    client = desk.whatif.client
    for share in (7.0, -4.0):
        between.box.value = share
        giver, taker = ("consumer", "buyer") if share > 0 else ("buyer", "consumer")
        wanted = transfer_factors(client, giver, taker, abs(share) / 100)
        assert desk.desk.trail.now.spend["audience"] == pytest.approx(wanted)
        assert extra_spend(client, desk.desk.trail.now) == 0
        assert buyers.box.value == pytest.approx(100 * (wanted["buyer"] - 1), abs=1e-5)
        assert consumers.box.value == pytest.approx(100 * (wanted["consumer"] - 1), abs=1e-5)
        assert consumers.slider.value == round(consumers.box.value), "on a step of its own"
        assert right(desk)
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


def test_the_best_move_of_money_is_a_step_like_any_other(desk: Dashboard) -> None:
    desk.toolbar.best.click()
    assert "campaign" in desk.desk.trail.now.spend
    assert "status" in desk.toolbar.said.value
    assert right(desk)
    desk.undo()
    assert desk.desk.trail.now == Scenario()


def test_a_lever_is_stopped_or_reaches_as_many_as_in_its_trial(desk: Dashboard) -> None:
    desk.turn("clients")
    lever = next(dials(desk, "clients"))
    lever.box.value = 0.4
    assert lever.slider.value == 1
    lever.slider.value = 0.0
    assert desk.desk.trail.now.levers == {"incentive": 0.0}


def test_panels_without_their_tables_say_what_to_bring(bright: Client, tmp_path: Path) -> None:
    few = {name: bright.frames[name] for name in ("feedback",)}
    desk = Dashboard(replace(bright, frames=few), tmp_path)
    for id in PANELS:
        desk.turn(id)
        assert BRING[id].split("`")[0] in desk.cabinets[id].widget.value
    assert desk.toolbar.load.disabled


def test_what_is_told_cannot_become_markup(desk: Dashboard) -> None:
    desk.toolbar.say("<img src=x onerror=alert(1)>")
    assert "<img" not in desk.toolbar.said.value


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
