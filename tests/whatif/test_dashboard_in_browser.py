"""The what-if as its users meet it: in JupyterLab and in Voilà, in a real browser, by keyboard."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import CHROMIUM, WHY_NOT, Seen, opened, running, serious
from tests.whatif.conftest import SAMPLES
from tests.whatif.opening import MOST_WAIT, open_what_if
from toolkit.client.model import Client
from toolkit.report.processes.system import process_facts
from toolkit.whatif import serve
from toolkit.whatif.html import change_summary_html, comparison_page, panel_html
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.scenario_file import load_scenario
from toolkit.whatif.serve import WhatIfServer, serve_whatif
from toolkit.whatif.whatif import WhatIf

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=WHY_NOT)
expect.set_options(timeout=MOST_WAIT)
MOVES = 50
MOVED = Scenario(spend={"audience": {"buyer": 1 + MOVES / 100}})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all of them."""
    with running() as browser:
        yield browser


@pytest.fixture(scope="module", params=["app", "lab"])
def at(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[At]:
    """Little Bear's dashboard, open and run."""
    folder = tmp_path_factory.mktemp("scenarios")
    app = request.param == "app"
    with serve_whatif(SAMPLES / "little-bear", folder, app=app) as server, opened(browser) as seen:
        open_what_if(seen.page, server, app=app)
        yield At(seen, folder)


class At:
    """Where the tests are: a page, and the folder its scenario files go to."""

    def __init__(self, seen: Seen, folder: Path) -> None:
        self.page, self.left, self.folder = seen.page, seen.left, folder


def comes_to_show(page: Page, html: str) -> None:
    """Wait until the page shows this, whatever the browser makes of how it is written."""
    page.wait_for_function(
        """html => { const other = document.createElement("div"); other.innerHTML = html;
        return [...document.querySelectorAll(".whatif-right .widget-html-content")]
          .some(view => view.innerHTML === other.innerHTML); }""",
        arg=html,
    )


def expected(whatif: WhatIf, scenario: Scenario, panel: str = "money") -> str:
    """What Python writes for the scenario."""
    before, after = whatif.observed, whatif.under(scenario)
    return change_summary_html(before, after) + panel_html(panel, before, after)


def test_fifty_quick_key_presses_end_at_what_python_computes(at: At, bear_if: WhatIf) -> None:
    handle = at.page.locator(".whatif-slider .noUi-handle").first
    handle.focus()
    for _ in range(MOVES):
        at.page.keyboard.press("ArrowRight")
    spent = at.page.locator(".whatif-right .row").first.locator(".after .value")
    expect(spent).to_have_text("€102,000")
    expect(at.page.get_by_label("Spend on buyers, ± %").first).to_have_value("50")
    comes_to_show(at.page, expected(bear_if, MOVED))


def test_a_scenario_is_saved_and_loaded_again_by_keyboard(
    at: At, bear: Client, bear_if: WhatIf
) -> None:
    page = at.page
    page.get_by_label("Spend on buyers, ± %").first.fill("20")
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).fill("Half the gap")
    page.keyboard.press("Tab")
    page.keyboard.type("Asked for by sales")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved as")).to_be_visible()
    file = at.folder / "little-bear.half-the-gap.json"
    kept = Scenario("Half the gap", "Asked for by sales", spend={"audience": {"buyer": 1.2}})
    assert load_scenario(file, bear) == kept
    page.get_by_role("button", name="Reset").press("Enter")
    expect(page.get_by_label("Spend on buyers, ± %").first).to_have_value("0")
    page.get_by_role("button", name="Load scenario").press("Enter")
    expect(page.get_by_label("Spend on buyers, ± %").first).to_have_value("20")
    comes_to_show(page, expected(bear_if, kept))


def test_undo_and_redo_go_step_by_step(at: At) -> None:
    page = at.page
    box = page.get_by_label("Spend on buyers, ± %").first
    page.get_by_role("button", name="Reset").press("Enter")
    expect(box).to_have_value("0")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(box).to_have_value("20")
    page.get_by_role("button", name="Redo").press("Enter")
    expect(box).to_have_value("0")


def test_two_scenarios_stand_side_by_side(at: At, bear_if: WhatIf) -> None:
    page = at.page
    page.get_by_label("A and B side by side").check()
    page.get_by_role("button", name="B", exact=True).press("Enter")
    page.get_by_label("Spend on buyers, ± %").first.fill("-10")
    page.keyboard.press("Enter")
    sides = page.locator(".whatif-side")
    expect(sides).to_have_text(["Scenario A", "Scenario B"])
    values = page.locator(".whatif-right .row:first-of-type .after .value")
    expect(values.nth(1)).to_have_text("€61,200")
    page.get_by_label("A and B side by side").uncheck()
    page.get_by_role("button", name="A", exact=True).press("Enter")
    expect(sides).to_have_count(0)


