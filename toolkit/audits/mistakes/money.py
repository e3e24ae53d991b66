"""Does the money go where it should? Four mistakes of spend.

spend-off-say and missed-influencer: does the money go where the say is? first-sale-only: does the
money go into the first sale and leave the rest of the road unpaid? stage-mismatch: does the
emphasis of the last year fit the main product's stage of life?
"""

from __future__ import annotations

import math

import numpy as np

from toolkit.audits.mistakes.effect import (
    DataGap,
    Effect,
    decisive_and_shown,
    estimator_of,
    share_of_money,
)
from toolkit.audits.mistakes.needs import (
    MIN_ACCOUNTS,
    accounts_to_decide,
    error_to_threshold,
    is_decided,
    need_influence,
    need_spend,
    order_lines_needed,
    strictest_alpha,
)
from toolkit.finding import DataNeeds
from toolkit.measures.campaign_spend import emphasis_mismatch, mismatch_p_above
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.influence import misallocated_share, spend_versus_say
from toolkit.measures.products import HALF, SURE, ProductLife
from toolkit.measures.purchases import AccountValue
from toolkit.measures.survey import FEWEST_ACCOUNTS
from toolkit.stats.hypothesis_tests import MOST_UNITS, more_units
from toolkit.stats.interval import Array, Interval, normal_quantile
from toolkit.stats.means import bounded_mean, bounded_mean_p_above, planning_error
from toolkit.wording import count_with_noun, format_percent, join_words


@estimator_of("spend-off-say", need_influence, need_spend)
def spend_off_say(facts: Facts, threshold: float) -> Effect:
    """How much of the spend is not where the say is? θ = TVD(s, say) over buyer, consumer, other.

    Lower end and p invert a bootstrap test over accounts, the upper end is a percentile: see
    `measures.influence`.
    """
    say, spend = require_measure(facts.say), require_measure(facts.spend)
    test = spend_versus_say(say, spend)
    decisive, shown = decisive_and_shown(facts.level, lambda level: misallocated_share(test, level))
    p = test.p_above(threshold)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n=_counts(facts),
        money=share_of_money(facts.total_spend, decisive),
        undecided=accounts_to_decide(facts, decisive, p, threshold),
    )


@estimator_of("missed-influencer", need_influence, need_spend)
def missed_influencer(facts: Facts, threshold: float) -> Effect:
    """How much say have people nobody speaks to?

    θ = say of influencer and gatekeeper − their share of spend. The say is a mean of account
    shares in 0…1, often 0 for most accounts: Wilson's score interval at the effective number of
    accounts keeps its coverage there and stays within 0…1.
    """
    outside = require_measure(facts.say).column("influencer", "gatekeeper")
    spent = float(require_measure(facts.spend)[2])
    decisive, shown = decisive_and_shown(
        facts.level, lambda level: bounded_mean(outside, level=level).shifted(-spent)
    )
    p = bounded_mean_p_above(outside, threshold + spent)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n=_counts(facts),
        money=share_of_money(facts.total_spend, decisive),
        undecided=accounts_to_decide(
            facts, decisive, p, threshold, planning_error(outside, threshold + spent)
        ),
    )


def _counts(facts: Facts) -> dict[str, int]:
    return {
        "influence": require_measure(facts.say).accounts,
        "campaigns": facts.campaign_rows,
    }


def need_spend_phase(facts: Facts) -> DataGap | None:
    """Does any campaign with spend say which phase its money is for?"""
    if facts.phases is not None:
        return None
    asked = facts.client.has("campaigns")
    why = (
        "No campaign with spend says what phase its money is for."
        if asked
        else "There are no campaigns."
    )
    return DataGap(DataNeeds("campaigns", None, None), why)


def need_revenue(facts: Facts) -> DataGap | None:
    """Are there purchases with revenue, from 30 accounts?"""
    worth = facts.worth
    if worth is None or not (worth.first + worth.later).any():
        why = "There are no purchases with a date and an amount."
        return DataGap(DataNeeds("purchases", None, None), why)
    if worth.accounts >= MIN_ACCOUNTS:
        return None
    why = (
        f"Only {count_with_noun(worth.accounts, 'account', 'accounts')} bought anything; "
        f"{MIN_ACCOUNTS} are the least a verdict may rest on."
    )
    short = order_lines_needed(MIN_ACCOUNTS - worth.accounts, worth)
    estimable = worth.accounts >= FEWEST_ACCOUNTS
    n = {"purchases": worth.accounts}
    return DataGap(DataNeeds("purchases", None, None), why, n, short if estimable else None)


@estimator_of("first-sale-only", need_spend_phase, need_revenue)
def first_sale_only(facts: Facts, threshold: float) -> Effect:
    """How much more of the spend goes into acquiring than of the revenue comes from first orders?

    θ = share of spend with a phase that is `acquire` − Σ first / Σ (first + later) over accounts,
    first being all of an account's first day. Spend is known, so only the share of revenue is
    uncertain: a ratio of account totals, in 0…1, by Wilson's interval at the effective number of
    accounts (Cochran 1977, Sampling Techniques, section 6.3; Wilson 1927), which is not empty
    where nobody came back. Assumes accounts drawn independently; rows without a phase are left
    out.
    """
    spend, worth = require_measure(facts.phases), require_measure(facts.worth)
    share, total = _later_share(worth)
    beyond = spend.acquire - 1  # θ = this + the share of revenue that comes later
    decisive, shown = decisive_and_shown(
        facts.level, lambda level: bounded_mean(share, weights=total, level=level).shifted(beyond)
    )
    p = bounded_mean_p_above(share, threshold - beyond, weights=total)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n={"purchases": worth.accounts, "campaigns": spend.rows},
        money=share_of_money(spend.spend, decisive),
        undecided=_accounts_to_decide(worth, decisive, p, threshold),
    )


