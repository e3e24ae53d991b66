"""All shared quantities of one client, each computed once, when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np

from toolkit.catalogue import BUYER_SHARE
from toolkit.client import Client
from toolkit.models.cannot import CannotTell
from toolkit.quantities.answers import Answers, Array, answers
from toolkit.quantities.contentment import Contentment, contentment
from toolkit.quantities.emphasis import Emphasis, emphasis
from toolkit.quantities.free_users import FreeUsers, free_users
from toolkit.quantities.groups import Group, People, groups, people
from toolkit.quantities.linked import Linked, linked
from toolkit.quantities.phases import Phases, phases
from toolkit.quantities.prices import Prices, prices
from toolkit.quantities.repeaters import Repeaters, repeaters
from toolkit.quantities.responses import Responses, responses
from toolkit.quantities.returns import Returns, returns
from toolkit.quantities.reversal import Reversal, value_reversals, weight_reversals
from toolkit.quantities.say import Say, say
from toolkit.quantities.separation import Separation, separation
from toolkit.quantities.served import Served, served
from toolkit.quantities.spend import Messages, messages, spend_shares
from toolkit.quantities.spoken import Spoken, spoken
from toolkit.quantities.stages import Life, lives, said_of_largest
from toolkit.quantities.trials import Tried, tried
from toolkit.quantities.use import Use, use
from toolkit.quantities.voices import Voices, voices
from toolkit.quantities.worth import Worth, worth
from toolkit.stats.bootstrap import Resample

T = TypeVar("T")
DRAWS = 5_000  # Holm over fifteen mistakes needs p down to .0033
SURVEY, INFLUENCE = 1, 2  # streams of the seed, so that no table disturbs another's draws
CAMPAIGNS, PEOPLE = 3, 4
LIVES, PRICES, FREE = 11, 12, 13
LINKED = 7  # stream of what joins survey and purchases
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

    def number(self, stream: int) -> int:
        """The same stream as one number, where a model takes that."""
        return int(self.seed(stream).generate_state(1)[0])

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
    def responses(self) -> Responses | None:
        """Contacts and conversions by segment and campaign; None where no row says so."""
        if not self.client.has("campaigns"):
            return None
        seed = self.number(CAMPAIGNS)
        return responses(self.client.table("campaigns"), draws=self.draws, seed=seed)

    @cached_property
    def people(self) -> People | None:
        """Whose traits are known? None where no table has any."""
        return people(self.client.frames, self.client.traits)

    @cached_property
    def groups(self) -> dict[str, Group | CannotTell]:
        """Which segments do people fall into by their traits? Empty where none are known."""
        if self.people is None:
            return {}
        return groups(self.people, self.client.traits, self.number(PEOPLE))

    @cached_property
    def phases(self) -> Phases | None:
        """How much of the spend is for the first sale; None where no campaign says its phase."""
        return phases(self.client.table("campaigns")) if self.client.has("campaigns") else None

    @cached_property
    def worth(self) -> Worth | None:
        """What accounts buy on their first day and later; None without dated purchases."""
        if not self.client.has("purchases"):
            return None
        products = self.client.frames.get("products")
        return worth(self.client.table("purchases"), self.client.margin, products)

    @cached_property
    def tried(self) -> tuple[Tried, ...]:
        """Which levers were tried, with what outcome; empty without the table."""
        return tried(self.client.table("levers")) if self.client.has("levers") else ()

    @cached_property
    def voices(self) -> Voices | None:
        """Who is heard in the feedback."""
        return voices(self.client.table("feedback")) if self.client.has("feedback") else None

    @cached_property
    def spoken(self) -> Spoken | None:
        """What the feedback speaks of."""
        if not self.client.has("feedback"):
            return None
        return spoken(self.client.table("feedback"), self.client.attributes)

    @cached_property
    def contentment(self) -> Contentment | None:
        """How satisfied everyone is, and would they recommend; None where nobody says."""
        if not self.client.has("survey"):
            return None
        return contentment(self.client.table("survey"), self.scales["satisfaction"])

    @cached_property
    def returns(self) -> Returns | None:
        """When each account bought."""
        return returns(self.client.table("purchases")) if self.client.has("purchases") else None

    @cached_property
    def repeaters(self) -> Repeaters | None:
        """The accounts that came back, with how content their consumers are."""
        if self.returns is None or self.contentment is None:
            return None
        return repeaters(self.returns, self.contentment)

    @cached_property
    def use(self) -> Use | None:
        """Which buying accounts used what they bought; None where none can be matched."""
        if self.returns is None or not self.client.has("usage"):
            return None
        window = self.client.settings.repeat_window_days
        tables = self.client.table("usage"), self.client.table("purchases")
        return use(*tables, self.returns, window)

    @cached_property
    def linked(self) -> Linked | None:
        """How satisfaction goes together with the next purchase; None without any outcome."""
        if self.contentment is None:
            return None
        window = self.client.settings.repeat_window_days
        return linked(self.client.table("survey"), self.contentment, self.returns, window)

    @cached_property
    def lives(self) -> tuple[Life, ...]:
        """In which stage of its life is each product, largest first? Empty where none is named."""
        if not self.client.has("purchases"):
            return ()
        products = self.client.frames.get("products")
        return lives(self.client.table("purchases"), products, self.seed(LIVES), self.level)

    @cached_property
    def emphasis(self) -> Emphasis | None:
        """How the last year's spend was split; None where no dated campaign reached either role."""
        return emphasis(self.client.table("campaigns")) if self.client.has("campaigns") else None

    @cached_property
    def prices(self) -> Prices | CannotTell | None:
        """Which prices payers accept; None where nobody was asked."""
        if not self.client.has("survey"):
            return None
        cost = said_of_largest("unit_cost", self.client.frames.get("products"), self.lives)
        seed = self.number(PRICES)
        return prices(self.client.table("survey"), cost, seed=seed, level=self.level)

    @cached_property
    def free_users(self) -> FreeUsers | None:
        """Whether free users pay for themselves; None where none are known."""
        if not self.client.has("people"):
            return None
        frames = self.client.frames
        return free_users(
            frames["people"],
            frames.get("purchases"),
            cost=said_of_largest("free_cost", frames.get("products"), self.lives),
            margin=self.client.margin,
            seed=self.seed(FREE),
            level=self.level,
        )

    @cached_property
    def stage_mix(self) -> dict[str, float]:
        """Which share of the spend on both roles each stage asks for buyers."""
        return BUYER_SHARE | dict(self.client.settings.stage_mix)

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
