"""What does an estimator hand to the verdict, and which verdict follows?

The effect with its uncertainty, or why there is none; then Holm over what was tested, and one
sentence that says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from toolkit.catalogue import MISTAKE_TYPES, NOT_YET_BUILT, MistakeType
from toolkit.finding import DataNeeds, Judgement, Money, Verdict
from toolkit.measures.facts import Facts
from toolkit.stats.hypothesis_tests import holm
from toolkit.stats.interval import Interval
from toolkit.wording import NO_CURRENCY, format_range, format_with_unit

DECISIVE = 0.95  # verdicts are decided at this level whatever level is shown


@dataclass(frozen=True)
class Effect:
    """θ of one mistake on one client.

    `shown` is the interval at the client's level, `decisive` the one at 95 % that verdicts use;
    `p` is one-sided for "not beyond δ". `undecided` is what to bring where the numbers do not
    decide (None where they surely do), `blocked` what is missing before they may decide at all,
    and `why` says it in words. `caution` is what the sentence of the verdict must add; `ruled_out`
    says why the client cannot make this mistake at all.
    """

    shown: Interval | None = None
    decisive: Interval | None = None
    p: float | None = None
    n: Mapping[str, int] = field(default_factory=dict)
    money: MoneyRange | None = None
    money_why: str | None = None
    undecided: DataNeeds | None = None
    blocked: DataNeeds | None = None
    why: str | None = None
    caution: str | None = None
    ruled_out: str | None = None


def decisive_and_shown(
    level: float, interval: Callable[[float], Interval]
) -> tuple[Interval, Interval]:
    """The interval that decides and the one to show; computed once where they are the same."""
    decisive = interval(DECISIVE)
    return decisive, decisive if level == DECISIVE else interval(level)


@dataclass(frozen=True)
class MoneyRange:
    """A sum at stake; the catalogue says of which kind it is."""

    low: float
    mid: float
    high: float


def share_of_money(whole: float, share: Interval) -> MoneyRange:
    """The money that a share of it amounts to: a range, never below nothing."""
    low, mid, high = (max(0.0, end) * whole for end in (share.low, share.value, share.high))
    return MoneyRange(low, mid, high)


@dataclass(frozen=True)
class DataGap:
    """What a client lacks for a verdict.

    `short` rows are missing to the minimum; None where there is nothing to estimate from.
    """

    needs: DataNeeds
    why: str
    n: Mapping[str, int] = field(default_factory=dict)
    short: int | None = None


Need = Callable[[Facts], DataGap | None]  # what must be there before a mistake can be judged
Estimate = Callable[[Facts, float], Effect]  # θ of a mistake and its uncertainty, beside δ


@dataclass(frozen=True)
class MistakeEstimator:
    """How one mistake is estimated, and what must be there first (asked in this order).

    `ruled_out` says why a client cannot make it at all, None where it can.
    """

    estimate: Estimate
    needs: tuple[Need, ...]
    ruled_out: Callable[[Facts], str | None] | None = None


ESTIMATORS: dict[str, MistakeEstimator] = {}  # by the mistake's id; `estimator_of` adds to it


def estimator_of(
    id: str, *needs: Need, ruled_out: Callable[[Facts], str | None] | None = None
) -> Callable[[Estimate], Estimate]:
    """Which mistake of the catalogue does the function below estimate, and what does it need?"""

    def add(estimate: Estimate) -> Estimate:
        ESTIMATORS[id] = MistakeEstimator(estimate, needs, ruled_out)
        return estimate

    return add


def withhold_verdict(effect: Effect, gap: DataGap) -> Effect:
    """The same effect, shown but not judged: too few rows for a verdict.

    Asks for what would decide at the current estimate, and never for less than the minimum; where
    one role is below the minimum and more of the other would decide, for both.
    """
    short = gap.short or 0
    wanted = effect.undecided or replace(gap.needs, rows=short)
    if wanted.rows is None:
        needs = gap.needs
    elif wanted.table != gap.needs.table:
        needs = replace(gap.needs, rows=short)
    elif wanted.role == gap.needs.role:
        needs = replace(gap.needs, rows=max(wanted.rows, short))
    else:
        both = wanted.rows + short if wanted.role else max(wanted.rows, short)
        needs = replace(gap.needs, role=None, rows=both)
    return replace(effect, p=None, blocked=needs, why=gap.why)


ALPHA = 0.05
ONE_PERSON = "Buyer and consumer are one person here, so this mistake cannot be made."


def judge_effects(
    effects: Mapping[str, Effect],
    thresholds: Mapping[str, float],
    one_person: bool,
    currency: str = NO_CURRENCY,
) -> tuple[Judgement, ...]:
    """Which of the fifteen mistakes are there? One `Judgement` for each, in the catalogue's order.

    `found`: p after Holm over this client's mistakes that have a p is below 0.05; `clear`: the
    95 % interval ends below the threshold; `suspected`: neither, and the estimate is above it;
    else `cannot_tell`; mirrored where less is worse. Mistakes without an effect are not in this
    version.
    """
    effects = {
        id: e for id, e in effects.items() if not (one_person and MISTAKE_TYPES[id].one_person)
    }
    adjusted = _holm({id: e.p for id, e in effects.items() if e.p is not None})
    return tuple(
        _mistake(
            kind, effects.get(kind.id), thresholds, adjusted.get(kind.id), one_person, currency
        )
        for kind in MISTAKE_TYPES.values()
    )


def _holm(p: Mapping[str, float]) -> dict[str, float]:
    if not p:
        return {}
    return dict(zip(p, holm(np.array(list(p.values()))).tolist(), strict=True))


def _mistake(
    kind: MistakeType,
    effect: Effect | None,
    thresholds: Mapping[str, float],
    p_holm: float | None,
    one_person: bool,
    currency: str,
) -> Judgement:
    threshold = thresholds.get(kind.id, kind.threshold)
    if effect is None:
        ruled_out = one_person and kind.one_person
        verdict = Verdict.NOT_APPLICABLE if ruled_out else Verdict.CANNOT_TELL
        return _bare(kind, verdict, threshold, ONE_PERSON if ruled_out else NOT_YET_BUILT)
    if effect.ruled_out:
        return _bare(kind, Verdict.NOT_APPLICABLE, threshold, effect.ruled_out)
    verdict = decide_verdict(effect, threshold, p_holm, kind.direction)
    shown = effect.shown
    return Judgement(
        kind.id,
        verdict,
        _why(kind, verdict, effect, threshold, currency),
        threshold,
        kind.unit,
        kind.advice,
        kind.claims,
        estimate=shown.value if shown else None,
        low=shown.low if shown else None,
        high=shown.high if shown else None,
        direction=kind.direction,
        p=effect.p,
        p_holm=p_holm,
        n=effect.n,
        money=_money_of_kind(kind, effect.money),
        money_why=effect.money_why if effect.money is None else None,
        needs=_needs(effect, verdict),
    )


def _money_of_kind(kind: MistakeType, sums: MoneyRange | None) -> Money | None:
    if sums is None or kind.money is None:
        return None
    return Money(sums.low, sums.mid, sums.high, kind.money)


def _bare(kind: MistakeType, verdict: Verdict, threshold: float, why: str) -> Judgement:
    return Judgement(
        kind.id,
        verdict,
        why,
        threshold,
        kind.unit,
        kind.advice,
        kind.claims,
        direction=kind.direction,
    )


def decide_verdict(
    effect: Effect, threshold: float, p_holm: float | None, direction: str = "above"
) -> Verdict:
    """Found, clear, suspected or cannot tell? The rule of `judge_effects`, for one effect.

    Where less is worse (`direction` "below") effect and threshold are mirrored at 0.
    """
    if effect.blocked or effect.decisive is None or p_holm is None:
        return Verdict.CANNOT_TELL
    if p_holm < ALPHA:
        return Verdict.FOUND
    ends, line = effect.decisive, threshold
    if direction == "below":
        ends, line = -ends, -line
    if ends.high < line:
        return Verdict.CLEAR
    return Verdict.SUSPECTED if ends.value > line else Verdict.CANNOT_TELL


def _needs(effect: Effect, verdict: Verdict) -> DataNeeds | None:
    """What to bring: at least one row more, as no formula's 0 decides what was not decided."""
    undecided = verdict in (Verdict.SUSPECTED, Verdict.CANNOT_TELL)
    wanted = effect.blocked or (effect.undecided if undecided else None)
    if wanted is None or wanted.rows is None:
        return wanted
    return replace(wanted, rows=max(1, wanted.rows))


def _why(
    kind: MistakeType, verdict: Verdict, effect: Effect, threshold: float, currency: str
) -> str:
    if effect.why or effect.shown is None:
        return effect.why or ""
    value, limit = (
        format_with_unit(x, kind.unit, currency) for x in (effect.shown.value, threshold)
    )
    line = f"the {limit} that would matter" if threshold else "zero"
    said = f"{value} ({format_range(effect.shown.low, effect.shown.high, kind.unit, currency)})"
    wrong, right = ("above", "below") if kind.direction == "above" else ("below", "above")
    ends = {
        Verdict.FOUND: f"surely {wrong} {line}",
        Verdict.CLEAR: f"surely {right} {line}",
        Verdict.SUSPECTED: f"probably {wrong} {line}, but not surely",
        Verdict.CANNOT_TELL: f"too uncertain to set against {line}",
    }
    caution = f"; {effect.caution}" if effect.caution else ""
    return f"{kind.says.capitalize()}: {said}, {ends[verdict]}{caution}."