def _later_share(worth: AccountValue) -> tuple[Array, Array]:
    """Which share of an account's revenue came after its first day, of how much? (G,) each."""
    total = worth.first + worth.later
    return np.divide(worth.later, total, out=np.zeros_like(total), where=total > 0), total


def _accounts_to_decide(
    worth: AccountValue, interval: Interval, p: float, threshold: float
) -> DataNeeds | None:
    if is_decided(interval, p, threshold):
        return None
    error = error_to_threshold(interval, threshold)
    more = more_units(
        interval.value, threshold, error, worth.accounts, alpha_found=strictest_alpha()
    )
    return DataNeeds("purchases", None, order_lines_needed(more, worth))


TURNS = {
    ("introduction", "growth"): "T1",
    ("growth", "maturity"): "T*",
    ("maturity", "decline"): "T2",
}


def need_readable_stage(facts: Facts) -> DataGap | None:
    """Can the stage of the main product be read from its first purchases?"""
    if not facts.client.has("purchases") and not facts.lives:
        return DataGap(DataNeeds("purchases", None, None), "There are no purchases.")
    if not facts.lives:
        return DataGap(DataNeeds("purchases", None, None), "The purchases do not name the product.")
    life = facts.lives[0]
    if not life.why:
        return None
    why = f"The stage of the main product, {life.product}, cannot be told: {life.why}."
    return DataGap(DataNeeds(life.asks, None, None), why, {"purchases": life.accounts})


def need_spend_dates(facts: Facts) -> DataGap | None:
    """Is it known when each campaign's money was spent, and was any spent on the two roles?"""
    spent = facts.emphasis
    if spent is None:
        why = "No spend with a first and a last day is aimed at buyers or consumers."
        return DataGap(DataNeeds("campaigns", None, None), why)
    if spent.undated:
        rows = count_with_noun(spent.undated, "campaign row has", "campaign rows have")
        why = f"{rows} no first and last day, so the last year's spend is not known."
        return DataGap(DataNeeds("campaigns", None, None), why, {"campaigns": spent.rows})
    return None


def need_certain_stage(facts: Facts) -> DataGap | None:
    """Did 30 accounts buy the main product, and is one stage at least 80 % likely?"""
    life = facts.lives[0]
    if life.accounts < MIN_ACCOUNTS:
        bought = count_with_noun(life.accounts, "account", "accounts")
        why = f"{bought} bought the main product; {MIN_ACCOUNTS} are the least."
        short = math.ceil((MIN_ACCOUNTS - life.accounts) * life.rows)
        return DataGap(DataNeeds("purchases", None, None), why, {"purchases": life.accounts}, short)
    if max(life.chances.values()) >= SURE:
        return None
    said = join_words(f"{s} {format_percent(p)}" for s, p in life.chances.items() if p > 0)
    why = (
        f"The stage of the main product, {life.product}, is not certain: {said}; "
        f"{format_percent(SURE)} is the least a verdict may rest on."
    )
    return DataGap(DataNeeds("purchases", None, None), why, {"purchases": life.accounts}, 0)


@estimator_of("stage-mismatch", need_readable_stage, need_spend_dates, need_certain_stage)
def stage_mismatch(facts: Facts, threshold: float) -> Effect:
    """How far is the last year's spend from the mix the main product's stage asks for?

    θ = |buyers' share of spend on buyers and consumers − the stage's|, which is the TVD over the
    two. The spend is counted and the mix is set, so only the stage is uncertain: estimate, interval
    and p follow its chances from a Bass curve refitted to residuals (`models.diffusion`). Assumes
    one wave of first purchases since the launch, without seasons.
    """
    spent, life = require_measure(facts.emphasis), facts.lives[0]
    fixed = life, facts.stage_mix, spent.buyer
    decisive, shown = decisive_and_shown(
        facts.level, lambda level: emphasis_mismatch(*fixed, level)
    )
    return Effect(
        shown=shown,
        decisive=decisive,
        p=mismatch_p_above(*fixed, threshold),
        n={"purchases": life.accounts, "campaigns": spent.rows},
        money=share_of_money(spent.spend, decisive),
        undecided=DataNeeds("purchases", None, _rows_to_decide(life, facts.level)),
    )


def _rows_to_decide(life: ProductLife, level: float) -> int | None:
    """About how many more rows of purchases would tell the likeliest stage from the next?

    As for an estimate (how long ago its turn was) set against a threshold of 0; the error of the
    turn shrinks with the accounts watched over the same time.
    """
    ranked = sorted(life.chances, key=lambda stage: -life.chances[stage])
    order = list(life.chances)
    pair = sorted(ranked[:2], key=order.index)
    stage = life.stage
    if stage is None or (pair[0], pair[1]) not in TURNS:
        return None
    turn = stage.turns[TURNS[pair[0], pair[1]]]
    error = (turn.high - turn.low) / 2 / normal_quantile((1 + level) / 2)
    gap = abs(len(life.firsts) + HALF - turn.value)
    accounts = more_units(gap, 0.0, error, life.accounts, alpha_found=strictest_alpha())
    rows = None if accounts is None else math.ceil(accounts * life.rows)
    return rows if rows is None or rows <= MOST_UNITS else None
