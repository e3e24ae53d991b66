"""What a reader sees of a scenario: panels, verdicts that turn, sentences."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.model import Client
from toolkit.stats.interval import Interval
from toolkit.whatif.html import (
    change_summary_html,
    comparison_fragments,
    comparison_page,
    interval_bars,
    style_sheet,
)
from toolkit.whatif.panels import PANELS, panel_content, panel_mistakes
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.sentences import OBSERVED, change_sentences, scenario_sentences
from toolkit.whatif.whatif import WhatIf

MOVED = Scenario(
    name="Half the gap",
    spend={"audience": {"buyer": 1.3, "consumer": 0.9}},
    claims={"Take It Home": ("price",)},
    price=0.95,
    lift={"consumer": {"price": 8}},
    levers={"incentive": 2},
    assumptions={"fear_of_missing_out": 0.1, "regret": 0.2},
)


def test_every_mistake_is_shown_in_one_panel() -> None:
    shown = Counter(id for panel in PANELS for id in panel_mistakes(panel))
    assert shown == dict.fromkeys(MISTAKE_TYPES, 1)
    assert [*PANELS] == ["money", "message", "price", "loyalty", "clients"]


def test_where_nothing_changes_before_and_after_are_the_same(bright_if: WhatIf) -> None:
    seen = bright_if.observed
    for id in PANELS:
        shown = panel_content(id, seen, seen)
        assert all(number.before == number.after for number in shown.numbers)
    assert change_sentences(seen, seen) == ("No verdict, no effect and no money at stake changes.",)
    assert scenario_sentences(Scenario(), bright_if.client) == (OBSERVED,)


@pytest.mark.parametrize(
    ("id", "label", "unit"),
    [
        ("money", "Spend on buyers", "currency"),
        ("money", "More margin, by what the campaigns brought", "currency"),
        ("message", "What buyers hear fits what they weigh", "fit"),
        ("price", "Margin a year", "currency"),
        ("loyalty", "Value delivered to consumers", "points"),
        ("clients", "The lever “incentive” brings in all", "currency"),
        ("clients", "“Only today”, per 100 first orders", "currency"),
    ],
)
def test_each_panel_shows_what_its_part_of_the_scenario_moves(
    id: str, label: str, unit: str, bright_if: WhatIf
) -> None:
    shown = panel_content(id, bright_if.observed, bright_if.under(MOVED))
    number = next(n for n in shown.numbers if n.label == label)
    assert number.unit == unit
    assert number.after is not None
    assert number.before != number.after


def test_the_first_sentence_names_the_verdicts_that_turn(bright_if: WhatIf) -> None:
    after = bright_if.under(Scenario(thresholds={"spend-off-say": 0.5}))
    first, *rest = change_sentences(bright_if.observed, after)
    assert first == "1 verdict changes. Now clear: spend off say."
    assert rest[0].startswith("Spend off say: suspected becomes clear")
    assert "suspected</span>" in change_summary_html(bright_if.observed, after)
    assert "becomes" in change_summary_html(bright_if.observed, after)


def test_drawings_say_in_words_what_they_show(bright_if: WhatIf) -> None:
    html = comparison_page(bright_if.observed, bright_if.under(MOVED))
    drawings = re.findall(r'<div class="bars"[^>]*>', html)
    assert len(drawings) > len(MISTAKE_TYPES)
    assert all('role="img"' in d and "before" in d and "after" in d for d in drawings)
    assert 'role="status" aria-live="polite"' in html
    assert html == comparison_page(bright_if.observed, bright_if.under(MOVED))


def test_what_a_client_wrote_cannot_become_part_of_the_page(bright: Client) -> None:
    evil = "<img src=x onerror=alert(1)>"
    rows = bright.table("campaigns").assign(campaign=evil)
    attributes = {id: replace(a, label=evil) for id, a in bright.attributes.items()}
    frames = dict(bright.frames) | {"campaigns": rows}
    client = replace(bright, name=evil, currency="EUR", attributes=attributes, frames=frames)
    whatif = WhatIf(client, draws=200)
    scenario = Scenario(
        name=evil,
        spend={"campaign": {evil: 2.0}},
        claims={evil: ("price",)},
        audiences={evil: "both"},
        lift={"consumer": {"price": 3}},
    )
    html = comparison_page(whatif.observed, whatif.under(scenario))
    assert "<img" not in html
    assert "&lt;img" in html


def test_the_page_is_whole_and_mirrors_itself_for_other_scripts(bright_if: WhatIf) -> None:
    html = comparison_page(bright_if.observed, bright_if.under(MOVED))
    assert not re.search(r"(src|href)=|url\(|@import|<script", html)
    assert not re.search(r"\b(left|right|margin-top|padding-left|width)\s*:", style_sheet())
    assert set(comparison_fragments(bright_if.observed, bright_if.observed)) == {"summary", *PANELS}


def test_a_language_without_text_yet_is_said_so(bright_if: WhatIf) -> None:
    seen = bright_if.observed
    assert "no Persian text yet" in comparison_fragments(seen, seen, "fa")["summary"]
    assert "text yet" not in comparison_fragments(seen, seen)["summary"]


def test_bars_lie_where_their_numbers_lie() -> None:
    html = interval_bars(Interval(5, 0, 10, 9, ""), Interval(10, 8, 12, 9, ""), "says", line=4)
    at = [float(x) for x in re.findall(r"inset-inline-start:([\d.]+)%", html)]
    span, mark, after_span, after_mark, line, *scale = at
    assert span < line < mark < after_span < after_mark
    assert re.findall(r"<bdi[^>]*>([^<]*)", html) == ["0", "5", "10"]
    assert scale == [span, mark, after_mark], "the numbers of the scale stand where they belong"
    assert interval_bars(None, None, "says") == ""
    assert interval_bars(Interval(1, -float("inf"), 2, 1, ""), None, "says") == ""
