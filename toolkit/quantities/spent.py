"""Where the money goes: campaigns and levers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from toolkit.catalogue import BUYER_SHARE
from toolkit.quantities.answers import Array
from toolkit.quantities.basis import CAMPAIGNS, Basis
from toolkit.quantities.emphasis import Emphasis, emphasis
from toolkit.quantities.phases import Phases, phases
from toolkit.quantities.responses import Responses, responses
from toolkit.quantities.spend import spend_shares
from toolkit.quantities.trials import Tried, tried


@dataclass(frozen=True, eq=False)
class Spent(Basis):
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
    def responses(self) -> Responses | None:
        """Contacts and conversions by segment and campaign; None where no row says so."""
        if not self.client.has("campaigns"):
            return None
        seed = self.number(CAMPAIGNS)
        return responses(self.client.table("campaigns"), draws=self.draws, seed=seed)

    @cached_property
    def phases(self) -> Phases | None:
        """How much of the spend is for the first sale; None where no campaign says its phase."""
        return phases(self.client.table("campaigns")) if self.client.has("campaigns") else None

    @cached_property
    def emphasis(self) -> Emphasis | None:
        """How the last year's spend was split; None where no dated campaign reached either role."""
        return emphasis(self.client.table("campaigns")) if self.client.has("campaigns") else None

    @cached_property
    def stage_mix(self) -> dict[str, float]:
        """Which share of the spend on both roles each stage asks for buyers."""
        return BUYER_SHARE | dict(self.client.settings.stage_mix)

    @cached_property
    def tried(self) -> tuple[Tried, ...]:
        """Which levers were tried, with what outcome; empty without the table."""
        return tried(self.client.table("levers")) if self.client.has("levers") else ()
