"""Which stage is each product in, and do emphasis and price fit it?

What the finding says of stages and of emphasis, then of prices and of giving it away: measures,
sentences, limits each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import Finding, measure_rows, stack_measures, suppression_note
from toolkit.measures.campaign_spend import emphasis_mismatch
from toolkit.measures.cautions import interval_cautions, left_out_cautions, sampling_cautions
from toolkit.measures.facts import Facts
from toolkit.measures.products import (
    CURVE_DRAWS,
    HALF,
    HORIZON,
    MOST_PRODUCTS,
    PATIENCE,
    SURE,
    ProductLife,
    StatedPrices,
    product_labels,
)
from toolkit.models.conversion import FreemiumValue
from toolkit.questions import AUDITS
from toolkit.stats.interval import CannotTell, Interval
from toolkit.wording import (
    count_with_noun,
    format_money,
    format_money_range,
    format_percent,
    format_range,
    join_words,
)

CLOSE = 0.8  # of the largest product's revenue: from there on the second is named too
BEGINS = {"T1": "growth", "T*": "maturity", "T2": "decline"}
Part = Callable[[ProductLife], Mapping[str, Interval]]


def _stage_measures(facts: Facts) -> list[pd.DataFrame]:
    """Stages with what stands behind them, and the last year's spend against what they ask."""
    told = [life for life in facts.lives if life.chances]
    spent = facts.emphasis
    share = dict(zip(ROLES, (spent.buyer, 1 - spent.buyer), strict=True)) if spent else {}
    rows, firsts = spent.rows if spent else 0, _by_product(told, _firsts)
    return [
        measure_rows("stage", "probability", _by_product(told, _chances)),
        measure_rows("turn", "months since launch", _by_product(told, _turns)),
        measure_rows("trend", "share per month", _by_product(facts.lives, _trend)),
        measure_rows("first_purchases", "accounts", firsts, groups=_each(firsts)),
        measure_rows("curve", "accounts", _by_product(told, _curve)),
        measure_rows("emphasis", "share", _counted(share, rows), people=False),
        measure_rows("stage_asks", "share", _mix_asked(facts), people=False),
        measure_rows("mismatch", "share", _mismatch(facts)),
    ]


def _counted(shares: Mapping[str, float], rows: int) -> dict[str, Interval]:
    return {name: Interval.constant(share, rows) for name, share in shares.items()}


def _each(counts: Mapping[str, Interval]) -> Iterator[dict[str, int]]:
    """Each month's accounts as a group: a few are not told."""
    return ({month: int(count.value)} for month, count in counts.items())


def _stage_words(facts: Facts) -> Iterator[str]:
    """In which stage is the main product, and whom did the last year's money speak to?"""
    labels = product_labels(facts.client)
    for life in facts.lives[:1]:
        what = f"{labels.get(life.product, life.product)} ({format_percent(life.share)} of revenue)"
        yield (
            f"The stage of {what} cannot be told: {life.why}."
            if life.why
            else _in_stage(what, life)
        )
    if facts.emphasis:
        yield (
            "Of the last year's spend on buyers and consumers "
            f"{format_percent(facts.emphasis.buyer)} "
            f"went to buyers{_against(facts)}."
        )


def _against(facts: Facts) -> str:
    asked = _mix_asked(facts)
    if not asked:
        return ""
    return f"; {facts.lives[0].likeliest} asks for {format_percent(asked['buyer'].value)}"


def _in_stage(what: str, life: ProductLife) -> str:
    ranked = sorted(life.chances, key=lambda stage: -life.chances[stage])
    said = [f"{stage} ({format_percent(life.chances[stage])})" for stage in ranked]
    if life.chances[ranked[0]] >= SURE:
        return f"{what} is in its {said[0]}."
    return f"{what} is in its {said[0]} or its {said[1]}."


def _stage_limits(facts: Facts) -> Iterator[str]:
    """What must a reader know of the stages and of the mix they ask for?"""
    yield from _reading(facts)
    if any(life.chances for life in facts.lives):
        yield (
            "First purchases are read as a curve without seasons. Before its peak no curve can be "
            "read, so introduction and growth are never sure."
        )
    if facts.emphasis and facts.emphasis.undated:
        rows = count_with_noun(facts.emphasis.undated, "campaign row has", "campaign rows have")
        yield f"{rows} no days; their spend is not in the last year's."
    if _mix_asked(facts):
        yield (
            "The mix that a stage asks for is a policy of the client (settings: stage_mix) or our "
            "reading of the articles; it is no law."
        )


