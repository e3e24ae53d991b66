"""The accounts and people of one draw, before anybody answers or buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np

from toolkit.simulate.world import KINDS, Accounts, BoolArray, FloatArray, IntArray, World

BUYER, CONSUMER, BOTH = range(len(KINDS))


@dataclass(frozen=True, eq=False)
class Cast:
    """Accounts (leaning's index, alone or not) and people (account, kind, number), as arrays.

    People stand account by account, the buyer (number 0) before the consumers (1, 2, …). `lot`
    is the order in which accounts are asked: who answers one questionnaire is asked first for
    the next.
    """

    leaning: IntArray
    alone: BoolArray
    lot: IntArray
    account: IntArray
    kind: IntArray
    number: IntArray

    @property
    def size(self) -> int:
        """How many accounts there are."""
        return len(self.leaning)

    @cached_property
    def account_ids(self) -> np.ndarray:
        """The accounts' ids."""
        return np.array([f"a{i + 1:04d}" for i in range(self.size)], dtype=object)

    @cached_property
    def person_ids(self) -> np.ndarray:
        """The people's ids: the account's, and b for the buyer or c1, c2 … for consumers."""
        endings = [f"-c{n}" if n else "-b" for n in self.number]
        return self.account_ids[self.account] + np.array(endings, dtype=object)

    @property
    def first_person(self) -> IntArray:
        """Per account, the place of its buyer among the people."""
        return np.flatnonzero(self.number == 0)

    def asked(self, share: float) -> BoolArray:
        """Per account, whether it is among the round(share · size) that are asked."""
        return np.isin(np.arange(self.size), self.lot[: round(share * self.size)])

    @property
    def people(self) -> IntArray:
        """Per account, how many people it has."""
        return np.bincount(self.account, minlength=self.size)


def make_cast(world: World, accounts: int, rng: np.random.Generator) -> Cast:
    """Who is there? Draws `accounts` accounts of the world and their people."""
    setup = world.accounts
    leaning = pick([share for _, share in setup.leaning], rng.random(accounts))
    alone = rng.random(accounts) < setup.alone
    numbers = np.array(list(setup.consumers))
    sizes = np.cumsum([setup.sizes(u) for u, _ in setup.leaning], axis=1)
    consumers = numbers[below(sizes[leaning], rng.random(accounts))]
    people = np.where(alone, 1, 1 + consumers)
    account = np.repeat(np.arange(accounts), people)
    number = np.arange(len(account)) - np.repeat(np.cumsum(people) - people, people)
    both = (alone | _also_use(setup, accounts, rng))[account]
    kind = np.where(number > 0, CONSUMER, np.where(both, BOTH, BUYER))
    return Cast(leaning, alone, rng.permutation(accounts), account, kind, number)


def _also_use(setup: Accounts, accounts: int, rng: np.random.Generator) -> BoolArray:
    """Per account, whether its buyer is a consumer too; draws nothing where no buyer is."""
    if not setup.also_use:
        return np.zeros(accounts, dtype=bool)
    return rng.random(accounts) < setup.also_use


def stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one part of a draw: parts do not disturb each other."""
    return np.random.default_rng([seed, crc32(name.encode())])


def pick(shares: Sequence[float], uniform: FloatArray) -> IntArray:
    """The index each uniform number falls on when [0, 1) is cut by these shares."""
    cuts = np.cumsum(shares)[:-1]
    return np.searchsorted(cuts, uniform, side="right")


def below(cumulative: FloatArray, uniform: FloatArray) -> IntArray:
    """As `pick`, but with cumulative shares of their own in each row."""
    return (uniform[..., None] >= cumulative[..., :-1]).sum(axis=-1)
