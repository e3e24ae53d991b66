"""What an estimator hands to the verdict: the effect with its uncertainty, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from toolkit.finding import Money, MoneyKind, Needs
from toolkit.stats.interval import Interval

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
    money: Money | None = None
    money_why: str | None = None
    undecided: Needs | None = None
    blocked: Needs | None = None
    why: str | None = None
    caution: str | None = None
    ruled_out: str | None = None


def at_levels(level: float, interval: Callable[[float], Interval]) -> tuple[Interval, Interval]:
    """The interval that decides and the one to show; computed once where they are the same."""
    decisive = interval(DECISIVE)
    return decisive, decisive if level == DECISIVE else interval(level)


def part_of(whole: float, share: Interval, kind: MoneyKind) -> Money:
    """The money that a share of it amounts to: a range, never below nothing."""
    low, mid, high = (max(0.0, end) * whole for end in (share.low, share.value, share.high))
    return Money(low, mid, high, kind)


@dataclass(frozen=True)
class Gap:
    """What a client lacks for a verdict.

    `short` rows are missing to the minimum; None where there is nothing to estimate from.
    """

    needs: Needs
    why: str
    n: Mapping[str, int] = field(default_factory=dict)
    short: int | None = None


def held_back(effect: Effect, gap: Gap) -> Effect:
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
