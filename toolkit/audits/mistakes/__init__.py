"""Which targeting mistakes are there, how sure, what is at stake, what next?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from toolkit.audits.mistakes.ear import feedback_heard, one_ear, say_of_either
from toolkit.audits.mistakes.effect import Effect, Gap, held_back
from toolkit.audits.mistakes.first_sale import first_sale_only, phase_said, revenue_known
from toolkit.audits.mistakes.ignored import buyer_ignored, consumer_ignored
from toolkit.audits.mistakes.levers import chasing_one_offs, clients_left
from toolkit.audits.mistakes.message import same_message, wrong_message
from toolkit.audits.mistakes.needs import (
    claims_to_both_roles,
    claims_to_one_role,
    influence_reported,
    money_spent,
    scored_by_both,
    survey_of_both,
    weighed_by_both,
)
from toolkit.audits.mistakes.segments import (
    phantom_segments,
    response_known,
    several_campaigns,
    several_segments,
    wrong_audience,
)
from toolkit.audits.mistakes.spend import missed_influencer, spend_off_say
from toolkit.audits.mistakes.stage import (
    days_of_spend,
    stage_certain,
    stage_mismatch,
    stage_told,
)
from toolkit.audits.mistakes.stay import (
    came_back_and_answered,
    hostages,
    sold_not_used,
    use_known,
)
from toolkit.audits.mistakes.tried import (
    client_valued,
    dearest_compared,
    levers_tried,
    nobody_to_win,
    some_left_behind,
)
from toolkit.audits.mistakes.verdict import verdicts
from toolkit.catalogue import AUDITS, KINDS
from toolkit.client import Client
from toolkit.finding import MEASURE_COLUMNS, Finding, Mistake, Verdict
from toolkit.quantities import Facts
from toolkit.quantities.cautions import answering, disagreeing, leaving_out, turning
from toolkit.quantities.reversal import VALUE
from toolkit.text import counted, listed

Need = Callable[[Facts], Gap | None]


@dataclass(frozen=True)
class Estimator:
    """How one mistake is estimated, and what must be there first (asked in this order).

    `ruled_out` says why a client cannot make it at all, None where it can.
    """

    estimate: Callable[[Facts, float], Effect]
    needs: tuple[Need, ...]
    ruled_out: Callable[[Facts], str | None] | None = None


SERVED = (survey_of_both, weighed_by_both, scored_by_both)
SAID = (influence_reported, money_spent)
TOLD_ONE = (survey_of_both, weighed_by_both, money_spent, claims_to_one_role)
TOLD_BOTH = (survey_of_both, weighed_by_both, money_spent, claims_to_both_roles)
WON = (levers_tried, client_valued, dearest_compared)
LEFT = (levers_tried, client_valued, some_left_behind)
ESTIMATORS: dict[str, Estimator] = {
    "consumer-ignored": Estimator(consumer_ignored, SERVED),
    "buyer-ignored": Estimator(buyer_ignored, SERVED),
    "first-sale-only": Estimator(first_sale_only, (phase_said, revenue_known)),
    "spend-off-say": Estimator(spend_off_say, SAID),
    "missed-influencer": Estimator(missed_influencer, SAID),
    "wrong-message": Estimator(wrong_message, TOLD_ONE),
    "same-message": Estimator(same_message, TOLD_BOTH),
    "wrong-audience": Estimator(wrong_audience, (response_known, several_campaigns)),
    "one-ear": Estimator(one_ear, (feedback_heard, influence_reported, say_of_either)),
    "hostages": Estimator(hostages, (came_back_and_answered,)),
    "stage-mismatch": Estimator(stage_mismatch, (stage_told, days_of_spend, stage_certain)),
    "chasing-one-offs": Estimator(chasing_one_offs, WON),
    "clients-left": Estimator(clients_left, LEFT, nobody_to_win),
    "sold-not-used": Estimator(sold_not_used, (use_known,)),
    "phantom-segments": Estimator(phantom_segments, (response_known, several_segments)),
}


def audit(client: Client) -> Finding:
    """What are the client's targeting mistakes? All verdicts, in the catalogue's order."""
    facts, question = Facts.of(client), AUDITS["mistakes"]
    judged = judge(facts)
    return Finding(
        "mistakes",
        question.question,
        _answer(judged),
        pd.DataFrame(columns=list(MEASURE_COLUMNS)),
        (*_limits(judged), *_cautions(facts)),
        question.claims,
        mistakes=judged,
    )


def judge(facts: Facts) -> tuple[Mistake, ...]:
    """Which verdict does each of the fifteen mistakes get?"""
    thresholds = facts.client.settings.thresholds
    effects = {id: effect(facts, id, thresholds.get(id, KINDS[id].threshold)) for id in ESTIMATORS}
    return verdicts(effects, thresholds, facts.one_person, facts.client.currency)


def effect(facts: Facts, id: str, threshold: float) -> Effect:
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
    return held_back(found, short) if short else found


def _answer(mistakes: tuple[Mistake, ...]) -> str:
    heads = {
        Verdict.FOUND: "Found",
        Verdict.SUSPECTED: "Suspected",
        Verdict.CLEAR: "Clear",
        Verdict.CANNOT_TELL: "Cannot tell yet",
        Verdict.NOT_APPLICABLE: "Cannot be made here",
    }
    asked = [m for m in mistakes if m.id in ESTIMATORS]
    said = [
        f"{head}: {listed([KINDS[m.id].title.lower() for m in asked if m.verdict is verdict])}."
        for verdict, head in heads.items()
        if any(m.verdict is verdict for m in asked)
    ]
    return " ".join(said)


def _limits(mistakes: tuple[Mistake, ...]) -> tuple[str, ...]:
    tests = sum(m.p is not None for m in mistakes)
    smallest = min((m.n[k] for m in mistakes for k in m.n if k != "campaigns"), default=None)
    return (
        f"{counted(tests, 'test was', 'tests were').capitalize()} made; a verdict of found holds "
        "after Holm's correction for all of them.",
        *((f"The smallest count behind a verdict is {smallest}.",) if smallest else ()),
        "Sums of money overlap: one move of money or one new message may mend several.",
    )


def _cautions(facts: Facts) -> Iterator[str]:
    """What in the data could mislead a verdict although every number is right?"""
    yield from turning(facts, {VALUE, *facts.client.attributes})
    yield from answering(facts)
    yield from disagreeing(facts)
    yield from leaving_out(facts, ("survey", "influence", "campaigns"))
