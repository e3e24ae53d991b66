"""consumer-ignored and buyer-ignored: does the product serve one role better than the other?"""

from __future__ import annotations

from toolkit.audits.mistakes.effect import (
    DECISIVE,
    Effect,
    MoneyRange,
    decisive_and_shown,
    estimator_of,
    share_of_money,
)
from toolkit.audits.mistakes.needs import (
    need_importance_of_both,
    need_performance_of_both,
    need_survey_of_both,
    respondents_to_decide,
    survey_counts,
)
from toolkit.contract import ROLES
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.repurchase import gain_from_closing_gaps
from toolkit.stats.bootstrap import smooth_interval, smooth_p_above
from toolkit.stats.interval import Array, CannotTell

NEEDS_OF_SERVICE = (need_survey_of_both, need_importance_of_both, need_performance_of_both)
NO_MARGIN = "No margin stands in client.yml, so what more repurchase brings is not known."
NO_ORDERS = "Orders span less than 180 days, or there are none, so no sum a year can be given."
NO_OUTCOME = "The survey and the orders do not say together who was satisfied and who came back."


@estimator_of("consumer-ignored", *NEEDS_OF_SERVICE)
def consumer_ignored(facts: Facts, threshold: float) -> Effect:
    """How much more value reaches buyers than consumers? θ = V_buyer − V_consumer, in points.

    V_r = Σ_a w_ra P_ra. θ is smooth in the account means, so the interval is θ̂ ± t·se with the
    standard error of the bootstrap over accounts, and p the matching tail (Efron & Tibshirani
    1993, An Introduction to the Bootstrap, ch. 12). MoneyRange: see `_margin`.
    """
    return _ignored(facts, threshold, sign=1)


@estimator_of("buyer-ignored", *NEEDS_OF_SERVICE)
def buyer_ignored(facts: Facts, threshold: float) -> Effect:
    """How much more value reaches consumers than buyers? The mirror image of consumer-ignored."""
    return _ignored(facts, threshold, sign=-1)


def _ignored(facts: Facts, threshold: float, *, sign: int) -> Effect:
    served = require_measure(facts.served)

    def gap(value: Array) -> Array:
        return sign * (value[..., 0] - value[..., 1])

    def alone(role: str) -> Array:
        return gap(served.value_alone(role))

    value, draws, n = float(gap(served.value)), gap(served.value_draws), served.accounts
    decisive, shown = decisive_and_shown(
        facts.level, lambda level: smooth_interval(value, draws, n=n, level=level)
    )
    p = smooth_p_above(value, draws, threshold, n=n)
    money, why = _margin(facts, ROLES[sign > 0])
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n=survey_counts(require_measure(facts.answers)),
        money=money,
        money_why=why,
        undecided=respondents_to_decide(facts, decisive, p, threshold, alone),
    )


def _margin(facts: Facts, role: str) -> tuple[MoneyRange | None, str | None]:
    """What would closing the role's three largest gaps go together with, in margin per year?

    Accounts × how many more of them would come back (`measures.repurchase.gain_from_closing_gaps`)
    × margin per account and year; None with the reason where a link of the chain is missing.
    """
    returns, margin = facts.returns, facts.client.margin
    if facts.linked is None or facts.contentment is None:
        return None, NO_OUTCOME
    if margin is None:
        return None, NO_MARGIN
    if returns is None or returns.years is None:
        return None, NO_ORDERS
    answers, served = require_measure(facts.answers), require_measure(facts.served)
    more = gain_from_closing_gaps(
        role, answers, served, facts.contentment, facts.linked, level=DECISIVE
    )
    if isinstance(more, CannotTell):
        return None, f"How satisfaction moves the next purchase cannot be told: {more.why}"
    a_year = margin * float(returns.revenue.sum()) / returns.years
    return share_of_money(a_year, more), None
