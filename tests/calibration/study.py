"""One cell of the study: a world, a size, many clients; what was said of each mistake, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zlib import crc32

from tests.calibration.clients import judged
from toolkit.finding import Judgement, Verdict
from toolkit.simulate.truth import true_sizes
from toolkit.simulate.world import World
from toolkit.stats.interval import Interval
from toolkit.stats.shares import wilson

ALPHA = 0.05
SMOOTH = (
    "consumer-ignored",
    "buyer-ignored",
    "missed-influencer",
    "first-sale-only",
    "chasing-one-offs",
    "clients-left",
)
MANY, FEWER, LARGE = 1000, 400, 5000  # clients a cell; fewer from so many accounts on
AT_DELTA = 1e-6  # how far θ may be from δ and still be at it


@dataclass(frozen=True)
class Cell:
    """A world and a number of accounts; `build` makes the world when it is needed."""

    name: str
    accounts: int
    build: Callable[[], World]
    times: float = 1.0  # of their thresholds that its mistakes have

    @property
    def most(self) -> int:
        """How many clients are enough? Large ones take ten times as long: fewer of them."""
        return FEWER if self.accounts >= LARGE else MANY

    @cached_property
    def world(self) -> World:
        """Its world, made once: some take seconds."""
        return self.build()

    @cached_property
    def theta(self) -> dict[str, float | None]:
        """The true size of every mistake in it."""
        return true_sizes(self.world)

    def seed(self, client: int) -> int:
        """The seed of its so-manieth client: no two cells share their chance."""
        return crc32(f"{self.name}, {self.accounts}".encode()) + client


@dataclass
class Tally:
    """What a number of clients of one cell were told."""

    clients: int = 0
    any_false: int = 0
    told: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, mistakes: Iterable[Judgement], theta: dict[str, float | None]) -> None:
        """Count one client. False is a mistake found although θ is not beyond its threshold.

        What a world lacks has no θ and is not counted.
        """
        said = [m for m in mistakes if theta[m.id] is not None]
        self.clients += 1
        self.any_false += any(m.verdict is Verdict.FOUND and not present(m, theta) for m in said)
        for mistake in said:
            counts = self.told.setdefault(mistake.id, Counter())
            counts[str(mistake.verdict)] += 1
            counts["alone"] += mistake.p is not None and mistake.p < ALPHA
            counts["estimated"] += mistake.low is not None
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

    def coverage(self, mistake: str) -> Interval:
        """How often does the interval hold the truth, where there is one?"""
        told = self.told[mistake]
        return wilson(told["covered"], told["estimated"])

    @property
    def false(self) -> Interval:
        """The share of clients with any false found."""
        return wilson(self.any_false, self.clients)


def present(mistake: Judgement, theta: dict[str, float | None]) -> bool:
    """Is the mistake really there: θ above its threshold, or below it where less is worse?"""
    true = theta[mistake.id]
    if true is None:
        return False
    beyond = true - mistake.threshold
    return bool((beyond if mistake.direction == "above" else -beyond) > AT_DELTA)


def covers(mistake: Judgement, theta: float | None) -> bool:
    """Does the interval hold the truth (to rounding)?"""
    if theta is None or mistake.low is None or mistake.high is None:
        return False
    return bool(mistake.low - 1e-9 <= theta <= mistake.high + 1e-9)


def study(cell: Cell, clients: Iterable[int]) -> Tally:
    """Judge these clients of the cell, each with a seed of its own."""
    tally = Tally()
    for client in clients:
        tally.add(judged(cell.world, cell.accounts, cell.seed(client)), cell.theta)
    return tally
