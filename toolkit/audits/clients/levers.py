"""Which way of turning one-off customers into clients pays, and should it be tested first?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from toolkit.finding import measures
from toolkit.models.levers import ACT, Gain, ranking
from toolkit.quantities import Facts
from toolkit.stats.interval import Interval
from toolkit.text import amount, listed, money

CURRENCY = "currency per customer"
METHOD = "even priors, see models.levers"


def lever_measures(facts: Facts) -> list[pd.DataFrame]:
    """What does each lever do, cost and bring? Ranked by the lower end of the net gain.

    `lever_lift` (rate treated − rate control), `lever_cost` (per treated), `lever_net` (lift ·
    value of a client − cost), `lever_pays` (the chance that it pays, even priors) and
    `lever_knowing` (what knowing the truth would bring per customer: more than a test costs, test
    first). Empty without levers, and the last three without a client's value.
    """
    tried = {lever.lever: lever.trial for lever in facts.tried if lever.trial}
    value = facts.worth.value(facts.level) if facts.worth else None
    ranked = ranking(list(tried.values()), value or 0.0, level=facts.level)
    gains = {gain.lever: gain for gain, _ in ranked}
    sure = {lever: _counts(tried[lever]) for lever in gains}
    lifts = {lever: gain.lift for lever, gain in gains.items()}
    costs = {lever: Interval.constant(tried[lever].cost, sure[lever]) for lever in gains}
    parts = [measures("lever_lift", "share", lifts), measures("lever_cost", CURRENCY, costs)]
    return [*parts, *_net(gains, sure)] if value else parts


def _counts(trial: Any) -> int:
    return int(trial.customers + trial.control_customers)


def _net(gains: Mapping[str, Gain], n: Mapping[str, int]) -> Iterator[pd.DataFrame]:
    yield measures("lever_net", CURRENCY, {lever: g.gain for lever, g in gains.items()})
    chances = {lever: Interval.constant(g.pays, n[lever], METHOD) for lever, g in gains.items()}
    yield measures("lever_pays", "share", chances)
    knowing = {
        lever: Interval.constant(g.perfect_information, n[lever], METHOD)
        for lever, g in gains.items()
    }
    yield measures("lever_knowing", CURRENCY, knowing)


def pays(rows: Mapping[tuple[str, str], Mapping[str, Any]], currency: str) -> Iterator[str]:
    """What is to be said of the levers? Those that pay, those that do not, those to test first."""
    chances = {group: row["value"] for (name, group), row in rows.items() if name == "lever_pays"}
    yes = [lever for lever, chance in chances.items() if chance >= ACT]
    no = [lever for lever, chance in chances.items() if chance <= 1 - ACT]
    sure = [lever for lever in yes if rows["lever_net", lever]["low"] > 0]
    for words, levers in (("pays", sure), ("probably pays", [x for x in yes if x not in sure])):
        told = [f"{_named(x)} ({_gain(rows['lever_net', x], currency)})" for x in levers]
        if told:
            yield f"It {words} to extend {listed(told)}, per customer treated."
    if no:
        yield f"Not worth its cost: {listed([_named(lever) for lever in no])}."
    open_ = [_named(lever) for lever in chances if lever not in (*yes, *no)]
    if open_:
        yield f"Open, so test first: {listed(open_)}."


def _gain(row: Mapping[str, Any], currency: str) -> str:
    return f"{amount(row['value'], currency)}, {money(row['low'], row['high'], currency)}"


def _named(lever: str) -> str:
    return lever.replace("_", " ")
