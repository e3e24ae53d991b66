"""A scenario, and what comes of it, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from toolkit.catalogue import KINDS
from toolkit.client import Client
from toolkit.explore.assumptions import ASSUMPTIONS
from toolkit.explore.pricing import demand
from toolkit.explore.scenario import Scenario
from toolkit.explore.spending import beyond, extra_spend
from toolkit.explore.whatif import Outcome
from toolkit.finding import Mistake, Verdict
from toolkit.text import MINUS, amount, counted, listed, money, number, percent, quantity, span

OBSERVED = "Nothing is changed: this is what was observed."
WHAT_IF = (
    "This is a what-if, not what was observed: the audits ran on the client's own tables, changed "
    "as follows."
)
LIFTED = (
    "Satisfaction of consumers was moved as far as it goes together with performance in the "
    "survey; how sure that link is does not show in the verdicts."
)
COUNTS = "Contacts, conversions and trials stay as counted, whatever is spent."


def told(scenario: Scenario, client: Client) -> tuple[str, ...]:
    """What does the scenario change? One sentence a part; what a report of it must open with."""
    said = [sentence for part in scenario.changes for sentence in SAYS[part](scenario, client)]
    if not said:
        return (OBSERVED,)
    named = f"What-if “{scenario.name}”. " if scenario.name else ""
    far = beyond(client, scenario)
    return (named + WHAT_IF, *said, *([far] if far else []))


def changed(before: Outcome, after: Outcome) -> tuple[str, ...]:
    """What became otherwise? First in one sentence, then mistake by mistake: verdicts that turn,
    money at stake, effects that only moved.
    """
    pairs = [(before.mistake(m.id), m) for m in after.mistakes]
    currency = after.client.currency
    turned = [pair for pair in pairs if pair[0].verdict is not pair[1].verdict]
    same = [pair for pair in pairs if pair[0].verdict is pair[1].verdict]
    stakes = [_stake(*pair, currency) for pair in same if _moved_money(*pair)]
    sizes = [_size(*pair, currency) for pair in same if _only_moved(*pair)]
    rest = (*(_turned(*pair, currency) for pair in turned), *stakes, *sizes)
    return (_headline([now for _, now in turned], still=not rest), *rest)


def _headline(turned: Sequence[Mistake], *, still: bool) -> str:
    """Which mistakes get which verdict, in one sentence?"""
    if still:
        return "No verdict, no effect and no money at stake changes."
    if not turned:
        return "No verdict changes; sizes or money at stake do."
    said = [
        f"{verdict.replace('_', ' ')}: {listed(KINDS[m.id].title.lower() for m in into)}"
        for verdict in Verdict
        if (into := [m for m in turned if m.verdict is verdict])
    ]
    many = counted(len(turned), "verdict changes", "verdicts change")
    return f"{many[:1].upper()}{many[1:]}. Now {'; '.join(said)}."


def word(mistake: Mistake) -> str:
    """How is its verdict said?"""
    return mistake.verdict.replace("_", " ")


def _turned(then: Mistake, now: Mistake, currency: str) -> str:
    return (
        f"{KINDS[now.id].title}: {word(then)} becomes {word(now)}{_from_to(then, now, currency)}."
    )


def _size(then: Mistake, now: Mistake, currency: str) -> str:
    stays = f"{KINDS[now.id].title} stays {word(now)}"
    return f"{stays}{_from_to(then, now, currency)}."


def _from_to(then: Mistake, now: Mistake, currency: str) -> str:
    if then.estimate is None or now.estimate is None or then.estimate == now.estimate:
        return ""
    sizes = (quantity(m.estimate or 0.0, m.unit, currency) for m in (then, now))
    low, high = now.low or 0.0, now.high or 0.0
    return f" ({' → '.join(sizes)}, now {span(low, high, now.unit, currency)})"


def _stake(then: Mistake, now: Mistake, currency: str) -> str:
    was, is_ = (
        f"{money(m.money.low, m.money.high, currency)} {m.money.kind}" if m.money else "no sum"
        for m in (then, now)
    )
    return f"{KINDS[now.id].title} stays {word(now)}, with {is_} instead of {was}."


def _moved_money(then: Mistake, now: Mistake) -> bool:
    pressing = now.verdict in (Verdict.FOUND, Verdict.SUSPECTED)
    return pressing and then.money != now.money


def _only_moved(then: Mistake, now: Mistake) -> bool:
    return then.estimate != now.estimate and not _moved_money(then, now)


def _spend(scenario: Scenario, client: Client) -> Iterator[str]:
    for dimension, named in scenario.spend.items():
        said = listed(f"{name} {_times(factor)}" for name, factor in named.items())
        yield f"Spend by {dimension}: {said}."
    more = extra_spend(client, scenario)
    sum_ = amount(abs(more), client.currency)
    yield (
        f"In all {sum_} {'more' if more > 0 else 'less'} is spent."
        if more
        else ("The sum of all spend stays the same.")
    )
    yield COUNTS


def _claims(scenario: Scenario, client: Client) -> Iterator[str]:
    for campaign, claims in scenario.claims.items():
        labels = [f"“{client.attributes[a].label}”" for a in claims]
        yield f"The campaign “{campaign}” promises {listed(labels) if labels else 'nothing'}."


def _audiences(scenario: Scenario, client: Client) -> Iterator[str]:
    for campaign, audience in scenario.audiences.items():
        whom = "buyers and consumers" if audience == "both" else f"{audience}s"
        yield f"The campaign “{campaign}” is aimed at {whom}."


def _price(scenario: Scenario, client: Client) -> Iterator[str]:
    felt = demand(scenario)
    sold = percent(felt.quantity(scenario.price))
    yield (
        f"Prices {_times(scenario.price)} at unchanged cost; with a price elasticity of "
        f"{number(felt.elasticity)} and a loss aversion of {number(felt.loss_aversion)}, {sold} of "
        "today's quantity is sold, the same share to every account."
    )


def _lift(scenario: Scenario, client: Client) -> Iterator[str]:
    for role, named in scenario.lift.items():
        points = listed(
            f"“{client.attributes[a].label}” {'+' if more > 0 else MINUS}{number(abs(more))}"
            for a, more in named.items()
        )
        yield f"Performance for {role}s, in points of 0 to 100: {points}."
    if "consumer" in scenario.lift:
        yield LIFTED


def _levers(scenario: Scenario, client: Client) -> Iterator[str]:
    for lever, factor in scenario.levers.items():
        name = lever.replace("_", " ")
        reach = f"reaches {number(factor)} times the customers at the same cost each"
        yield f"The lever “{name}” {reach if factor else 'is stopped'}."


def _free_cost(scenario: Scenario, client: Client) -> Iterator[str]:
    yield f"What a free user costs {_times(scenario.free_cost)}."


def _thresholds(scenario: Scenario, client: Client) -> Iterator[str]:
    for id, threshold in scenario.thresholds.items():
        said = quantity(threshold, KINDS[id].unit, client.currency)
        yield f"{KINDS[id].title} matters from {said} on."


def _assumed(scenario: Scenario, client: Client) -> Iterator[str]:
    for id, value in scenario.assumptions.items():
        known = ASSUMPTIONS[id]
        ends = f"{number(known.low)} to {number(known.high)}"
        yield f"Assumed, {known.label}: {number(value)} (range {ends}; {known.source})."


def _times(factor: float) -> str:
    """How is a factor said? ``+20%``, ``−7%``, ``unchanged``."""
    change = percent(factor - 1)
    return f"+{change}" if factor > 1 else change


SAYS: Mapping[str, Callable[[Scenario, Client], Iterator[str]]] = {
    "spend": _spend,
    "claims": _claims,
    "audiences": _audiences,
    "price": _price,
    "lift": _lift,
    "levers": _levers,
    "free_cost": _free_cost,
    "thresholds": _thresholds,
    "assumptions": _assumed,
}
