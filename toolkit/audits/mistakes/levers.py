"""chasing-one-offs and clients-left: does it pay to turn one-off customers into clients?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.audits.mistakes.effect import DECISIVE, Effect, at_levels, part_of
from toolkit.audits.mistakes.needs import STRICTEST, standard_error
from toolkit.audits.mistakes.tried import MIN_ARM, dearest, left_behind, watched_for
from toolkit.finding import Needs
from toolkit.models.levers import Trial, net_gain, p_no_gain
from toolkit.quantities import Facts
from toolkit.quantities.basis import known
from toolkit.stats.interval import Interval
from toolkit.stats.power import more_units_in_part


def chasing_one_offs(facts: Facts, threshold: float) -> Effect:
    """Does the lever with most spend cost more than it brings? θ in currency per customer.

    θ = cost per treated customer − (rate treated − rate control) · value of a client, the
    negative of `models.levers.net_gain`: the distances of Newcombe's interval of the lift, times
    the value, and those of the value, times the lift, squared, added, rooted (Newcombe 1998; Zou
    & Donner 2008). Assumes customers of either arm to be independent, and the value of a client the
    same for whoever is won.
    """
    trial = known(dearest(facts).trial)
    decisive, shown = at_levels(facts.level, lambda level: -_net((trial,), facts, level))
    moved = replace(trial, cost=trial.cost - threshold)  # breaks even where θ is the threshold
    return Effect(
        shown=shown,
        decisive=decisive,
        p=1 - p_no_gain(moved, _value(facts, DECISIVE)),
        n=_counts(facts, trial),
        money=part_of(dearest(facts).customers, decisive, "spend at risk"),
        undecided=_to_decide(facts, trial, decisive, threshold),
    )


def clients_left(facts: Facts, threshold: float) -> Effect:
    """What would the best lever bring that has not reached half of the one-off customers?

    θ = (rate treated − rate control) · value of a client − cost per treated customer, the largest
    of these levers (see `chasing_one_offs`). Of k levers one looks best by luck: the lower end is
    the largest of the levers' lower ends at 1 − (1 − level)/k and p is k times the smallest
    (Bonferroni, valid however the levers hang together); the upper end is the largest upper end.
    """
    left = [lever for lever in left_behind(facts) if lever.smaller >= MIN_ARM] or left_behind(facts)
    trials = [known(lever.trial) for lever in left]
    decisive, shown = at_levels(facts.level, lambda level: _net(trials, facts, level))
    value = _value(facts, DECISIVE)
    moved = [replace(trial, cost=trial.cost + threshold) for trial in trials]
    best = max(left, key=lambda lever: net_gain(known(lever.trial), value).value)
    untreated = max(0, known(facts.worth).one_off - best.customers)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=min(1.0, len(moved) * min(p_no_gain(trial, value) for trial in moved)),
        n=_counts(facts, known(best.trial)),
        money=part_of(untreated, decisive, "margin per year"),
        undecided=_to_decide(facts, known(best.trial), decisive, threshold),
    )


def _value(facts: Facts, level: float) -> Interval:
    return known(known(facts.worth).value(level))


def _net(trials: Sequence[Trial], facts: Facts, level: float) -> Interval:
    """The largest gain of several levers; with its uncertainty, also about which is largest."""
    once, strict = (
        [net_gain(trial, _value(facts, at), level=at) for trial in trials]
        for at in (level, 1 - (1 - level) / len(trials))
    )
    best = max(once, key=lambda g: g.value)
    low, high = max(g.low for g in strict), max(g.high for g in once)
    return Interval(best.value, low, high, best.n, best.method)


def _counts(facts: Facts, trial: Trial) -> dict[str, int]:
    customers = trial.customers + trial.control_customers
    return {"levers": customers, "purchases": known(facts.worth).clients}


def _to_decide(facts: Facts, trial: Trial, interval: Interval, threshold: float) -> Needs:
    """About how many more customers on trial, or order lines, would decide? The fewer of both.

    The error splits into that of the lift and that of the value of a client; each alone shrinks
    with its own rows. None of either where neither alone can decide.
    """
    error, (lift, value) = standard_error(interval, threshold), _parts(trial, facts)
    scale = error**2 / max(lift + value, 1e-300)

    def more(part: float, rest: float, n: int) -> int | None:
        return more_units_in_part(
            interval.value, threshold, scale * part, scale * rest, n, alpha_found=STRICTEST
        )

    customers = more(lift, value, trial.customers + trial.control_customers)
    clients = more(value, lift, max(1, known(facts.worth).clients))
    rows = {"levers": customers, "purchases": watched_for(facts, clients)}
    enough = {table: n for table, n in rows.items() if n is not None}
    table = min(enough, key=lambda t: enough[t]) if enough else "levers"
    return Needs(table, None, enough.get(table))


def _parts(trial: Trial, facts: Facts) -> tuple[float, float]:
    """How much of the uncertainty is the lift's, how much the value's? Squared widths."""
    value = _value(facts, DECISIVE)
    alone = net_gain(trial, Interval.constant(value.value, value.n))
    lift = trial.converted / trial.customers - trial.control_converted / trial.control_customers
    return (alone.high - alone.low) ** 2, (lift * (value.high - value.low)) ** 2
