"""one-ear: is either role heard far more, or far less, than its say deserves?"""

from __future__ import annotations

import numpy as np

from toolkit.audits.mistakes.effect import (
    DECISIVE,
    DataGap,
    Effect,
    decisive_and_shown,
    estimator_of,
)
from toolkit.audits.mistakes.needs import MIN_ACCOUNTS, need_influence, strictest_alpha
from toolkit.contract import ROLES
from toolkit.finding import DataNeeds
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.feedback import FeedbackVersusSay, feedback_versus_say
from toolkit.measures.survey import FEWEST_ACCOUNTS
from toolkit.stats.hypothesis_tests import MOST_UNITS, more_units_in_part
from toolkit.wording import count_with_noun, join_words

MOST_NAMED = 2  # attributes on which the unheard role could turn a decision


def need_feedback(facts: Facts) -> DataGap | None:
    """Does feedback come from 30 accounts?"""
    if facts.voices is None:
        return DataGap(DataNeeds("feedback", None, None), "There is no feedback.")
    accounts, rows = len(facts.voices.names), facts.voices.rows
    if accounts >= MIN_ACCOUNTS:
        return None
    why = (
        f"Feedback comes from {count_with_noun(accounts, 'account', 'accounts')}; {MIN_ACCOUNTS} "
        "are the "
        "least a verdict may rest on."
    )
    short = int(np.ceil((MIN_ACCOUNTS - accounts) * rows / accounts))
    estimable = accounts >= FEWEST_ACCOUNTS
    needs = DataNeeds("feedback", None, None)
    return DataGap(needs, why, {"feedback": rows}, short if estimable else None)


def need_influence_of_either(facts: Facts) -> DataGap | None:
    """Has the buyer or the consumer any say at all?"""
    if feedback_versus_say(require_measure(facts.voices), require_measure(facts.say)) is not None:
        return None
    return DataGap(
        DataNeeds("influence", None, None), "Neither buyers nor consumers are given any say."
    )


@estimator_of("one-ear", need_feedback, need_influence, need_influence_of_either)
def one_ear(facts: Facts, threshold: float) -> Effect:
    """How far is consumers' share of the feedback from their part of the two roles' say?

    θ = |say_consumer / (say_buyer + say_consumer) − consumers' share of feedback|, a speaker who
    is both counted half. Both are ratios of sums over accounts; their score intervals give that
    of the difference, folded at 0, and p counts both tails (`measures.feedback`). Money is not
    put on what nobody said.
    """
    pair = require_measure(
        feedback_versus_say(require_measure(facts.voices), require_measure(facts.say))
    )
    decisive, shown = decisive_and_shown(facts.level, lambda level: pair.distance(level=level))
    return Effect(
        shown=shown,
        decisive=decisive,
        p=pair.p_above(threshold),
        n={
            "feedback": require_measure(facts.voices).rows,
            "influence": require_measure(facts.say).accounts,
        },
        money_why=_what_could_turn(facts, pair),
        undecided=_rows_to_decide(facts, pair, threshold),
    )


def _what_could_turn(facts: Facts, pair: FeedbackVersusSay) -> str:
    """No sum, but the decisions that the half which is not heard could turn."""
    gap = pair.difference(level=DECISIVE)
    if gap.low <= 0 <= gap.high:
        return "No sum can be put on what nobody said."
    missing = ROLES[int(gap.value > 0)]
    why = f"No sum can be put on what {missing}s did not say."
    if facts.served is None or not np.isfinite(facts.served.weights).all():
        return why
    weights = facts.served.weights
    r = ROLES.index(missing)
    most = np.argsort(weights[1 - r] - weights[r], kind="stable")[:MOST_NAMED]
    labels = [facts.client.attributes[facts.served.attributes[a]].label for a in most]
    named = join_words([f"“{label}”" for label in labels])
    return f"{why} They weigh {named} more than the others do: what is decided there could turn."


def _rows_to_decide(facts: Facts, pair: FeedbackVersusSay, threshold: float) -> DataNeeds:
    """More feedback, or more accounts that report the say: whichever decides with fewer rows."""
    voices, say = require_measure(facts.voices), require_measure(facts.say)
    of_say, of_feedback = pair.weighty.spread, pair.heard.spread
    wanted = {
        "feedback": (of_feedback, of_say, len(voices.names), voices.rows / len(voices.names)),
        "influence": (of_say, of_feedback, say.accounts, say.rows_per_account),
    }
    rows = {
        table: int(np.ceil(units * each))
        for table, (part, rest, n, each) in wanted.items()
        if (units := _units(abs(pair.gap), threshold, part, rest, n)) is not None
    }
    table = min(rows, key=lambda name: rows[name]) if rows else "feedback"
    enough = rows.get(table)
    return DataNeeds(table, None, enough if enough is None or enough <= MOST_UNITS else None)


def _units(size: float, threshold: float, part: float, rest: float, n: int) -> int | None:
    return more_units_in_part(size, threshold, part, rest, n, alpha_found=strictest_alpha())