def test_what_is_unfolded_stays_so_while_numbers_move(at: At) -> None:
    page = at.page
    box = page.get_by_label("Spend on buyers, ± %").first
    page.get_by_role("button", name="Reset").press("Enter")
    expect(box).to_have_value("0")
    box.fill("20")
    page.keyboard.press("Enter")
    told = page.locator(".whatif-right details", has_text="All that changes")
    summary = told.locator("summary")
    summary.press("Enter")
    said = told.inner_text()
    box.fill("40")
    page.keyboard.press("Enter")
    page.wait_for_function("t => !document.body.innerText.includes(t)", arg=said)
    expect(told).to_have_attribute("open", "")
    summary.press("Enter")
    box.fill("0")
    page.keyboard.press("Enter")
    expect(page.locator(".whatif-right details[open]")).to_have_count(0)


def test_nothing_keeps_people_out_in_any_panel(at: At) -> None:
    for panel in ("Message", "Price", "Loyalty", "Clients", "Money"):
        at.page.get_by_role("button", name=panel, exact=True).press("Enter")
        heading = at.page.locator(".whatif-right h2", has_text=panel)
        expect(heading).to_have_count(1)
        assert serious(at.page, ".whatif-dashboard") == []


def test_the_tab_key_goes_from_number_to_slider_to_the_next_number(at: At) -> None:
    page = at.page
    page.get_by_label("Spend on buyers, ± %").first.focus()
    told = "document.activeElement.getAttribute('role') || document.activeElement.type"
    reached = []
    for _ in range(4):
        reached.append(page.evaluate(told))
        page.keyboard.press("Tab")
    assert reached == ["number", "slider", "number", "slider"]


def test_no_request_leaves_the_machine(at: At) -> None:
    assert at.left == []


@pytest.mark.parametrize("width", [1280, 820, 400])
def test_the_views_mirror_from_right_to_left_and_fit(
    width: int, bear_if: WhatIf, browser: Browser
) -> None:
    html = comparison_page(bear_if.observed, bear_if.under(MOVED))
    ends = {}
    with opened(browser, width) as seen:
        for direction in ("ltr", "rtl"):
            seen.page.set_content(html.replace('dir="ltr"', f'dir="{direction}"'))
            body = "[document.documentElement.scrollWidth, innerWidth]"
            needed, there = seen.page.evaluate(body)
            assert needed <= there
            box = seen.page.locator(".bars .after.mark").first.bounding_box()
            assert box is not None
            ends[direction] = box["x"] + box["width"] / 2
        assert serious(seen.page, "html") == []
    assert ends["rtl"] == pytest.approx(width - ends["ltr"], abs=2)


def test_nothing_is_left_running_when_it_ends(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        serve_whatif(SAMPLES / "little-bear", tmp_path, app=True) as server,
        opened(browser) as seen,
    ):
        open_what_if(seen.page, server, app=True)
        assert len(_running(tmp_path)) >= 2, "the server and a kernel"
    assert not _running(tmp_path)


def _running(private: Path) -> set[int]:
    """The processes whose environment names this folder as the one of their servers' keys."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if f"JUPYTER_RUNTIME_DIR={private}".encode() in environment:
            found.add(int(folder.name))
    return found


@pytest.mark.parametrize("app", [True, False], ids=["app", "lab"])
def test_the_kernel_of_a_closed_page_ends_and_the_server_stays(
    app: bool, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Soon, and no sooner than a page needs to connect on a machine that does much else.
    soon = {"cull_idle_timeout": 8, "cull_interval": 1, "cull_connected": False}
    monkeypatch.setattr(serve, "CULLING", soon)
    with serve_whatif(SAMPLES / "little-bear", tmp_path, app=app) as server:
        with opened(browser) as seen:
            open_what_if(seen.page, server, app=app)
            time.sleep(1.5 * soon["cull_idle_timeout"])
            assert len(_kernels(server)) == 1, "an open page keeps its kernel, however idle"
        until = time.monotonic() + MOST_WAIT / 1000
        while _kernels(server) and time.monotonic() < until:
            time.sleep(0.2)
        assert not _kernels(server)
        assert server.process.poll() is None


def _kernels(server: WhatIfServer) -> list[Path]:
    """The processes that the server has started."""
    found = (path for path in Path("/proc").glob("[0-9]*"))
    return [
        path for path in found if process_facts(int(path.name))[1:2] == [str(server.process.pid)]
    ]
