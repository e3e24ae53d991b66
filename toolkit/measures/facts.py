"""What do several audits share about one client? Each quantity computed once, when first asked for.

Who is who, what roles weigh, how they are served, where money goes. Everything uncertain is kept
as bootstrap draws over accounts, so that any effect built on it can be computed again from the
same draws. All starts from the client, and from streams of chance that never meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from toolkit.catalogue import BUYER_SHARE
from toolkit.client.model import Client
from toolkit.measures.campaign_response import (
    SegmentResponses,
    TriedLever,
    segment_responses,
    tried_levers,
)
from toolkit.measures.campaign_spend import (
    CampaignMessages,
    SpendByPhase,
    SpendEmphasis,
    campaign_messages,
    spend_by_phase,
    spend_emphasis,
    spend_shares,
)
from toolkit.measures.feedback import (
    FeedbackByRole,
    FeedbackThemes,
    feedback_by_role,
    feedback_themes,
)
from toolkit.measures.influence import InfluenceShares, influence_shares
from toolkit.measures.loyalty import ProductUsage, RepeatAccounts, product_usage, repeat_accounts
from toolkit.measures.products import (
    FreeUsers,
    ProductLife,
    StatedPrices,
    free_users,
    largest_product_entry,
    product_lives,
    stated_prices,
)
from toolkit.measures.purchases import (
    AccountValue,
    PurchaseHistory,
    RoleSeparation,
    account_value,
    history_from_ledger,
    purchase_history,
    role_separation,
    separation_from_ledger,
    value_from_ledger,
)
from toolkit.measures.repurchase import SatisfactionLink, satisfaction_link
from toolkit.measures.segments import PeopleTraits, TraitSegments, people_traits, trait_segments
from toolkit.measures.simpson_reversal import SimpsonReversal, value_reversals, weight_reversals
from toolkit.measures.survey import (
    SatisfactionAnswers,
    SurveyAnswers,
    satisfaction_answers,
    survey_answers,
)
from toolkit.measures.value_delivered import (
    RoleContrast,
    ValueByRole,
    message_misfit,
    value_by_role,
    weight_differences,
)
from toolkit.stats.bootstrap import Resample
from toolkit.stats.interval import Array, CannotTell

__all__ = ["Facts"]

T = TypeVar("T")
DRAWS = 5_000  # Holm over fifteen mistakes needs p down to .0033
SURVEY, INFLUENCE = 1, 2  # streams of the seed, so that no table disturbs another's draws
CAMPAIGNS, PEOPLE = 3, 4
LINKED = 7  # stream of what joins survey and purchases
LIVES, PRICES, FREE = 11, 12, 13


@dataclass(frozen=True, eq=False)
class _FactsBasis:
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


def require_measure(quantity: T | None) -> T:
    """The quantity, where an audit has made sure before that its table is there."""
    if quantity is None:
        raise LookupError("a shared quantity was used before its table was asked for")
    return quantity


@dataclass(frozen=True, eq=False)
class _StatedFacts(_FactsBasis):
    """Quantities of survey, influence and feedback; None where nobody was asked."""

    @cached_property
    def answers(self) -> SurveyAnswers | None:
        """The survey as arrays; None without a survey or without one rated attribute."""
        if not self.client.has("survey"):
            return None
        found = survey_answers(
            self.client.table("survey"), list(self.client.attributes), self.scales
        )
        return found if found.attributes else None

    @cached_property
    def served(self) -> ValueByRole | None:
        """What each role weighs and how it is served, with draws."""
        if self.answers is None:
            return None
        return value_by_role(
            self.answers, Resample(self.answers.accounts, self.draws, self.seed(SURVEY))
        )

    @cached_property
    def weights_apart(self) -> RoleContrast | None:
        """How much more buyers weigh each attribute."""
        return weight_differences(self.served) if self.served else None

    @cached_property
    def reversals(self) -> tuple[SimpsonReversal, ...]:
        """Which differences between the roles turn around within a trait of the respondents?"""
        if self.answers is None:
            return ()
        survey = self.client.frames["survey"]
        traits = {name: survey[name] for name in self.client.traits if name in survey}
        return (*value_reversals(self.answers, traits), *weight_reversals(self.answers, traits))

    @cached_property
    def contentment(self) -> SatisfactionAnswers | None:
        """How satisfied everyone is, and would they recommend; None where nobody says."""
        if not self.client.has("survey"):
            return None
        return satisfaction_answers(self.client.table("survey"), self.scales["satisfaction"])

    @cached_property
    def say(self) -> InfluenceShares | None:
        """Who has how much say, with draws."""
        if not self.client.has("influence"):
            return None
        return influence_shares(self.client.table("influence"), self.draws, self.seed(INFLUENCE))

    @cached_property
    def voices(self) -> FeedbackByRole | None:
        """Who is heard in the feedback."""
        return (
            feedback_by_role(self.client.table("feedback")) if self.client.has("feedback") else None
        )

    @cached_property
    def spoken(self) -> FeedbackThemes | None:
        """What the feedback speaks of."""
        if not self.client.has("feedback"):
            return None
        return feedback_themes(self.client.table("feedback"), self.client.attributes)


@dataclass(frozen=True, eq=False)
class _SpendFacts(_FactsBasis):
    """Quantities of campaigns and levers; None where there are none."""

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
    def responses(self) -> SegmentResponses | None:
        """Contacts and conversions by segment and campaign; None where no row says so."""
        if not self.client.has("campaigns"):
            return None
        seed = self.number(CAMPAIGNS)
        return segment_responses(self.client.table("campaigns"), draws=self.draws, seed=seed)

    @cached_property
    def phases(self) -> SpendByPhase | None:
        """How much of the spend is for the first sale; None where no campaign says its phase."""
        return (
            spend_by_phase(self.client.table("campaigns")) if self.client.has("campaigns") else None
        )

    @cached_property
    def emphasis(self) -> SpendEmphasis | None:
        """How the last year's spend was split; None where no dated campaign reached either role."""
        return (
            spend_emphasis(self.client.table("campaigns")) if self.client.has("campaigns") else None
        )

    @cached_property
    def stage_mix(self) -> dict[str, float]:
        """Which share of the spend on both roles each stage asks for buyers."""
        return BUYER_SHARE | dict(self.client.settings.stage_mix)

    @cached_property
    def tried(self) -> tuple[TriedLever, ...]:
        """Which levers were tried, with what outcome; empty without the table."""
        return tried_levers(self.client.table("levers")) if self.client.has("levers") else ()


