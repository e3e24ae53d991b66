"""What moved between two audits, and since.json that says so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.report import handmade
from toolkit.catalogue import KINDS, LATER
from toolkit.finding import Audit, Verdict
from toolkit.since.changes import Change, between, changes
from toolkit.since.since import Earlier, Since
from toolkit.since.told import Told, told


def read(audit: Audit) -> Told:
    return told(json.loads(audit.to_json()))


def other(id: str, **facts: Any) -> Audit:
    """The client by hand, with one mistake another one."""
    return handmade.audit(
        mistakes=tuple(replace(m, **facts) if m.id == id else m for m in handmade.verdicts())
    )


def moved(id: str, then: Audit, now: Audit) -> Change:
    return next(change for change in changes(read(then), read(now)) if change.id == id)


NOW = handmade.audit()
ID = "consumer-ignored"  # found, 13.2 points (9.8 to 16.6)


def test_all_fifteen_are_told_in_the_order_of_the_catalogue() -> None:
    assert [change.id for change in changes(read(NOW), read(NOW))] == list(KINDS)


def test_nothing_moved_between_an_audit_and_itself() -> None:
    for change in changes(read(NOW), read(NOW)):
        assert not change.verdict_changed
        assert not change.more_than_noise
        assert change.size is None or change.size.value == 0


def test_a_large_fall_is_more_than_noise_and_better() -> None:
    change = moved(ID, other(ID, estimate=25.0, low=21.6, high=28.4), NOW)
    assert change.size is not None
    assert change.size.value == pytest.approx(-11.8)
    assert (change.size.high - change.size.low) / 2 == pytest.approx(2**0.5 * 3.4)
    assert (change.more_than_noise, change.worse, change.verdict_changed) == (True, False, False)


def test_a_verdict_may_change_within_noise() -> None:
    change = moved(ID, other(ID, verdict=Verdict.SUSPECTED, estimate=11.0, low=4.0, high=18.0), NOW)
    assert (change.verdict_changed, change.more_than_noise) == (True, False)


def test_where_less_is_worse_a_fall_is_worse() -> None:
    then = other("phantom-segments", estimate=0.5, low=0.4, high=0.6, direction="below", why="told")
    now = other("phantom-segments", estimate=0.1, low=0.0, high=0.2, direction="below", why="told")
    assert moved("phantom-segments", then, now).worse
    assert not moved("phantom-segments", now, then).worse


def test_intervals_of_another_level_are_brought_to_95_percent_first() -> None:
    half = 3.4 / 1.959964 * 1.644854  # the same noise, shown at 90 %
    run = dict(NOW.run) | {"level": 0.9}
    then = replace(other(ID, estimate=13.2, low=13.2 - half, high=13.2 + half), run=run)
    size = moved(ID, then, NOW).size
    assert size is not None
    assert size.high == pytest.approx(2**0.5 * 3.4, rel=1e-5)


@pytest.mark.parametrize(
    ("then", "now", "why"),
    [
        (other(ID, why=LATER), NOW, "It was not judged then."),
        (NOW, other(ID, why=LATER), "It is not judged now."),
        (other(ID, why=LATER), other(ID, why=LATER), "It was judged neither time."),
        (other(ID, estimate=None, low=None, high=None), NOW, "There was no estimate then."),
        (NOW, other(ID, estimate=None, low=None, high=None), "There is no estimate now."),
        (other(ID, unit="share"), NOW, "It was measured in another unit then."),
    ],
)
def test_what_cannot_be_compared_says_why(then: Audit, now: Audit, why: str) -> None:
    change = moved(ID, then, now)
    assert (change.size, change.more_than_noise, change.why) == (None, None, why)


def test_sums_in_another_currency_are_not_compared() -> None:
    id = "clients-left"
    facts = {"estimate": 5.0, "low": 3.0, "high": 8.0, "why": "told"}
    now = other(id, **facts)
    then = replace(now, client=dict(now.client) | {"currency": "USD"})
    assert moved(id, now, now).size is not None
    assert moved(id, then, now).why == "It was measured in another unit then."


def test_what_else_changed_is_named() -> None:
    run = dict(NOW.run) | {"toolkit": "0.0.9", "python": "3.11.1", "settings": {"seed": 2}}
    data = {"survey": handmade.source("survey.csv", 9, 9) | {"sha256": "cd" * 32}}
    then = replace(NOW, run=run, data=data | {"usage": handmade.source("usage.csv", 1, 1)})
    found = between(read(then), read(NOW))
    assert (found.changed, found.gone) == (("survey",), ("usage",))
    assert set(found.added) == {"influence", "campaigns"}
    assert set(found.settings) == {"seed", "repeat_window_days", "thresholds"}
    assert (found.toolkit, found.software) == (("0.0.9", "0.1.0"), ("Python",))


def test_since_json_is_strict_and_sorted_and_the_same_again() -> None:
    earlier = Earlier(date(2026, 5, 3), "earlier/2026-05-03")
    then = read(other(ID, verdict=Verdict.CLEAR, estimate=1.0, low=-1.0, high=3.0, threshold=8))
    lost = ((Earlier(date(2026, 6, 1), "earlier/2026-06-01"), "Its findings.json is damaged."),)
    text = Since.of(earlier, then, read(NOW), lost).to_json()
    assert text == Since.of(earlier, then, read(NOW), lost).to_json()
    content = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert text == json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
    assert content["since"] == {"date": "2026-05-03", "folder": "earlier/2026-05-03"}
    assert [lost["date"] for lost in content["unreadable"]] == ["2026-06-01"]
    row = next(row for row in content["mistakes"] if row["id"] == ID)
    assert (row["then"]["verdict"], row["now"]["verdict"]) == ("clear", "found")
    assert (row["then"]["threshold"], row["threshold_changed"]) == (8, True)
    assert row["more_than_noise"] is True
    assert row["change"]["low"] == pytest.approx(12.2 - (3.4**2 + 2.0**2) ** 0.5)
