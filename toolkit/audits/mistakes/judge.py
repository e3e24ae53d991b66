"""Which targeting mistakes are there, how sure, what is at stake, what next?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.audits.mistakes import feedback, levers, loyalty, messages, money, segments, served
from toolkit.audits.mistakes.effect import ESTIMATORS, Effect, judge_effects, withhold_verdict
from toolkit.catalogue import MISTAKE_TYPES
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
from toolkit.questions import AUDITS
from toolkit.wording import count_with_noun, join_words

# Each of these adds its estimators to ESTIMATORS when it is imported.
ESTIMATING = (feedback, levers, loyalty, messages, money, segments, served)


def audit(client: Client, facts: Facts | None = None) -> Finding:
    """What are the client's targeting mistakes? All verdicts, in the catalogue's order."""
    facts, question = facts or Facts(client), AUDITS["mistakes"]
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
        for id in MISTAKE_TYPES
        if id in ESTIMATORS
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
