"""How are a scenario, and what comes of it, said in words?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.model import Client
from toolkit.finding import Judgement, Verdict
from toolkit.whatif.money import extra_spend, extrapolation_note
from toolkit.whatif.scenario import ASSUMPTIONS, Scenario, demand_curve
from toolkit.whatif.whatif import ScenarioResult
from toolkit.wording import (
    MINUS,
    count_with_noun,
    format_day,
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

WITH_DAYS = ("date", "start", "end")  # columns that say when something was done or said


def whose_data(client: Client) -> str:
    """Whose what-if is it, and from when to when are the data?"""
    days = [
        end
        for frame in client.frames.values()
        for column in WITH_DAYS
        if column in frame and pd.api.types.is_datetime64_any_dtype(frame[column])
        for end in (frame[column].min(), frame[column].max())
        if not pd.isna(end)
    ]
    if not days:
        return f"What if: {client.name}"
    return f"What if: {client.name}, {format_day(min(days))} to {format_day(max(days))}"


def scenario_sentences(scenario: Scenario, client: Client) -> tuple[str, ...]:
    """What does the scenario change? One sentence a part; what a report of it must open with."""
    said = [
        sentence for part in scenario.changes for sentence in PART_SENTENCES[part](scenario, client)
    ]
    if not said:
        return (OBSERVED,)
    named = f"What-if “{scenario.name}”. " if scenario.name else ""
    noted = f"Noted: {scenario.note}" if scenario.note else ""
    last = filter(None, (extrapolation_note(client, scenario), noted))
    return (named + WHAT_IF, *said, *last)


NOTHING_CHANGES = "No verdict, no effect and no money at stake changes."
TOO_SMALL = "What changes is too small to be seen in three digits."
ALL_STAY = "Every verdict stays as it is."


def change_sentences(before: ScenarioResult, after: ScenarioResult) -> tuple[str, ...]:
    """What became otherwise? First in one sentence, then mistake by mistake: verdicts that turn,
    then money at stake and effects that only moved, each with what changed most before the rest.

    A change that a reader could not see in what is written is not told.
    """
    return pair_sentences(sorted_changes(before, after), after.client.currency)


def pair_sentences(pairs: Sequence[tuple[Judgement, Judgement]], currency: str) -> tuple[str, ...]:
    """The same of pairs that are sorted already."""
    turned = [pair for pair in pairs if pair[0].verdict is not pair[1].verdict]
    same = [pair for pair in pairs if pair[0].verdict is pair[1].verdict]
    moved = any(_money_changed(*pair) or pair[0].estimate != pair[1].estimate for pair in same)
    lines = (
        *(_verdict_sentence(*pair, currency) for pair in turned),
        *filter(None, (_same_verdict_sentence(*pair, currency) for pair in same)),
    )
    return (_headline([now for _, now in turned], still=not moved), *lines)


def sorted_changes(
    before: ScenarioResult, after: ScenarioResult
) -> list[tuple[Judgement, Judgement]]:
    """All mistakes before and after, the one that changed most first (`relative_change`)."""
    then = {mistake.id: mistake for mistake in before.mistakes}
    pairs = [(then[now.id], now) for now in after.mistakes]
    return sorted(pairs, key=lambda pair: -relative_change(*pair))


def leading_sentence(sentences: Sequence[str], *, turned: bool) -> str:
    """What comes before `change_sentences` on a page that lists them, and does a verdict turn?

    Where none does, that all stay, that nothing changes, or that nothing can be seen to change.
    """
    headline, *lines = sentences
    if turned:
        return headline
    return ALL_STAY if lines else NOTHING_CHANGES if headline == NOTHING_CHANGES else TOO_SMALL


def relative_change(then: Judgement, now: Judgement) -> float:
    """How much did effect or money change, in widths of the interval it had before?

    So that a share and a sum of money can be told apart by size; infinite where there was, or now
    is, no number.
    """
    effects = _in_widths(_three(then), _three(now))
    sums = [(m.money.low, m.money.mid, m.money.high) if m.money else None for m in (then, now)]
    return max(effects, _in_widths(*sums) if _money_changed(then, now) else 0.0)


def _three(mistake: Judgement) -> tuple[float, float, float] | None:
    if mistake.low is None or mistake.estimate is None or mistake.high is None:
        return None
    return mistake.low, mistake.estimate, mistake.high


def _in_widths(
    then: tuple[float, float, float] | None, now: tuple[float, float, float] | None
) -> float:
    if then is None or now is None:
        return 0.0 if then is now else math.inf
    moved = abs(now[1] - then[1])
    width = (then[2] - then[0]) or (now[2] - now[0]) or abs(then[1])
    return moved / width if moved and width else math.inf if moved else 0.0


def _same_verdict_sentence(then: Judgement, now: Judgement, currency: str) -> str:
    """Money where it can be seen to change, else the effect; empty where neither can."""
    was, is_ = (_money_in_words(m, currency) for m in (then, now))
    stays = f"{MISTAKE_TYPES[now.id].title} stays {verdict_in_words(now)}"
    if _money_changed(then, now) and was != is_:
        return f"{stays}, with {is_} instead of {was}."
    moved = _from_to(then, now, currency)
    return f"{stays}{moved}." if moved else ""


def _money_in_words(mistake: Judgement, currency: str) -> str:
    money = mistake.money
    if money is None:
        return "no sum"
    return f"{format_money_range(money.low, money.high, currency)} {money.kind}"


def _headline(turned: Sequence[Judgement], *, still: bool) -> str:
    """Which mistakes get which verdict, in one sentence?"""
    if still and not turned:
        return NOTHING_CHANGES
    if not turned:
        return "No verdict changes; sizes or money at stake do."
    in_order = sorted(turned, key=lambda mistake: [*MISTAKE_TYPES].index(mistake.id))
    said = [
        f"{verdict.replace('_', ' ')}: "
        f"{join_words(MISTAKE_TYPES[m.id].title.lower() for m in into)}"
        for verdict in Verdict
        if (into := [m for m in in_order if m.verdict is verdict])
    ]
    many = count_with_noun(len(turned), "verdict changes", "verdicts change")
    return f"{many[:1].upper()}{many[1:]}. Now {'; '.join(said)}."


def verdict_in_words(mistake: Judgement) -> str:
    """How is its verdict said?"""
    return mistake.verdict.replace("_", " ")


def _verdict_sentence(then: Judgement, now: Judgement, currency: str) -> str:
    turned = f"{verdict_in_words(then)} becomes {verdict_in_words(now)}"
    return f"{MISTAKE_TYPES[now.id].title}: {turned}{_from_to(then, now, currency)}."


def _from_to(then: Judgement, now: Judgement, currency: str) -> str:
    """From which size to which, with the interval now; empty where both are written alike."""
    if then.estimate is None or now.estimate is None:
        return ""
    was, is_ = (format_with_unit(m.estimate or 0.0, m.unit, currency) for m in (then, now))
    if was == is_:
        return ""
    low, high = now.low or 0.0, now.high or 0.0
    return f" ({was} → {is_}, now {format_range(low, high, now.unit, currency)})"


def _money_changed(then: Judgement, now: Judgement) -> bool:
    pressing = now.verdict in (Verdict.FOUND, Verdict.SUSPECTED)
    return pressing and then.money != now.money


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
