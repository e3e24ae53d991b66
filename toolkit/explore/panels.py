"""What does each panel show of a scenario: which numbers, which mistakes, which warnings?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from toolkit.explore.assumptions import ASSUMPTIONS
from toolkit.explore.clients import clients_numbers, too_far
from toolkit.explore.loyalty import more_back
from toolkit.explore.pricing import patience, profit, revenue
from toolkit.explore.spending import beyond, extra_spend, gain, unheard, yields
from toolkit.explore.told import COUNTS, LIFTED
from toolkit.explore.whatif import Outcome
from toolkit.finding import Mistake
from toolkit.models.cannot import CannotTell
from toolkit.quantities.served import value_delivered
from toolkit.quantities.spend import AUDIENCES, fit
from toolkit.stats.interval import Interval
from toolkit.stats.means import percentile
from toolkit.tables import ROLES

GOES_TOGETHER = "Rates and links go together with what was done; they need not come from it."


@dataclass(frozen=True)
class Number:
    """One number before and after; None where it cannot be told."""

    label: str
    unit: str
    before: Interval | None
    after: Interval | None


@dataclass(frozen=True)
class Panel:
    """One panel: pairs of numbers, pairs of verdicts, and what must be known beside them."""

    id: str
    title: str
    numbers: tuple[Number, ...]
    mistakes: tuple[tuple[Mistake, Mistake], ...]
    notes: tuple[str, ...]


Told = dict[tuple[str, str], Interval | None]  # by label and unit


@dataclass(frozen=True)
class Plan:
    """What a panel is made of: its mistakes, its numbers, its warnings."""

    title: str
    mistakes: tuple[str, ...]
    numbers: Callable[[Outcome], Told]
    notes: Callable[[Outcome], Iterator[str]]


def panel(id: str, before: Outcome, after: Outcome) -> Panel:
    """What does the panel of that id show? Both outcomes may be scenarios."""
    plan = PLANS[id]
    sides = [_told(id, outcome) for outcome in (before, after)]
    shown = (*sides[0], *(key for key in sides[1] if key not in sides[0]))
    numbers = [Number(*key, *(side.get(key) for side in sides)) for key in shown]
    kept = tuple(number for number in numbers if number.before or number.after)
    pairs = tuple((before.mistake(m), after.mistake(m)) for m in plan.mistakes)
    return Panel(id, plan.title, kept, pairs, tuple(plan.notes(after)))


@lru_cache(maxsize=32)
def _told(id: str, outcome: Outcome) -> Told:
    """The numbers of one side: the other often stays while this one moves."""
    return PLANS[id].numbers(outcome)


def _money(outcome: Outcome) -> Told:
    told: Told = {}
    facts, unit = outcome.facts, "currency"
    if facts.spend is not None:
        for audience, share in zip(AUDIENCES, facts.spend, strict=True):
            money = float(share) * facts.total_spend
            told[f"Spend on {audience}s", unit] = Interval.constant(money, facts.campaign_rows)
    more = gain(outcome.observed.client, outcome.scenario, level=facts.level)
    extra = extra_spend(outcome.observed.client, outcome.scenario)
    told["More spend in all", unit] = Interval.constant(extra, facts.campaign_rows)
    if not isinstance(more, CannotTell):
        told["More margin, by what the campaigns brought", unit] = more
        told["More margin, less what more is spent", unit] = more.shifted(-extra)
    return told


def _money_notes(outcome: Outcome) -> Iterator[str]:
    client, scenario = outcome.observed.client, outcome.scenario
    known = yields(client)
    yield known.why if isinstance(known, CannotTell) else GOES_TOGETHER
    yield from filter(None, (beyond(client, scenario), unheard(client, scenario)))
    yield COUNTS


def _message(outcome: Outcome) -> Told:
    """How well do the messages each role hears fit what it weighs? By spend aimed at the role."""
    messages, served = outcome.facts.messages, outcome.facts.served
    if messages is None or served is None or not served.weights_known:
        return {}
    told: Told = {}
    for r, role in enumerate(ROLES):
        aimed = messages.aimed[:, r]
        rows = aimed > 0
        if rows.any():
            share, claims = aimed[rows] / aimed.sum(), messages.claims[rows]
            value = float(fit(served.weights[r], claims) @ share)
            draws = fit(served.weight_draws[:, r], claims) @ share
            found = percentile(value, draws, n=served.accounts, level=outcome.facts.level)
            told[f"What {role}s hear fits what they weigh", "fit"] = found.within(0, 1)
    return told


def _message_notes(outcome: Outcome) -> Iterator[str]:
    yield "Fit says whether a message speaks of what a role weighs, not whether it works."


def _price(outcome: Outcome) -> Told:
    observed = outcome.observed
    told: Told = {}
    bought, margin = observed.returns, observed.client.margin
    if bought is not None and bought.years:
        a_year = float(bought.revenue.sum()) / bought.years
        told["Revenue a year", "currency"] = revenue(outcome.scenario, a_year)
        if margin is not None:
            told["Margin a year", "currency"] = profit(outcome.scenario, a_year, margin)
    waits = _skimming(outcome)
    if waits is not None:
        told["Two falling prices instead of one, a payer", "currency"] = waits
    return told


def _skimming(outcome: Outcome) -> Interval | None:
    """What would two falling prices bring, buyers waiting as assumed? Between the audit's three."""
    asked = outcome.observed.prices
    if asked is None or isinstance(asked, CannotTell):
        return None
    wait = patience(outcome.scenario, outcome.client.settings.repeat_window_days)
    known = sorted(asked.skimming.gain.items())
    at = [d for d, _ in known]
    ends = {k: [getattr(g, k) for _, g in known] for k in ("value", "low", "high")}
    value, low, high = (float(np.interp(wait, at, ends[k])) for k in ("value", "low", "high"))
    return Interval(value, low, high, known[0][1].n, known[0][1].method)


