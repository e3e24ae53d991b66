"""What is bought, by whom and for whom, and how often: the purchases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from toolkit.quantities.accounts import returns_of, separation_of, worth_of
from toolkit.quantities.basis import LIVES, Basis
from toolkit.quantities.returns import Returns, returns
from toolkit.quantities.separation import Separation, separation
from toolkit.quantities.stages import Life, lives
from toolkit.quantities.worth import Worth, worth

ONE_PERSON = 0.05  # separation surely below this: buyer and consumer are one


@dataclass(frozen=True, eq=False)
class Bought(Basis):
    """Quantities of purchases; None without any."""

    @cached_property
    def separation(self) -> Separation | None:
        """On what share of purchases buyer and consumer differ."""
        return self._separation(self.client.settings.level)

    @cached_property
    def one_person(self) -> bool:
        """Are buyer and consumer surely one: upper 95 % end of separation below ONE_PERSON?"""
        told = self._separation(0.95)
        known = told.orders if told else None
        return known is not None and known.high < ONE_PERSON

    def _separation(self, level: float) -> Separation | None:
        if not self.client.has("purchases"):
            return None
        if self.client.accounts:
            return separation_of(self.client.accounts, level)
        return separation(self.client.table("purchases"), level)

    @cached_property
    def returns(self) -> Returns | None:
        """When each account bought."""
        if self.client.accounts:
            return returns_of(self.client.accounts)
        return returns(self.client.table("purchases")) if self.client.has("purchases") else None

    @cached_property
    def worth(self) -> Worth | None:
        """What accounts buy on their first day and later; None without dated purchases."""
        if not self.client.has("purchases"):
            return None
        products = self.client.frames.get("products")
        if self.client.accounts:
            return worth_of(self.client.accounts, self.client.margin, products)
        return worth(self.client.table("purchases"), self.client.margin, products)

    @cached_property
    def lives(self) -> tuple[Life, ...]:
        """In which stage of its life is each product, largest first? Empty where none is named."""
        if not self.client.has("purchases"):
            return ()
        products = self.client.frames.get("products")
        return lives(self.client.table("purchases"), products, self.seed(LIVES), self.level)
