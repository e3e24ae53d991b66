"""What a findings.json tells is read strictly, and what is refused says why.

What moved between two audits, and since.json that says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.report import handmade
from toolkit.catalogue import MISTAKE_TYPES, NOT_YET_BUILT
from toolkit.finding import Audit, Verdict
from toolkit.since import (
    DAMAGED,
    MISSING,
    AuditComparison,
    DamagedError,
    EarlierAudit,
    MistakeChange,
    PublishedAudit,
    context_changes,
    mistake_changes,
    read_findings,
)

FindingsContent = dict[str, Any]


def findings_content() -> FindingsContent:
    return dict(json.loads(handmade.audit().to_json()))


def test_what_an_audit_writes_is_read_back() -> None:
    audit = handmade.audit()
    found = read_findings(findings_content())
    assert list(found.mistakes) == list(MISTAKE_TYPES)
    assert found.mistakes["spend-off-say"].estimate == 0.36
    assert found.mistakes["spend-off-say"].money == audit.mistake("spend-off-say").money
    assert (found.client["currency"], found.level) == ("EUR", 0.95)
    assert found.tables == dict.fromkeys(audit.data, "ab" * 32)


def test_a_mistake_this_version_does_not_know_is_passed_over() -> None:
    content = findings_content()
    content["mistakes"].append(content["mistakes"][0] | {"id": "sold-to-the-dog"})
    assert list(read_findings(content).mistakes) == list(MISTAKE_TYPES)


def altered_content(change: Callable[[FindingsContent], object]) -> FindingsContent:
    content = findings_content()
    change(content)
    return content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, MISSING),
        ([], DAMAGED),
        ({}, DAMAGED),
        (altered_content(lambda f: f.update(format=2)), "Its format is 2; this version reads 1."),
        (altered_content(lambda f: f.pop("run")), DAMAGED),
        (altered_content(lambda f: f["run"].update(level=95)), DAMAGED),
        (altered_content(lambda f: f["run"].update(packages=["numpy"])), DAMAGED),
        (altered_content(lambda f: f["run"].update(toolkit=None)), DAMAGED),
        (altered_content(lambda f: f["data"].update(survey="csv")), DAMAGED),
        (altered_content(lambda f: f["client"].update(currency="\ud800")), DAMAGED),
        (altered_content(lambda f: f["mistakes"][0].update(low=True)), DAMAGED),
        (altered_content(lambda f: f["mistakes"][0].update(unit=7)), DAMAGED),
        (altered_content(lambda f: f["mistakes"].append(f["mistakes"][0])), DAMAGED),
    ],
)
def test_what_only_looks_like_findings_is_refused_in_words(content: object, why: str) -> None:
    with pytest.raises(DamagedError) as refused:
        read_findings(content)
    assert str(refused.value) == why


def read_audit(audit: Audit) -> PublishedAudit:
    return read_findings(json.loads(audit.to_json()))


def audit_with(id: str, **facts: Any) -> Audit:
    """The client by hand, with one mistake another one."""
    return handmade.audit(
        mistakes=tuple(replace(m, **facts) if m.id == id else m for m in handmade.verdicts())
    )


def change_of(id: str, then: Audit, now: Audit) -> MistakeChange:
    return next(
        change for change in mistake_changes(read_audit(then), read_audit(now)) if change.id == id
    )


NOW = handmade.audit()
ID = "consumer-ignored"  # found, 13.2 points (9.8 to 16.6)


def test_all_fifteen_are_told_in_the_order_of_the_catalogue() -> None:
    assert [change.id for change in mistake_changes(read_audit(NOW), read_audit(NOW))] == list(
        MISTAKE_TYPES
    )


def test_nothing_moved_between_an_audit_and_itself() -> None:
    for change in mistake_changes(read_audit(NOW), read_audit(NOW)):
        assert not change.verdict_changed
        assert not change.more_than_noise
        assert change.size is None or change.size.value == 0


def test_a_large_fall_is_more_than_noise_and_better() -> None:
    change = change_of(ID, audit_with(ID, estimate=25.0, low=21.6, high=28.4), NOW)
    assert change.size is not None
    assert change.size.value == pytest.approx(-11.8)
    assert (change.size.high - change.size.low) / 2 == pytest.approx(2**0.5 * 3.4)
    assert (change.more_than_noise, change.worse, change.verdict_changed) == (True, False, False)


def test_a_verdict_may_change_within_noise() -> None:
    change = change_of(
        ID, audit_with(ID, verdict=Verdict.SUSPECTED, estimate=11.0, low=4.0, high=18.0), NOW
    )
    assert (change.verdict_changed, change.more_than_noise) == (True, False)


def test_where_less_is_worse_a_fall_is_worse() -> None:
    then = audit_with(
        "phantom-segments", estimate=0.5, low=0.4, high=0.6, direction="below", why="told"
    )
    now = audit_with(
        "phantom-segments", estimate=0.1, low=0.0, high=0.2, direction="below", why="told"
    )
    assert change_of("phantom-segments", then, now).worse
    assert not change_of("phantom-segments", now, then).worse


def test_intervals_of_another_level_are_brought_to_95_percent_first() -> None:
    half = 3.4 / 1.959964 * 1.644854  # the same noise, shown at 90 %
    run = dict(NOW.run) | {"level": 0.9}
    then = replace(audit_with(ID, estimate=13.2, low=13.2 - half, high=13.2 + half), run=run)
    size = change_of(ID, then, NOW).size
    assert size is not None
    assert size.high == pytest.approx(2**0.5 * 3.4, rel=1e-5)


@pytest.mark.parametrize(
    ("then", "now", "why"),
    [
        (audit_with(ID, why=NOT_YET_BUILT), NOW, "It was not judged then."),
        (NOW, audit_with(ID, why=NOT_YET_BUILT), "It is not judged now."),
        (
            audit_with(ID, why=NOT_YET_BUILT),
            audit_with(ID, why=NOT_YET_BUILT),
            "It was judged neither time.",
        ),
        (audit_with(ID, estimate=None, low=None, high=None), NOW, "There was no estimate then."),
        (NOW, audit_with(ID, estimate=None, low=None, high=None), "There is no estimate now."),
        (audit_with(ID, unit="share"), NOW, "It was measured in another unit then."),
    ],
)
def test_what_cannot_be_compared_says_why(then: Audit, now: Audit, why: str) -> None:
    change = change_of(ID, then, now)
    assert (change.size, change.more_than_noise, change.why) == (None, None, why)


def test_sums_in_another_currency_are_not_compared() -> None:
    id = "clients-left"
    facts = {"estimate": 5.0, "low": 3.0, "high": 8.0, "why": "told"}
    now = audit_with(id, **facts)
    then = replace(now, client=dict(now.client) | {"currency": "USD"})
    assert change_of(id, now, now).size is not None
    assert change_of(id, then, now).why == "It was measured in another unit then."


def test_what_else_changed_is_named() -> None:
    run = dict(NOW.run) | {"toolkit": "0.0.9", "python": "3.11.1", "settings": {"seed": 2}}
    data = {"survey": handmade.source("survey.csv", 9, 9) | {"sha256": "cd" * 32}}
    then = replace(NOW, run=run, data=data | {"usage": handmade.source("usage.csv", 1, 1)})
    found = context_changes(read_audit(then), read_audit(NOW))
    assert (found.changed, found.gone) == (("survey",), ("usage",))
    assert set(found.added) == {"influence", "campaigns"}
    assert set(found.settings) == {"seed", "repeat_window_days", "thresholds"}
    assert (found.toolkit, found.software) == (("0.0.9", "0.1.0"), ("Python",))


def test_since_json_is_strict_and_sorted_and_the_same_again() -> None:
    earlier = EarlierAudit(date(2026, 5, 3), "earlier/2026-05-03")
    then = read_audit(
        audit_with(ID, verdict=Verdict.CLEAR, estimate=1.0, low=-1.0, high=3.0, threshold=8)
    )
    lost = (
        (EarlierAudit(date(2026, 6, 1), "earlier/2026-06-01"), "Its findings.json is damaged."),
    )
    text = AuditComparison.of(earlier, then, read_audit(NOW), lost).to_json()
    assert text == AuditComparison.of(earlier, then, read_audit(NOW), lost).to_json()
    content = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert text == json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
    assert content["since"] == {"date": "2026-05-03", "folder": "earlier/2026-05-03"}
    assert [lost["date"] for lost in content["unreadable"]] == ["2026-06-01"]
    row = next(row for row in content["mistakes"] if row["id"] == ID)
    assert (row["then"]["verdict"], row["now"]["verdict"]) == ("clear", "found")
    assert (row["then"]["threshold"], row["threshold_changed"]) == (8, True)
    assert row["more_than_noise"] is True
    assert row["change"]["low"] == pytest.approx(12.2 - (3.4**2 + 2.0**2) ** 0.5)
