"""Which measures follow moved spend or a lift, without working them out from the tables again?

Quantities of spend are sums over campaign rows: each row once, then only added up. How roles are
served after a lift is counted once by how often each score is given, then only summed: a lift moves
all respondents of one kind who gave the same score alike, so that the bootstrap needs to know no
more than how many of them each draw holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.client.model import Client
from toolkit.measures.campaign_response import segment_responses
from toolkit.measures.campaign_spend import (
    campaign_messages,
    spend_by_phase,
    spend_emphasis,
    split_spend,
)
from toolkit.measures.facts import SURVEY, Facts, require_measure
from toolkit.measures.survey import SatisfactionAnswers, SurveyAnswers
from toolkit.measures.value_delivered import ValueByRole
from toolkit.stats.bootstrap import Resample, sum_by_account
from toolkit.stats.interval import Array


@dataclass(frozen=True, eq=False)
class SpendByRow:
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
        told = [spend_by_phase(rows) for rows in self._units]
        return np.array([(t.acquire * t.spend, t.spend) if t else (0.0, 0.0) for t in told])

    @cached_property
    def _emphasis(self) -> Array:
        """Money of the last year on buyers, and on both roles; (K, 2)."""
        told = [spend_emphasis(rows) for rows in self._units]
        return np.array([(t.buyer * t.spend, t.spend) if t else (0.0, 0.0) for t in told])

    @cached_property
    def _speaking(self) -> np.ndarray:
        """Which rows promise anything that was weighed, in the order of `campaign_messages`?"""
        numbered = self._rows.assign(campaign=range(len(self._rows)))
        attributes = self.facts.answers.attributes if self.facts.answers else ()
        return np.array(campaign_messages(numbered, attributes).names, dtype=np.intp)

    @cached_property
    def _cells(self) -> Array:
        """Where each row's money stands by segment and campaign; (K, S, campaigns)."""
        told = [segment_responses(rows) for rows in self._units]
        return np.array([t.spend for t in told if t is not None])


MOST_GROUPS = 64  # beyond it counting takes more than it saves


def lifted_survey(
    was: Facts, client: Client
) -> tuple[SurveyAnswers | None, SatisfactionAnswers | None]:
    """What did the client's respondents answer then? Only their scores are another."""
    answers, contentment = was.answers, was.contentment
    if answers is not None:
        columns = [f"performance_{a}" for a in answers.attributes]
        scores = np.column_stack([client.frames["survey"][c].to_numpy(float) for c in columns])
        low, high = client.scales["performance"]
        fewest = answers.fewest  # a lift answers for nobody, so they stay as many
        answers = replace(answers, performance=100 * ((scores - low) / (high - low)))
        vars(answers)["fewest"] = fewest
    if contentment is not None:
        low, high = client.scales["satisfaction"]
        said = client.frames["survey"]["satisfaction"].to_numpy(float)
        contentment = replace(contentment, satisfaction=100 * (said - low) / (high - low))
    return answers, contentment


@dataclass(frozen=True, eq=False)
class ScoreGroups:
    """Respondents of one role who gave one attribute the same score: G groups.

    `first` (G,) a respondent of each; `share` (G,) their part of the role's weight and `draws`
    (B, G) the same in each draw of accounts.
    """

    first: NDArray[np.intp]
    share: Array
    draws: Array


@dataclass(frozen=True, eq=False)
class ServedAfterLift:
    """How the roles of one client are served at other scores; `facts` are those observed."""

    facts: Facts
    _groups: dict[int, list[ScoreGroups]] = field(default_factory=dict)

    def served(self, lifted: SurveyAnswers) -> ValueByRole | None:
        """As `measures.value_delivered` on the lifted answers; None where only that can tell."""
        was, before = require_measure(self.facts.served), require_measure(self.facts.answers)
        point, drawn = was.performance.copy(), was.performance_draws.copy()
        moved = before.performance != lifted.performance
        moved &= ~np.isnan(before.performance)
        for a in np.flatnonzero(moved.any(axis=0)).tolist():
            self.count_all()
            if not self._groups[a]:
                return None
            for r, groups in enumerate(self._groups[a]):
                scores = lifted.performance[groups.first, a]
                point[r, a] = groups.share @ scores
                drawn[:, r, a] = groups.draws @ scores
        return replace(was, performance=point, performance_draws=drawn)

    def count_all(self) -> None:
        """Count the groups of every attribute, once and in one pass over the draws."""
        if self._groups:
            return
        answers = require_measure(self.facts.answers)
        kinds = [self._kinds(a) for a in range(len(answers.attributes))]
        resample = Resample(answers.accounts, self.facts.draws, self.facts.seed(SURVEY))
        drawn = resample.totals(np.hstack([kind.sums for kind in kinds]))
        ends = np.cumsum([kind.sums.shape[1] for kind in kinds])[:-1]
        parts = zip(kinds, np.split(drawn, ends, axis=1), strict=True)
        self._groups.update({a: kind.groups(draws) for a, (kind, draws) in enumerate(parts)})

    def _kinds(self, attribute: int) -> ScoreKinds:
        """Who gave this attribute which score; nobody where the scores are too many."""
        answers = require_measure(self.facts.answers)
        scores = answers.performance[:, attribute]
        rows = np.flatnonzero(~np.isnan(scores) & answers.member.any(axis=0))
        kinds = np.column_stack([answers.member[:, rows].T, scores[rows]])
        found, first, group = np.unique(kinds, axis=0, return_index=True, return_inverse=True)
        if len(found) > MOST_GROUPS:
            return ScoreKinds(rows[:0], found[:0, :2].T > 0, np.zeros((answers.accounts, 0)))
        weight = np.zeros((len(rows), len(found)))
        weight[np.arange(len(rows)), group.ravel()] = answers.weight[rows]
        sums = sum_by_account(answers.account[rows], weight, answers.accounts)
        return ScoreKinds(rows[first], found[:, :2].T > 0, sums)


@dataclass(frozen=True, eq=False)
class ScoreKinds:
    """K kinds of respondents: `first` (K,) one of each, `member` (2, K) of which roles, and `sums`
    (accounts, K) their weight by account.
    """

    first: NDArray[np.intp]
    member: NDArray[np.bool_]
    sums: Array

    def groups(self, draws: Array) -> list[ScoreGroups]:
        """Of each role, by draws (B, K); none where a draw may miss a role."""
        if not len(self.first) or any((draws[:, m].sum(axis=1) <= 0).any() for m in self.member):
            return []
        total = self.sums.sum(axis=0)
        return [
            ScoreGroups(self.first[m], _shares(total[m]), _shares(draws[:, m])) for m in self.member
        ]


def _shares(weights: Array) -> Array:
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