def _reading(facts: Facts) -> Iterator[str]:
    """Which products are not read, and which might as well be the main one?"""
    labels = product_labels(facts.client)
    unread: dict[str, list[str]] = {}
    for life in facts.lives[1:]:
        if life.why:
            unread.setdefault(life.why, []).append(labels.get(life.product, life.product))
    for why, names in unread.items():
        yield f"No stage can be told of {join_words(names)}: {why}."
    if len(facts.lives) == MOST_PRODUCTS:
        yield f"Only the {MOST_PRODUCTS} products with most revenue are looked at."
    if len(facts.lives) > 1 and facts.lives[1].share > CLOSE * facts.lives[0].share:
        first, second = (labels.get(life.product, life.product) for life in facts.lives[:2])
        yield f"Beside {first}, {second} brings nearly as much; the main product may change."
    if not facts.lives and facts.client.has("purchases"):
        yield "The purchases do not name products, so no stage can be told."


def _by_product(lives: Iterable[ProductLife], part: Part) -> dict[str, Interval]:
    return {
        f"{life.product}:{name}".removesuffix(":"): interval
        for life in lives
        for name, interval in part(life).items()
    }


def _chances(life: ProductLife) -> dict[str, Interval]:
    """The chance of each stage, and the least and most of it a month earlier or later."""
    method = f"{CURVE_DRAWS} refitted Bass curves, a month either way"
    reach = {s: [chances[s] for chances in life.possible] for s in life.chances}
    return {
        stage: Interval(chance, min(reach[stage]), max(reach[stage]), life.accounts, method)
        for stage, chance in life.chances.items()
    }


def _turns(life: ProductLife) -> dict[str, Interval]:
    turns = life.stage.turns if life.stage else {}
    return {BEGINS[name]: _moved(turn, life.accounts) for name, turn in turns.items()}


def _moved(turn: Interval, accounts: int) -> Interval:
    ends = (turn.value - HALF, turn.low - HALF, turn.high - HALF)
    return Interval(*ends, accounts, "Bass curve, residual bootstrap")


def _trend(life: ProductLife) -> dict[str, Interval]:
    if life.stage is None:
        return {}
    found = life.stage.trend
    return {"": Interval(found.value, found.low, found.high, life.accounts, found.method)}


def _firsts(life: ProductLife) -> dict[str, Interval]:
    return {
        str(month): Interval.constant(float(count), life.accounts)
        for month, count in enumerate(life.firsts, 1)
    }


def _curve(life: ProductLife) -> dict[str, Interval]:
    if life.stage is None or life.stage.fit is None:
        return {}
    months = np.arange(1, len(life.firsts) + 1)
    sales = life.stage.fit.model.sales(months)
    method = "Bass curve, least squares"
    return {
        str(month): Interval.constant(float(value), life.accounts, method)
        for month, value in zip(months, sales, strict=True)
    }


def _mix_asked(facts: Facts) -> dict[str, Interval]:
    """The mix that the main product's likeliest stage asks for."""
    stage = facts.lives[0].likeliest if facts.lives else None
    if stage is None:
        return {}
    buyer = facts.stage_mix[stage]
    pairs = zip(ROLES, (buyer, 1 - buyer), strict=True)
    return {role: Interval.constant(share, 1, f"policy: {stage}") for role, share in pairs}


def _mismatch(facts: Facts) -> dict[str, Interval]:
    if not _mix_asked(facts) or facts.emphasis is None:
        return {}
    life = facts.lives[0]
    buyer = facts.emphasis.buyer
    return {"": emphasis_mismatch(life, facts.stage_mix, buyer, facts.level)}


PRICE_POINTS = ("lowest", "optimal", "indifferent", "highest")
EACH = "currency per payer asked"


def _price_measures(facts: Facts) -> list[pd.DataFrame]:
    """Prices that payers accept, what a falling price would earn, what free users bring."""
    told, users = _stated_prices(facts), facts.free_users
    pays = users.pays if users and isinstance(users.pays, FreemiumValue) else None
    share = users.conversion if users and isinstance(users.conversion, Interval) else None
    return [
        measure_rows("accepted_price", "currency", _points(told)),
        measure_rows("planned_price", "currency", _plan(told)),
        measure_rows("skimming_gain", EACH, _gains(told)),
        measure_rows("free_conversion", "share", {"": share} if share else {}),
        measure_rows("break_even_conversion", "share", _break_even(pays)),
        measure_rows("free_value", "currency per free user", {"": pays.value} if pays else {}),
    ]


def _price_words(facts: Facts) -> Iterator[str]:
    """Which prices are accepted, does starting dear pay, and do free users? Two sentences."""
    said = [*_of_prices(facts), *_of_free_users(facts)]
    if said:
        yield f"{'. '.join(said)}."


def _price_limits(facts: Facts) -> Iterator[str]:
    """What must a reader know of stated prices and of free users?"""
    told, users = _stated_prices(facts), facts.free_users
    if told:
        yield from _price_cautions(told)
    if users and isinstance(users.pays, CannotTell):
        yield f"Whether free users pay for themselves cannot be told: {users.pays.why}."


