"""first-sale-only: does the money go into the first sale and leave the rest of the road unpaid?"""

from __future__ import annotations

import numpy as np

from toolkit.audits.mistakes.effect import Effect, Gap, at_levels, part_of
from toolkit.audits.mistakes.needs import MIN_ACCOUNTS, STRICTEST, decided, standard_error
from toolkit.finding import Needs
from toolkit.quantities import Facts
from toolkit.quantities.answers import FEWEST_ACCOUNTS, Array
from toolkit.quantities.basis import known
from toolkit.quantities.worth import Worth
from toolkit.stats.interval import Interval
from toolkit.stats.power import MOST_UNITS, more_units
from toolkit.stats.shares import bounded_mean, bounded_mean_p_above
from toolkit.text import counted


def first_sale_only(facts: Facts, threshold: float) -> Effect:
    """How much more of the spend goes into acquiring than of the revenue comes from first orders?

    θ = share of spend with a phase that is `acquire` − Σ first / Σ (first + later) over accounts,
    first being all of an account's first day. Spend is known, so only the share of revenue is
    uncertain: a ratio of account totals, in 0…1, by Wilson's interval at the effective number of
    accounts (Cochran 1977, Sampling Techniques, section 6.3; Wilson 1927), which is not empty
    where nobody came back. Assumes accounts drawn independently; rows without a phase are left
    out.
    """
    spend, worth = known(facts.phases), known(facts.worth)
    share, total = later_share(worth)
    beyond = spend.acquire - 1  # θ = this + the share of revenue that comes later
    decisive, shown = at_levels(
        facts.level, lambda level: bounded_mean(share, weights=total, level=level).shifted(beyond)
    )
    p = bounded_mean_p_above(share, threshold - beyond, weights=total)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=p,
        n={"purchases": worth.accounts, "campaigns": spend.rows},
        money=part_of(spend.spend, decisive, "spend at risk"),
        undecided=_accounts_to_decide(worth, decisive, p, threshold),
    )


def later_share(worth: Worth) -> tuple[Array, Array]:
    """Which share of an account's revenue came after its first day, of how much? (G,) each."""
    total = worth.first + worth.later
    return np.divide(worth.later, total, out=np.zeros_like(total), where=total > 0), total


def phase_said(facts: Facts) -> Gap | None:
    """Does any campaign with spend say which phase its money is for?"""
    if facts.phases is not None:
        return None
    asked = facts.client.has("campaigns")
    why = (
        "No campaign with spend says what phase its money is for."
        if asked
        else "There are no campaigns."
    )
    return Gap(Needs("campaigns", None, None), why)


def revenue_known(facts: Facts) -> Gap | None:
    """Are there purchases with revenue, from 30 accounts?"""
    worth = facts.worth
    if worth is None or not (worth.first + worth.later).any():
        why = "There are no purchases with a date and an amount."
        return Gap(Needs("purchases", None, None), why)
    if worth.accounts >= MIN_ACCOUNTS:
        return None
    why = (
        f"Only {counted(worth.accounts, 'account', 'accounts')} bought anything; "
        f"{MIN_ACCOUNTS} are the least a verdict may rest on."
    )
    short = order_lines(MIN_ACCOUNTS - worth.accounts, worth)
    estimable = worth.accounts >= FEWEST_ACCOUNTS
    n = {"purchases": worth.accounts}
    return Gap(Needs("purchases", None, None), why, n, short if estimable else None)


def order_lines(accounts: int | None, worth: Worth) -> int | None:
    """About how many order lines do so many accounts bring? None beyond what anybody can bring."""
    rows = None if accounts is None else int(np.ceil(accounts * worth.lines))
    return rows if rows is None or rows <= MOST_UNITS else None


def _accounts_to_decide(
    worth: Worth, interval: Interval, p: float, threshold: float
) -> Needs | None:
    if decided(interval, p, threshold):
        return None
    error = standard_error(interval, threshold)
    more = more_units(interval.value, threshold, error, worth.accounts, alpha_found=STRICTEST)
    return Needs("purchases", None, order_lines(more, worth))