ONE_PERSON = 0.05  # separation surely below this: buyer and consumer are one


@dataclass(frozen=True, eq=False)
class _PurchaseFacts(_FactsBasis):
    """Quantities of purchases; None without any."""

    @cached_property
    def separation(self) -> RoleSeparation | None:
        """On what share of purchases buyer and consumer differ."""
        return self._separation(self.client.settings.level)

    @cached_property
    def one_person(self) -> bool:
        """Are buyer and consumer surely one: upper 95 % end of separation below ONE_PERSON?"""
        told = self._separation(0.95)
        known = told.orders if told else None
        return known is not None and known.high < ONE_PERSON

    def _separation(self, level: float) -> RoleSeparation | None:
        if not self.client.has("purchases"):
            return None
        if self.client.accounts:
            return separation_from_ledger(self.client.accounts, level)
        return role_separation(self.client.table("purchases"), level)

    @cached_property
    def returns(self) -> PurchaseHistory | None:
        """When each account bought."""
        if self.client.accounts:
            return history_from_ledger(self.client.accounts)
        return (
            purchase_history(self.client.table("purchases"))
            if self.client.has("purchases")
            else None
        )

    @cached_property
    def worth(self) -> AccountValue | None:
        """What accounts buy on their first day and later; None without dated purchases."""
        if not self.client.has("purchases"):
            return None
        products = self.client.frames.get("products")
        if self.client.accounts:
            return value_from_ledger(self.client.accounts, self.client.margin, products)
        return account_value(self.client.table("purchases"), self.client.margin, products)

    @cached_property
    def lives(self) -> tuple[ProductLife, ...]:
        """In which stage of its life is each product, largest first? Empty where none is named."""
        if not self.client.has("purchases"):
            return ()
        products = self.client.frames.get("products")
        return product_lives(self.client.table("purchases"), products, self.seed(LIVES), self.level)