def _price_notes(outcome: Outcome) -> Iterator[str]:
    yield (
        "Revenue and margin follow a constant price elasticity; their ranges go over what has "
        "been published of elasticity and loss aversion, and hold no chance of the sample."
    )
    scenario = outcome.scenario
    known, assumed = ASSUMPTIONS["sunk_cost"].value, scenario.assumed("sunk_cost")
    if scenario.price < 1 and assumed > 1:
        yield (
            "Who pays less may use less. In the one trial known those who paid the full price used "
            f"it {known:.2f} times as much{_instead(known, assumed)}; no number here rests on that."
        )


def _instead(known: float, assumed: float) -> str:
    return "" if assumed == known else f", assumed here: {assumed:.2f} times"


def _loyalty(outcome: Outcome) -> Told:
    facts, told = outcome.facts, Told()
    if facts.served is not None and facts.answers is not None:
        for role, value in value_delivered(facts.served, facts.answers, facts.level).items():
            told[f"Value delivered to {role}s", "points"] = value
    back = more_back(outcome.observed, facts)
    if back is not None:
        told["More accounts that come back", "share"] = back
    return told


def _loyalty_notes(outcome: Outcome) -> Iterator[str]:
    yield GOES_TOGETHER
    if "consumer" in outcome.scenario.lift:
        yield LIFTED


def _clients_notes(outcome: Outcome) -> Iterator[str]:
    yield "A lever is taken to work on further customers as on those it was tried on."
    yield from too_far(outcome)


PLANS: Mapping[str, Plan] = {
    "money": Plan(
        "Money",
        ("spend-off-say", "missed-influencer", "first-sale-only", "stage-mismatch"),
        _money,
        _money_notes,
    ),
    "message": Plan(
        "Message",
        ("wrong-message", "same-message", "wrong-audience", "phantom-segments"),
        _message,
        _message_notes,
    ),
    "price": Plan("Price", ("sold-not-used",), _price, _price_notes),
    "loyalty": Plan(
        "Loyalty",
        ("consumer-ignored", "buyer-ignored", "hostages", "one-ear"),
        _loyalty,
        _loyalty_notes,
    ),
    "clients": Plan(
        "Clients", ("chasing-one-offs", "clients-left"), clients_numbers, _clients_notes
    ),
}
