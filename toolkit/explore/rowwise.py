"""Quantities of spend are sums over campaign rows: each row once, then only added up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from toolkit.client import Client
from toolkit.quantities import Facts
from toolkit.quantities.answers import Array
from toolkit.quantities.emphasis import emphasis
from toolkit.quantities.phases import phases
from toolkit.quantities.responses import responses
from toolkit.quantities.spend import messages, split_spend


@dataclass(frozen=True, eq=False)
class Rowwise:
    """What one unit of money on each of K campaign rows adds to what is known of spend.

    `facts` are those of the client whose rows keep audience and claims, whatever is spent on them.
    """

    facts: Facts

    def at(self, spend: Array) -> dict[str, Any]:
        """The quantities at this spend (K,); empty where a row gets nothing, or got nothing before.

        Whether money is spent on a row at all decides what counts, so that is left to `Facts`.
        """
        if not len(spend) or min(spend.min(), self._rows["spend"].min()) <= 0:
            return {}
        aimed = spend @ self._aimed
        found: dict[str, Any] = {"spend": aimed / aimed.sum(), "total_spend": float(spend.sum())}
        if self.facts.phases is not None:
            for_sale, said = spend @ self._phases
            unsaid = 1 - said / spend.sum()
            found["phases"] = replace(
                self.facts.phases, acquire=for_sale / said, spend=float(said), unsaid=float(unsaid)
            )
        if self.facts.emphasis is not None:
            to_buyers, both = spend @ self._emphasis
            found["emphasis"] = replace(
                self.facts.emphasis, buyer=float(to_buyers / both), spend=float(both)
            )
        return found | self._messages_at(spend) | self._responses_at(spend)

    def _messages_at(self, spend: Array) -> dict[str, Any]:
        if self.facts.messages is None:
            return {"messages": None}
        mine = spend[self._speaking]
        aimed = mine[:, None] * self._aimed[self._speaking, :2]
        changed = replace(self.facts.messages, spend=mine, aimed=aimed, total=float(spend.sum()))
        return {"messages": changed, "misfit": self.facts.misfit}

    def _responses_at(self, spend: Array) -> dict[str, Any]:
        was = self.facts.responses
        if was is None:
            return {"responses": None}
        changed = replace(was, spend=np.tensordot(spend, self._cells, axes=1))
        for name in ("lost", "spread"):  # what does not rest on spend
            if name in vars(was):
                vars(changed)[name] = vars(was)[name]
        return {"responses": changed}

    @property
    def _client(self) -> Client:
        return self.facts.client

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return self._client.table("campaigns")

    @cached_property
    def _units(self) -> list[pd.DataFrame]:
        """The table once a row, all money on that row."""
        return [self._rows.assign(spend=one) for one in np.eye(len(self._rows))]

    @cached_property
    def _aimed(self) -> Array:
        return split_spend(self._rows.assign(spend=1.0))

    @cached_property
    def _phases(self) -> Array:
        """Money that is for the first sale, and money whose phase is said; (K, 2)."""
        told = [phases(rows) for rows in self._units]
        return np.array([(t.acquire * t.spend, t.spend) if t else (0.0, 0.0) for t in told])

    @cached_property
    def _emphasis(self) -> Array:
        """Money of the last year on buyers, and on both roles; (K, 2)."""
        told = [emphasis(rows) for rows in self._units]
        return np.array([(t.buyer * t.spend, t.spend) if t else (0.0, 0.0) for t in told])

    @cached_property
    def _speaking(self) -> np.ndarray:
        """Which rows promise anything that was weighed, in the order of `messages`?"""
        numbered = self._rows.assign(campaign=range(len(self._rows)))
        attributes = self.facts.answers.attributes if self.facts.answers else ()
        return np.array(messages(numbered, attributes).names, dtype=np.intp)

    @cached_property
    def _cells(self) -> Array:
        """Where each row's money stands by segment and campaign; (K, S, campaigns)."""
        told = [responses(rows) for rows in self._units]
        return np.array([t.spend for t in told if t is not None])