def _price_cautions(told: StatedPrices) -> Iterator[str]:
    left = told.accepted.intransitive / told.accepted.asked
    yield (
        "Prices are what payers say, which is more than they do pay: read them as an upper bound. "
        f"{format_percent(left)} of the answers do not rise from question to question and are left "
        "out."
    )
    yield (
        "That a price may fall is a what-if on those answers, without rivals and without those who "
        + ("were not asked." if told.cost is not None else "were not asked; no cost is known.")
    )


def _stated_prices(facts: Facts) -> StatedPrices | None:
    return facts.prices if isinstance(facts.prices, StatedPrices) else None


def _points(told: StatedPrices | None) -> dict[str, Interval]:
    return {name: getattr(told.accepted, name) for name in PRICE_POINTS} if told else {}


def _plan(told: StatedPrices | None) -> dict[str, Interval]:
    if told is None:
        return {}
    n, method = told.skimming.profit.n, "best of the prices named"
    named = {"one price": told.skimming.single}
    named |= {f"price {k}": price for k, price in enumerate(told.skimming.prices, 1)}
    return {name: Interval.constant(price, n, method) for name, price in named.items()}


def _gains(told: StatedPrices | None) -> dict[str, Interval]:
    if told is None:
        return {}
    return {f"tomorrow counts {format_percent(d)}": told.skimming.gain[d] for d in PATIENCE}


def _break_even(pays: FreemiumValue | None) -> dict[str, Interval]:
    if pays is None:
        return {}
    return {"": Interval.constant(pays.break_even, pays.value.n, "cost over value of a payer")}


def _of_prices(facts: Facts) -> Iterator[str]:
    told, currency = _stated_prices(facts), facts.client.currency
    if isinstance(facts.prices, CannotTell):
        yield f"Which prices are accepted cannot be told: {facts.prices.why}"
    if told:
        low, high = told.accepted.lowest.value, told.accepted.highest.value
        gain = told.skimming.gain
        ends = [
            format_money(gain[patience].value, currency) for patience in (PATIENCE[0], PATIENCE[-1])
        ]
        yield (
            f"Payers accept {format_money_range(low, high, currency)}, and a price that falls "
            "would bring "
            f"{ends[0]} more from each than one price if they take what they can afford, "
            f"{ends[1]} if they wait"
        )


def _of_free_users(facts: Facts) -> Iterator[str]:
    users = facts.free_users
    if users and isinstance(users.conversion, CannotTell):
        yield f"How many free users come to pay cannot be told: {users.conversion.why}"
    if users and isinstance(users.conversion, Interval):
        share = users.conversion
        between = format_range(share.low, share.high, "share")
        said = f"{format_percent(share.value)} ({between}) of free users pay within {HORIZON} days"
        if isinstance(users.pays, FreemiumValue):
            said += f", and {format_percent(users.pays.break_even)} would pay for all of them"
        yield said


__all__ = ["audit", "product_labels"]
NOTHING = (
    "Bring purchases that name the product, campaigns with their days, prices that payers name, "
    "or the days from which people used it free of charge."
)

LIVES = "the stages of products, and what payers and free users bring, rest"


def audit(client: Client, facts: Facts | None = None) -> Finding:
    """Which stage is each product in, and do emphasis and price fit it?

    Measures: `stage` (PRODUCT:STAGE, probability), with `first_purchases` and `curve`
    (PRODUCT:MONTH), `turn` (PRODUCT:STAGE that begins, months since launch) and `trend` (PRODUCT)
    behind it; `emphasis` and `stage_asks` (buyer, consumer) and `mismatch`, as in stage-mismatch;
    where payers named prices `accepted_price`, `planned_price` and `skimming_gain` (by how patient
    buyers are); where free users are known `free_conversion`, `break_even_conversion` and
    `free_value`. Skipped where none of it can be had.
    """
    facts, question = facts or Facts(client), AUDITS["life_cycle"]
    if not facts.lives and facts.emphasis is None and not _asked_of_price(facts):
        return Finding.without("life_cycle", "skipped", NOTHING)
    frame = stack_measures([*_stage_measures(facts), *_price_measures(facts)])
    said = [*_stage_words(facts), *_price_words(facts)]
    limits = [*_stage_limits(facts), *_price_limits(facts), *_left_out(facts)]
    limits += sampling_cautions(client, LIVES)
    return Finding(
        "life_cycle",
        question.question,
        " ".join(f"{s[0].upper()}{s[1:]}" for s in said),
        frame,
        (*limits, *suppression_note(frame), *interval_cautions(frame, facts.level)),
        question.claims,
    )


def _asked_of_price(facts: Facts) -> bool:
    return facts.prices is not None or facts.free_users is not None


def _left_out(facts: Facts) -> Iterator[str]:
    return left_out_cautions(facts, ["survey"] if facts.prices is not None else [])
