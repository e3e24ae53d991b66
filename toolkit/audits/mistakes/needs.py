"""What must be there before a mistake can be judged, and how many more rows would decide?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from toolkit.audits.mistakes.effect import DataGap
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.contract import ROLES
from toolkit.finding import DataNeeds
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.purchases import AccountValue
from toolkit.measures.survey import FEWEST_ACCOUNTS, SurveyAnswers
from toolkit.stats.hypothesis_tests import MOST_UNITS, more_units, more_units_in_part
from toolkit.stats.interval import Array, Interval
from toolkit.wording import count_with_noun

MIN_RESPONDENTS = 30
MIN_ACCOUNTS = 30  # below, intervals cover 91–93 % instead of 95 %
MIN_ANSWERS = 15  # accounts behind each single attribute, in each role
NORMAL_95 = 1.959964


def need_survey_of_both(facts: Facts) -> DataGap | None:
    """Are there 30 respondents from 30 accounts in each role, who rated importance?"""
    answers = facts.answers
    if answers is None:
        asked = facts.client.has("survey")
        why = "No attribute was rated for importance." if asked else "There is no survey."
        return DataGap(DataNeeds("survey", None, None), why)
    return min(
        (gap for role in ROLES if (gap := _role_gap(answers, role))),
        key=lambda gap: (gap.short is not None, -(gap.short or 0)),
        default=None,
    )


def _role_gap(answers: SurveyAnswers, role: str) -> DataGap | None:
    people, accounts = answers.respondents(role), answers.accounts_of(role)
    short = max(MIN_RESPONDENTS - people, MIN_ACCOUNTS - accounts)
    if short <= 0:
        return None
    why = (
        f"Only {count_with_noun(people, role, role + 's')} from "
        f"{count_with_noun(accounts, 'account', 'accounts')} "
        "answered the survey; "
        f"{MIN_RESPONDENTS} from {MIN_ACCOUNTS} are the least a verdict may rest on."
    )
    if people == 0:
        why = f"No {role} answered the survey."
    estimable = accounts >= FEWEST_ACCOUNTS
    return DataGap(
        DataNeeds("survey", role, None), why, survey_counts(answers), short if estimable else None
    )


def need_importance_of_both(facts: Facts) -> DataGap | None:
    """Did enough accounts of both roles say how important each attribute is?"""
    answers, served = require_measure(facts.answers), require_measure(facts.served)
    few = _answered(answers, "importance")
    return few or _carried_by_few(answers, drawn=served.weights_known)


def need_performance_of_both(facts: Facts) -> DataGap | None:
    """Did enough accounts of both roles say how well each attribute is served?"""
    answers, served = require_measure(facts.answers), require_measure(facts.served)
    few = _answered(answers, "performance")
    return few or _carried_by_few(answers, drawn=served.performance_known)


def _carried_by_few(answers: SurveyAnswers, *, drawn: bool) -> DataGap | None:
    """Is nearly all weight on so few respondents that resampling says nothing?"""
    if drawn:
        return None
    why = "Nearly all survey weight is on a few respondents, too few to say how sure anything is."
    return DataGap(DataNeeds("survey", None, None), why, survey_counts(answers))


def _answered(answers: SurveyAnswers, what: str) -> DataGap | None:
    fewest = {role: answers.fewest[what, role] for role in ROLES}
    role = min(fewest, key=lambda r: fewest[r])
    if fewest[role] >= MIN_ANSWERS:
        return None
    why = (
        f"One attribute was rated for {what} by {role}s of only "
        f"{count_with_noun(fewest[role], 'account', 'accounts')}; {MIN_ANSWERS} are the least."
    )
    short = MIN_ANSWERS - fewest[role] if fewest[role] >= FEWEST_ACCOUNTS else None
    return DataGap(DataNeeds("survey", role, None), why, survey_counts(answers), short)


def need_influence(facts: Facts) -> DataGap | None:
    """Is the say reported from 30 accounts?"""
    if facts.say is None:
        return DataGap(DataNeeds("influence", None, None), "Nobody was asked who has how much say.")
    accounts, rows = facts.say.accounts, facts.say.rows_per_account
    if accounts >= MIN_ACCOUNTS:
        return None
    reported = count_with_noun(accounts, "account", "accounts")
    why = (
        f"The say is reported from {reported}; {MIN_ACCOUNTS} are the least a verdict may rest on."
    )
    short = int(np.ceil((MIN_ACCOUNTS - accounts) * rows)) if accounts >= FEWEST_ACCOUNTS else None
    return DataGap(DataNeeds("influence", None, None), why, {"influence": accounts}, short)


def need_spend(facts: Facts) -> DataGap | None:
    """Is there campaign money whose audience is known?"""
    if facts.spend is not None:
        return None
    return DataGap(DataNeeds("campaigns", None, None), "There are no campaigns with spend.")


def need_claims_to_one_role(facts: Facts) -> DataGap | None:
    """Does any message with claims speak to buyers alone or consumers alone?"""
    if facts.messages is not None and facts.messages.one_role.any():
        return None
    why = "No campaign with claims is aimed at buyers alone or at consumers alone."
    return DataGap(DataNeeds("campaigns", None, None), why)


def need_claims_to_both_roles(facts: Facts) -> DataGap | None:
    """Is money spent on claims towards both roles?"""
    aimed = facts.messages.aimed.sum(axis=0) if facts.messages else np.zeros(2)
    for role, money in zip(ROLES, aimed, strict=True):
        if money <= 0:
            return DataGap(
                DataNeeds("campaigns", role, None), f"No message with claims reaches {role}s."
            )
    return None


def survey_counts(answers: SurveyAnswers) -> Mapping[str, int]:
    """Respondents by role behind a survey estimate."""
    return {role: answers.respondents(role) for role in ROLES}


def strictest_alpha() -> float:
    """What does Holm ask of the smallest of all p values?"""
    return 0.05 / len(MISTAKE_TYPES)


def is_decided(interval: Interval, p: float, threshold: float) -> bool:
    """Is it found or clear, whatever Holm's correction for the others makes of p?"""
    return interval.high < threshold or p < strictest_alpha()


