"""The what-if inside a report: allowed by its hash alone, by keyboard, and gone on paper."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.report.page import Page
from tests.report.test_report_page import ATTACKS, CSP
from toolkit import audit
from toolkit.client import load
from toolkit.explore import WhatIf
from toolkit.finding import Mistake
from toolkit.report.moving import Moving, move, moving
from toolkit.report.pages import Reading, report_page
from toolkit.report.what_if import script, what_if_panel
from toolkit.report.words import VERDICTS
from toolkit.text import money, quantity, span

BEAR = load(Path(__file__).parents[2] / "datasets" / "clients" / "little-bear")
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def steps() -> Moving:
    found = moving(BEAR)
    assert found is not None
    return found


@cache
def html() -> str:
    return report_page(audit(BEAR), Reading(moving=steps()))


def looked_up(page: str) -> dict[str, Any]:
    """What the script finds in the page."""
    (told,) = Page(page).values("data-told")
    return dict(json.loads(told))


def written(mistake: Mistake) -> list[str]:
    """How a reader meets it: size, verdict, money."""
    size = quantity(mistake.estimate or 0.0, mistake.unit, "EUR")
    if mistake.low != mistake.high:
        size += f" ({span(mistake.low or 0.0, mistake.high or 0.0, mistake.unit, 'EUR')})"
    sums = mistake.money
    stake = f"{money(sums.low, sums.high, 'EUR')} {sums.kind}" if sums else ""
    return [size, mistake.verdict, stake]


def test_every_point_of_the_grid_in_the_page_equals_the_scenario() -> None:
    afresh, panel = WhatIf(BEAR), what_if_panel(steps())
    points = looked_up(html())["steps"]
    assert len(points) == panel.most - panel.least + 1 == len(steps().steps)
    for step, (moved, says, cells) in zip(steps().steps, points, strict=True):
        after = afresh.under(move(BEAR, step.per_cent))
        assert (moved, says) == (step.moved, step.says)
        assert [cell[:3] for cell in cells] == [written(after.mistake(id)) for id in panel.ids]


def test_bars_stand_on_one_scale_for_all_steps_of_a_mistake() -> None:
    told, ids = looked_up(html()), what_if_panel(steps()).ids
    for place, id in enumerate(ids):
        known = [step.mistakes[id].estimate for step in steps().steps]
        drawn = [cells[place][3] for _, _, cells in told["steps"]]
        assert all(0 <= low <= tick <= high <= 100 for low, high, tick in drawn)
        line = steps().steps[0].mistakes[id].threshold
        for (_, _, tick), value in zip(drawn, known, strict=True):
            assert value is not None
            assert (value - line) * (tick - told["lines"][place]) >= 0
        order = sorted(range(len(known)), key=lambda i: known[i] or 0.0)
        ticks = [drawn[i][2] for i in order]
        assert ticks == sorted(ticks)


def test_the_policy_allows_this_one_script_by_its_hash_and_nothing_more() -> None:
    (text,) = SCRIPT.findall(html())
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert text == script()
    assert f"content=\"{CSP}; script-src 'sha256-{digest}'\"" in html()
    assert Page(html()).live() == ["script", "input"]
    assert Page(html()).unbalanced == []
    assert len(script().encode()) <= 2_048


def test_links_lead_somewhere_and_findings_lead_to_the_panel() -> None:
    opened = Page(html())
    ids = opened.values("id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in opened.values("href") if h.startswith("#")} <= set(ids)
    assert {*opened.values("for")} == {"what-if-move"}
    assert "#what-if" in opened.values("href")


def test_without_script_a_table_says_from_which_sum_on_verdicts_turn() -> None:
    opened = Page(html())
    (panel,) = [found for _, found in opened.tags if found.get("id") == "what-if-panel"]
    assert "hidden" in panel
    assert len(steps().turns) > 1
    for step in steps().turns:
        assert f"{step.moved} {step.headline}" in opened.text


def test_where_no_verdict_turns_one_sentence_says_so() -> None:
    near = [s for s in steps().steps if abs(s.per_cent) <= 4]
    told = report_page(audit(BEAR), Reading(moving=replace(steps(), steps=tuple(near))))
    assert "No verdict turns, however much is moved." in Page(told).text


@pytest.mark.parametrize("attack", [*ATTACKS, '"\u2028</script><!--<script>'])
def test_no_text_gets_out_of_where_the_script_looks_it_up(attack: str) -> None:
    hostile = [replace(s, moved=attack, says=attack, headline=attack) for s in steps().steps]
    told = report_page(audit(BEAR), Reading(moving=Moving(tuple(hostile), attack)))
    assert Page(told).live() == ["script", "input"]
    assert SCRIPT.findall(told) == [script()]
    assert looked_up(told)["steps"][0][:2] == [attack, attack]


def test_nothing_that_a_client_wrote_is_in_the_panel() -> None:
    frames = dict(BEAR.frames)
    frames["campaigns"] = frames["campaigns"].assign(campaign=ATTACKS[0])
    named = moving(replace(BEAR, name=ATTACKS[0], frames=frames))
    assert named is not None
    assert "alert" not in what_if_panel(named).told


def test_the_same_client_gives_the_same_bytes_and_a_small_page() -> None:
    again = moving(BEAR)
    assert again is not None
    assert what_if_panel(again) == what_if_panel(steps())
    assert len(what_if_panel(again).told) < 50_000


def test_a_run_puts_it_into_its_reports(reports: Path) -> None:
    page = (reports / "sweet-corner" / "report.html").read_text(encoding="utf-8")
    assert SCRIPT.findall(page) == [script()]
    assert looked_up(page)["steps"]


@pytest.fixture
def page(tmp_path: Path) -> str:
    """Where a browser finds the report; another script stands at its end."""
    place = tmp_path / "report.html"
    other = "<script>window.ran = 1</script></body>"
    place.write_text(html().replace("</body>", other), encoding="utf-8")
    return place.as_uri()


def test_the_keyboard_moves_it_and_each_point_shows_what_python_computes(
    page: str, browser: Any
) -> None:
    opened, asked, wrong = browser.new_page(), list[str](), list[str]()
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(page)
    panel, ids = what_if_panel(steps()), what_if_panel(steps()).ids
    slider = opened.get_by_label("Move money")
    slider.focus()
    at, audited = steps().nothing, opened.locator(".sides td:nth-child(2)").all_inner_texts()
    for key, change in (
        *(("ArrowLeft", -1), ("ArrowLeft", -1), ("ArrowRight", 1), ("Home", panel.least)),
        *(("ArrowRight", 1), ("End", panel.most), ("ArrowLeft", -1)),
    ):
        opened.keyboard.press(key)
        at = {"Home": 0, "End": len(steps().steps) - 1}.get(key, at + change)
        step = steps().steps[at]
        assert opened.locator("output").inner_text() == step.moved
        assert slider.get_attribute("aria-valuetext") == step.moved
        assert opened.get_by_role("status").filter(has_text=step.says).count() == 1
        for row, id in zip(opened.locator(".sides tbody tr").all(), ids, strict=True):
            size, verdict, stake = written(step.mistakes[id])
            chip = row.locator(".verdict")
            assert chip.inner_text() == f"{verdict.sign} {VERDICTS[verdict]}"
            assert verdict in (chip.get_attribute("class") or "").split()
            assert row.locator(".size").inner_text() == size
            assert row.locator(".stake").text_content() == stake
    assert opened.locator(".sides td:nth-child(2)").all_inner_texts() == audited
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert slider.input_value() == "0"
    assert opened.get_by_role("status").filter(has_text="Nothing is moved").count() == 1
    assert (wrong, asked) == ([], [page])
    assert opened.evaluate("window.ran") is None, "another script ran"
    opened.close()


def test_on_paper_it_is_gone_and_without_script_the_table_stays(page: str, browser: Any) -> None:
    opened = browser.new_page()
    opened.goto(page)
    assert opened.locator(".what-if").is_visible()
    opened.emulate_media(media="print")
    assert not opened.locator(".what-if").is_visible()
    assert opened.locator(".to-what-if:visible").count() == 0
    opened.close()
    silent = browser.new_page(java_script_enabled=False)
    silent.goto(page)
    assert not silent.get_by_label("Move money").is_visible()
    assert silent.get_by_text("From which sum on verdicts turn").is_visible()
    silent.close()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_it_fits_a_phone_and_runs_either_way(direction: str, page: str, browser: Any) -> None:
    opened = browser.new_page(viewport={"width": 390, "height": 800})
    opened.goto(page)
    opened.evaluate(f"document.documentElement.dir = '{direction}'")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    strip, line = (opened.locator(name).first.bounding_box() for name in (".strip", ".line"))
    near = looked_up(html())["lines"][0] / 100
    start = line["x"] - strip["x"] if direction == "ltr" else 0
    end = strip["x"] + strip["width"] - line["x"] - line["width"] if direction == "rtl" else 0
    assert max(start, end) == pytest.approx(near * strip["width"], abs=1)
    opened.close()
