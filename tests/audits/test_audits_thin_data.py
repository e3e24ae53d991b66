"""Thin, flat and odd data: every audit answers or says what is missing, and none breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.audits.mistakes.test_judge import ALIKE, APART, CAMPAIGNS, made
from tests.clients import noisy_survey, points
from toolkit.audits import audit
from toolkit.client.model import Client
from toolkit.finding import Audit, Verdict

SURVEY = noisy_survey(60, APART, seed=3)


def without(rows: list[dict[str, Any]], item: str, role: str, keep: int) -> list[dict[str, Any]]:
    """The survey with only `keep` answers to one item left in one role."""
    left, out = keep, []
    for row in rows:
        if row["role"] == role and item in row:
            left -= 1
            row = row if left >= 0 else row | {item: None}
        out.append(row)
    return out


def weighted(rows: list[dict[str, Any]], heavy: int) -> list[dict[str, Any]]:
    """The survey with weight 0 for all but the first respondents."""
    return [row | {"weight": float(i < heavy)} for i, row in enumerate(rows)]


CASES: dict[str, Client] = {
    "three buyers rated performance": made(survey=without(SURVEY, "performance_fun", "buyer", 3)),
    "three buyers rated importance": made(survey=without(SURVEY, "importance_fun", "buyer", 3)),
    "one buyer rated importance": made(survey=without(SURVEY, "importance_fun", "buyer", 1)),
    "all weights are zero": made(survey=weighted(SURVEY, 0)),
    "four respondents have all weight": made(survey=weighted(SURVEY, 4)),
    "all points are zero": made(
        influence=[r for a in range(40) for r in points(a, "buyer", buyer=0, consumer=0)]
    ),
    "one respondent": made(survey=SURVEY[:1]),
    "one account": made(survey=SURVEY[:2]),
    "everybody straight-lines": made(
        survey=[
            r | {f"importance_{a}": 3.0 for a in ("price", "fun")}
            for r in noisy_survey(60, ALIKE, seed=5)
        ]
    ),
    "nothing is spent": made(campaigns=[c | {"spend": 0.0} for c in CAMPAIGNS]),
    "buyers alone answered": made(survey=[r for r in SURVEY if r["role"] == "buyer"]),
}


@pytest.fixture(params=CASES, scope="module")
def audited(request: pytest.FixtureRequest) -> Audit:
    return audit(CASES[request.param])


def test_no_audit_breaks(audited: Audit) -> None:
    assert {f.audit: f.why for f in audited.findings.values() if f.status == "failed"} == {}


def test_every_measure_has_a_finite_interval_around_its_value(audited: Audit) -> None:
    for finding in json.loads(audited.to_json())["audits"].values():
        for row in finding["measures"]:
            assert row["low"] <= row["value"] + 1e-9, row
            assert row["value"] <= row["high"] + 1e-9, row


def test_shares_and_points_stay_on_their_scale(audited: Audit) -> None:
    frame = audited.findings["motivations"].frame
    for name, most in (("importance", 1), ("performance", 100), ("value_delivered", 100)):
        rows = frame[frame["measure"] == name]
        assert (rows["low"] >= 0).all()
        assert (rows["high"] <= most).all()


@pytest.mark.parametrize(
    "case",
    ["three buyers rated performance", "all weights are zero", "four respondents have all weight"],
)
def test_what_too_few_answered_is_not_judged(case: str) -> None:
    mistake = audit(CASES[case]).mistake("consumer-ignored")
    assert mistake.verdict is Verdict.CANNOT_TELL
    assert mistake.needs is not None
    assert mistake.needs.table == "survey"


def test_an_attribute_hardly_rated_is_named_as_left_out() -> None:
    limits = audit(CASES["three buyers rated importance"]).findings["motivations"].limits
    assert any("Not rated for importance" in limit for limit in limits)


def test_nine_answers_to_one_item_hold_the_verdict_back() -> None:
    few = audit(made(survey=without(SURVEY, "performance_fun", "buyer", 9)))
    mistake = few.mistake("consumer-ignored")
    assert mistake.estimate is not None
    assert mistake.verdict is Verdict.CANNOT_TELL
    assert mistake.needs is not None
    assert (mistake.needs.rows or 0) >= 6


def test_where_nobody_has_a_say_few_accounts_are_enough_to_clear_it() -> None:
    silent = [r for a in range(6) for r in points(a, "buyer", buyer=50, consumer=50)]
    needs = audit(made(influence=silent)).mistake("missed-influencer").needs
    assert needs is not None
    assert needs.rows is not None
    assert needs.rows <= 2 * 120  # two rows an account


def test_when_judging_breaks_the_mistakes_say_so_and_nobody_is_told_all_is_well() -> None:
    broken = made(survey=[r | {"weight": float("inf")} for r in SURVEY])  # no reader lets it pass
    said = audit(broken)
    assert said.findings["mistakes"].status == "failed"
    assert "Our error" in said.mistake("consumer-ignored").why
    assert {m.verdict for m in said.mistakes} == {Verdict.CANNOT_TELL}
