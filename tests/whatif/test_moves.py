"""What a page tells of hands: each move once, in its order, none lost, none made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.client.model import Client
from toolkit.whatif.dashboard import Dashboard
from toolkit.whatif.idle import idle_reason
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.sentences import NOTHING_CHANGES, change_sentences, whose_data
from toolkit.whatif.undo_history import HandMove, MoveLog, UndoHistory
from toolkit.whatif.whatif import WhatIf
from toolkit.whatif.widgets import NumberSlider

NOISE = 1e-14  # what a page adds to its numbers


@pytest.fixture
def dashboard(bright: Client, bright_if: WhatIf, tmp_path: Path) -> Dashboard:
    """Bright Reader's, over what was worked out already."""
    made = Dashboard(bright, tmp_path)
    made.whatif = bright_if
    return made


def find(dashboard: Dashboard, test: Callable[[str], bool]) -> NumberSlider:
    """The first slider whose key passes."""
    return next(slider for slider in dashboard.sliders if test(slider.control.key))


def told(dashboard: Dashboard, *moves: tuple[int, NumberSlider, float]) -> None:
    """The page tells these moves: gesture, slider, value."""
    entries = [[g, dashboard.sliders.index(s), True, value] for g, s, value in moves]
    dashboard.moves.widget.value = json.dumps(entries)


def test_each_move_is_taken_once_and_the_last_of_a_gesture_counts() -> None:
    taken: list[HandMove] = []
    log = MoveLog(taken.extend)
    log.widget.value = "[[5, 0, true, 1]]"
    log.widget.value = "[[5, 0, true, 3], [6, 2, false, 8.5]]"
    log.widget.value = "[[5, 0, true, 3], [6, 2, false, 8.5], [7, 0, true, 4]]"
    assert [move.value for move in taken] == [1, 3, 8.5, 4]


def test_a_slider_that_is_moved_is_never_written_to(dashboard: Dashboard) -> None:
    between = find(dashboard, lambda key: key.endswith("between"))
    buyers = find(dashboard, lambda key: key == "spend:audience:buyer")
    written: list[float] = []
    between.slider.observe(lambda change: written.append(change["new"]), "value")
    ends = (buyers.slider.min, buyers.slider.max)
    for step in range(1, 31):
        told(dashboard, (1, between, step - NOISE))
    assert written == []
    assert between.box.value == 30
    assert buyers.slider.value == round(buyers.box.value)
    assert (buyers.slider.min, buyers.slider.max) == ends
    assert len(dashboard.pair.history.past) == 1, "one move of the hand is one step"
    between.slider.value = 30 - NOISE  # the page tells the slider's own number when it is let go
    assert between.slider.value == 30 - NOISE
    assert len(dashboard.pair.history.past) == 1


def test_what_a_page_rounds_is_no_move_and_no_step(dashboard: Dashboard) -> None:
    for slider in dashboard.sliders:
        if not slider.box.disabled:
            slider.slider.value = slider.slider.value - NOISE * slider.control.step
    assert dashboard.pair.history == UndoHistory()
    assert dashboard.toolbar.undo.disabled


def test_undo_and_redo_bring_back_the_same_scenario_for_every_control(
    dashboard: Dashboard,
) -> None:
    for number, slider in enumerate(s for s in dashboard.sliders if not s.box.disabled):
        start = dashboard.pair.history.now
        low, high = slider.control.low, slider.control.high
        told(dashboard, (10 * number + 1, slider, low + (high - low) / 3))
        once = dashboard.pair.history.now
        told(dashboard, (10 * number + 2, slider, high))
        twice = dashboard.pair.history.now
        for step, wanted in (
            (dashboard.undo, once),
            (dashboard.undo, start),
            (dashboard.redo, once),
            (dashboard.redo, twice),
        ):
            step()
            assert dashboard.pair.history.now == wanted, slider.control.label
        dashboard.undo()
        dashboard.undo()


def test_numbers_in_boxes_are_for_people(dashboard: Dashboard) -> None:
    between = find(dashboard, lambda key: key.endswith("between"))
    told(dashboard, (1, between, 7.0))
    for slider in dashboard.panels["money"].sliders:
        assert len(f"{slider.box.value:g}".lstrip("-").replace(".", "")) <= 5
        assert slider.box.value == slider.control.as_shown(slider.box.value)


def test_what_changed_most_for_how_sure_it_is_comes_first(bright_if: WhatIf) -> None:
    observed = bright_if.observed
    after = bright_if.under(Scenario(spend={"audience": {"buyer": 1.3}}))
    _, *lines = change_sentences(observed, after)
    turned = [" becomes " in line for line in lines]
    assert turned == sorted(turned, reverse=True), "verdicts that turn come first"
    for line in lines:
        assert "No verdict changes" not in line
        if " instead of " in line:
            new, old = line.rstrip(".").split(", with ")[1].split(" instead of ")
            assert new != old
    assert change_sentences(observed, observed) == (NOTHING_CHANGES,)


def test_sliders_that_change_nothing_here_say_why(bear: Client, bear_if: WhatIf) -> None:
    off = [s for s in Dashboard(bear, Path("scenarios")).sliders if s.box.disabled]
    assert off
    for slider in off:
        why = idle_reason(slider.control.key, bear_if.observed)
        assert why
        assert slider.slider.disabled
        ends = (slider.control.low, slider.control.high)
        for scenario in (slider.control.write(Scenario(), end) for end in ends):
            verdicts = [m.verdict for m in bear_if.under(scenario).mistakes]
            assert verdicts == [m.verdict for m in bear_if.observed.mistakes]


def test_the_page_says_whose_data_and_from_when_to_when(bright: Client) -> None:
    assert whose_data(bright) == "What if: Bright Reader, 1 October 2023 to 13 July 2025"
