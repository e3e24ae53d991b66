"""hostages and sold-not-used: do accounts stay although they are not content, or do not use?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from toolkit.audits.mistakes.effect import (
    DataGap,
    Effect,
    MoneyRange,
    decisive_and_shown,
    estimator_of,
    share_of_money,
)
from toolkit.audits.mistakes.needs import MIN_ACCOUNTS, strictest_alpha
from toolkit.finding import DataNeeds
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.loyalty import ProductUsage, RepeatAccounts
from toolkit.measures.purchases import SHORTEST
from toolkit.measures.survey import FEWEST_ACCOUNTS
from toolkit.stats.hypothesis_tests import MOST_UNITS, more_units
from toolkit.stats.means import planning_error, ratio_of_sums
from toolkit.stats.shares import binomial_p_above, jeffreys, newcombe
from toolkit.wording import count_with_noun

FEWEST_COMPARED = 5  # accounts on each side of a difference of repeat rates
TOO_SHORT = f"Orders span less than {SHORTEST} days, too short to say what they come to in a year."
NOTHING_PAID = "These accounts paid nothing, so no revenue is at stake."
LONE_ANSWERS = "most accounts gave one answer only, which overstates it"


def need_satisfied_repeaters(facts: Facts) -> DataGap | None:
    """Are there 30 accounts that bought on two days, of which a consumer answered?"""
    if facts.repeaters is None and (missing := _missing(facts, survey="consumer", purchases=None)):
        return missing
    if facts.repeaters is None or facts.repeaters.answers == 0:
        why = "No consumer says how satisfied they are."
        return DataGap(DataNeeds("survey", "consumer", None), why)
    n = len(facts.repeaters.satisfaction)
    if n >= MIN_ACCOUNTS:
        return None
    why = (
        f"Consumers of {count_with_noun(n, 'account', 'accounts')} with orders on two days or more "
        "say "
        f"how satisfied they are; {MIN_ACCOUNTS} are the least a verdict may rest on."
    )
    short = _answers_for(facts.repeaters, MIN_ACCOUNTS - n) if n >= FEWEST_ACCOUNTS else None
    return DataGap(DataNeeds("survey", "consumer", None), why, {"consumer": n}, short)


def _missing(facts: Facts, **asked: str | None) -> DataGap | None:
    """The first of these tables that is not there, with the role whose rows it lacks."""
    for table, role in asked.items():
        if not facts.client.has(table):
            return DataGap(DataNeeds(table, role, None), f"The table {table} is missing.")
    return None


@estimator_of("hostages", need_satisfied_repeaters)
def hostages(facts: Facts, threshold: float) -> Effect:
    """Which share of accounts that came back has dissatisfied consumers?

    Among accounts with orders on two days or more and a consumer's answer: those whose mean
    consumer satisfaction, as answered, is below 40 of 100. Accounts are independent yes-or-no
    trials: Jeffreys' interval (Brown, Cai & DasGupta 2001), exact binomial p. An answer scatters
    around what is felt, so one answer an account overstates a small share. Money: the revenue of
    these accounts, their part of the revenue of all such accounts being a ratio over accounts.
    """
    base = require_measure(facts.repeaters)
    unhappy = base.unhappy
    money, why = None, TOO_SHORT if base.years is None else NOTHING_PAID
    if base.years and base.revenue.sum() > 0:
        share = ratio_of_sums(base.revenue * unhappy, base.revenue, share=True)
        money = share_of_money(float(base.revenue.sum()) / base.years, share)
    return _share(
        facts,
        unhappy,
        threshold,
        n={"consumer": len(unhappy)},
        needs=DataNeeds("survey", "consumer", None),
        rows_each=base.answers / len(unhappy),
        money=money,
        money_why=why,
        caution=LONE_ANSWERS if (base.counts == 1).mean() > 0.5 else None,
    )


def need_usage(facts: Facts) -> DataGap | None:
    """Are there 30 accounts that bought in the last period of usage and stand in it?"""
    if facts.use is None:
        if missing := _missing(facts, usage=None, purchases=None):
            return missing
        why = "No account of the usage table bought in a month that the table covers."
        return DataGap(DataNeeds("usage", None, None), why)
    n = len(facts.use.idle)
    if n >= MIN_ACCOUNTS:
        return None
    why = (
        f"Of only {count_with_noun(n, 'account', 'accounts')} that bought in {facts.use.period} it "
        "is "
        f"known whether they used it; {MIN_ACCOUNTS} are the least a verdict may rest on."
    )
    short = MIN_ACCOUNTS - n if n >= FEWEST_ACCOUNTS else None
    return DataGap(DataNeeds("usage", None, None), why, {"usage": n}, short)


@estimator_of("sold-not-used", need_usage)
def sold_not_used(facts: Facts, threshold: float) -> Effect:
    """Which share of accounts that bought in the last period did not use the product in it?

    Accounts are independent yes-or-no trials: Jeffreys' interval, exact binomial p; buying
    accounts without a row in that period are left out. Money: what the idle ones pay in a year,
    times how much rarer idle accounts come back than active ones (Newcombe 1998), watched for
    the repeat window at least. Idleness was not drawn by lot: it only goes together with that.
    """
    base = require_measure(facts.use)
    money, why = _lost_by_idleness(base)
    return _share(
        facts,
        base.idle,
        threshold,
        n={"usage": len(base.idle)},
        needs=DataNeeds("usage", None, None),
        rows_each=1.0,
        money=money,
        money_why=why,
    )


def _lost_by_idleness(base: ProductUsage) -> tuple[MoneyRange | None, str | None]:
    groups = base.came_back_active, base.came_back_idle
    if base.years is None:
        return None, TOO_SHORT
    if min(map(len, groups)) < FEWEST_COMPARED:
        return None, (
            f"Fewer than {FEWEST_COMPARED} accounts are idle, or active, and watched long enough "
            "to compare how often they come back."
        )
    active, idle = ((int(group.sum()), len(group)) for group in groups)
    a_year = float(base.revenue[base.idle].sum()) / base.years
    return share_of_money(a_year, newcombe(*active, *idle)), None


def _share(
    facts: Facts,
    yes: NDArray[np.bool_],
    threshold: float,
    *,
    n: dict[str, int],
    needs: DataNeeds,
    rows_each: float,
    money: MoneyRange | None,
    money_why: str | None,
    caution: str | None = None,
) -> Effect:
    """The effect that a share of independent accounts is."""
    count, size = int(yes.sum()), len(yes)
    decisive, shown = decisive_and_shown(
        facts.level, lambda level: jeffreys(count, size, level=level)
    )
    error = planning_error(yes.astype(float), threshold)
    units = more_units(decisive.value, threshold, error, size, alpha_found=strictest_alpha())
    rows = None if units is None else math.ceil(units * rows_each)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=binomial_p_above(count, size, threshold),
        n=n,
        money=money,
        money_why=money_why,
        undecided=DataNeeds(needs.table, needs.role, rows if rows and rows <= MOST_UNITS else None),
        caution=caution,
    )


def _answers_for(base: RepeatAccounts, accounts: int) -> int:
    """How many more consumers must answer to bring so many more such accounts?"""
    return math.ceil(accounts * base.answers / len(base.satisfaction))
