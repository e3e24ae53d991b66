"""The ruler says where an interval lies against its threshold."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.charts.ruler import HARMFUL, HARMLESS, WIDTH, ruler_svg, ruler_text
from toolkit.finding import Judgement, Verdict


def mistake(estimate: float | None, low: float | None, high: float | None) -> Judgement:
    kind = MISTAKE_TYPES["consumer-ignored"]
    facts = {"estimate": estimate, "low": low, "high": high}
    return Judgement(kind.id, Verdict.FOUND, "", 5, "points", kind.advice, kind.claims, **facts)


def drawn(one: Judgement) -> ElementTree.Element:
    return ElementTree.fromstring(ruler_svg(one, "EUR"))


def bar(one: Judgement) -> tuple[float, float]:
    rect = drawn(one).findall("rect")[2]
    left = float(rect.get("x", ""))
    return left, left + float(rect.get("width", ""))


def line(one: Judgement) -> float:
    zone = drawn(one).findall("rect")[1]
    return float(zone.get("x", ""))


def test_there_is_no_ruler_without_an_estimate() -> None:
    assert ruler_svg(mistake(None, None, None)) == ""


def test_all_numbers_are_written_and_spoken() -> None:
    one = mistake(13.2, 9.8, 16.6)
    words = [t.text for t in drawn(one).findall("text")]
    assert words == ["clear", "found", "cannot tell", "13.2 (9.8 to 16.6)", "threshold 5"]
    assert "13.2\u00a0points, interval 9.8 to 16.6, threshold 5." in ruler_text(one)
    assert drawn(one).get("role") == "img"


@pytest.mark.parametrize(
    ("low", "high"), [(9.8, 16.6), (-200.0, -3.0), (5.01, 5.02), (-9.0, 900.0)]
)
def test_the_bar_lies_on_the_side_of_the_line_where_the_interval_lies(low, high) -> None:
    one = mistake((low + high) / 2, low, high)
    left, right = bar(one)
    assert (left > line(one)) == (low > 5)
    assert (right > line(one)) == (high > 5)
    assert 0 <= left < right <= WIDTH


def test_where_less_is_worse_the_zones_change_sides() -> None:
    above = drawn(mistake(13.2, 9.8, 16.6))
    below = drawn(replace(mistake(13.2, 9.8, 16.6), direction="below"))
    assert [r.get("fill") for r in above.findall("rect")[:2]] == [HARMLESS, HARMFUL]
    assert [r.get("fill") for r in below.findall("rect")[:2]] == [HARMFUL, HARMLESS]
    assert [t.text for t in below.findall("text")[:2]] == ["found", "clear"]


def test_an_estimate_without_interval_is_a_tick() -> None:
    text = ruler_svg(mistake(7.0, None, None))
    assert ">7<" in re.sub(r"\s", "", text)
