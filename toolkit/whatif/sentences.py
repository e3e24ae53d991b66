"""How are a scenario, and what comes of it, said in words?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.model import Client
from toolkit.finding import Judgement, Verdict
from toolkit.whatif.money import extra_spend, extrapolation_note
from toolkit.whatif.price_response import demand_curve
from toolkit.whatif.scenario import ASSUMPTIONS, Scenario
from toolkit.whatif.whatif import ScenarioResult
from toolkit.wording import (
    MINUS,
    count_with_noun,
    format_money,
    format_money_range,
    format_number,
    format_percent,
    format_range,
    format_with_unit,
    join_words,
)

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


def scenario_sentences(scenario: Scenario, client: Client) -> tuple[str, ...]:
    """What does the scenario change? One sentence a part; what a report of it must open with."""
    said = [
        sentence for part in scenario.changes for sentence in PART_SENTENCES[part](scenario, client)
    ]
    if not said:
        return (OBSERVED,)
    named = f"What-if “{scenario.name}”. " if scenario.name else ""
    far = extrapolation_note(client, scenario)
    return (named + WHAT_IF, *said, *([far] if far else []))


def change_sentences(before: ScenarioResult, after: ScenarioResult) -> tuple[str, ...]:
    """What became otherwise? First in one sentence, then mistake by mistake: verdicts that turn,
    money at stake, effects that only moved.
    """
    pairs = [(before.mistake(m.id), m) for m in after.mistakes]
    currency = after.client.currency
    turned = [pair for pair in pairs if pair[0].verdict is not pair[1].verdict]
    same = [pair for pair in pairs if pair[0].verdict is pair[1].verdict]
    stakes = [_money_sentence(*pair, currency) for pair in same if _money_changed(*pair)]
    sizes = [_size_sentence(*pair, currency) for pair in same if _only_size_changed(*pair)]
    rest = (*(_verdict_sentence(*pair, currency) for pair in turned), *stakes, *sizes)
    return (_headline([now for _, now in turned], still=not rest), *rest)


def _headline(turned: Sequence[Judgement], *, still: bool) -> str:
    """Which mistakes get which verdict, in one sentence?"""
    if still:
        return "No verdict, no effect and no money at stake changes."
    if not turned:
        return "No verdict changes; sizes or money at stake do."
    said = [
        f"{verdict.replace('_', ' ')}: "
        f"{join_words(MISTAKE_TYPES[m.id].title.lower() for m in into)}"
        for verdict in Verdict
        if (into := [m for m in turned if m.verdict is verdict])
    ]
    many = count_with_noun(len(turned), "verdict changes", "verdicts change")
    return f"{many[:1].upper()}{many[1:]}. Now {'; '.join(said)}."


def verdict_in_words(mistake: Judgement) -> str:
    """How is its verdict said?"""
    return mistake.verdict.replace("_", " ")


def _verdict_sentence(then: Judgement, now: Judgement, currency: str) -> str:
    turned = f"{verdict_in_words(then)} becomes {verdict_in_words(now)}"
    return f"{MISTAKE_TYPES[now.id].title}: {turned}{_from_to(then, now, currency)}."


def _size_sentence(then: Judgement, now: Judgement, currency: str) -> str:
    stays = f"{MISTAKE_TYPES[now.id].title} stays {verdict_in_words(now)}"
    return f"{stays}{_from_to(then, now, currency)}."


def _from_to(then: Judgement, now: Judgement, currency: str) -> str:
    if then.estimate is None or now.estimate is None or then.estimate == now.estimate:
        return ""
    sizes = (format_with_unit(m.estimate or 0.0, m.unit, currency) for m in (then, now))
    low, high = now.low or 0.0, now.high or 0.0
    return f" ({' → '.join(sizes)}, now {format_range(low, high, now.unit, currency)})"


def _money_sentence(then: Judgement, now: Judgement, currency: str) -> str:
    was, is_ = (
        f"{format_money_range(m.money.low, m.money.high, currency)} {m.money.kind}"
        if m.money
        else "no sum"
        for m in (then, now)
    )
    return (
        f"{MISTAKE_TYPES[now.id].title} stays {verdict_in_words(now)}, with {is_} instead of {was}."
    )


def _money_changed(then: Judgement, now: Judgement) -> bool:
    pressing = now.verdict in (Verdict.FOUND, Verdict.SUSPECTED)
    return pressing and then.money != now.money


def _only_size_changed(then: Judgement, now: Judgement) -> bool:
    return then.estimate != now.estimate and not _money_changed(then, now)


def _spend(scenario: Scenario, client: Client) -> Iterator[str]:
    for dimension, named in scenario.spend.items():
        said = join_words(f"{name} {_signed_percent(factor)}" for name, factor in named.items())
        yield f"Spend by {dimension}: {said}."
    more = extra_spend(client, scenario)
    sum_ = format_money(abs(more), client.currency)
    yield (
        f"In all {sum_} {'more' if more > 0 else 'less'} is spent."
        if more
        else ("The sum of all spend stays the same.")
    )
    yield COUNTS


def _claims(scenario: Scenario, client: Client) -> Iterator[str]:
    for campaign, claims in scenario.claims.items():
        labels = [f"“{client.attributes[a].label}”" for a in claims]
        yield f"The campaign “{campaign}” promises {join_words(labels) if labels else 'nothing'}."


def _audiences(scenario: Scenario, client: Client) -> Iterator[str]:
    for campaign, audience in scenario.audiences.items():
        whom = "buyers and consumers" if audience == "both" else f"{audience}s"
        yield f"The campaign “{campaign}” is aimed at {whom}."


def _price(scenario: Scenario, client: Client) -> Iterator[str]:
    felt = demand_curve(scenario)
    sold = format_percent(felt.quantity(scenario.price))
    yield (
        f"Prices {_signed_percent(scenario.price)} at unchanged cost; with a price elasticity of "
        f"{format_number(felt.elasticity)} and a loss aversion of "
        f"{format_number(felt.loss_aversion)}, {sold} of "
        "today's quantity is sold, the same share to every account."
    )


def _lift(scenario: Scenario, client: Client) -> Iterator[str]:
    for role, named in scenario.lift.items():
        points = join_words(
            f"“{client.attributes[a].label}” {'+' if more > 0 else MINUS}{format_number(abs(more))}"
            for a, more in named.items()
        )
        yield f"Performance for {role}s, in points of 0 to 100: {points}."
    if "consumer" in scenario.lift:
        yield LIFTED


def _levers(scenario: Scenario, client: Client) -> Iterator[str]:
    for lever, factor in scenario.levers.items():
        name = lever.replace("_", " ")
        reach = f"reaches {format_number(factor)} times the customers at the same cost each"
        yield f"The lever “{name}” {reach if factor else 'is stopped'}."


def _free_cost(scenario: Scenario, client: Client) -> Iterator[str]:
    yield f"What a free user costs {_signed_percent(scenario.free_cost)}."


def _thresholds(scenario: Scenario, client: Client) -> Iterator[str]:
    for id, threshold in scenario.thresholds.items():
        said = format_with_unit(threshold, MISTAKE_TYPES[id].unit, client.currency)
        yield f"{MISTAKE_TYPES[id].title} matters from {said} on."


def _assumed(scenario: Scenario, client: Client) -> Iterator[str]:
    for id, value in scenario.assumptions.items():
        known = ASSUMPTIONS[id]
        ends = f"{format_number(known.low)} to {format_number(known.high)}"
        yield f"Assumed, {known.label}: {format_number(value)} (range {ends}; {known.source})."


def _signed_percent(factor: float) -> str:
    """How is a factor said? ``+20%``, ``−7%``, ``unchanged``."""
    change = format_percent(factor - 1)
    return f"+{change}" if factor > 1 else change


PART_SENTENCES: Mapping[str, Callable[[Scenario, Client], Iterator[str]]] = {
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
