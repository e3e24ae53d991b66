"""All shared quantities of one client, each computed once, when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from toolkit.client import Client
from toolkit.models.cannot import CannotTell
from toolkit.quantities.asked import Asked
from toolkit.quantities.basis import FREE, PEOPLE, PRICES
from toolkit.quantities.bought import Bought
from toolkit.quantities.free_users import FreeUsers, free_users
from toolkit.quantities.groups import Group, People, groups, people
from toolkit.quantities.linked import Linked, linked
from toolkit.quantities.misfit import Contrast, better_elsewhere
from toolkit.quantities.prices import Prices, prices
from toolkit.quantities.repeaters import Repeaters, repeaters
from toolkit.quantities.spend import Messages, messages
from toolkit.quantities.spent import Spent
from toolkit.quantities.stages import said_of_largest
from toolkit.quantities.use import Use, use


@dataclass(frozen=True, eq=False)
class Facts(Asked, Spent, Bought):
    """What the audits share about one client; a quantity whose table is missing is None.

    What one kind of table tells stands in `Asked`, `Spent` and `Bought`; here is what joins them.
    """

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

    @cached_property
    def messages(self) -> Messages | None:
        """The campaign rows with claims about attributes that were weighed."""
        if self.spend is None or self.answers is None:
            return None
        found = messages(self.client.table("campaigns"), self.answers.attributes)
        return found if found.names else None

    @cached_property
    def misfit(self) -> Contrast | None:
        """How much better messages aimed at one role fit the other."""
        if self.messages is None or self.served is None:
            return None
        return better_elsewhere(self.served, self.messages)

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
        accounts, usage = self.client.accounts, self.client.table("usage")
        lines = accounts.visits() if accounts else self.client.table("purchases")
        return use(usage, lines, self.returns, window)

    @cached_property
    def linked(self) -> Linked | None:
        """How satisfaction goes together with the next purchase; None without any outcome."""
        if self.contentment is None:
            return None
        window = self.client.settings.repeat_window_days
        return linked(self.client.table("survey"), self.contentment, self.returns, window)

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
