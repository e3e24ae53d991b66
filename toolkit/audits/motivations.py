"""What does each role weigh, where do needs and wants part, and how well is each served?"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, measures, stacked, withheld
from toolkit.quantities import Facts
from toolkit.quantities.answers import FEWEST_ACCOUNTS, Answers, Array
from toolkit.quantities.cautions import answering, counting, leaving_out, turning
from toolkit.quantities.guards import LEFT_OUT_WORRY, unanswered
from toolkit.quantities.reversal import VALUE
from toolkit.quantities.served import Served, value_delivered
from toolkit.stats.interval import Interval
from toolkit.stats.means import smooth
from toolkit.stats.ranks import rank_agreement
from toolkit.tables import ROLES
from toolkit.text import counted, listed, percent, points


def audit(client: Client) -> Finding:
    """What does each role weigh, and how well is it served?

    Measures: `importance` (ROLE:ATTR, w_ra), `performance` (ROLE:ATTR, P_ra, 0–100),
    `importance_gap` (ATTR, w_buyer − w_consumer), `rank_agreement` (Kendall's tau-b of the two
    rows of weights), `value_delivered` (ROLE, V_r = Σ_a w_ra P_ra), and `needs_and_wants`
    (ROLE:reason, ROLE:experience, the weight given to what serves either). Skipped without a
    survey that rates importance.
    """
    facts = Facts.of(client)
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
            *answering(facts),
            *turning(facts, {VALUE, *answers.attributes}),
            *leaving_out(facts, ["survey"]),
            *withheld(frame),
            *counting(frame, client.settings.level),
        ),
        question.claims,
    )


def _frame(client: Client, answers: Answers, served: Served) -> pd.DataFrame:
    level = client.settings.level
    parts = [
        measures("importance", "share", _by_role(served, "weight", answers, level)),
        measures("performance", "points", _by_role(served, "performance", answers, level)),
        measures("importance_gap", "share", _gaps(served, level)),
        measures("rank_agreement", "tau-b", _agreement(served, level)),
        measures("value_delivered", "points", value_delivered(served, answers, level)),
        measures("needs_and_wants", "share", _needs_and_wants(client, served, answers, level)),
    ]
    return stacked(parts)


def _by_role(served: Served, what: str, answers: Answers, level: float) -> dict[str, Interval]:
    points, draws, most = (
        (served.weights, served.weight_draws, 1)
        if what == "weight"
        else (served.performance, served.performance_draws, 100)
    )
    return {
        f"{role}:{attribute}": smooth(
            points[r, a], draws[:, r, a], n=answers.accounts_of(role), level=level
        ).within(0, most)
        for r, role in enumerate(ROLES)
        for a, attribute in enumerate(served.attributes)
        if np.isfinite(points[r, a]) and np.isfinite(draws[:, r, a]).all()
    }


def _gaps(served: Served, level: float) -> dict[str, Interval]:
    gap = served.weights[0] - served.weights[1]
    draws = served.weight_draws[:, 0] - served.weight_draws[:, 1]
    return {
        attribute: smooth(gap[a], draws[:, a], n=served.accounts, level=level)
        for a, attribute in enumerate(served.attributes)
        if np.isfinite(draws[:, a]).all()
    }


def _agreement(served: Served, level: float) -> dict[str, Interval]:
    if len(served.attributes) < 2 or not served.weights_known:
        return {}
    buyer, consumer = served.weights
    of_buyer, of_consumer = served.weight_draws[:, 0], served.weight_draws[:, 1]
    agreement = rank_agreement(
        buyer, consumer, of_buyer, of_consumer, n=served.accounts, level=level
    )
    return {"": agreement}


def _needs_and_wants(
    client: Client, served: Served, answers: Answers, level: float
) -> dict[str, Interval]:
    found = {}
    for kind in ("reason", "experience"):
        columns = [client.attributes[a].serves == kind for a in served.attributes]
        point, draws = served.weights[:, columns].sum(axis=1), _sum(served.weight_draws, columns)
        for r, role in enumerate(ROLES):
            if any(columns) and np.isfinite(draws[:, r]).all():
                n = answers.accounts_of(role)
                between = smooth(point[r], draws[:, r], n=n, level=level)
                found[f"{role}:{kind}"] = between.within(0, 1)
    return found


def _sum(draws: Array, columns: list[bool]) -> Array:
    return draws[:, :, columns].sum(axis=2)


def needs_and_wants(client: Client, finding: Finding) -> pd.DataFrame:
    """Which attributes are needs, which are wants, and whose? One row per attribute.

    Columns: attribute, serves (reason or experience, as the client said), buyer, consumer (the
    weights), and `weighed more by`: the role whose weight is surely larger, `leaning` to it where
    the interval of the difference holds 0.
    """
    weight, gap = finding.measure("importance")["value"], finding.measure("importance_gap")
    rows = [
        {
            "attribute": client.attributes[a].label,
            "serves": client.attributes[a].serves or "not said",
            "buyer": weight[f"buyer:{a}"],
            "consumer": weight[f"consumer:{a}"],
            "weighed more by": _weighed_by(row),
        }
        for a, row in gap.iterrows()
    ]
    return pd.DataFrame(
        rows, columns=["attribute", "serves", "buyer", "consumer", "weighed more by"]
    )


def _weighed_by(gap: pd.Series) -> str:
    role = ROLES[0] if gap["value"] > 0 else ROLES[1]
    sure = gap["low"] > 0 or gap["high"] < 0
    return role if sure else f"leaning to {role}"


def _answer(client: Client, served: Served, hidden: Collection[str]) -> str:
    """What does each role weigh most? Nothing of roles that too few people answered for."""
    said = []
    for r, role in enumerate(ROLES):
        if np.isfinite(served.weights[r]).all() and role not in hidden:
            top = np.argsort(-served.weights[r], kind="stable")[:2]
            named = [
                f"“{client.attributes[served.attributes[a]].label}” "
                f"({percent(served.weights[r, a])})"
                for a in top
            ]
            value = f"; {points(served.value[r])} of 100 reach them" if _scored(served, r) else ""
            said.append(f"{role.capitalize()}s weigh {listed(named)} most{value}.")
    return " ".join(said)


def _scored(served: Served, r: int) -> bool:
    return bool(np.isfinite(served.value[r]))


def _limits(client: Client, answers: Answers) -> tuple[str, ...]:
    counts = listed(
        [
            f"{counted(answers.respondents(role), role, role + 's')} from "
            f"{counted(answers.accounts_of(role), 'account', 'accounts')}"
            for role in ROLES
        ]
    )
    unrated = [client.attributes[a].label for a in client.attributes if a not in answers.attributes]
    missing = unanswered(answers)
    return (
        f"Rests on {counts}.",
        *_too_few(answers),
        *((f"Not rated for importance by both: {listed(unrated)}.",) if unrated else ()),
        *(
            (f"{percent(missing)} of importance answers are missing.",)
            if 0 < missing <= LEFT_OUT_WORRY
            else ()
        ),
        f"Ratings are compared as shares of a respondent's own total, over "
        f"{len(answers.attributes)} attributes.",
    )


def _few(answers: Answers) -> list[str]:
    return [r for r in ROLES if answers.accounts_of(r) < FEWEST_ACCOUNTS]


def _too_few(answers: Answers) -> tuple[str, ...]:
    few = _few(answers)
    return (f"Too few {listed([f'{r}s' for r in few])} for any interval.",) if few else ()
