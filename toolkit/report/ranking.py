"""In which order does a reader meet the mistakes, and how much money do they add up to?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.catalogue import LATER
from toolkit.finding import Mistake, Money, MoneyKind, Verdict

PRESSING = (Verdict.FOUND, Verdict.SUSPECTED)


@dataclass(frozen=True)
class Stake:
    """Money of one kind at stake over `mistakes`, in the client's currency.

    Several mistakes can point at the same money, so `low` is the largest low end of any one of
    them. Spend to move is one budget that all of them describe: `high` is the largest high end.
    Money of other kinds may lie apart: `high` adds the high ends, and spend at risk is never more
    than the whole spend, where that is known.
    """

    kind: MoneyKind
    low: float
    high: float
    mistakes: tuple[str, ...]


def judged(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Which mistakes does this version judge at all?"""
    return [m for m in mistakes if m.why != LATER]


def not_yet(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Which mistakes are left to a later version?"""
    return [m for m in mistakes if m.why == LATER]


def of(mistakes: Iterable[Mistake], *verdicts: Verdict) -> list[Mistake]:
    """Which of the mistakes have one of these verdicts? Their order is kept."""
    return [m for m in mistakes if m.verdict in verdicts]


def excess(mistake: Mistake) -> float:
    """How many thresholds large is the effect? Where less is worse, how many times too small.

    A threshold of zero has no multiple: the estimate itself stands in. 0 without an estimate.
    """
    if mistake.estimate is None:
        return 0.0
    above, below = mistake.estimate, mistake.threshold
    if mistake.direction == "below":
        above, below = below, max(above, 1e-9)
    return above / below if below else above


def ranked(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Which mistake comes first? Found before suspected; by money, then by size without money."""
    return sorted(of(mistakes, *PRESSING), key=_pressing)


def _pressing(mistake: Mistake) -> tuple[int, int, float]:
    money = mistake.money
    size = money.mid if money else excess(mistake)
    return PRESSING.index(mistake.verdict), int(money is None), -size


def stakes(mistakes: Iterable[Mistake], spend: float | None = None) -> list[Stake]:
    """How much is at stake, kind by kind? Unlike kinds are never added; largest first.

    `spend` is all that the client spends on campaigns, where it is known.
    """
    kinds: dict[MoneyKind, list[tuple[str, Money]]] = {}
    for mistake in mistakes:
        if mistake.money is not None:
            kinds.setdefault(mistake.money.kind, []).append((mistake.id, mistake.money))
    found = [_stake(kind, rows, spend) for kind, rows in kinds.items()]
    return sorted(found, key=lambda s: -s.high)


def _stake(kind: MoneyKind, rows: list[tuple[str, Money]], spend: float | None) -> Stake:
    low = max(money.low for _, money in rows)
    highs = [money.high for _, money in rows]
    high = max(highs) if kind == "spend to move" else sum(highs)
    if kind == "spend at risk" and spend is not None:
        high = max(min(high, spend), *highs)
    return Stake(kind, low, high, tuple(id for id, _ in rows))
