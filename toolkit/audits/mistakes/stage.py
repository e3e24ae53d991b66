"""stage-mismatch: does the emphasis of the last year fit the main product's stage of life?"""

from __future__ import annotations

import math

from toolkit.audits.mistakes.effect import Effect, Gap, at_levels, part_of
from toolkit.audits.mistakes.needs import MIN_ACCOUNTS, STRICTEST
from toolkit.finding import Needs
from toolkit.quantities import Facts
from toolkit.quantities.basis import known
from toolkit.quantities.emphasis import mismatch, mismatch_p_above
from toolkit.quantities.stages import HALF, SURE, Life
from toolkit.stats.arrays import normal
from toolkit.stats.power import MOST_UNITS, more_units
from toolkit.text import counted, listed, percent

TURNS = {
    ("introduction", "growth"): "T1",
    ("growth", "maturity"): "T*",
    ("maturity", "decline"): "T2",
}


def stage_mismatch(facts: Facts, threshold: float) -> Effect:
    """How far is the last year's spend from the mix the main product's stage asks for?

    θ = |buyers' share of spend on buyers and consumers − the stage's|, which is the TVD over the
    two. The spend is counted and the mix is set, so only the stage is uncertain: estimate, interval
    and p follow its chances from a Bass curve refitted to residuals (`models.diffusion`). Assumes
    one wave of first purchases since the launch, without seasons.
    """
    spent, life = known(facts.emphasis), facts.lives[0]
    fixed = life, facts.stage_mix, spent.buyer
    decisive, shown = at_levels(facts.level, lambda level: mismatch(*fixed, level))
    return Effect(
        shown=shown,
        decisive=decisive,
        p=mismatch_p_above(*fixed, threshold),
        n={"purchases": life.accounts, "campaigns": spent.rows},
        money=part_of(spent.spend, decisive, "spend to move"),
        undecided=Needs("purchases", None, _rows_to_decide(life, facts.level)),
    )


def stage_told(facts: Facts) -> Gap | None:
    """Can the stage of the main product be read from its first purchases?"""
    if not facts.client.has("purchases") and not facts.lives:
        return Gap(Needs("purchases", None, None), "There are no purchases.")
    if not facts.lives:
        return Gap(Needs("purchases", None, None), "The purchases do not name the product.")
    life = facts.lives[0]
    if not life.why:
        return None
    why = f"The stage of the main product, {life.product}, cannot be told: {life.why}."
    return Gap(Needs(life.asks, None, None), why, {"purchases": life.accounts})


def days_of_spend(facts: Facts) -> Gap | None:
    """Is it known when each campaign's money was spent, and was any spent on the two roles?"""
    spent = facts.emphasis
    if spent is None:
        why = "No spend with a first and a last day is aimed at buyers or consumers."
        return Gap(Needs("campaigns", None, None), why)
    if spent.undated:
        rows = counted(spent.undated, "campaign row has", "campaign rows have")
        why = f"{rows} no first and last day, so the last year's spend is not known."
        return Gap(Needs("campaigns", None, None), why, {"campaigns": spent.rows})
    return None


def stage_certain(facts: Facts) -> Gap | None:
    """Did 30 accounts buy the main product, and is one stage at least 80 % likely?"""
    life = facts.lives[0]
    if life.accounts < MIN_ACCOUNTS:
        bought = counted(life.accounts, "account", "accounts")
        why = f"{bought} bought the main product; {MIN_ACCOUNTS} are the least."
        short = math.ceil((MIN_ACCOUNTS - life.accounts) * life.rows)
        return Gap(Needs("purchases", None, None), why, {"purchases": life.accounts}, short)
    if max(life.chances.values()) >= SURE:
        return None
    said = listed(f"{s} {percent(p)}" for s, p in life.chances.items() if p > 0)
    why = (
        f"The stage of the main product, {life.product}, is not certain: {said}; "
        f"{percent(SURE)} is the least a verdict may rest on."
    )
    return Gap(Needs("purchases", None, None), why, {"purchases": life.accounts}, 0)


def _rows_to_decide(life: Life, level: float) -> int | None:
    """About how many more rows of purchases would tell the likeliest stage from the next?

    As for an estimate (how long ago its turn was) set against a threshold of 0; the error of the
    turn shrinks with the accounts watched over the same time.
    """
    ranked = sorted(life.chances, key=lambda stage: -life.chances[stage])
    order = list(life.chances)
    pair = sorted(ranked[:2], key=order.index)
    stage = life.stage
    if stage is None or (pair[0], pair[1]) not in TURNS:
        return None
    turn = stage.turns[TURNS[pair[0], pair[1]]]
    error = (turn.high - turn.low) / 2 / normal((1 + level) / 2)
    gap = abs(len(life.firsts) + HALF - turn.value)
    accounts = more_units(gap, 0.0, error, life.accounts, alpha_found=STRICTEST)
    rows = None if accounts is None else math.ceil(accounts * life.rows)
    return rows if rows is None or rows <= MOST_UNITS else None
