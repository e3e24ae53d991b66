"""Responses as the campaigns table tells them: sums by hand, what cannot be used, reversals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import frame
from toolkit.measures.campaign_response import SegmentResponses, segment_responses
from toolkit.stats.interval import CannotTell


def row(campaign: str, segment: str | None, contacts: float, acted: float, **more: Any) -> dict:
    """A row of campaigns with its result."""
    told = {"campaign": campaign, "audience": "buyer", "spend": 100.0, "segment": segment}
    return told | {"contacts": contacts, "conversions": acted} | more


ROWS = [
    row("A", "town", 10_000, 400, revenue=800.0),
    row("B", "town", 5_000, 100),
    row("A", "country", 8_000, 160, revenue=320.0),
    row("B", "country", 2_000, 120),
    row("B", "country", 2_000, 80),
]


def told(rows: list[dict]) -> SegmentResponses:
    """The responses of rows that hold some."""
    found = segment_responses(frame("campaigns", rows))
    assert found is not None
    return found


def test_rows_of_one_campaign_in_one_segment_are_added_up() -> None:
    found = told(ROWS)
    assert (found.segments, found.campaigns) == (("town", "country"), ("A", "B"))
    assert found.contacts.tolist() == [[10_000, 5_000], [8_000, 4_000]]
    assert found.conversions.tolist() == [[400, 100], [160, 200]]
    assert found.spend.tolist() == [[100, 100], [100, 200]]
    assert found.revenue_per_conversion == pytest.approx(2.0)
    assert found.rows == 5


def test_rows_that_do_not_say_who_was_reached_and_acted_are_counted_and_left_out() -> None:
    silent = [
        row("C", "town", np.nan, np.nan),
        row("C", "town", 100, np.nan),
        row("C", "town", 0, 0),
        row("C", "town", 10, 11),
    ]
    found = told([*ROWS, *silent, row("D", None, 9_000, 90)])
    assert (found.rows, found.unused) == (5, 4)
    assert found.campaigns == ("A", "B")
    assert segment_responses(frame("campaigns", silent)) is None


def test_the_time_is_from_first_start_to_last_end_and_unknown_where_a_row_has_none() -> None:
    days = pd.to_datetime(["2024-01-01", "2024-12-30", "2024-12-31"])
    dated = [row("A", "town", 1_000, 40, start=days[0], end=days[1])]
    later = row("B", "town", 1_000, 40, start=days[1], end=days[2])
    assert told([*dated, later]).days == 366
    assert told([*dated, ROWS[1]]).days is None


def test_drawn_by_lot_only_where_every_row_was() -> None:
    drawn = [r | {"randomised": "yes"} for r in ROWS]
    assert told(drawn).randomised
    assert not told([*drawn[:-1], drawn[-1] | {"randomised": "no"}]).randomised
    assert not told(ROWS).randomised


def test_a_segment_with_one_campaign_is_not_compared() -> None:
    found = told([*ROWS, row("A", "coast", 50_000, 2_000)])
    assert found.compared.tolist() == [True, True, False]
    assert not isinstance(found.lost, CannotTell)
    assert found.lost.value == pytest.approx(told(ROWS).lost.value)  # type: ignore[union-attr]


def test_the_order_of_rows_changes_no_number() -> None:
    straight, turned = told(ROWS), told(ROWS[::-1])
    assert straight.lost.value == pytest.approx(turned.lost.value)  # type: ignore[union-attr]
    assert straight.spread.value == pytest.approx(turned.spread.value)  # type: ignore[union-attr]


def test_a_campaign_ahead_only_because_of_whom_it_reached_is_named() -> None:
    crowded = [
        row("A", "willing", 20_000, 2_000),
        row("A", "unwilling", 2_000, 20),
        row("B", "willing", 2_000, 260),
        row("B", "unwilling", 20_000, 400),
    ]
    assert told(crowded).turned == ("A", "B")
    assert told(ROWS).turned is None
    assert told(crowded[:1] + crowded[3:]).turned is None  # no segment had both
