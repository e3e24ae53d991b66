"""wrong-message and same-message: does each role hear what it weighs?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from toolkit.audits.mistakes.effect import DECISIVE, Effect, at_levels, part_of
from toolkit.audits.mistakes.needs import n_of_survey, respondents_to_decide
from toolkit.finding import Money
from toolkit.quantities import Facts
from toolkit.quantities.basis import known
from toolkit.quantities.misfit import Contrast
from toolkit.quantities.spend import Messages
from toolkit.stats.distance import tvd
from toolkit.stats.interval import Interval
from toolkit.stats.kinked import Kinked
from toolkit.stats.kinks import Tested


def wrong_message(facts: Facts, threshold: float) -> Effect:
    """How much fit is lost because messages suit the other role better?

    θ = Σ over rows k aimed at one role of spend share × max(0, fit(k, other) − fit(k, aimed)).
    With several rows at difference 0 a percentile test has a size of 62 %; lower end and p invert
    a bootstrap test that sorts out which rows may be at 0 (Andrews & Soares 2010).
    """
    messages, misfit = known(facts.messages), known(facts.misfit)
    weights = (messages.spend / messages.total)[messages.one_role]
    misplaced = _misplaced(misfit, messages)
    test = Tested.of(Kinked("positive", weights), misfit.value, misfit.noise)
    return _effect(facts, test, misfit, threshold, lambda _: misplaced)


def _misplaced(misfit: Contrast, messages: Messages) -> Money:
    """Spend of the rows that fit the other role better: surely, as estimated, possibly."""
    spend, ends = messages.spend[messages.one_role], misfit.each(DECISIVE)
    surely: NDArray[np.bool_] = np.array([end.low > 0 for end in ends])
    possibly: NDArray[np.bool_] = np.array([end.high > 0 for end in ends])
    low, mid, high = (float(spend[rows].sum()) for rows in (surely, misfit.value > 0, possibly))
    return Money(low, mid, high, "spend at risk")


def same_message(facts: Facts, threshold: float) -> Effect:
    """How much more alike are the messages than what the roles weigh?

    θ = (1 − TVD of the claim shares) − (1 − TVD(w_buyer, w_consumer)). The claim shares are known;
    TVD of the weights has kinks, so the same inversion as for wrong-message. θ cannot exceed
    TVD(w_buyer, w_consumer).
    """
    messages, weights = known(facts.messages), known(facts.weights_apart)
    told = -float(tvd(*messages.claim_shares()))
    smaller = float(messages.aimed.sum(axis=0).min())

    def at_risk(decisive: Interval) -> Money:
        return part_of(smaller, decisive, "spend at risk")

    return _effect(facts, weights.distance, weights, threshold, at_risk, shift=told)


def _effect(
    facts: Facts,
    test: Tested,
    contrast: Contrast,
    threshold: float,
    money: Callable[[Interval], Money],
    *,
    shift: float = 0.0,
) -> Effect:
    """The effect of θ = what is tested + `shift`, a known number."""
    decisive, shown = at_levels(facts.level, lambda at: test.interval(level=at).shifted(shift))
    p = test.p_above(threshold - shift)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n={
            **n_of_survey(known(facts.answers)),
            "campaigns": len(known(facts.messages).names),
        },
        money=money(decisive),
        undecided=respondents_to_decide(
            facts, decisive, p, threshold, lambda role: test.theta(contrast.alone[role])
        ),
    )
