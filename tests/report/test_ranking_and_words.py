"""The order of mistakes and the sentences made from them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report import handmade
from toolkit.finding import Money, Needs, Verdict
from toolkit.report.ranking import excess, ranked, stakes
from toolkit.report.words import behind, needs_words, opening


def test_unlike_kinds_of_money_are_never_added() -> None:
    money = [Money(1, 2, 3, "spend at risk"), Money(10, 20, 30, "margin per year")]
    sums = stakes(replace(handmade.verdicts()[0], money=m) for m in money)
    assert [(s.kind, s.low, s.high) for s in sums] == [
        ("margin per year", 10, 30),
        ("spend at risk", 1, 3),
    ]


def test_like_sums_reach_from_the_largest_alone_to_all_together() -> None:
    money = [Money(5, 6, 7, "spend to move"), Money(2, 9, 20, "spend to move")]
    (total,) = stakes(replace(handmade.verdicts()[0], money=m) for m in money)
    assert (total.low, total.high) == (5, 27)


def test_without_money_the_larger_multiple_of_the_threshold_comes_first() -> None:
    one = handmade.mistake("same-message", Verdict.FOUND, "x", estimate=0.15)
    two = handmade.mistake("consumer-ignored", Verdict.FOUND, "x", estimate=11.0)
    assert [m.id for m in ranked([one, two])] == ["consumer-ignored", "same-message"]


def test_where_less_is_worse_the_multiple_is_turned_round() -> None:
    segments = handmade.mistake("phantom-segments", Verdict.FOUND, "x", estimate=0.05)
    assert excess(segments) == pytest.approx(2.0)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_there_are_always_three_sentences(verdict: Verdict) -> None:
    sentences = opening(handmade.with_verdict(verdict))
    assert len(sentences) == 3
    assert all(s[0].isupper() and s.endswith(".") and ".." not in s for s in sentences)


def test_the_least_to_bring_is_asked_for_first() -> None:
    needs = [
        Needs("survey", "buyer", 900),
        Needs("influence", None, 12),
        Needs("survey", None, None),
    ]
    mistakes = [
        handmade.mistake(m.id, Verdict.CANNOT_TELL, "Too few.", needs=n)
        for m, n in zip(handmade.verdicts(), needs, strict=False)
    ]
    third = opening(handmade.audit(mistakes=tuple(mistakes)))[2]
    assert third == (
        "To learn more, bring about 12 more reports of who has the say in the influence table."
    )


def test_needs_are_said_in_the_words_of_the_table() -> None:
    assert needs_words(Needs("survey", "consumer", 1)) == "about 1 more consumer in the survey"
    assert needs_words(Needs("levers", None, None)) == "trials in the levers table"


def test_counts_behind_a_verdict_name_people_as_people() -> None:
    mistake = replace(handmade.verdicts()[0], n={"buyer": 1_240, "campaigns": 8})
    assert behind(mistake) == "1,240 buyers and 8 campaigns"
