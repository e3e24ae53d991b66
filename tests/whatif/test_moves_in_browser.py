"""No step of a hand is lost, and each move is one step to undo: in Voilà, by key and by mouse.

The whole grid of sliders is `make explorer-study`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import CHROMIUM, WHY_NOT, opened, running
from tests.explorer_study.moving import SliderOnPage, SliderPlace, slider_places
from tests.whatif.conftest import SAMPLES
from tests.whatif.opening import MOST_WAIT, open_what_if
from toolkit.client.model import Client
from toolkit.whatif.dashboard import explore
from toolkit.whatif.serve import serve_whatif

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
expect.set_options(timeout=MOST_WAIT)
KINDS = ("spend", "between", "assumptions", "thresholds", "price", "lift", "levers")
PACE = 400  # milliseconds between presses that are steps of their own


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Bright Reader's what-if in Voilà."""
    folder = tmp_path_factory.mktemp("scenarios")
    with (
        serve_whatif(SAMPLES / "bright-reader", folder, app=True) as server,
        running() as browser,
        opened(browser) as seen,
    ):
        open_what_if(seen.page, server, app=True)
        yield seen.page


@pytest.fixture(scope="module")
def places(bright: Client) -> dict[str, SliderPlace]:
    """One slider of each kind."""
    found = slider_places(explore(bright))
    return {place.kind: place for place in reversed([*found])}


def test_every_kind_of_slider_is_tried(places: dict[str, SliderPlace]) -> None:
    assert {*places} == {*KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_thirty_steps_by_key_and_by_mouse_end_at_the_thirtieth(
    kind: str, page: Page, places: dict[str, SliderPlace]
) -> None:
    slider = SliderOnPage(page, places[kind])
    for move in (slider.by_keys, slider.by_drag) * 3:
        slider.reset()
        assert move() == 0, "so far is the box from where the hand went"
    slider.reset()


def test_there_is_nothing_to_undo_before_the_first_move(page: Page) -> None:
    page.reload()
    open_again(page)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def open_again(page: Page) -> None:
    """Wait until the page that was loaded again has made its widgets anew."""
    page.wait_for_function("document.querySelector('.whatif-slider .noUi-target')?.whatifFollowed")


@pytest.mark.parametrize("kind", KINDS)
def test_a_held_key_is_one_step_and_paced_presses_are_several(
    kind: str, page: Page, places: dict[str, SliderPlace]
) -> None:
    page.reload()
    open_again(page)
    slider = SliderOnPage(page, places[kind])
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    way, _ = slider.place.target()
    slider.by_keys()
    far = slider.shows
    page.wait_for_timeout(PACE)
    reached = [far]
    for _ in range(2):
        page.keyboard.press("ArrowLeft" if way > 0 else "ArrowRight")
        assert slider.settle(lambda: slider.shows != reached[-1])
        reached.append(slider.shows)
        page.wait_for_timeout(PACE)
    for before in (*reached[-2::-1], slider.place.home):
        undo.click()
        assert slider.comes_to(before)
    expect(undo).to_be_disabled()
    for after in reached:
        redo.click()
        assert slider.comes_to(after)
    expect(redo).to_be_disabled()


def test_a_key_shows_and_hides_the_help_and_the_tab_names_the_client(page: Page) -> None:
    assert page.title().startswith("What if: Bright Reader, ")
    shown = page.locator(".whatif-help li")
    page.keyboard.press("?")
    expect(shown).not_to_have_count(0)
    page.keyboard.press("?")
    expect(shown).to_have_count(0)
    page.get_by_label("Note").fill("Why?")
    assert page.get_by_label("Note").input_value() == "Why?"
    expect(shown).to_have_count(0)
