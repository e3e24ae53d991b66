"""What does each panel show of a scenario: which numbers, which mistakes, which warnings?

Customer by customer, what levers, free use and “only today” bring; of a better product, which
accounts more come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.contract import ROLES
from toolkit.finding import Judgement
from toolkit.measures.campaign_response import TriedLever
from toolkit.measures.campaign_spend import AUDIENCES, claim_fit
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.purchases import AccountValue
from toolkit.measures.value_delivered import value_delivered
from toolkit.models.conversion import net_lever_gain
from toolkit.stats.bootstrap import percentile_interval
from toolkit.stats.interval import Array, CannotTell, Interval
from toolkit.stats.means import mean_interval
from toolkit.whatif.apply import linked_attributes
from toolkit.whatif.money import (
    campaign_margins,
    extra_spend,
    extrapolation_note,
    margin_gain,
    unmeasured_spend_note,
)
from toolkit.whatif.scenario import (
    ASSUMPTIONS,
    Scenario,
    scenario_margin,
    scenario_revenue,
    value_after_waiting,
)
from toolkit.whatif.sentences import COUNTS, LIFTED
from toolkit.whatif.whatif import ScenarioResult
from toolkit.wording import format_count

CURRENCY = "currency"


def _clients(outcome: ScenarioResult) -> LabelledIntervals:
    """What is a client worth, and what does each way of winning one bring?"""
    facts, told = outcome.facts, LabelledIntervals()
    value = facts.worth.value(facts.level) if facts.worth else None
    if value is not None:
        told["A client is worth more than a one-off customer", CURRENCY] = value
        told |= dict(_lever_gains(outcome, value))
    pressed = scarcity_gain(facts.worth, outcome.scenario, facts.level)
    if pressed is not None:
        told["“Only today”, per 100 first orders", CURRENCY] = pressed
    free = facts.free_users
    if free is not None and not isinstance(free.pays, CannotTell):
        told["A free user brings", CURRENCY] = free.pays.value
    return told


def _lever_gains(
    outcome: ScenarioResult, value: Interval
) -> Iterator[tuple[tuple[str, str], Interval]]:
    """What each lever brings in all, its cost deducted: customers reached × gain of each."""
    most = _reachable_customers(outcome)
    for lever in outcome.facts.tried:
        if lever.trial is not None:
            each = net_lever_gain(lever.trial, value, level=outcome.facts.level)
            label = f"The lever “{_lever_name(lever)}” brings in all", CURRENCY
            yield label, each.scaled(min(lever.customers, most[lever.lever]))
    for lever in _stopped_levers(outcome):
        label = f"The lever “{_lever_name(lever)}” brings in all", CURRENCY
        yield label, Interval.constant(0.0, lever.customers)


def _stopped_levers(outcome: ScenarioResult) -> Iterator[TriedLever]:
    """Levers that were tried, and that the scenario stops."""
    left = {lever.lever for lever in outcome.facts.tried}
    yield from (t for t in outcome.observed.tried if t.trial is not None and t.lever not in left)


def _lever_reach_notes(outcome: ScenarioResult) -> Iterator[str]:
    """Which levers would reach more customers than there are to be won?"""
    most = _reachable_customers(outcome)
    for lever in outcome.facts.tried:
        if lever.trial is not None and lever.customers > most[lever.lever]:
            yield (
                f"The lever “{_lever_name(lever)}” is counted on {format_count(most[lever.lever])} "
                "customers, "
                "no more: so many were treated already, or bought on one day only."
            )


def _reachable_customers(outcome: ScenarioResult) -> dict[str, int]:
    """How many customers can each lever reach: those it did, or all one-off customers?"""
    one_off = outcome.observed.worth.one_off if outcome.observed.worth else 0
    return {lever.lever: max(lever.customers, one_off) for lever in outcome.observed.tried}


def _lever_name(lever: TriedLever) -> str:
    return lever.lever.replace("_", " ")


def scarcity_gain(worth: AccountValue | None, scenario: Scenario, level: float) -> Interval | None:
    """What does pressing buyers bring per 100 first orders? None where that cannot be told.

    Of f more first orders a share r is taken back and the account lost for good: 100 f
    ((1 − r) · margin of a first order − r · chance of a client · value of a client); uncertain is
    what a first order and a client are worth, their ends taken together.
    """
    added, regret = scenario.assumed("fear_of_missing_out"), scenario.assumed("regret")
    if worth is None or worth.margin is None:
        return None
    value, first = worth.value(level), mean_interval(worth.first, level=level)
    if value is None:
        return None
    chance = worth.clients / max(int(worth.watched.sum()), 1)

    def net(first: float, client: float) -> float:
        kept = (1 - regret) * (worth.margin or 0.0) * first
        return 100 * added * (kept - regret * chance * client) + 0.0

    ends = net(first.low, value.high), net(first.high, value.low)
    return Interval(net(first.value, value.value), *ends, first.n, "own model, ends together")


def returning_share_gain(before: Facts, after: Facts) -> Interval | None:
    """Which share of accounts more comes back as consumers are served better?

    The points that their ratings rise by on average, no rating beyond the end of its scale, then
    what these go together with (`measures.repurchase.AttributeLinks.back`), within those who do not
    come back today. None where the link cannot be told.
    """
    told, linked = linked_attributes(before), before.linked
    if isinstance(told, CannotTell) or told.link is None or linked is None:
        return None
    points = _mean_rise(before, after)
    if not points.any():
        return Interval.constant(0.0, told.n)
    today = float(linked.again.mean())
    return told.back(told.link, points, level=before.level).within(-today, 1 - today)


def _mean_rise(before: Facts, after: Facts) -> Array:
    """By how many points do consumers rate each attribute higher, on average? (A,)"""
    was, now = require_measure(before.answers), require_measure(after.answers)
    risen = now.performance - was.performance
    weight = was.member[ROLES.index("consumer")] * was.weight
    missing = np.isnan(risen)
    total, points = weight @ ~missing, weight @ np.where(missing, 0.0, risen)
    return np.asarray(np.divide(points, total, out=np.zeros_like(points), where=total > 0))


GOES_TOGETHER = "Rates and links go together with what was done; they need not come from it."


@dataclass(frozen=True)
class PanelNumber:
    """One number before and after; None where it cannot be told."""

    label: str
    unit: str
    before: Interval | None
    after: Interval | None


@dataclass(frozen=True)
class PanelContent:
    """One panel: pairs of numbers, pairs of verdicts, and what must be known beside them."""

    id: str
    title: str
    numbers: tuple[PanelNumber, ...]
    mistakes: tuple[tuple[Judgement, Judgement], ...]
    notes: tuple[str, ...]


LabelledIntervals = dict[tuple[str, str], Interval | None]  # by label and unit


@dataclass(frozen=True)
class PanelSpec:
    """What a panel is made of, apart from its mistakes: its numbers and its warnings."""

    title: str
    numbers: Callable[[ScenarioResult], LabelledIntervals]
    notes: Callable[[ScenarioResult], Iterator[str]]


def panel_mistakes(id: str) -> tuple[str, ...]:
    """Which mistakes stand in the panel of that id? As the catalogue says, in its order."""
    return tuple(kind.id for kind in MISTAKE_TYPES.values() if kind.panel == id)


def panel_content(id: str, before: ScenarioResult, after: ScenarioResult) -> PanelContent:
    """What does the panel of that id show? Both outcomes may be scenarios."""
    plan = PANELS[id]
    sides = [_numbers_of(id, outcome) for outcome in (before, after)]
    shown = (*sides[0], *(key for key in sides[1] if key not in sides[0]))
    numbers = [PanelNumber(*key, *(side.get(key) for side in sides)) for key in shown]
    kept = tuple(number for number in numbers if number.before or number.after)
    pairs = tuple((before.mistake(m), after.mistake(m)) for m in panel_mistakes(id))
    return PanelContent(id, plan.title, kept, pairs, tuple(plan.notes(after)))


@lru_cache(maxsize=32)
def _numbers_of(id: str, outcome: ScenarioResult) -> LabelledIntervals:
    """The numbers of one side: the other often stays while this one moves."""
    return PANELS[id].numbers(outcome)


def _money(outcome: ScenarioResult) -> LabelledIntervals:
    told: LabelledIntervals = {}
    facts, unit = outcome.facts, "currency"
    if facts.spend is not None:
        for audience, share in zip(AUDIENCES, facts.spend, strict=True):
            money = float(share) * facts.total_spend
            told[f"Spend on {audience}s", unit] = Interval.constant(money, facts.campaign_rows)
    more = margin_gain(outcome.observed.client, outcome.scenario, level=facts.level)
    extra = extra_spend(outcome.observed.client, outcome.scenario)
    told["More spend in all", unit] = Interval.constant(extra, facts.campaign_rows)
    if not isinstance(more, CannotTell):
        told["More margin, by what the campaigns brought", unit] = more
        told["More margin, less what more is spent", unit] = more.shifted(-extra)
    return told


def _money_notes(outcome: ScenarioResult) -> Iterator[str]:
    client, scenario = outcome.observed.client, outcome.scenario
    known = campaign_margins(client)
    yield known.why if isinstance(known, CannotTell) else GOES_TOGETHER
    yield from filter(
        None, (extrapolation_note(client, scenario), unmeasured_spend_note(client, scenario))
    )
    yield COUNTS


def _message(outcome: ScenarioResult) -> LabelledIntervals:
    """How well do the messages each role hears fit what it weighs? By spend aimed at the role."""
    messages, served = outcome.facts.messages, outcome.facts.served
    if messages is None or served is None or not served.weights_known:
        return {}
    told: LabelledIntervals = {}
    for r, role in enumerate(ROLES):
        aimed = messages.aimed[:, r]
        rows = aimed > 0
        if rows.any():
            share, claims = aimed[rows] / aimed.sum(), messages.claims[rows]
            value = float(claim_fit(served.weights[r], claims) @ share)
            draws = claim_fit(served.weight_draws[:, r], claims) @ share
            found = percentile_interval(value, draws, n=served.accounts, level=outcome.facts.level)
            told[f"What {role}s hear fits what they weigh", "fit"] = found.within(0, 1)
    return told


def _message_notes(outcome: ScenarioResult) -> Iterator[str]:
    yield "Fit says whether a message speaks of what a role weighs, not whether it works."


def _price(outcome: ScenarioResult) -> LabelledIntervals:
    observed = outcome.observed
    told: LabelledIntervals = {}
    bought, margin = observed.returns, observed.client.margin
    if bought is not None and bought.years:
        a_year = float(bought.revenue.sum()) / bought.years
        told["Revenue a year", "currency"] = scenario_revenue(outcome.scenario, a_year)
        if margin is not None:
            told["Margin a year", "currency"] = scenario_margin(outcome.scenario, a_year, margin)
    waits = _skimming(outcome)
    if waits is not None:
        told["Two falling prices instead of one, a payer", "currency"] = waits
    return told


def _skimming(outcome: ScenarioResult) -> Interval | None:
    """What would two falling prices bring, buyers waiting as assumed? Between the audit's three."""
    asked = outcome.observed.prices
    if asked is None or isinstance(asked, CannotTell):
        return None
    wait = value_after_waiting(outcome.scenario, outcome.client.settings.repeat_window_days)
    known = sorted(asked.skimming.gain.items())
    at = [d for d, _ in known]
    ends = {k: [getattr(g, k) for _, g in known] for k in ("value", "low", "high")}
    value, low, high = (float(np.interp(wait, at, ends[k])) for k in ("value", "low", "high"))
    return Interval(value, low, high, known[0][1].n, known[0][1].method)


