"""Which targeting mistakes are there, how sure, what is at stake, what next?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from toolkit.audits.mistakes.effect import DataGap, Effect, judge_effects, withhold_verdict
from toolkit.audits.mistakes.feedback import need_feedback, need_influence_of_either, one_ear
from toolkit.audits.mistakes.levers import (
    chasing_one_offs,
    clients_left,
    need_client_value,
    need_trial_of_costliest,
    need_tried_lever,
    need_underused_lever,
    no_client_to_win,
)
from toolkit.audits.mistakes.loyalty import (
    hostages,
    need_satisfied_repeaters,
    need_usage,
    sold_not_used,
)
from toolkit.audits.mistakes.messages import same_message, wrong_message
from toolkit.audits.mistakes.money import (
    first_sale_only,
    missed_influencer,
    need_certain_stage,
    need_readable_stage,
    need_revenue,
    need_spend_dates,
    need_spend_phase,
    spend_off_say,
    stage_mismatch,
)
from toolkit.audits.mistakes.needs import (
    need_claims_to_both_roles,
    need_claims_to_one_role,
    need_importance_of_both,
    need_influence,
    need_performance_of_both,
    need_spend,
    need_survey_of_both,
)
from toolkit.audits.mistakes.segments import (
    need_response,
    need_several_campaigns,
    need_several_segments,
    phantom_segments,
    wrong_audience,
)
from toolkit.audits.mistakes.served import buyer_ignored, consumer_ignored
from toolkit.catalogue import AUDITS, MISTAKE_TYPES
from toolkit.client.model import Client
from toolkit.finding import MEASURE_COLUMNS, Finding, Judgement, Verdict
from toolkit.measures.cautions import (
    informant_cautions,
    left_out_cautions,
    response_cautions,
    reversal_cautions,
)
from toolkit.measures.facts import Facts
from toolkit.measures.simpson_reversal import VALUE
from toolkit.wording import count_with_noun, join_words

Need = Callable[[Facts], DataGap | None]


@dataclass(frozen=True)
class MistakeEstimator:
    """How one mistake is estimated, and what must be there first (asked in this order).

    `ruled_out` says why a client cannot make it at all, None where it can.
    """

    estimate: Callable[[Facts, float], Effect]
    needs: tuple[Need, ...]
    ruled_out: Callable[[Facts], str | None] | None = None


NEEDS_OF_SERVICE = (need_survey_of_both, need_importance_of_both, need_performance_of_both)
NEEDS_OF_SPEND = (need_influence, need_spend)
NEEDS_OF_FIT = (need_survey_of_both, need_importance_of_both, need_spend, need_claims_to_one_role)
NEEDS_OF_ALIKE = (
    need_survey_of_both,
    need_importance_of_both,
    need_spend,
    need_claims_to_both_roles,
)
NEEDS_OF_CHASING = (need_tried_lever, need_client_value, need_trial_of_costliest)
NEEDS_OF_EXTENDING = (need_tried_lever, need_client_value, need_underused_lever)
ESTIMATORS: dict[str, MistakeEstimator] = {
    "consumer-ignored": MistakeEstimator(consumer_ignored, NEEDS_OF_SERVICE),
    "buyer-ignored": MistakeEstimator(buyer_ignored, NEEDS_OF_SERVICE),
    "first-sale-only": MistakeEstimator(first_sale_only, (need_spend_phase, need_revenue)),
    "spend-off-say": MistakeEstimator(spend_off_say, NEEDS_OF_SPEND),
    "missed-influencer": MistakeEstimator(missed_influencer, NEEDS_OF_SPEND),
    "wrong-message": MistakeEstimator(wrong_message, NEEDS_OF_FIT),
    "same-message": MistakeEstimator(same_message, NEEDS_OF_ALIKE),
    "wrong-audience": MistakeEstimator(wrong_audience, (need_response, need_several_campaigns)),
    "one-ear": MistakeEstimator(one_ear, (need_feedback, need_influence, need_influence_of_either)),
    "hostages": MistakeEstimator(hostages, (need_satisfied_repeaters,)),
    "stage-mismatch": MistakeEstimator(
        stage_mismatch, (need_readable_stage, need_spend_dates, need_certain_stage)
    ),
    "chasing-one-offs": MistakeEstimator(chasing_one_offs, NEEDS_OF_CHASING),
    "clients-left": MistakeEstimator(clients_left, NEEDS_OF_EXTENDING, no_client_to_win),
    "sold-not-used": MistakeEstimator(sold_not_used, (need_usage,)),
    "phantom-segments": MistakeEstimator(phantom_segments, (need_response, need_several_segments)),
}


def audit(client: Client) -> Finding:
    """What are the client's targeting mistakes? All verdicts, in the catalogue's order."""
    facts, question = Facts.of(client), AUDITS["mistakes"]
    judged = judge_mistakes(facts)
    return Finding(
        "mistakes",
        question.question,
        _answer(judged),
        pd.DataFrame(columns=list(MEASURE_COLUMNS)),
        (*_limits(judged), *_cautions(facts)),
        question.claims,
        mistakes=judged,
    )


def judge_mistakes(facts: Facts) -> tuple[Judgement, ...]:
    """Which verdict does each of the fifteen mistakes get?"""
    thresholds = facts.client.settings.thresholds
    effects = {
        id: mistake_effect(facts, id, thresholds.get(id, MISTAKE_TYPES[id].threshold))
        for id in ESTIMATORS
    }
    return judge_effects(effects, thresholds, facts.one_person, facts.client.currency)


def mistake_effect(facts: Facts, id: str, threshold: float) -> Effect:
    """θ of one mistake; what is missing blocks it, what is short holds back its verdict."""
    estimator, short = ESTIMATORS[id], None
    ruled_out = estimator.ruled_out(facts) if estimator.ruled_out else None
    if ruled_out:
        return Effect(ruled_out=ruled_out)
    for need in estimator.needs:
        gap = need(facts)
        if gap and gap.short is None:
            return Effect(blocked=gap.needs, why=gap.why, n=gap.n)
        short = short or gap
    found = estimator.estimate(facts, threshold)
    return withhold_verdict(found, short) if short else found


def _answer(mistakes: tuple[Judgement, ...]) -> str:
    heads = {
        Verdict.FOUND: "Found",
        Verdict.SUSPECTED: "Suspected",
        Verdict.CLEAR: "Clear",
        Verdict.CANNOT_TELL: "Cannot tell yet",
        Verdict.NOT_APPLICABLE: "Cannot be made here",
    }
    asked = [m for m in mistakes if m.id in ESTIMATORS]
    said = [
        f"{head}: "
        f"{join_words([MISTAKE_TYPES[m.id].title.lower() for m in asked if m.verdict is verdict])}."
        for verdict, head in heads.items()
        if any(m.verdict is verdict for m in asked)
    ]
    return " ".join(said)


def _limits(mistakes: tuple[Judgement, ...]) -> tuple[str, ...]:
    tests = sum(m.p is not None for m in mistakes)
    smallest = min((m.n[k] for m in mistakes for k in m.n if k != "campaigns"), default=None)
    return (
        f"{count_with_noun(tests, 'test was', 'tests were').capitalize()} made; a verdict of found "
        "holds "
        "after Holm's correction for all of them.",
        *((f"The smallest count behind a verdict is {smallest}.",) if smallest else ()),
        "Sums of money overlap: one move of money or one new message may mend several.",
    )


def _cautions(facts: Facts) -> Iterator[str]:
    """What in the data could mislead a verdict although every number is right?"""
    yield from reversal_cautions(facts, {VALUE, *facts.client.attributes})
    yield from response_cautions(facts)
    yield from informant_cautions(facts)
    yield from left_out_cautions(facts, ("survey", "influence", "campaigns"))
