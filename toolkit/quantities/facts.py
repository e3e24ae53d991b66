"""All shared quantities of one client, each computed once, when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np

from toolkit.client import Client
from toolkit.quantities.answers import Answers, Array, answers
from toolkit.quantities.reversal import Reversal, value_reversals, weight_reversals
from toolkit.quantities.say import Say, say
from toolkit.quantities.separation import Separation, separation
from toolkit.quantities.served import Served, served
from toolkit.quantities.spend import Messages, messages, spend_shares
from toolkit.stats.bootstrap import Resample

T = TypeVar("T")
DRAWS = 5_000  # Holm over fifteen mistakes needs p down to .0033
SURVEY, INFLUENCE = 1, 2  # streams of the seed, so that no table disturbs another's draws
ONE_PERSON = 0.05  # separation surely below this: buyer and consumer are one


@dataclass(frozen=True, eq=False)
class Facts:
    """What the audits share about one client; a quantity whose table is missing is None."""

    client: Client
    draws: int = DRAWS

    @staticmethod
    @lru_cache(maxsize=1)
    def of(client: Client) -> Facts:
        """The facts of a client; the last client's are remembered, so audits share them."""
        return Facts(client)

    @classmethod
    def given(cls, client: Client, **quantities: object) -> Facts:
        """Facts of which some are known beforehand, such as a simulation's arrays."""
        facts = cls(client)
        vars(facts).update(quantities)
        return facts

    @property
    def level(self) -> float:
        """The level of the intervals shown."""
        return self.client.settings.level

    def seed(self, stream: int) -> np.random.SeedSequence:
        """The client's own stream of random numbers for one table."""
        return np.random.SeedSequence([self.client.settings.seed, stream])

    @cached_property
    def answers(self) -> Answers | None:
        """The survey as arrays; None without a survey or without one rated attribute."""
        if not self.client.has("survey"):
            return None
        found = answers(self.client.table("survey"), list(self.client.attributes), self.scales)
        return found if found.attributes else None

    @property
    def scales(self) -> dict[str, tuple[float, float]]:
        """The ends of the client's scales."""
        return dict(self.client.scales)

    @cached_property
    def served(self) -> Served | None:
        """What each role weighs and how it is served, with draws."""
        if self.answers is None:
            return None
        return served(self.answers, Resample(self.answers.accounts, self.draws, self.seed(SURVEY)))

    @cached_property
    def reversals(self) -> tuple[Reversal, ...]:
        """Which differences between the roles turn around within a trait of the respondents?"""
        if self.answers is None:
            return ()
        survey = self.client.frames["survey"]
        traits = {name: survey[name] for name in self.client.traits if name in survey}
        return (*value_reversals(self.answers, traits), *weight_reversals(self.answers, traits))

    @cached_property
    def say(self) -> Say | None:
        """Who has how much say, with draws."""
        if not self.client.has("influence"):
            return None
        return say(self.client.table("influence"), self.draws, self.seed(INFLUENCE))

    @cached_property
    def separation(self) -> Separation | None:
        """On what share of purchases buyer and consumer differ."""
        if not self.client.has("purchases"):
            return None
        return separation(self.client.table("purchases"), self.client.settings.level)

    @cached_property
    def spend(self) -> Array | None:
        """Shares of spend by audience; None without campaigns or without spend."""
        if not self.client.has("campaigns"):
            return None
        shares = spend_shares(self.client.table("campaigns"))
        return None if np.isnan(shares).any() else shares

    @cached_property
    def total_spend(self) -> float:
        """All campaign spend, in the client's currency."""
        return float(self.client.table("campaigns")["spend"].sum())

    @property
    def campaign_rows(self) -> int:
        """How many campaign rows are there?"""
        return len(self.client.frames.get("campaigns", ()))

    @cached_property
    def messages(self) -> Messages | None:
        """The campaign rows with claims about attributes that were weighed."""
        if self.spend is None or self.answers is None:
            return None
        found = messages(self.client.table("campaigns"), self.answers.attributes)
        return found if found.names else None

    @cached_property
    def one_person(self) -> bool:
        """Are buyer and consumer surely one: upper 95 % end of separation below ONE_PERSON?"""
        if not self.client.has("purchases"):
            return False
        known = separation(self.client.table("purchases"), 0.95).orders
        return known is not None and known.high < ONE_PERSON


def known(quantity: T | None) -> T:
    """The quantity, where an audit has made sure before that its table is there."""
    if quantity is None:
        raise LookupError("a shared quantity was used before its table was asked for")
    return quantity
