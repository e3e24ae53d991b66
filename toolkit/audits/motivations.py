"""What does each role weigh, where do needs and wants part, and how well is each served?"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import Finding, measure_rows, stack_measures, suppression_note
from toolkit.measures.cautions import (
    LEFT_OUT_WORRY,
    interval_cautions,
    left_out_cautions,
    response_cautions,
    reversal_cautions,
    unanswered_share,
)
from toolkit.measures.facts import Facts
from toolkit.measures.simpson_reversal import VALUE
from toolkit.measures.survey import FEWEST_ACCOUNTS, SurveyAnswers
from toolkit.measures.value_delivered import ValueByRole, value_delivered
from toolkit.questions import AUDITS
from toolkit.stats.agreement import rank_agreement
from toolkit.stats.bootstrap import smooth_interval
from toolkit.stats.interval import Array, Interval
from toolkit.wording import count_with_noun, format_percent, format_points, join_words


def audit(client: Client, facts: Facts | None = None) -> Finding:
    """What does each role weigh, and how well is it served?

    Measures: `importance` (ROLE:ATTR, w_ra), `performance` (ROLE:ATTR, P_ra, 0–100),
    `importance_gap` (ATTR, w_buyer − w_consumer), `rank_agreement` (Kendall's tau-b of the two
    rows of weights), `value_delivered` (ROLE, V_r = Σ_a w_ra P_ra), and `needs_and_wants`
    (ROLE:reason, ROLE:experience, the weight given to what serves either). Skipped without a
    survey that rates importance.
    """
    facts = facts or Facts(client)
    answers, served = facts.answers, facts.served
    if answers is None or served is None:
        return Finding.without("motivations", "skipped", "Bring a survey that rates importance.")
    question, frame = AUDITS["motivations"], _frame(client, answers, served)
    return Finding(
        "motivations",
        question.question,
        _answer(client, served, _few(answers)),
        frame,
        (
            *_limits(client, answers),
            *response_cautions(facts),
            *reversal_cautions(facts, {VALUE, *answers.attributes}),
            *left_out_cautions(facts, ["survey"]),
            *suppression_note(frame),
            *interval_cautions(frame, client.settings.level),
        ),
        question.claims,
    )


def _frame(client: Client, answers: SurveyAnswers, served: ValueByRole) -> pd.DataFrame:
    level = client.settings.level
    parts = [
        measure_rows("importance", "share", _by_role(served, "weight", answers, level)),
        measure_rows("performance", "points", _by_role(served, "performance", answers, level)),
        measure_rows("importance_gap", "share", _gaps(served, level)),
        measure_rows("rank_agreement", "tau-b", _agreement(served, level)),
        measure_rows("value_delivered", "points", value_delivered(served, answers, level)),
        measure_rows("needs_and_wants", "share", _needs_and_wants(client, served, answers, level)),
    ]
    return stack_measures(parts)


def _by_role(
    served: ValueByRole, what: str, answers: SurveyAnswers, level: float
) -> dict[str, Interval]:
    points, draws, most = (
        (served.weights, served.weight_draws, 1)
        if what == "weight"
        else (served.performance, served.performance_draws, 100)
    )
    return {
        f"{role}:{attribute}": smooth_interval(
            points[r, a], draws[:, r, a], n=answers.accounts_of(role), level=level
        ).within(0, most)
        for r, role in enumerate(ROLES)
        for a, attribute in enumerate(served.attributes)
        if np.isfinite(points[r, a]) and np.isfinite(draws[:, r, a]).all()
    }


def _gaps(served: ValueByRole, level: float) -> dict[str, Interval]:
    gap = served.weights[0] - served.weights[1]
    draws = served.weight_draws[:, 0] - served.weight_draws[:, 1]
    return {
        attribute: smooth_interval(gap[a], draws[:, a], n=served.accounts, level=level)
        for a, attribute in enumerate(served.attributes)
        if np.isfinite(draws[:, a]).all()
    }


def _agreement(served: ValueByRole, level: float) -> dict[str, Interval]:
    if len(served.attributes) < 2 or not served.weights_known:
        return {}
    buyer, consumer = served.weights
    of_buyer, of_consumer = served.weight_draws[:, 0], served.weight_draws[:, 1]
    agreement = rank_agreement(
        buyer, consumer, of_buyer, of_consumer, n=served.accounts, level=level
    )
    return {"": agreement}


def _needs_and_wants(
    client: Client, served: ValueByRole, answers: SurveyAnswers, level: float
) -> dict[str, Interval]:
    found = {}
    for kind in ("reason", "experience"):
        columns = [client.attributes[a].serves == kind for a in served.attributes]
        point, draws = served.weights[:, columns].sum(axis=1), _sum(served.weight_draws, columns)
        for r, role in enumerate(ROLES):
            if any(columns) and np.isfinite(draws[:, r]).all():
                n = answers.accounts_of(role)
                between = smooth_interval(point[r], draws[:, r], n=n, level=level)
                found[f"{role}:{kind}"] = between.within(0, 1)
    return found


def _sum(draws: Array, columns: list[bool]) -> Array:
    return np.asarray(draws[:, :, columns].sum(axis=2))


def _answer(client: Client, served: ValueByRole, hidden: Collection[str]) -> str:
    """What does each role weigh most? Nothing of roles that too few people answered for."""
    said = []
    for r, role in enumerate(ROLES):
        if np.isfinite(served.weights[r]).all() and role not in hidden:
            top = np.argsort(-served.weights[r], kind="stable")[:2]
            named = [
                f"“{client.attributes[served.attributes[a]].label}” "
                f"({format_percent(served.weights[r, a])})"
                for a in top
            ]
            value = (
                f"; {format_points(served.value[r])} of 100 reach them"
                if _scored(served, r)
                else ""
            )
            said.append(f"{role.capitalize()}s weigh {join_words(named)} most{value}.")
    return " ".join(said)


def _scored(served: ValueByRole, r: int) -> bool:
    return bool(np.isfinite(served.value[r]))


def _limits(client: Client, answers: SurveyAnswers) -> tuple[str, ...]:
    counts = join_words(
        [
            f"{count_with_noun(answers.respondents(role), role, role + 's')} from "
            f"{count_with_noun(answers.accounts_of(role), 'account', 'accounts')}"
            for role in ROLES
        ]
    )
    unrated = [client.attributes[a].label for a in client.attributes if a not in answers.attributes]
    missing = unanswered_share(answers)
    return (
        f"Rests on {counts}.",
        *_too_few(answers),
        *((f"Not rated for importance by both: {join_words(unrated)}.",) if unrated else ()),
        *(
            (f"{format_percent(missing)} of importance answers are missing.",)
            if 0 < missing <= LEFT_OUT_WORRY
            else ()
        ),
        f"Ratings are compared as shares of a respondent's own total, over "
        f"{len(answers.attributes)} attributes.",
    )


def _few(answers: SurveyAnswers) -> list[str]:
    return [r for r in ROLES if answers.accounts_of(r) < FEWEST_ACCOUNTS]


def _too_few(answers: SurveyAnswers) -> tuple[str, ...]:
    few = _few(answers)
    return (f"Too few {join_words([f'{r}s' for r in few])} for any interval.",) if few else ()
