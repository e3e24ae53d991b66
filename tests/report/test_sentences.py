"""The order of mistakes and the sentences made from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report import handmade
from toolkit.catalogue import NOT_YET_BUILT
from toolkit.finding import DataNeeds, Money, MoneyKind, Verdict
from toolkit.report.page.sentences import (
    money_at_stake,
    needs_words,
    opening_sentences,
    rank_mistakes,
    sample_words,
    threshold_multiple,
)


def test_unlike_kinds_of_money_are_never_added() -> None:
    money = [Money(1, 2, 3, "spend at risk"), Money(10, 20, 30, "margin per year")]
    sums = money_at_stake(replace(handmade.verdicts()[0], money=m) for m in money)
    assert [(s.kind, s.low, s.high) for s in sums] == [
        ("margin per year", 10, 30),
        ("spend at risk", 1, 3),
    ]


def at_stake(kind: MoneyKind, spend: float | None = None) -> tuple[float, float]:
    money = [Money(5, 6, 7, kind), Money(2, 9, 20, kind)]
    (total,) = money_at_stake((replace(handmade.verdicts()[0], money=m) for m in money), spend)
    return total.low, total.high


def test_spend_to_move_is_one_budget_and_never_added() -> None:
    assert at_stake("spend to move") == (5, 20)


def test_spend_at_risk_adds_up_and_never_beyond_the_whole_spend() -> None:
    assert at_stake("spend at risk") == (5, 27)
    assert at_stake("spend at risk", spend=1_000) == (5, 27)
    assert at_stake("spend at risk", spend=24) == (5, 24)
    assert at_stake("margin per year", spend=24) == (5, 27)


def test_the_headline_knows_the_whole_spend() -> None:
    mistakes = [
        replace(m, verdict=Verdict.FOUND, money=Money(1_000, 2_000, 3_000, "spend at risk"))
        for m in handmade.verdicts()
        if m.why != NOT_YET_BUILT
    ]
    audit = handmade.audit(mistakes=tuple(mistakes))
    assert opening_sentences(audit)[1] == "At stake: €1,000 to €18,000 spend at risk."
    assert opening_sentences(audit, 10_000)[1] == "At stake: €1,000 to €10,000 spend at risk."


def test_without_money_the_larger_multiple_of_the_threshold_comes_first() -> None:
    one = handmade.mistake("same-message", Verdict.FOUND, "x", estimate=0.15)
    two = handmade.mistake("consumer-ignored", Verdict.FOUND, "x", estimate=11.0)
    assert [m.id for m in rank_mistakes([one, two])] == ["consumer-ignored", "same-message"]


def test_where_less_is_worse_the_multiple_is_turned_round() -> None:
    segments = handmade.mistake("phantom-segments", Verdict.FOUND, "x", estimate=0.05)
    assert threshold_multiple(segments) == pytest.approx(2.0)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_there_are_always_three_sentences(verdict: Verdict) -> None:
    sentences = opening_sentences(handmade.with_verdict(verdict))
    assert len(sentences) == 3
    assert all(s[0].isupper() and s.endswith(".") and ".." not in s for s in sentences)


def test_the_least_to_bring_is_asked_for_first() -> None:
    needs = [
        DataNeeds("survey", "buyer", 900),
        DataNeeds("influence", None, 12),
        DataNeeds("survey", None, None),
    ]
    mistakes = [
        handmade.mistake(m.id, Verdict.CANNOT_TELL, "Too few.", needs=n)
        for m, n in zip(handmade.verdicts(), needs, strict=False)
    ]
    third = opening_sentences(handmade.audit(mistakes=tuple(mistakes)))[2]
    assert third == (
        "To learn more, bring about 12 more rows of the influence table (a row is what one person "
        "says of one role at one step)."
    )


def test_needs_are_said_in_the_words_of_the_table() -> None:
    assert needs_words(DataNeeds("survey", "consumer", 1)) == "about 1 more consumer in the survey"
    assert (
        needs_words(DataNeeds("levers", None, 1))
        == "about 1 more customer in the trial, treated or not"
    )
    assert needs_words(DataNeeds("influence", None, 1)).startswith(
        "about 1 more row of the influence"
    )


def first_sentence(*verdicts: Verdict) -> str:
    judged = [m for m in handmade.verdicts() if m.why != NOT_YET_BUILT][: len(verdicts)]
    mistakes = (replace(m, verdict=v) for m, v in zip(judged, verdicts, strict=True))
    return opening_sentences(handmade.audit(mistakes=tuple(mistakes)))[0]


def test_whatever_is_not_found_is_counted_in_plain_words() -> None:
    clear, open_, ruled_out = Verdict.CLEAR, Verdict.CANNOT_TELL, Verdict.NOT_APPLICABLE
    assert first_sentence() == "This version looks for none of the mistakes."
    assert first_sentence(ruled_out) == (
        "Of 1 mistake we looked for, none is found: 1 cannot be made here."
    )
    assert first_sentence(clear, open_, ruled_out, ruled_out) == (
        "Of 4 mistakes we looked for, none is found: 1 can be ruled out, 1 cannot be told yet and "
        "2 cannot be made here."
    )


def test_counts_behind_a_verdict_name_people_as_people() -> None:
    mistake = replace(handmade.verdicts()[0], n={"buyer": 1_240, "campaigns": 8})
    assert sample_words(mistake) == "1,240 buyers and 8 campaigns"
