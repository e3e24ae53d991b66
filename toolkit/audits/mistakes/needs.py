"""What must be there before a mistake can be judged, and how many more rows would decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from toolkit.audits.mistakes.effect import Gap
from toolkit.catalogue import KINDS
from toolkit.finding import Needs
from toolkit.quantities import Facts
from toolkit.quantities.answers import FEWEST_ACCOUNTS, Answers, Array
from toolkit.quantities.basis import known
from toolkit.stats.interval import Interval
from toolkit.stats.power import MOST_UNITS, more_units, more_units_in_part
from toolkit.tables import ROLES
from toolkit.text import counted

MIN_RESPONDENTS = 30
MIN_ACCOUNTS = 30  # below, intervals cover 91–93 % instead of 95 %
MIN_ANSWERS = 15  # accounts behind each single attribute, in each role
STRICTEST = 0.05 / len(KINDS)  # what Holm asks of the smallest of all p values
NORMAL_95 = 1.959964


def survey_of_both(facts: Facts) -> Gap | None:
    """Are there 30 respondents from 30 accounts in each role, who rated importance?"""
    answers = facts.answers
    if answers is None:
        asked = facts.client.has("survey")
        why = "No attribute was rated for importance." if asked else "There is no survey."
        return Gap(Needs("survey", None, None), why)
    return min(
        (gap for role in ROLES if (gap := _role_gap(answers, role))),
        key=lambda gap: (gap.short is not None, -(gap.short or 0)),
        default=None,
    )


def _role_gap(answers: Answers, role: str) -> Gap | None:
    people, accounts = answers.respondents(role), answers.accounts_of(role)
    short = max(MIN_RESPONDENTS - people, MIN_ACCOUNTS - accounts)
    if short <= 0:
        return None
    why = (
        f"Only {counted(people, role, role + 's')} from {counted(accounts, 'account', 'accounts')} "
        "answered the survey; "
        f"{MIN_RESPONDENTS} from {MIN_ACCOUNTS} are the least a verdict may rest on."
    )
    if people == 0:
        why = f"No {role} answered the survey."
    estimable = accounts >= FEWEST_ACCOUNTS
    return Gap(Needs("survey", role, None), why, n_of_survey(answers), short if estimable else None)


def weighed_by_both(facts: Facts) -> Gap | None:
    """Did enough accounts of both roles say how important each attribute is?"""
    answers, served = known(facts.answers), known(facts.served)
    few = _answered(answers, "importance")
    return few or _carried_by_few(answers, drawn=served.weights_known)


def scored_by_both(facts: Facts) -> Gap | None:
    """Did enough accounts of both roles say how well each attribute is served?"""
    answers, served = known(facts.answers), known(facts.served)
    few = _answered(answers, "performance")
    return few or _carried_by_few(answers, drawn=served.performance_known)


def _carried_by_few(answers: Answers, *, drawn: bool) -> Gap | None:
    """Is nearly all weight on so few respondents that resampling says nothing?"""
    if drawn:
        return None
    why = "Nearly all survey weight is on a few respondents, too few to say how sure anything is."
    return Gap(Needs("survey", None, None), why, n_of_survey(answers))


def _answered(answers: Answers, what: str) -> Gap | None:
    fewest = {role: answers.fewest[what, role] for role in ROLES}
    role = min(fewest, key=lambda r: fewest[r])
    if fewest[role] >= MIN_ANSWERS:
        return None
    why = (
        f"One attribute was rated for {what} by {role}s of only "
        f"{counted(fewest[role], 'account', 'accounts')}; {MIN_ANSWERS} are the least."
    )
    short = MIN_ANSWERS - fewest[role] if fewest[role] >= FEWEST_ACCOUNTS else None
    return Gap(Needs("survey", role, None), why, n_of_survey(answers), short)


def influence_reported(facts: Facts) -> Gap | None:
    """Is the say reported from 30 accounts?"""
    if facts.say is None:
        return Gap(Needs("influence", None, None), "Nobody was asked who has how much say.")
    accounts, rows = facts.say.accounts, facts.say.rows_per_account
    if accounts >= MIN_ACCOUNTS:
        return None
    reported = counted(accounts, "account", "accounts")
    why = (
        f"The say is reported from {reported}; {MIN_ACCOUNTS} are the least a verdict may rest on."
    )
    short = int(np.ceil((MIN_ACCOUNTS - accounts) * rows)) if accounts >= FEWEST_ACCOUNTS else None
    return Gap(Needs("influence", None, None), why, {"influence": accounts}, short)


def money_spent(facts: Facts) -> Gap | None:
    """Is there campaign money whose audience is known?"""
    if facts.spend is not None:
        return None
    return Gap(Needs("campaigns", None, None), "There are no campaigns with spend.")


def claims_to_one_role(facts: Facts) -> Gap | None:
    """Does any message with claims speak to buyers alone or consumers alone?"""
    if facts.messages is not None and facts.messages.one_role.any():
        return None
    why = "No campaign with claims is aimed at buyers alone or at consumers alone."
    return Gap(Needs("campaigns", None, None), why)


def claims_to_both_roles(facts: Facts) -> Gap | None:
    """Is money spent on claims towards both roles?"""
    aimed = facts.messages.aimed.sum(axis=0) if facts.messages else np.zeros(2)
    for role, money in zip(ROLES, aimed, strict=True):
        if money <= 0:
            return Gap(Needs("campaigns", role, None), f"No message with claims reaches {role}s.")
    return None


def n_of_survey(answers: Answers) -> Mapping[str, int]:
    """Respondents by role behind a survey estimate."""
    return {role: answers.respondents(role) for role in ROLES}


def decided(interval: Interval, p: float, threshold: float) -> bool:
    """Is it found or clear, whatever Holm's correction for the others makes of p?"""
    return interval.high < threshold or p < STRICTEST


