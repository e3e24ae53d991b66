"""The what-if inside a report: allowed by its hash alone, by keyboard, and gone on paper.

Money moved step by step: each step is what the audit says of such spend.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.report.page import Page
from tests.report.test_report import ATTACKS, CSP
from toolkit.audits import audit
from toolkit.audits.mistakes.judge import judge_mistakes
from toolkit.client.load import load
from toolkit.client.model import Client
from toolkit.finding import Judgement, to_json_types
from toolkit.measures.facts import Facts
from toolkit.report.page.context import ReportContext
from toolkit.report.page.report import report_html
from toolkit.report.page.sentences import VERDICTS
from toolkit.report.page.what_if import (
    FAR,
    NOTHING,
    STEP,
    SpendSteps,
    panel_script,
    shift_spend,
    spend_steps,
    what_if_panel,
)
from toolkit.whatif.apply import apply_scenario
from toolkit.whatif.whatif import WhatIf
from toolkit.wording import format_money_range, format_range, format_with_unit

BEAR = load(Path(__file__).parents[2] / "datasets" / "clients" / "little-bear")
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def steps() -> SpendSteps:
    found = spend_steps(BEAR)
    assert found is not None
    return found


@cache
def html() -> str:
    return report_html(audit(BEAR), ReportContext(moving=steps()))


def looked_up(page: str) -> dict[str, Any]:
    """What the script finds in the page."""
    (told,) = Page(page).values("data-told")
    return dict(json.loads(told))


def written(mistake: Judgement) -> list[str]:
    """How a reader meets it: size, verdict, money."""
    size = format_with_unit(mistake.estimate or 0.0, mistake.unit, "EUR")
    if mistake.low != mistake.high:
        size += f" ({format_range(mistake.low or 0.0, mistake.high or 0.0, mistake.unit, 'EUR')})"
    sums = mistake.money
    stake = f"{format_money_range(sums.low, sums.high, 'EUR')} {sums.kind}" if sums else ""
    return [size, mistake.verdict, stake]


def test_every_point_of_the_grid_in_the_page_equals_the_scenario() -> None:
    afresh, panel = WhatIf(BEAR), what_if_panel(steps())
    points = looked_up(html())["steps"]
    assert len(points) == panel.most - panel.least + 1 == len(steps().steps)
    for step, (moved, says, cells) in zip(steps().steps, points, strict=True):
        after = afresh.under(shift_spend(BEAR, step.per_cent))
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
    assert text == panel_script()
    assert f"content=\"{CSP}; script-src 'sha256-{digest}'\"" in html()
    assert Page(html()).live() == ["script", "input"]
    assert Page(html()).unbalanced == []
    assert len(panel_script().encode()) <= 2_048


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
    told = report_html(audit(BEAR), ReportContext(moving=replace(steps(), steps=tuple(near))))
    assert "No verdict turns, however much is moved." in Page(told).text


@pytest.mark.parametrize("attack", [*ATTACKS, '"\u2028</script><!--<script>'])
def test_no_text_gets_out_of_where_the_script_looks_it_up(attack: str) -> None:
    hostile = [replace(s, moved=attack, says=attack, headline=attack) for s in steps().steps]
    told = report_html(audit(BEAR), ReportContext(moving=SpendSteps(tuple(hostile), attack)))
    assert Page(told).live() == ["script", "input"]
    assert SCRIPT.findall(told) == [panel_script()]
    assert looked_up(told)["steps"][0][:2] == [attack, attack]


def test_nothing_that_a_client_wrote_is_in_the_panel() -> None:
    frames = dict(BEAR.frames)
    frames["campaigns"] = frames["campaigns"].assign(campaign=ATTACKS[0])
    named = spend_steps(replace(BEAR, name=ATTACKS[0], frames=frames))
    assert named is not None
    assert "alert" not in what_if_panel(named).told


def test_the_same_client_gives_the_same_bytes_and_a_small_page() -> None:
    again = spend_steps(BEAR)
    assert again is not None
    assert what_if_panel(again) == what_if_panel(steps())
    assert len(what_if_panel(again).told) < 50_000


def test_a_run_puts_it_into_its_reports(reports: Path) -> None:
    page = (reports / "sweet-corner" / "report.html").read_text(encoding="utf-8")
    assert SCRIPT.findall(page) == [panel_script()]
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


SAMPLES = Path(__file__).parents[2] / "datasets" / "clients"


@cache
def client(name: str) -> Client:
    return load(SAMPLES / name)


@cache
def told(name: str) -> SpendSteps:
    found = spend_steps(client(name))
    assert found is not None
    return found


def spend(client: Client) -> pd.Series:
    return client.table("campaigns").groupby("audience")["spend"].sum()


def said(mistakes: Iterable[Judgement]) -> list[object]:
    """The verdicts as findings.json has them."""
    return [to_json_types(vars(m) | {"money": m.money and vars(m.money)}) for m in mistakes]


def test_every_step_is_what_the_scenario_comes_to() -> None:
    afresh = WhatIf(client("bright-reader"))
    for step in told("bright-reader").steps:
        expected = afresh.under(shift_spend(afresh.client, step.per_cent)).mistakes
        assert said(step.mistakes.values()) == said(expected), step.moved


@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_step_is_what_the_audit_says_of_the_changed_tables(place: int) -> None:
    step = told("little-bear").steps[place]
    changed = apply_scenario(
        client("little-bear"), shift_spend(client("little-bear"), step.per_cent)
    )
    assert said(step.mistakes.values()) == said(judge_mistakes(Facts(changed)))


def test_the_middle_step_moves_nothing_and_says_what_the_audit_found() -> None:
    steps = told("little-bear")
    none = steps.steps[steps.nothing]
    assert (none.per_cent, none.says) == (0, NOTHING)
    assert said(none.mistakes.values()) == said(judge_mistakes(Facts(client("little-bear"))))


def test_steps_are_even_and_leave_both_audiences_something() -> None:
    bear, steps = client("little-bear"), told("little-bear").steps
    moves = [step.per_cent for step in steps]
    assert moves == list(range(moves[0], moves[-1] + 1, STEP))
    whole = spend(bear)
    for per_cent in (moves[0], moves[-1]):
        after = spend(apply_scenario(bear, shift_spend(bear, per_cent)))
        assert after.sum() == pytest.approx(whole.sum())
        shifted = after["consumer"] - whole["consumer"]
        assert shifted == pytest.approx(per_cent / 100 * whole.sum())
        assert 0 < after.min() <= whole.sum() * (STEP + 1) / 100


def test_a_step_says_in_words_what_moves_and_how_far_it_goes() -> None:
    steps = {step.per_cent: step for step in told("little-bear").steps}
    assert steps[-18].moved == "€60,500 from consumers to buyers"
    assert steps[-18].says.startswith("Buyers then get 38.2% of all spend, consumers 49.6%.")
    assert steps[-18].says.endswith(FAR)
    assert FAR not in steps[-2].says


def test_only_what_changes_is_shown() -> None:
    steps = told("moon-lamp")
    assert steps.ids == ("spend-off-say",)
    weighed = {step.mistakes["wrong-message"].estimate for step in steps.steps}
    assert len(weighed) == 1


def test_turns_name_the_steps_at_which_a_verdict_changes_going_away_from_none() -> None:
    steps = told("little-bear")
    turns = [step.per_cent for step in steps.turns]
    by_move = {step.per_cent: step.verdicts for step in steps.steps}
    for per_cent, verdicts in by_move.items():
        nearer = per_cent - STEP * (1 if per_cent > 0 else -1)
        turned = per_cent != 0 and verdicts != by_move[nearer]
        assert turned == (per_cent in turns)
    assert turns


def test_there_is_nothing_to_move_without_campaigns_for_both_or_between_one_person() -> None:
    bear = client("little-bear")
    assert spend_steps(replace(bear, frames={"survey": bear.table("survey")})) is None
    campaigns = bear.table("campaigns")
    for column, value in (("audience", "both"), ("spend", 0.0)):
        frames = dict(bear.frames) | {"campaigns": campaigns.assign(**{column: value})}
        assert spend_steps(replace(bear, frames=frames)) is None
    assert spend_steps(client("corner-coffee")) is None


def test_margin_is_told_only_where_every_campaign_that_gives_or_gets_says_what_it_brought() -> None:
    lamp = client("moon-lamp")
    rows = lamp.table("campaigns").assign(conversions=40.0, revenue=5_000.0, contacts=900.0)
    for sold, expected in ((40.0, True), (2.0, False)):
        rows.loc[rows.index[0], "conversions"] = sold
        frames = dict(lamp.frames) | {"campaigns": rows}
        found = spend_steps(replace(lamp, frames=frames, margin=0.4))
        assert found is not None
        brings = ["margin would change by" in s.says for s in found.steps if s.per_cent]
        assert brings == [expected] * len(brings)


def test_buyer_and_consumer_swapped_turn_the_steps_round() -> None:
    lamp, other = client("moon-lamp"), {"buyer": "consumer", "consumer": "buyer"}
    frames = dict(lamp.frames)
    for table, columns in (
        ("survey", ["role"]),
        ("influence", ["role", "informant"]),
        ("campaigns", ["audience"]),
    ):
        turned = {c: [other.get(x, x) for x in frames[table][c]] for c in columns}
        frames[table] = frames[table].assign(**turned)
    mirrored = spend_steps(replace(lamp, frames=frames))
    assert mirrored is not None
    for here, there in zip(told("moon-lamp").steps, reversed(mirrored.steps), strict=True):
        assert here.per_cent == -there.per_cent
        off = (_ends(step.mistakes["spend-off-say"]) for step in (here, there))
        assert next(off) == pytest.approx(next(off), rel=1e-9)


def _ends(mistake: Judgement) -> tuple[float | None, ...]:
    return mistake.estimate, mistake.low, mistake.high
