"""consumer-ignored and buyer-ignored: does the product serve one role better than the other?"""

from __future__ import annotations

from toolkit.audits.mistakes.effect import Effect, at_levels
from toolkit.audits.mistakes.needs import n_of_survey, respondents_to_decide
from toolkit.quantities import Facts
from toolkit.quantities.answers import Array
from toolkit.quantities.facts import known
from toolkit.stats.means import smooth, smooth_p_above

NO_LINKAGE = (
    "Needs the loyalty audit, which says how satisfaction moves the next purchase; "
    "it is not in this version."
)


def consumer_ignored(facts: Facts, threshold: float) -> Effect:
    """How much more value reaches buyers than consumers? θ = V_buyer − V_consumer, in points.

    V_r = Σ_a w_ra P_ra. θ is smooth in the account means, so the interval is θ̂ ± t·se with the
    standard error of the bootstrap over accounts, and p the matching tail (Efron & Tibshirani
    1993, An Introduction to the Bootstrap, ch. 12).
    """
    return _ignored(facts, threshold, sign=1)


def buyer_ignored(facts: Facts, threshold: float) -> Effect:
    """How much more value reaches consumers than buyers? The mirror image of consumer-ignored."""
    return _ignored(facts, threshold, sign=-1)


def _ignored(facts: Facts, threshold: float, *, sign: int) -> Effect:
    served = known(facts.served)

    def gap(value: Array) -> Array:
        return sign * (value[..., 0] - value[..., 1])

    def alone(role: str) -> Array:
        return gap(served.only(role).value_draws)

    value, draws, n = float(gap(served.value)), gap(served.value_draws), served.accounts
    decisive, shown = at_levels(facts.level, lambda level: smooth(value, draws, n=n, level=level))
    return Effect(
        shown=shown,
        decisive=decisive,
        p=smooth_p_above(value, draws, threshold, n=n),
        n=n_of_survey(known(facts.answers)),
        money_why=NO_LINKAGE,
        undecided=respondents_to_decide(facts, decisive, threshold, alone),
    )