def respondents_to_decide(
    facts: Facts, interval: Interval, p: float, threshold: float, alone: Callable[[str], Array]
) -> Needs | None:
    """About how many more respondents, and of which role, would decide? None where it is decided.

    `alone(role)` gives the draws of θ when only that role is uncertain. The role that decides
    with fewer additions is named; where neither can alone, more of both in today's mix.
    """
    if decided(interval, p, threshold):
        return None
    answers = known(facts.answers)
    error = standard_error(interval, threshold)
    parts = {role: float(np.var(alone(role))) for role in ROLES}
    scale = error**2 / max(sum(parts.values()), 1e-300)
    rows = {
        role: more_units_in_part(
            interval.value,
            threshold,
            scale * parts[role],
            scale * (sum(parts.values()) - parts[role]),
            answers.respondents(role),
            alpha_found=STRICTEST,
        )
        for role in ROLES
    }
    enough = {role: n for role, n in rows.items() if n is not None}
    if enough:
        role = min(enough, key=lambda r: enough[r])
        return Needs("survey", role, enough[role])
    people = len(answers.account)
    return Needs(
        "survey", None, more_units(interval.value, threshold, error, people, alpha_found=STRICTEST)
    )


def accounts_to_decide(
    facts: Facts, interval: Interval, p: float, threshold: float, error: float | None = None
) -> Needs | None:
    """About how many more rows of the influence table would decide? None where it is decided.

    `error` is the standard error, where the interval does not show how it will shrink.
    """
    if decided(interval, p, threshold):
        return None
    say = known(facts.say)
    error = standard_error(interval, threshold) if error is None else error
    accounts = more_units(interval.value, threshold, error, say.accounts, alpha_found=STRICTEST)
    rows = None if accounts is None else int(np.ceil(accounts * say.rows_per_account))
    return Needs("influence", None, rows if rows is None or rows <= MOST_UNITS else None)


def standard_error(interval: Interval, threshold: float) -> float:
    """The error on the side that faces the threshold: intervals may be lopsided."""
    above = interval.value > threshold
    side = interval.value - interval.low if above else interval.high - interval.value
    return side / NORMAL_95
