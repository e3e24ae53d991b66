"""wrong-message and same-message: does each role hear what it weighs?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from toolkit.audits.mistakes.effect import (
    DECISIVE,
    Effect,
    MoneyRange,
    decisive_and_shown,
    estimator_of,
    share_of_money,
)
from toolkit.audits.mistakes.needs import (
    need_claims_to_both_roles,
    need_claims_to_one_role,
    need_importance_of_both,
    need_spend,
    need_survey_of_both,
    respondents_to_decide,
    survey_counts,
)
from toolkit.measures.campaign_spend import CampaignMessages
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.value_delivered import RoleContrast
from toolkit.stats.interval import Interval
from toolkit.stats.kinks import KinkedFunction, KinkTest, tvd

NEEDS_OF_MESSAGES = (need_survey_of_both, need_importance_of_both, need_spend)


@estimator_of("wrong-message", *NEEDS_OF_MESSAGES, need_claims_to_one_role)
def wrong_message(facts: Facts, threshold: float) -> Effect:
    """How much fit is lost because messages suit the other role better?

    θ = Σ over rows k aimed at one role of spend share × max(0, fit(k, other) − fit(k, aimed)).
    With several rows at difference 0 a percentile test has a size of 62 %; lower end and p invert
    a bootstrap test that sorts out which rows may be at 0 (Andrews & Soares 2010).
    """
    messages, misfit = require_measure(facts.messages), require_measure(facts.misfit)
    weights = (messages.spend / messages.total)[messages.one_role]
    misplaced = _misplaced(misfit, messages)
    test = KinkTest.of(KinkedFunction("positive", weights), misfit.value, misfit.noise)
    return _effect(facts, test, misfit, threshold, lambda _: misplaced)


def _misplaced(misfit: RoleContrast, messages: CampaignMessages) -> MoneyRange:
    """Spend of the rows that fit the other role better: surely, as estimated, possibly."""
    spend, ends = messages.spend[messages.one_role], misfit.each(DECISIVE)
    surely: NDArray[np.bool_] = np.array([end.low > 0 for end in ends])
    possibly: NDArray[np.bool_] = np.array([end.high > 0 for end in ends])
    low, mid, high = (float(spend[rows].sum()) for rows in (surely, misfit.value > 0, possibly))
    return MoneyRange(low, mid, high)


@estimator_of("same-message", *NEEDS_OF_MESSAGES, need_claims_to_both_roles)
def same_message(facts: Facts, threshold: float) -> Effect:
    """How much more alike are the messages than what the roles weigh?

    θ = (1 − TVD of the claim shares) − (1 − TVD(w_buyer, w_consumer)). The claim shares are known;
    TVD of the weights has kinks, so the same inversion as for wrong-message. θ cannot exceed
    TVD(w_buyer, w_consumer).
    """
    messages, weights = require_measure(facts.messages), require_measure(facts.weights_apart)
    told = -float(tvd(*messages.claim_shares()))
    smaller = float(messages.aimed.sum(axis=0).min())

    def at_risk(decisive: Interval) -> MoneyRange:
        return share_of_money(smaller, decisive)

    return _effect(facts, weights.distance, weights, threshold, at_risk, shift=told)


def _effect(
    facts: Facts,
    test: KinkTest,
    contrast: RoleContrast,
    threshold: float,
    money: Callable[[Interval], MoneyRange],
    *,
    shift: float = 0.0,
) -> Effect:
    """The effect of θ = what is tested + `shift`, a known number."""
    decisive, shown = decisive_and_shown(
        facts.level, lambda at: test.interval(level=at).shifted(shift)
    )
    p = test.p_above(threshold - shift)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n={
            **survey_counts(require_measure(facts.answers)),
            "campaigns": len(require_measure(facts.messages).names),
        },
        money=money(decisive),
        undecided=respondents_to_decide(
            facts, decisive, p, threshold, lambda role: test.theta(contrast.alone[role])
        ),
    )
