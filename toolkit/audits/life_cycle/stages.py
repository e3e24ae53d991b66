"""What the finding says of stages and of emphasis: measures, sentences, limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from toolkit.finding import measures
from toolkit.quantities import Facts
from toolkit.quantities.emphasis import mismatch
from toolkit.quantities.stages import DRAWS, HALF, MOST_PRODUCTS, SURE, Life, product_labels
from toolkit.stats.interval import Interval
from toolkit.tables import ROLES
from toolkit.text import counted, listed, percent

CLOSE = 0.8  # of the largest product's revenue: from there on the second is named too
BEGINS = {"T1": "growth", "T*": "maturity", "T2": "decline"}
Part = Callable[[Life], Mapping[str, Interval]]


def stage_measures(facts: Facts) -> list[pd.DataFrame]:
    """Stages with what stands behind them, and the last year's spend against what they ask."""
    told = [life for life in facts.lives if life.chances]
    spent = facts.emphasis
    share = dict(zip(ROLES, (spent.buyer, 1 - spent.buyer), strict=True)) if spent else {}
    rows, firsts = spent.rows if spent else 0, _by_product(told, _firsts)
    return [
        measures("stage", "probability", _by_product(told, _chances)),
        measures("turn", "months since launch", _by_product(told, _turns)),
        measures("trend", "share per month", _by_product(facts.lives, _trend)),
        measures("first_purchases", "accounts", firsts, groups=_each(firsts)),
        measures("curve", "accounts", _by_product(told, _curve)),
        measures("emphasis", "share", _counted(share, rows), people=False),
        measures("stage_asks", "share", _asked(facts), people=False),
        measures("mismatch", "share", _mismatch(facts)),
    ]


def _counted(shares: Mapping[str, float], rows: int) -> dict[str, Interval]:
    return {name: Interval.constant(share, rows) for name, share in shares.items()}


def _each(counts: Mapping[str, Interval]) -> Iterator[dict[str, int]]:
    """Each month's accounts as a group: a few are not told."""
    return ({month: int(count.value)} for month, count in counts.items())


def stage_words(facts: Facts) -> Iterator[str]:
    """In which stage is the main product, and whom did the last year's money speak to?"""
    labels = product_labels(facts.client)
    for life in facts.lives[:1]:
        what = f"{labels.get(life.product, life.product)} ({percent(life.share)} of revenue)"
        yield f"The stage of {what} cannot be told: {life.why}." if life.why else _in(what, life)
    if facts.emphasis:
        yield (
            f"Of the last year's spend on buyers and consumers {percent(facts.emphasis.buyer)} "
            f"went to buyers{_against(facts)}."
        )


def _against(facts: Facts) -> str:
    asked = _asked(facts)
    if not asked:
        return ""
    return f"; {facts.lives[0].likeliest} asks for {percent(asked['buyer'].value)}"


def _in(what: str, life: Life) -> str:
    ranked = sorted(life.chances, key=lambda stage: -life.chances[stage])
    said = [f"{stage} ({percent(life.chances[stage])})" for stage in ranked]
    if life.chances[ranked[0]] >= SURE:
        return f"{what} is in its {said[0]}."
    return f"{what} is in its {said[0]} or its {said[1]}."


def stage_limits(facts: Facts) -> Iterator[str]:
    """What must a reader know of the stages and of the mix they ask for?"""
    yield from _reading(facts)
    if any(life.chances for life in facts.lives):
        yield (
            "First purchases are read as a curve without seasons. Before its peak no curve can be "
            "read, so introduction and growth are never sure."
        )
    if facts.emphasis and facts.emphasis.undated:
        rows = counted(facts.emphasis.undated, "campaign row has", "campaign rows have")
        yield f"{rows} no days; their spend is not in the last year's."
    if _asked(facts):
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
        yield f"No stage can be told of {listed(names)}: {why}."
    if len(facts.lives) == MOST_PRODUCTS:
        yield f"Only the {MOST_PRODUCTS} products with most revenue are looked at."
    if len(facts.lives) > 1 and facts.lives[1].share > CLOSE * facts.lives[0].share:
        first, second = (labels.get(life.product, life.product) for life in facts.lives[:2])
        yield f"Beside {first}, {second} brings nearly as much; the main product may change."
    if not facts.lives and facts.client.has("purchases"):
        yield "The purchases do not name products, so no stage can be told."


def _by_product(lives: Iterable[Life], part: Part) -> dict[str, Interval]:
    return {
        f"{life.product}:{name}".removesuffix(":"): interval
        for life in lives
        for name, interval in part(life).items()
    }


def _chances(life: Life) -> dict[str, Interval]:
    """The chance of each stage, and the least and most of it a month earlier or later."""
    method = f"{DRAWS} refitted Bass curves, a month either way"
    reach = {s: [chances[s] for chances in life.possible] for s in life.chances}
    return {
        stage: Interval(chance, min(reach[stage]), max(reach[stage]), life.accounts, method)
        for stage, chance in life.chances.items()
    }


def _turns(life: Life) -> dict[str, Interval]:
    turns = life.stage.turns if life.stage else {}
    return {BEGINS[name]: _moved(turn, life.accounts) for name, turn in turns.items()}


def _moved(turn: Interval, accounts: int) -> Interval:
    ends = (turn.value - HALF, turn.low - HALF, turn.high - HALF)
    return Interval(*ends, accounts, "Bass curve, residual bootstrap")


def _trend(life: Life) -> dict[str, Interval]:
    if life.stage is None:
        return {}
    found = life.stage.trend
    return {"": Interval(found.value, found.low, found.high, life.accounts, found.method)}


def _firsts(life: Life) -> dict[str, Interval]:
    return {
        str(month): Interval.constant(float(count), life.accounts)
        for month, count in enumerate(life.firsts, 1)
    }


def _curve(life: Life) -> dict[str, Interval]:
    if life.stage is None or life.stage.fit is None:
        return {}
    months = np.arange(1, len(life.firsts) + 1)
    sales = life.stage.fit.model.sales(months)
    method = "Bass curve, least squares"
    return {
        str(month): Interval.constant(float(value), life.accounts, method)
        for month, value in zip(months, sales, strict=True)
    }


def _asked(facts: Facts) -> dict[str, Interval]:
    """The mix that the main product's likeliest stage asks for."""
    stage = facts.lives[0].likeliest if facts.lives else None
    if stage is None:
        return {}
    buyer = facts.stage_mix[stage]
    pairs = zip(ROLES, (buyer, 1 - buyer), strict=True)
    return {role: Interval.constant(share, 1, f"policy: {stage}") for role, share in pairs}


def _mismatch(facts: Facts) -> dict[str, Interval]:
    if not _asked(facts) or facts.emphasis is None:
        return {}
    life = facts.lives[0]
    buyer = facts.emphasis.buyer
    return {"": mismatch(life, facts.stage_mix, buyer, facts.level)}