def _price_notes(outcome: ScenarioResult) -> Iterator[str]:
    yield (
        "Revenue and margin follow a constant price elasticity; their ranges go over what has "
        "been published of elasticity and loss aversion, and hold no chance of the sample."
    )
    scenario = outcome.scenario
    known, assumed = ASSUMPTIONS["sunk_cost"].value, scenario.assumed("sunk_cost")
    if scenario.price < 1 and assumed > 1:
        yield (
            "Who pays less may use less. In the one trial known those who paid the full price used "
            f"it {known:.2f} times as much{_assumed_instead(known, assumed)}; no number here rests "
            "on that."
        )


def _assumed_instead(known: float, assumed: float) -> str:
    return "" if assumed == known else f", assumed here: {assumed:.2f} times"


def _loyalty(outcome: ScenarioResult) -> LabelledIntervals:
    facts, told = outcome.facts, LabelledIntervals()
    if facts.served is not None and facts.answers is not None:
        for role, value in value_delivered(facts.served, facts.answers, facts.level).items():
            told[f"Value delivered to {role}s", "points"] = value
    back = returning_share_gain(outcome.observed, facts)
    if back is not None:
        told["More accounts that come back", "share"] = back
    return told


def _loyalty_notes(outcome: ScenarioResult) -> Iterator[str]:
    yield GOES_TOGETHER
    if "consumer" in outcome.scenario.lift:
        yield LIFTED


def _clients_notes(outcome: ScenarioResult) -> Iterator[str]:
    yield "A lever is taken to work on further customers as on those it was tried on."
    yield from _lever_reach_notes(outcome)


PANELS: Mapping[str, PanelSpec] = {
    "money": PanelSpec("Money", _money, _money_notes),
    "message": PanelSpec("Message", _message, _message_notes),
    "price": PanelSpec("Price", _price, _price_notes),
    "loyalty": PanelSpec("Loyalty", _loyalty, _loyalty_notes),
    "clients": PanelSpec("Clients", _clients, _clients_notes),
}
