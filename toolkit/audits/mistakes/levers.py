"""chasing-one-offs and clients-left: does it pay to turn one-off customers into clients?

What must be there before levers can be judged comes first: trials, a control group, a client's
value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.audits.mistakes.effect import (
    DECISIVE,
    DataGap,
    Effect,
    decisive_and_shown,
    estimator_of,
    share_of_money,
)
from toolkit.audits.mistakes.needs import error_to_threshold, order_lines_needed, strictest_alpha
from toolkit.finding import DataNeeds
from toolkit.measures.campaign_response import TriedLever
from toolkit.measures.facts import Facts, require_measure
from toolkit.models.conversion import LeverTrial, lever_p_no_gain, net_lever_gain
from toolkit.stats.hypothesis_tests import more_units_in_part
from toolkit.stats.interval import Interval
from toolkit.wording import count_with_noun

MIN_ARM = 30  # customers of either arm of a trial
MIN_CLIENTS = 30  # accounts that came back, behind the value of a client
REACHED = 0.5  # a lever that reached fewer one-off customers than this has been left behind
NOBODY_TO_WIN = (
    "There is one product and nobody bought it twice, so there is no client to win: quick offers "
    "fit better."
)


def _costliest_lever(facts: Facts) -> TriedLever:
    """Which lever took most money?"""
    return max(facts.tried, key=lambda lever: lever.cost)


def _underused_levers(facts: Facts) -> list[TriedLever]:
    """Which levers that can be compared reached less than half of the one-off customers?"""
    some = REACHED * require_measure(facts.worth).one_off
    return [lever for lever in facts.tried if lever.trial and lever.customers < some]


def need_tried_lever(facts: Facts) -> DataGap | None:
    """Was any lever tried?"""
    if facts.tried:
        return None
    why = "No way of turning one-off customers into clients was tried."
    return DataGap(DataNeeds("levers", None, None), why)


def need_client_value(facts: Facts) -> DataGap | None:
    """Is it known what a client is worth, from 30 accounts that came back within a year?"""
    worth = facts.worth
    if worth is None:
        return DataGap(DataNeeds("purchases", None, None), "There are no purchases with a date.")
    if worth.margin is None:
        why = "Without the margin it is unknown what a client is worth."
        return DataGap(DataNeeds("client.yml", None, None), why)
    if worth.sold_once or worth.clients >= MIN_CLIENTS:
        return None
    came = "account that was watched for a year came", "accounts that were watched for a year came"
    why = (
        f"{count_with_noun(worth.clients, *came)} back within it; {MIN_CLIENTS} are the least the "
        "value "
        "of a client may rest on."
    )
    n = {"purchases": worth.clients}
    short = (
        _order_lines_for_clients(facts, MIN_CLIENTS - worth.clients) if worth.clients > 1 else None
    )
    return DataGap(DataNeeds("purchases", None, None), why[0].upper() + why[1:], n, short)


def need_trial_of_costliest(facts: Facts) -> DataGap | None:
    """Has the lever with most spend a trial of 30 customers treated and 30 not?"""
    lever = _costliest_lever(facts)
    return (
        _compared(lever)
        if lever.trial
        else DataGap(DataNeeds("levers", None, None), _untold(lever))
    )


def need_underused_lever(facts: Facts) -> DataGap | None:
    """Has a lever with a trial of 30 and 30 not reached half of the one-off customers?"""
    left = _underused_levers(facts)
    if left:
        return _compared(max(left, key=lambda lever: lever.smaller))
    half = "Every lever that was tried against a control group reached half of the one-off "
    untold = [lever for lever in facts.tried if lever.trial is None]
    why = half + "customers or more: none is left to extend."
    if len(untold) == len(facts.tried):
        why = _untold(untold[0])
    return DataGap(DataNeeds("levers", None, None), why)


def no_client_to_win(facts: Facts) -> str | None:
    """Why can no client be left? One product, and no repeat within the data; None elsewhere."""
    return NOBODY_TO_WIN if facts.worth and facts.worth.sold_once else None


def _order_lines_for_clients(facts: Facts, clients: int | None) -> int | None:
    """About how many order lines of accounts watched for a year hold so many that came back?"""
    worth = require_measure(facts.worth)
    share = worth.clients / max(int(worth.watched.sum()), 1)
    return (
        order_lines_needed(round(clients / share), worth) if clients is not None and share else None
    )


def _untold(lever: TriedLever) -> str:
    return f"The lever “{lever.lever.replace('_', ' ')}” {lever.why}, so it cannot be compared."


def _compared(lever: TriedLever) -> DataGap | None:
    if lever.smaller >= MIN_ARM:
        return None
    trial = require_measure(lever.trial)
    why = (
        f"The lever “{lever.lever.replace('_', ' ')}” was tried on "
        f"{count_with_noun(trial.customers, 'customer', 'customers')} against "
        f"{trial.control_customers}; "
        f"{MIN_ARM} of each are the least a verdict may rest on."
    )
    arms = (trial.customers, trial.control_customers)
    short = sum(max(0, MIN_ARM - arm) for arm in arms)
    return DataGap(DataNeeds("levers", None, None), why, {"levers": sum(arms)}, short)


@estimator_of("chasing-one-offs", need_tried_lever, need_client_value, need_trial_of_costliest)
def chasing_one_offs(facts: Facts, threshold: float) -> Effect:
    """Does the lever with most spend cost more than it brings? θ in currency per customer.

    θ = cost per treated customer − (rate treated − rate control) · value of a client, the
    negative of `models.conversion.net_lever_gain`: the distances of Newcombe's interval of the
    lift, times the value, and those of the value, times the lift, squared, added, rooted (Newcombe
    1998; Zou & Donner 2008). Assumes customers of either arm to be independent, and the value of a
    client the same for whoever is won.
    """
    trial = require_measure(_costliest_lever(facts).trial)
    decisive, shown = decisive_and_shown(facts.level, lambda level: -_net((trial,), facts, level))
    moved = replace(trial, cost=trial.cost - threshold)  # breaks even where θ is the threshold
    return Effect(
        shown=shown,
        decisive=decisive,
        p=1 - lever_p_no_gain(moved, _value(facts, DECISIVE)),
        n=_counts(facts, trial),
        money=share_of_money(_costliest_lever(facts).customers, decisive),
        undecided=_to_decide(facts, trial, decisive, threshold),
    )


@estimator_of(
    "clients-left",
    need_tried_lever,
    need_client_value,
    need_underused_lever,
    ruled_out=no_client_to_win,
)
def clients_left(facts: Facts, threshold: float) -> Effect:
    """What would the best lever bring that has not reached half of the one-off customers?

    θ = (rate treated − rate control) · value of a client − cost per treated customer, the largest
    of these levers (see `chasing_one_offs`). Of k levers one looks best by luck: the lower end is
    the largest of the levers' lower ends at 1 − (1 − level)/k and p is k times the smallest
    (Bonferroni, valid however the levers hang together); the upper end is the largest upper end.
    """
    left = [
        lever for lever in _underused_levers(facts) if lever.smaller >= MIN_ARM
    ] or _underused_levers(facts)
    trials = [require_measure(lever.trial) for lever in left]
    decisive, shown = decisive_and_shown(facts.level, lambda level: _net(trials, facts, level))
    value = _value(facts, DECISIVE)
    moved = [replace(trial, cost=trial.cost + threshold) for trial in trials]
    best = max(left, key=lambda lever: net_lever_gain(require_measure(lever.trial), value).value)
    untreated = max(0, require_measure(facts.worth).one_off - best.customers)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=min(1.0, len(moved) * min(lever_p_no_gain(trial, value) for trial in moved)),
        n=_counts(facts, require_measure(best.trial)),
        money=share_of_money(untreated, decisive),
        undecided=_to_decide(facts, require_measure(best.trial), decisive, threshold),
    )


def _value(facts: Facts, level: float) -> Interval:
    return require_measure(require_measure(facts.worth).value(level))


def _net(trials: Sequence[LeverTrial], facts: Facts, level: float) -> Interval:
    """The largest gain of several levers; with its uncertainty, also about which is largest."""
    once, strict = (
        [net_lever_gain(trial, _value(facts, at), level=at) for trial in trials]
        for at in (level, 1 - (1 - level) / len(trials))
    )
    best = max(once, key=lambda g: g.value)
    low, high = max(g.low for g in strict), max(g.high for g in once)
    return Interval(best.value, low, high, best.n, best.method)


def _counts(facts: Facts, trial: LeverTrial) -> dict[str, int]:
    customers = trial.customers + trial.control_customers
    return {"levers": customers, "purchases": require_measure(facts.worth).clients}


def _to_decide(facts: Facts, trial: LeverTrial, interval: Interval, threshold: float) -> DataNeeds:
    """About how many more customers on trial, or order lines, would decide? The fewer of both.

    The error splits into that of the lift and that of the value of a client; each alone shrinks
    with its own rows. None of either where neither alone can decide.
    """
    error, (lift, value) = error_to_threshold(interval, threshold), _parts(trial, facts)
    scale = error**2 / max(lift + value, 1e-300)

    def more(part: float, rest: float, n: int) -> int | None:
        return more_units_in_part(
            interval.value, threshold, scale * part, scale * rest, n, alpha_found=strictest_alpha()
        )

    customers = more(lift, value, trial.customers + trial.control_customers)
    clients = more(value, lift, max(1, require_measure(facts.worth).clients))
    rows = {"levers": customers, "purchases": _order_lines_for_clients(facts, clients)}
    enough = {table: n for table, n in rows.items() if n is not None}
    table = min(enough, key=lambda t: enough[t]) if enough else "levers"
    return DataNeeds(table, None, enough.get(table))


def _parts(trial: LeverTrial, facts: Facts) -> tuple[float, float]:
    """How much of the uncertainty is the lift's, how much the value's? Squared widths."""
    value = _value(facts, DECISIVE)
    alone = net_lever_gain(trial, Interval.constant(value.value, value.n))
    lift = trial.converted / trial.customers - trial.control_converted / trial.control_customers
    return (alone.high - alone.low) ** 2, (lift * (value.high - value.low)) ** 2
