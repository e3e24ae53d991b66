"""One slider of the what-if, moved as a hand would: where does it end, and where should it?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from toolkit.whatif.controls import NumberControl
from toolkit.whatif.dashboard import Dashboard
from toolkit.whatif.scenario import UNCHANGED
from toolkit.whatif.widgets import NumberSlider

STEPS = 30
KEY_SECONDS = 0.033  # from one press of a held key to the next
FRAME_SECONDS = 1 / 60
WAIT_SECONDS = 20.0  # for a number to be the one it should be; most are after a tenth of a second


@dataclass(frozen=True)
class SliderPlace:
    """Where a slider is on the page: its panel, its group, and its number among all sliders."""

    panel: str
    group: str
    number: int
    control: NumberControl

    @property
    def kind(self) -> str:
        """What kind of number is it? Money between the roles is one of its own."""
        return (
            "between" if self.control.key.endswith(":between") else self.control.key.split(":")[0]
        )

    @property
    def home(self) -> float:
        """What the box shows where nothing is changed."""
        return self.control.as_shown(self.control.read(UNCHANGED))

    def target(self) -> tuple[int, float]:
        """Which way to go (1 right, -1 left), and where are 30 steps that way, or the slider's end?

        To the right, where there is room for them, or more than to the left.
        """
        control, start = self.control, self.control.on_step(self.control.read(UNCHANGED))
        right, left = control.high - start, start - control.low
        way = 1 if right >= min(STEPS * control.step, left) else -1
        return way, control.on_step(start + way * STEPS * control.step)


def slider_places(dashboard: Dashboard) -> Iterator[SliderPlace]:
    """All sliders of the what-if that can be moved."""
    numbers = {id(slider): number for number, slider in enumerate(dashboard.sliders)}
    titles = {value: label for label, value in dashboard.toolbar.panel.options}
    for panel, controls in dashboard.panels.items():
        for group, parts in controls.groups.items():
            for part in parts:
                if isinstance(part, NumberSlider) and not part.box.disabled:
                    yield SliderPlace(titles[panel], group, numbers[id(part)], part.control)


class SliderOnPage:
    """The slider on an open page, brought to sight."""

    def __init__(self, page: Page, place: SliderPlace) -> None:
        self.page, self.place = page, place
        widget = page.locator(f".whatif-number-{place.number}")
        button = page.get_by_role("button", name=place.panel, exact=True)
        if button.get_attribute("aria-pressed") != "true":
            button.click()
        expect(page.locator(".whatif-right h2").last).to_have_text(place.panel)
        choice = page.locator(".whatif-controls select").first
        if choice.locator("option:checked").inner_text() != place.group:
            choice.select_option(place.group)
        self.box = widget.locator("input[type=number]")
        self.handle, self.base = widget.locator(".noUi-handle"), widget.locator(".noUi-base")

    @property
    def shows(self) -> float:
        """The number in the box: what the kernel takes the scenario to be."""
        return float(self.box.input_value() or "nan")

    def reset(self) -> None:
        """Back to what was observed, and wait until it is."""
        self.page.get_by_role("button", name="Reset").click()
        self.comes_to(self.place.home)

    def comes_to(self, number: float) -> bool:
        """Wait until the box shows the number; does it in the end?"""
        return self.settle(lambda: self.shows == number)

    def by_keys(self, *, held: bool = True) -> float:
        """Thirty presses of an arrow key at its pace; which number is missing, 0 where none is?"""
        way, wanted = self.place.target()
        key = "ArrowRight" if way > 0 else "ArrowLeft"
        self.handle.focus()
        start = time.monotonic()
        for press in range(STEPS):
            self.page.keyboard.down(key)
            if not held:
                self.page.keyboard.up(key)
            _sleep_until(start + (press + 1) * KEY_SECONDS)
        if held:
            self.page.keyboard.up(key)
        return self._missing(wanted, 0.0)

    def by_drag(self) -> float:
        """Thirty moves of the mouse, one a frame; which number is missing, 0 where none is?

        A mouse meets a place to a pixel, so a slider with steps below one may end a pixel aside,
        but nowhere else than where its handle is.
        """
        _, wanted = self.place.target()
        self.handle.scroll_into_view_if_needed()
        control, handle, base = (
            self.place.control,
            self.handle.bounding_box(),
            self.base.bounding_box(),
        )
        assert handle is not None
        assert base is not None
        a_pixel = (control.high - control.low) / base["width"]
        x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
        far = (wanted - control.on_step(control.read(UNCHANGED))) / a_pixel
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        start = time.monotonic()
        for frame in range(STEPS):
            self.page.mouse.move(x + far * (frame + 1) / STEPS, y)
            _sleep_until(start + (frame + 1) * FRAME_SECONDS)
        self.page.mouse.up()
        return self._missing(wanted, max(control.step, 1.5 * a_pixel))

    def _missing(self, wanted: float, allowed: float) -> float:
        """Which part is missing in the end, when box and handle do not meet it as allowed?"""
        shown = self.place.control.as_shown(wanted)

        def there() -> bool:
            at = self.place.control.on_step(
                float(self.handle.get_attribute("aria-valuetext") or "nan")
            )
            alike = abs(self.place.control.as_shown(at) - self.shows) < 1e-9
            return alike and abs(self.shows - shown) <= allowed + 1e-9

        return 0.0 if self.settle(there) else self.shows - shown

    def settle(self, there: Callable[[], bool]) -> bool:
        """Wait for the thing itself; is it there in the end?"""
        until = time.monotonic() + WAIT_SECONDS
        while not there():
            if time.monotonic() > until:
                return False
            self.page.wait_for_timeout(20)
        return True


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
