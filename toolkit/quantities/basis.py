"""What every shared quantity starts from: the client, and streams of chance that never meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from toolkit.client import Client

T = TypeVar("T")
DRAWS = 5_000  # Holm over fifteen mistakes needs p down to .0033
SURVEY, INFLUENCE = 1, 2  # streams of the seed, so that no table disturbs another's draws
CAMPAIGNS, PEOPLE = 3, 4
LINKED = 7  # stream of what joins survey and purchases
LIVES, PRICES, FREE = 11, 12, 13


@dataclass(frozen=True, eq=False)
class Basis:
    """One client, and how many bootstrap draws its quantities are kept as."""

    client: Client
    draws: int = DRAWS

    @property
    def level(self) -> float:
        """The level of the intervals shown."""
        return self.client.settings.level

    def seed(self, stream: int) -> np.random.SeedSequence:
        """The client's own stream of random numbers for one table."""
        return np.random.SeedSequence([self.client.settings.seed, stream])

    def number(self, stream: int) -> int:
        """The same stream as one number, where a model takes that."""
        return int(self.seed(stream).generate_state(1)[0])

    @property
    def scales(self) -> dict[str, tuple[float, float]]:
        """The ends of the client's scales."""
        return dict(self.client.scales)


def known(quantity: T | None) -> T:
    """The quantity, where an audit has made sure before that its table is there."""
    if quantity is None:
        raise LookupError("a shared quantity was used before its table was asked for")
    return quantity
