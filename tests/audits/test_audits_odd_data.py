"""Odd data that a reader lets pass: one of a kind, all alike, nothing at all. No audit breaks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import toolkit
from toolkit.audits import feedback, mistakes
from toolkit.audits.mistakes.effect import Effect, judge_effects
from toolkit.client.model import Client
from toolkit.finding import Audit, DataNeeds, Finding, Judgement, Verdict
from toolkit.measures.campaign_response import segment_responses
from toolkit.measures.facts import Facts
from toolkit.measures.influence import influence_shares, misallocated_share, spend_versus_say
from toolkit.models.diffusion import life_stage
from toolkit.models.response import lost_share, response_spread
from toolkit.stats.interval import CannotTell, Interval

GYM = toolkit.load(Path(__file__).parents[2] / "datasets" / "clients" / "iron-gym")
ONE_OF_MANY = re.compile(r"\b1 (accounts|buyers|consumers|months|days|rows|campaign rows|texts)\b")
UNSAID = re.compile(r"\b(nan|inf|None|NaT)\b")


def with_column(table: str, column: str, value: object) -> Client:
    """The gym with one column of a table set to a value, or to a value for each row."""
    frame = GYM.frames[table]
    return with_table(table, frame.assign(**{column: value}).astype({column: frame[column].dtype}))


def with_table(table: str, frame: pd.DataFrame) -> Client:
    """The gym with another table in place of its own."""
    return replace(GYM, frames=dict(GYM.frames) | {table: frame.reset_index(drop=True)})


def first_weight(others: float) -> list[float]:
    """Survey weights: 9e14 for the first respondent, the same small one for all others."""
    return [9e14] + [others] * (len(GYM.frames["survey"]) - 1)


def judged(client: Client, id: str) -> Judgement:
    """The verdict on one mistake, without the other audits."""
    return next(m for m in mistakes.audit(client).mistakes if m.id == id)


WHOLE: dict[str, Callable[[], Client]] = {
    "consumers did not answer": lambda: with_column("survey", "role", "buyer"),
    "nobody's answer counts": lambda: with_column("survey", "weight", 0.0),
    "one respondent has all weight": lambda: with_column("survey", "weight", first_weight(1.0)),
    "the survey has one account": lambda: with_column("survey", "account_id", "a"),
    "everybody acted": lambda: with_column(
        "campaigns", "conversions", GYM.frames["campaigns"]["contacts"]
    ),
    "nothing was paid": lambda: with_column("purchases", "amount", 0.0),
}


@pytest.fixture(params=WHOLE, scope="module")
def audited(request: pytest.FixtureRequest) -> Audit:
    return toolkit.audit(WHOLE[request.param]())


def sentences(audited: Audit) -> Iterator[str]:
    """Everything a reader is told in words."""
    for finding in audited.findings.values():
        yield from (finding.answer, *finding.limits)
    for mistake in audited.mistakes:
        yield from (mistake.why, mistake.money_why or "")


def test_no_audit_breaks_on_what_the_reader_lets_pass(audited: Audit) -> None:
    assert {f.audit: f.why for f in audited.findings.values() if f.status == "failed"} == {}


def test_shares_stay_between_nothing_and_all_with_their_value_inside(audited: Audit) -> None:
    signed = {"profile", "importance_gap", "linkage", "mediation", "lever_lift", "moves_repurchase"}
    for finding in json.loads(audited.to_json())["audits"].values():
        for row in finding["measures"]:
            assert row["low"] - 1e-9 <= row["value"] <= row["high"] + 1e-9, row
            if row["unit"] == "share" and row["name"] not in signed:
                assert row["low"] >= 0, row
                assert row["high"] <= 1, row


def test_what_is_not_decided_says_what_to_bring(audited: Audit) -> None:
    open_ones = {Verdict.SUSPECTED, Verdict.CANNOT_TELL}
    asks = [m.needs for m in audited.mistakes if m.verdict in open_ones]
    assert all(needs is not None for needs in asks)
    assert all(needs.rows is None or needs.rows > 0 for needs in asks if needs)


def test_sentences_count_one_as_one_and_never_say_nan(audited: Audit) -> None:
    told = [s for s in sentences(audited) if ONE_OF_MANY.search(s) or UNSAID.search(s)]
    assert told == []


def test_all_weight_on_one_respondent_decides_nothing() -> None:
    found = judged(with_column("survey", "weight", first_weight(1.0)), "consumer-ignored")
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.needs == DataNeeds("survey", None, None)
    assert "on a few respondents" in found.why


def test_where_all_are_equally_satisfied_no_bridge_is_built() -> None:
    found = feedback.audit(with_column("survey", "satisfaction", 0.0))
    assert _bridge(found).empty
    assert any("equally satisfied" in limit for limit in found.limits)


def _bridge(found: Finding) -> pd.DataFrame:
    return found.measure("moves_satisfaction")


@pytest.mark.parametrize(("acted", "who"), [(0.0, "Nobody"), (1.0, "Everybody")])
def test_segments_of_which_all_or_none_acted_cannot_be_told_apart(acted: float, who: str) -> None:
    reached = np.array([5_000.0, 7_000.0])
    found = response_spread(reached, acted * reached)
    assert isinstance(found, CannotTell)
    assert found.why.startswith(who)


def test_a_little_less_than_needed_is_not_rounded_up_to_it() -> None:
    few = response_spread([496.0, 5_000.0], [5.0, 50.0])
    fewer = lost_share([[998.0, 9_002.0]], [[100.0, 900.0]])
    assert isinstance(few, CannotTell)
    assert isinstance(fewer, CannotTell)
    assert "expects 4.9 conversions; 5 are" in few.why
    assert "expects 99 conversions; 100 are" in fewer.why


def test_accounts_that_paid_nothing_are_not_said_to_be_watched_too_shortly() -> None:
    why = judged(with_column("purchases", "amount", 0.0), "hostages").money_why
    assert why == "These accounts paid nothing, so no revenue is at stake."


def test_feedback_in_which_all_speak_alike_is_not_taken_for_certain() -> None:
    alike = Facts(with_column("feedback", "role", "both"))
    found = mistakes.mistake_effect(alike, "one-ear", 0.20)
    assert found.undecided is not None
    assert (found.undecided.rows or 0) > 100


def test_an_open_verdict_never_asks_for_no_rows() -> None:
    wide = Interval(0.2, 0.0, 0.4, 60, "any")
    none = Effect(shown=wide, decisive=wide, p=0.2, undecided=DataNeeds("feedback", None, 0))
    found = next(m for m in judge_effects({"one-ear": none}, {}, False) if m.id == "one-ear")
    assert found.needs == DataNeeds("feedback", None, 1)


def test_a_turn_lies_within_its_interval_where_two_days_hold_all_purchases() -> None:
    turns = life_stage([130.0, *[0.0] * 20, 130.0], draws=200, seed=1).turns
    again = life_stage([260.0, *[0.0] * 20, 3.0], draws=200, seed=1).turns
    found = [*turns.values(), *again.values()]
    assert found
    assert all(turn.low <= turn.value <= turn.high for turn in found)


def test_spend_off_the_say_of_five_accounts_stays_a_share() -> None:
    rows = [
        {"account_id": str(a), "informant": "buyer", "informant_id": "b", "role": role}
        | {"points": float((a < 2) == (role == "buyer")), "stage": None}
        for a in range(5)
        for role in ("buyer", "consumer")
    ]
    told = influence_shares(pd.DataFrame(rows), 400, np.random.SeedSequence(1))
    assert told is not None
    assert misallocated_share(spend_versus_say(told, np.array([1.0, 0.0, 0.0])), 0.999).high <= 1


def test_campaigns_that_end_before_they_begin_have_no_length() -> None:
    campaigns = GYM.frames["campaigns"]
    late, early = campaigns["end"].max(), campaigns["start"].min()
    told = segment_responses(campaigns.assign(start=late, end=early))
    assert told is not None
    assert told.days is None
