"""What would levers, free use and “only today” bring, customer by customer?"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.explore.scenario import Scenario
from toolkit.explore.whatif import Outcome
from toolkit.models.cannot import CannotTell
from toolkit.models.levers import net_gain
from toolkit.quantities.trials import Tried
from toolkit.quantities.worth import Worth
from toolkit.stats.interval import Interval
from toolkit.stats.means import mean
from toolkit.text import count

Told = dict[tuple[str, str], Interval | None]
CURRENCY = "currency"


def clients_numbers(outcome: Outcome) -> Told:
    """What is a client worth, and what does each way of winning one bring?"""
    facts, told = outcome.facts, Told()
    value = facts.worth.value(facts.level) if facts.worth else None
    if value is not None:
        told["A client is worth more than a one-off customer", CURRENCY] = value
        told |= dict(_levers(outcome, value))
    pressed = scarcity(facts.worth, outcome.scenario, facts.level)
    if pressed is not None:
        told["“Only today”, per 100 first orders", CURRENCY] = pressed
    free = facts.free_users
    if free is not None and not isinstance(free.pays, CannotTell):
        told["A free user brings", CURRENCY] = free.pays.value
    return told


def _levers(outcome: Outcome, value: Interval) -> Iterator[tuple[tuple[str, str], Interval]]:
    """What each lever brings in all, its cost deducted: customers reached × gain of each."""
    most = _there(outcome)
    for lever in outcome.facts.tried:
        if lever.trial is not None:
            each = net_gain(lever.trial, value, level=outcome.facts.level)
            label = f"The lever “{_name(lever)}” brings in all", CURRENCY
            yield label, each.scaled(min(lever.customers, most[lever.lever]))
    for lever in _stopped(outcome):
        label = f"The lever “{_name(lever)}” brings in all", CURRENCY
        yield label, Interval.constant(0.0, lever.customers)


def _stopped(outcome: Outcome) -> Iterator[Tried]:
    """Levers that were tried, and that the scenario stops."""
    left = {lever.lever for lever in outcome.facts.tried}
    yield from (t for t in outcome.observed.tried if t.trial is not None and t.lever not in left)


def too_far(outcome: Outcome) -> Iterator[str]:
    """Which levers would reach more customers than there are to be won?"""
    most = _there(outcome)
    for lever in outcome.facts.tried:
        if lever.trial is not None and lever.customers > most[lever.lever]:
            yield (
                f"The lever “{_name(lever)}” is counted on {count(most[lever.lever])} customers, "
                "no more: so many were treated already, or bought on one day only."
            )


def _there(outcome: Outcome) -> dict[str, int]:
    """How many customers can each lever reach: those it did, or all one-off customers?"""
    one_off = outcome.observed.worth.one_off if outcome.observed.worth else 0
    return {lever.lever: max(lever.customers, one_off) for lever in outcome.observed.tried}


def _name(lever: Tried) -> str:
    return lever.lever.replace("_", " ")


def scarcity(worth: Worth | None, scenario: Scenario, level: float) -> Interval | None:
    """What does pressing buyers bring per 100 first orders? None where that cannot be told.

    Of f more first orders a share r is taken back and the account lost for good: 100 f
    ((1 − r) · margin of a first order − r · chance of a client · value of a client); uncertain is
    what a first order and a client are worth, their ends taken together.
    """
    added, regret = scenario.assumed("fear_of_missing_out"), scenario.assumed("regret")
    if worth is None or worth.margin is None:
        return None
    value, first = worth.value(level), mean(worth.first, level=level)
    if value is None:
        return None
    chance = worth.clients / max(int(worth.watched.sum()), 1)

    def net(first: float, client: float) -> float:
        kept = (1 - regret) * (worth.margin or 0.0) * first
        return 100 * added * (kept - regret * chance * client) + 0.0

    ends = net(first.low, value.high), net(first.high, value.low)
    return Interval(net(first.value, value.value), *ends, first.n, "own model, ends together")