def respondents_to_decide(
    facts: Facts, interval: Interval, p: float, threshold: float, alone: Callable[[str], Array]
) -> DataNeeds | None:
    """About how many more respondents, and of which role, would decide? None where it is decided.

    `alone(role)` gives the draws of θ when only that role is uncertain. The role that decides
    with fewer additions is named; where neither can alone, more of both in today's mix.
    """
    if is_decided(interval, p, threshold):
        return None
    answers = require_measure(facts.answers)
    error = error_to_threshold(interval, threshold)
    parts = {role: float(np.var(alone(role))) for role in ROLES}
    scale = error**2 / max(sum(parts.values()), 1e-300)
    rows = {
        role: more_units_in_part(
            interval.value,
            threshold,
            scale * parts[role],
            scale * (sum(parts.values()) - parts[role]),
            answers.respondents(role),
            alpha_found=strictest_alpha(),
        )
        for role in ROLES
    }
    enough = {role: n for role, n in rows.items() if n is not None}
    if enough:
        role = min(enough, key=lambda r: enough[r])
        return DataNeeds("survey", role, enough[role])
    people = len(answers.account)
    return DataNeeds(
        "survey",
        None,
        more_units(interval.value, threshold, error, people, alpha_found=strictest_alpha()),
    )


def accounts_to_decide(
    facts: Facts, interval: Interval, p: float, threshold: float, error: float | None = None
) -> DataNeeds | None:
    """About how many more rows of the influence table would decide? None where it is decided.

    `error` is the standard error, where the interval does not show how it will shrink.
    """
    if is_decided(interval, p, threshold):
        return None
    say = require_measure(facts.say)
    error = error_to_threshold(interval, threshold) if error is None else error
    accounts = more_units(
        interval.value, threshold, error, say.accounts, alpha_found=strictest_alpha()
    )
    rows = None if accounts is None else int(np.ceil(accounts * say.rows_per_account))
    return DataNeeds("influence", None, rows if rows is None or rows <= MOST_UNITS else None)


def error_to_threshold(interval: Interval, threshold: float) -> float:
    """The error on the side that faces the threshold: intervals may be lopsided."""
    above = interval.value > threshold
    side = interval.value - interval.low if above else interval.high - interval.value
    return side / NORMAL_95


def order_lines_needed(accounts: int | None, worth: AccountValue) -> int | None:
    """About how many order lines do so many accounts bring? None beyond what anybody can bring."""
    rows = None if accounts is None else int(np.ceil(accounts * worth.lines))
    return rows if rows is None or rows <= MOST_UNITS else None
