"""One cell of the study: a world, a size, many clients; what was said of each mistake, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.calibration.clients import judged
from toolkit.audits.mistakes import ESTIMATORS
from toolkit.finding import Mistake, Verdict
from toolkit.simulate import World, truth
from toolkit.stats.interval import Interval
from toolkit.stats.shares import wilson

ALPHA = 0.05
SMOOTH = ("consumer-ignored", "buyer-ignored", "missed-influencer")
AT_DELTA = 1e-6  # how far θ may be from δ and still be at it


@dataclass(frozen=True)
class Cell:
    """A world and a number of accounts; `build` makes the world when it is needed."""

    name: str
    accounts: int
    build: Callable[[], World]


@dataclass
class Tally:
    """What a number of clients of one cell were told."""

    clients: int = 0
    any_false: int = 0
    told: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, mistakes: Iterable[Mistake], theta: dict[str, float | None]) -> None:
        """Count one client. False is a mistake found although θ is not above its threshold."""
        said = [m for m in mistakes if m.id in ESTIMATORS]
        self.clients += 1
        self.any_false += any(m.verdict is Verdict.FOUND and not present(m, theta) for m in said)
        for mistake in said:
            counts = self.told.setdefault(mistake.id, Counter())
            counts[str(mistake.verdict)] += 1
            counts["alone"] += mistake.p is not None and mistake.p < ALPHA
            counts["covered"] += covers(mistake, theta[mistake.id])

    def to_dict(self) -> dict[str, Any]:
        """As JSON, to be kept between runs."""
        told = {id: dict(counts) for id, counts in self.told.items()}
        return {"clients": self.clients, "any_false": self.any_false, "told": told}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Tally:
        """The tally that was kept."""
        told = {id: Counter(counts) for id, counts in kept["told"].items()}
        return cls(kept["clients"], kept["any_false"], told)

    def rate(self, mistake: str, what: str) -> Interval:
        """The share of clients told that, with its 95 % Monte-Carlo interval."""
        return wilson(self.told[mistake][what], self.clients)

    @property
    def false(self) -> Interval:
        """The share of clients with any false found."""
        return wilson(self.any_false, self.clients)


def present(mistake: Mistake, theta: dict[str, float | None]) -> bool:
    """Is the mistake really there: θ above its threshold?"""
    true = theta[mistake.id]
    return true is not None and true > mistake.threshold + AT_DELTA


def covers(mistake: Mistake, theta: float | None) -> bool:
    """Does the interval hold the truth (to rounding)?"""
    if theta is None or mistake.low is None or mistake.high is None:
        return False
    return mistake.low - 1e-9 <= theta <= mistake.high + 1e-9


def study(cell: Cell, seeds: Iterable[int]) -> Tally:
    """Judge one client per seed."""
    world, tally = cell.build(), Tally()
    theta = truth(world)
    for seed in seeds:
        tally.add(judged(world, cell.accounts, seed), theta)
    return tally
