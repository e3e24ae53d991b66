"""spend-off-say and missed-influencer: does the money go where the say is?"""

from __future__ import annotations

from toolkit.audits.mistakes.effect import Effect, at_levels, part_of
from toolkit.audits.mistakes.needs import accounts_to_decide
from toolkit.quantities import Facts
from toolkit.quantities.basis import known
from toolkit.quantities.misallocation import apart, misallocation
from toolkit.stats.shares import bounded_mean, bounded_mean_p_above, planning_error


def spend_off_say(facts: Facts, threshold: float) -> Effect:
    """How much of the spend is not where the say is? θ = TVD(s, say) over buyer, consumer, other.

    Lower end and p invert a bootstrap test over accounts, the upper end is a percentile: see
    `quantities.misallocation`.
    """
    say, spend = known(facts.say), known(facts.spend)
    test = apart(say, spend)
    decisive, shown = at_levels(facts.level, lambda level: misallocation(test, level))
    p = test.p_above(threshold)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n=_counts(facts),
        money=part_of(facts.total_spend, decisive, "spend to move"),
        undecided=accounts_to_decide(facts, decisive, p, threshold),
    )


def missed_influencer(facts: Facts, threshold: float) -> Effect:
    """How much say have people nobody speaks to?

    θ = say of influencer and gatekeeper − their share of spend. The say is a mean of account
    shares in 0…1, often 0 for most accounts: Wilson's score interval at the effective number of
    accounts keeps its coverage there and stays within 0…1.
    """
    outside = known(facts.say).column("influencer", "gatekeeper")
    spent = float(known(facts.spend)[2])
    decisive, shown = at_levels(
        facts.level, lambda level: bounded_mean(outside, level=level).shifted(-spent)
    )
    p = bounded_mean_p_above(outside, threshold + spent)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n=_counts(facts),
        money=part_of(facts.total_spend, decisive, "spend to move"),
        undecided=accounts_to_decide(
            facts, decisive, p, threshold, planning_error(outside, threshold + spent)
        ),
    )


def _counts(facts: Facts) -> dict[str, int]:
    return {
        "influence": known(facts.say).accounts,
        "campaigns": facts.campaign_rows,
    }
