"""The rule that turns numbers into verdicts, and what each mistake estimates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.audits.mistakes.effect import (
    DataGap,
    Effect,
    decide_verdict,
    judge_effects,
    withhold_verdict,
)
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.finding import DataNeeds, Verdict
from toolkit.stats.interval import Interval


def effect(value: float, low: float, high: float, p: float, **more: object) -> Effect:
    """An effect with the same interval shown and decisive."""
    interval = Interval(value, low, high, 100, "made by hand")
    return Effect(interval, interval, p, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "p_holm", "verdict"),
    [
        (effect(9, 6, 12, 0.001), 0.001, Verdict.FOUND),
        (effect(9, 4, 14, 0.06), 0.06, Verdict.SUSPECTED),
        (effect(2, -1, 4.9, 0.9), 1.0, Verdict.CLEAR),
        (effect(2, -1, 5.0, 0.9), 1.0, Verdict.CANNOT_TELL),
        (effect(9, 6, 12, 0.02), 0.06, Verdict.SUSPECTED),  # Holm undoes it
    ],
)
def test_the_rule_of_verdicts(found: Effect, p_holm: float, verdict: Verdict) -> None:
    assert decide_verdict(found, 5, p_holm) is verdict


@pytest.mark.parametrize(
    ("found", "p_holm", "verdict"),
    [
        (effect(2, 1, 4, 0.001), 0.001, Verdict.FOUND),
        (effect(4, 1, 7, 0.3), 0.3, Verdict.SUSPECTED),
        (effect(9, 5.1, 12, 0.9), 1.0, Verdict.CLEAR),
        (effect(9, 5.0, 12, 0.9), 1.0, Verdict.CANNOT_TELL),
        (effect(2, 1, 4, 0.02), 0.06, Verdict.SUSPECTED),
    ],
)
def test_where_less_is_worse_the_rule_is_mirrored(
    found: Effect, p_holm: float, verdict: Verdict
) -> None:
    assert decide_verdict(found, 5, p_holm, "below") is verdict
    mirrored = replace(found, decisive=-found.decisive if found.decisive else None)
    assert decide_verdict(mirrored, -5, p_holm) is verdict


def test_a_mistake_where_less_is_worse_says_on_which_side_it_lies() -> None:
    for value, low, high, p, side in (
        (0.02, 0.0, 0.06, 0.001, "surely below the 0.1"),
        (0.3, 0.2, 0.4, 1.0, "surely above the 0.1"),
        (0.06, 0.0, 0.14, 0.2, "probably below the 0.1"),
        (0.12, 0.0, 0.2, 0.8, "too uncertain"),
    ):
        judged = judge_effects(
            {"phantom-segments": effect(value, low, high, p)}, {}, one_person=False
        )
        assert judged[-1].direction == "below"
        assert side in judged[-1].why


def test_what_a_verdict_must_add_stands_at_the_end_of_its_sentence() -> None:
    judged = judge_effects(
        {"consumer-ignored": effect(9, 6, 12, 0.001, caution="mind the gap")}, {}, one_person=False
    )
    assert judged[0].why.endswith("; mind the gap.")


def test_holm_counts_the_mistakes_that_have_a_p_and_no_others() -> None:
    blocked = Effect(blocked=DataNeeds("survey", None, None), why="no survey")
    effects = {
        "consumer-ignored": effect(9, 6, 12, 0.02),
        "buyer-ignored": effect(-9, -12, -6, 0.99),
        "wrong-message": blocked,
    }
    judged = {m.id: m for m in judge_effects(effects, {}, one_person=False)}
    assert judged["consumer-ignored"].p_holm == pytest.approx(0.04)
    assert judged["consumer-ignored"].verdict is Verdict.FOUND
    assert judged["wrong-message"].p_holm is None
    assert judged["wrong-message"].verdict is Verdict.CANNOT_TELL


def test_a_mistake_that_cannot_be_made_leaves_the_family_of_tests() -> None:
    effects = {
        "consumer-ignored": effect(9, 6, 12, 0.001),
        "missed-influencer": effect(0.3, 0.2, 0.4, 0.04),
    }
    judged = {m.id: m for m in judge_effects(effects, {}, one_person=True)}
    assert judged["consumer-ignored"].verdict is Verdict.NOT_APPLICABLE
    assert judged["missed-influencer"].p_holm == pytest.approx(0.04)


def test_all_fifteen_come_in_the_order_of_the_catalogue_and_say_why() -> None:
    judged = judge_effects({}, {}, one_person=False)
    assert [m.id for m in judged] == list(MISTAKE_TYPES)
    assert {m.why for m in judged} == {"not in this version"}
    assert judged[-1].direction == "below"


def test_too_few_rows_show_the_estimate_but_never_judge_it() -> None:
    gap = DataGap(DataNeeds("survey", "consumer", None), "Only 12 consumers.", short=18)
    many, few = DataNeeds("survey", "consumer", 120), DataNeeds("survey", "consumer", 3)
    held = withhold_verdict(effect(9, 6, 12, 0.001, undecided=many), gap)
    assert (held.p, held.blocked) == (None, many)
    assert decide_verdict(held, 5, None) is Verdict.CANNOT_TELL
    assert withhold_verdict(effect(9, 6, 12, 0.001, undecided=few), gap).blocked == DataNeeds(
        "survey", "consumer", 18
    )


def test_a_client_may_set_its_own_threshold() -> None:
    judged = judge_effects(
        {"consumer-ignored": effect(9, 6, 12, 0.9)}, {"consumer-ignored": 20}, False
    )
    assert judged[0].threshold == 20
    assert judged[0].verdict is Verdict.CLEAR