@dataclass(frozen=True, eq=False)
class Facts(_StatedFacts, _SpendFacts, _PurchaseFacts):
    """What the audits share about one client; a quantity whose table is missing is None.

    What one kind of table tells stands in `_StatedFacts`, `_SpendFacts` and `_PurchaseFacts`; here
    is what joins them.
    """

    @classmethod
    def given(cls, client: Client, **quantities: object) -> Facts:
        """Facts of which some are known beforehand, such as a simulation's arrays."""
        facts = cls(client)
        vars(facts).update(quantities)
        return facts

    @cached_property
    def messages(self) -> CampaignMessages | None:
        """The campaign rows with claims about attributes that were weighed."""
        if self.spend is None or self.answers is None:
            return None
        found = campaign_messages(self.client.table("campaigns"), self.answers.attributes)
        return found if found.names else None

    @cached_property
    def misfit(self) -> RoleContrast | None:
        """How much better messages aimed at one role fit the other."""
        if self.messages is None or self.served is None:
            return None
        return message_misfit(self.served, self.messages)

    @cached_property
    def people(self) -> PeopleTraits | None:
        """Whose traits are known? None where no table has any."""
        return people_traits(self.client.frames, self.client.traits)

    @cached_property
    def groups(self) -> dict[str, TraitSegments | CannotTell]:
        """Which segments do people fall into by their traits? Empty where none are known."""
        if self.people is None:
            return {}
        return trait_segments(self.people, self.client.traits, self.number(PEOPLE))

    @cached_property
    def repeaters(self) -> RepeatAccounts | None:
        """The accounts that came back, with how content their consumers are."""
        if self.returns is None or self.contentment is None:
            return None
        return repeat_accounts(self.returns, self.contentment)

    @cached_property
    def use(self) -> ProductUsage | None:
        """Which buying accounts used what they bought; None where none can be matched."""
        if self.returns is None or not self.client.has("usage"):
            return None
        window = self.client.settings.repeat_window_days
        accounts, usage = self.client.accounts, self.client.table("usage")
        lines = accounts.visits() if accounts else self.client.table("purchases")
        return product_usage(usage, lines, self.returns, window)

    @cached_property
    def linked(self) -> SatisfactionLink | None:
        """How satisfaction goes together with the next purchase; None without any outcome."""
        if self.contentment is None:
            return None
        window = self.client.settings.repeat_window_days
        return satisfaction_link(
            self.client.table("survey"), self.contentment, self.returns, window
        )

    @cached_property
    def prices(self) -> StatedPrices | CannotTell | None:
        """Which prices payers accept; None where nobody was asked."""
        if not self.client.has("survey"):
            return None
        cost = largest_product_entry("unit_cost", self.client.frames.get("products"), self.lives)
        seed = self.number(PRICES)
        return stated_prices(self.client.table("survey"), cost, seed=seed, level=self.level)

    @cached_property
    def free_users(self) -> FreeUsers | None:
        """Whether free users pay for themselves; None where none are known."""
        if not self.client.has("people"):
            return None
        frames = self.client.frames
        return free_users(
            frames["people"],
            frames.get("purchases"),
            cost=largest_product_entry("free_cost", frames.get("products"), self.lives),
            margin=self.client.margin,
            seed=self.seed(FREE),
            level=self.level,
        )
