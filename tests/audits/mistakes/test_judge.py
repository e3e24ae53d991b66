"""Mistakes on clients made by hand: estimates by formula, symmetry, what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import client, noisy_points, noisy_survey, points
from toolkit.audits import audit
from toolkit.audits.mistakes import ESTIMATORS
from toolkit.audits.mistakes import audit as audit_mistakes
from toolkit.client.model import Client
from toolkit.finding import Judgement, Verdict
from toolkit.measures.facts import Facts, require_measure

APART = {
    "buyer": {"importance_price": 4.5, "importance_fun": 2.0, "performance_price": 4.2}
    | {"performance_fun": 2.2},
    "consumer": {"importance_price": 2.0, "importance_fun": 4.5, "performance_price": 4.2}
    | {"performance_fun": 2.2},
}
ASKED = (  # what survey, influence and campaigns alone can tell
    "consumer-ignored",
    "buyer-ignored",
    "spend-off-say",
    "missed-influencer",
    "wrong-message",
    "same-message",
)
ALIKE = dict.fromkeys(APART, APART["buyer"])
CAMPAIGNS = [
    {"campaign": "Shelf", "audience": "buyer", "spend": 600.0, "claims": "price"},
    {"campaign": "Film", "audience": "consumer", "spend": 400.0, "claims": "fun"},
]
WRONG = [
    {"campaign": "Shelf", "audience": "buyer", "spend": 600.0, "claims": "fun"},
    {"campaign": "Film", "audience": "consumer", "spend": 400.0, "claims": "price"},
]


def made(middles: dict = APART, accounts: int = 200, **more: Any) -> Client:
    """A client with survey, influence and campaigns that say what they should."""
    tables = {
        "survey": noisy_survey(accounts, middles, seed=3),
        "influence": noisy_points(accounts, {"buyer": 0.55, "consumer": 0.35, "gatekeeper": 0.1}),
        "campaigns": CAMPAIGNS,
    }
    return client(**tables | more)


def judge(audited: Client, id: str) -> Judgement:
    """The verdict on one mistake."""
    return next(m for m in audit_mistakes(audited).mistakes if m.id == id)


def test_value_gap_is_the_difference_of_delivered_value_and_its_mirror() -> None:
    audited = made()
    value = require_measure(Facts(audited).served).value
    ours, mirror = judge(audited, "consumer-ignored"), judge(audited, "buyer-ignored")
    assert ours.estimate == pytest.approx(value[0] - value[1])
    assert ours.verdict is Verdict.FOUND
    assert mirror.estimate == pytest.approx(-ours.estimate)
    assert (mirror.low, mirror.high) == pytest.approx((-ours.high, -ours.low))
    assert mirror.verdict is Verdict.CLEAR


def test_swapping_buyer_and_consumer_flips_the_sign() -> None:
    other = {"buyer": "consumer", "consumer": "buyer"}
    rows = noisy_survey(200, APART, seed=3)
    swapped = made(survey=[r | {"role": other[r["role"]]} for r in rows])
    ours = judge(made(), "consumer-ignored")
    assert ours.estimate is not None
    assert judge(swapped, "consumer-ignored").estimate == pytest.approx(-ours.estimate)


def test_spend_off_say_is_half_the_sum_of_gaps_and_its_money_moves() -> None:
    audited = made()
    say = require_measure(Facts(audited).say).mean
    gaps = np.abs(np.array([0.6, 0.4, 0]) - [say[0], say[1], say[2] + say[3]])
    found = judge(audited, "spend-off-say")
    assert found.estimate == pytest.approx(gaps.sum() / 2)
    assert found.money is not None
    assert found.money.mid == pytest.approx(found.estimate * 1000)
    assert found.money.kind == "spend to move"


def test_missed_influencer_is_their_say_less_their_spend() -> None:
    rows = [
        *CAMPAIGNS,
        {"campaign": "Visit", "audience": "influencer", "spend": 250.0, "claims": None},
    ]
    audited = made(campaigns=rows)
    say = require_measure(Facts(audited).say).mean
    assert judge(audited, "missed-influencer").estimate == pytest.approx(say[3] - 0.2)


def test_wrong_message_is_found_when_claims_are_swapped_and_clear_when_right() -> None:
    right, wrong = judge(made(), "wrong-message"), judge(made(campaigns=WRONG), "wrong-message")
    assert right.verdict is Verdict.CLEAR
    assert right.estimate == pytest.approx(0)
    assert wrong.verdict is Verdict.FOUND
    assert wrong.money is not None
    assert wrong.money.mid == 1000  # every row fits the other role better


def test_same_message_is_found_when_both_hear_the_same_and_clear_when_not() -> None:
    both = [
        {"campaign": c, "audience": a, "spend": 500.0, "claims": "price;fun"}
        for c, a in (("Shelf", "buyer"), ("Film", "consumer"))
    ]
    found, clear = judge(made(campaigns=both), "same-message"), judge(made(), "same-message")
    weights = require_measure(Facts(made()).served).weights
    assert found.estimate == pytest.approx(np.abs(weights[0] - weights[1]).sum() / 2)
    assert (found.verdict, clear.verdict) == (Verdict.FOUND, Verdict.CLEAR)


def test_roles_that_weigh_alike_cannot_be_told_the_same_too_much() -> None:
    both = [{"campaign": "Fair", "audience": "both", "spend": 9.0, "claims": "price"}]
    assert judge(made(ALIKE, campaigns=both), "same-message").verdict is Verdict.CLEAR


@pytest.mark.parametrize("id", ESTIMATORS)
def test_without_any_table_a_mistake_names_one_to_bring(id: str) -> None:
    found = judge(client(), id)
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.estimate is None
    assert found.needs is not None
    assert found.why


@pytest.mark.parametrize("id", ASKED)
def test_a_missing_table_is_named_and_no_estimate_invented(id: str) -> None:
    tables = {"survey", "influence", "campaigns"}
    for gone in tables:
        full = made()
        frames = {t: full.frames[t] for t in tables - {gone}}
        found = judge(_with(full, frames), id)
        if found.estimate is None:
            assert found.verdict is Verdict.CANNOT_TELL
            assert found.needs is not None
            assert (found.needs.table, found.needs.rows) == (gone, None)
            assert found.why


def _with(audited: Client, frames: dict) -> Client:
    from dataclasses import replace

    return replace(audited, frames=frames)


def test_twenty_nine_accounts_are_too_few_and_thirty_are_not() -> None:
    few, enough = made(accounts=29), made(accounts=30)
    for id in ASKED:
        assert judge(few, id).verdict is Verdict.CANNOT_TELL
        assert judge(few, id).estimate is not None
        assert judge(few, id).p is None
        assert judge(enough, id).p is not None
    short = judge(few, "consumer-ignored").needs
    assert short is not None
    assert short.rows is not None
    assert short.rows >= 1


def test_an_undecided_mistake_says_how_many_more_would_decide() -> None:
    close = {**APART, "consumer": APART["consumer"] | {"importance_price": 3.9}}
    undecided = [
        m
        for accounts in (40, 80)
        for m in audit_mistakes(made(close, accounts=accounts)).mistakes
        if m.id in ESTIMATORS and m.verdict in (Verdict.SUSPECTED, Verdict.CANNOT_TELL)
    ]
    assert undecided
    assert all(m.needs is not None for m in undecided)
    assert any(m.needs and (m.needs.rows or 0) > 0 for m in undecided)


def test_where_buyer_and_consumer_are_one_five_mistakes_do_not_apply() -> None:
    rows = [
        {
            "order_id": f"o{i}",
            "date": pd.Timestamp("2024-05-01"),
            "buyer_id": f"b{i}",
            "amount": 5.0,
        }
        | {"bought_for": "self"}
        for i in range(200)
    ]
    judged = {m.id: m.verdict for m in audit_mistakes(made(purchases=rows)).mistakes}
    ruled_out = {id for id, verdict in judged.items() if verdict is Verdict.NOT_APPLICABLE}
    assert ruled_out == {
        "consumer-ignored",
        "buyer-ignored",
        "wrong-message",
        "same-message",
        "spend-off-say",
        "one-ear",
    }
    assert judged["missed-influencer"] is not Verdict.NOT_APPLICABLE


def test_the_level_changes_what_is_shown_and_no_verdict() -> None:
    wide, usual = made(settings={"level": 0.99}), made()
    for id in ESTIMATORS:
        a, b = judge(wide, id), judge(usual, id)
        assert (a.verdict, a.p_holm) == (b.verdict, b.p_holm)
    a, b = judge(wide, "consumer-ignored"), judge(usual, "consumer-ignored")
    assert a.low is not None
    assert b.low is not None
    assert a.low < b.low


def test_findings_are_the_same_bytes_every_time() -> None:
    assert audit(made()).to_json() == audit(made()).to_json()


def test_rows_of_one_account_are_one_witness() -> None:
    rows = noisy_survey(60, APART, seed=3)
    copies = [r | {"respondent_id": f"{r['respondent_id']}-{k}"} for r in rows for k in range(5)]
    once, often = (judge(made(survey=s), "consumer-ignored") for s in (rows, copies))
    assert once.low is not None
    assert often.low is not None
    assert often.low == pytest.approx(once.low)


def test_a_lone_informant_says_what_is_left_to_ask() -> None:
    lone = judge(made(influence=points(1, "buyer", buyer=60, consumer=40)), "spend-off-say")
    assert lone.verdict is Verdict.CANNOT_TELL
    assert "1 account" in lone.why
